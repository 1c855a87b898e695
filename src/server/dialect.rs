//! Which numbers a client uses for `InlineCompletionTriggerKind`: LSP 3.18 has 1 for invoked and 2
//! for automatic; `vscode-languageclient` 9 sent 0 and 1 for the proposed version of the method.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::completion::trigger::Trigger;

const UNKNOWN: u8 = 0;
const FROM_ZERO: u8 = 1;
const FROM_ONE: u8 = 2;

/// What a connection's client has shown so far.
#[derive(Debug, Default)]
pub struct Dialect {
    base: AtomicU8,
    /// Requests of kind 1 in a row while nothing else was seen.
    ones: AtomicU8,
}

/// That many requests of kind 1 in a row are nobody pressing a key each time.
const TOO_MANY: u8 = 8;

impl Dialect {
    /// Why a request of that kind was sent. A 0 or a 2 tells the dialect for good; so does a row of
    /// nothing but 1, which automatic requests of client 9 are.
    pub fn trigger(&self, kind: Option<u32>) -> Trigger {
        match kind {
            Some(0) => {
                self.base.store(FROM_ZERO, Ordering::Relaxed);
                Trigger::Invoked
            }
            Some(1) => self.one(),
            Some(2) => {
                self.base.store(FROM_ONE, Ordering::Relaxed);
                Trigger::Automatic
            }
            _ => Trigger::Automatic,
        }
    }

    fn one(&self) -> Trigger {
        if self.base.load(Ordering::Relaxed) == UNKNOWN
            && self.ones.fetch_add(1, Ordering::Relaxed) + 1 >= TOO_MANY
        {
            self.base.store(FROM_ZERO, Ordering::Relaxed);
        }
        match self.base.load(Ordering::Relaxed) {
            FROM_ZERO => Trigger::Automatic,
            _ => Trigger::Invoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_dialects_are_understood() {
        use Trigger::{Automatic, Invoked};
        for (kinds, want) in [
            (&[1, 2, 1][..], &[Invoked, Automatic, Invoked][..]),
            (
                &[2, 1, 1, 1, 1, 1, 1, 1, 1, 1],
                &[
                    Automatic, Invoked, Invoked, Invoked, Invoked, Invoked, Invoked, Invoked,
                    Invoked, Invoked,
                ],
            ),
            (&[0, 1, 1, 0], &[Invoked, Automatic, Automatic, Invoked]),
            (&[1, 0, 1], &[Invoked, Invoked, Automatic]),
            (
                &[1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1],
                &[
                    Invoked, Invoked, Invoked, Invoked, Invoked, Invoked, Invoked, Automatic,
                    Automatic, Automatic, Invoked,
                ],
            ),
            (&[7], &[Automatic]),
        ] {
            let dialect = Dialect::default();
            let got: Vec<Trigger> = kinds.iter().map(|kind| dialect.trigger(Some(*kind))).collect();
            assert_eq!(got, want, "{kinds:?}");
        }
        assert_eq!(Dialect::default().trigger(None), Automatic);
    }
}
