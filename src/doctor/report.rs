//! What the doctor found, as lines of text.

use std::fmt::Write as _;

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// As it should be.
    Good,
    /// Good to know.
    Note,
    /// To be mended; the finding says how.
    Bad,
}

/// The report as it grows.
#[derive(Default)]
pub struct Report {
    text: String,
    bad: usize,
    /// Told of each line as it is written.
    live: Option<fn(&str)>,
}

impl Report {
    /// A report whose lines are shown as they come.
    #[must_use]
    pub fn live(each_line: fn(&str)) -> Self {
        Self { live: Some(each_line), ..Self::default() }
    }

    /// All lines.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is to be mended.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.bad == 0
    }

    pub(super) const fn bad(&self) -> usize {
        self.bad
    }

    pub(super) fn say(&mut self, grade: Grade, finding: &str) {
        let mark = match grade {
            Grade::Good => "ok  ",
            Grade::Note => "note",
            Grade::Bad => "BAD ",
        };
        self.bad += usize::from(grade == Grade::Bad);
        self.heading(&format!("  {mark}  {finding}"));
    }

    pub(super) fn heading(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
        if let Some(live) = self.live {
            live(line);
        }
    }
}
