//! Which numbers a client uses for `InlineCompletionTriggerKind`: LSP 3.18 has 1 for invoked and 2
//! for automatic; `vscode-languageclient` 9 sent 0 and 1 for the proposed version of the method.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

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
    /// The client is of VS Code's family: only there did kind 1 ever mean automatic.
    is_code: AtomicBool,
}

/// That many requests of kind 1 in a row are nobody pressing a key each time.
const TOO_MANY: u8 = 8;

impl Dialect {
    /// Notes the name that the client gives itself.
    pub fn client(&self, name: Option<&str>) {
        let code = ["code", "codium", "cursor", "windsurf"];
        let name = name.unwrap_or("").to_ascii_lowercase();
        self.is_code.store(code.iter().any(|part| name.contains(part)), Ordering::Relaxed);
    }

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
        if self.is_code.load(Ordering::Relaxed)
            && self.base.load(Ordering::Relaxed) == UNKNOWN
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
            dialect.client(Some("Visual Studio Code"));
            let got: Vec<Trigger> = kinds.iter().map(|kind| dialect.trigger(Some(*kind))).collect();
            assert_eq!(got, want, "{kinds:?}");
        }
        assert_eq!(Dialect::default().trigger(None), Automatic);
        let neovim = Dialect::default();
        neovim.client(Some("Neovim"));
        assert!((0..20).all(|_| neovim.trigger(Some(1)) == Invoked));
    }
}
