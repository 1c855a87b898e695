//! The head of a document between two `---` lines: YAML, or TOML between `+++`, or the code of
//! an Astro component.

use super::{Region, named};
use crate::document::language::{Host, Language};

pub(super) struct FrontMatter {
    host: Language,
    kind: Host,
    /// What closes it.
    marker: &'static str,
    language: Language,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Only the opening line has been seen.
    Opened,
    Inside,
    /// The line after the opening one was blank.
    Blank,
    Outside,
}

impl FrontMatter {
    pub(super) fn new(host: Language, kind: Host) -> Self {
        Self { host, kind, marker: "", language: host, state: State::Outside }
    }

    /// Takes a line; whether it belongs to the front matter.
    pub(super) fn line(&mut self, number: usize, line: &str) -> bool {
        let text = line.trim_end();
        self.state = match self.state {
            State::Outside if number == 0 => self.open(text),
            State::Opened if text.is_empty() && self.kind == Host::Markdown => State::Blank,
            State::Opened | State::Inside => {
                if text == self.marker || (self.marker == "---" && text == "...") {
                    self.state = State::Outside;
                    return true;
                }
                State::Inside
            }
            // A rule at the top, since a blank line and then more text follow it:
            // <https://pandoc.org/MANUAL.html#extension-yaml_metadata_block>.
            State::Blank | State::Outside => State::Outside,
        };
        self.state != State::Outside
    }

    /// The region if the last line was in the front matter.
    pub(super) fn region(&self) -> Option<Region> {
        matches!(self.state, State::Inside | State::Blank)
            .then_some(Region { language: self.language, start_line: 1 })
    }

    fn open(&mut self, line: &str) -> State {
        let (marker, id) = match (self.kind, line) {
            (Host::Php, _) => return State::Outside,
            (_, "---") if self.host.id() == "astro" => ("---", "typescript"),
            (_, "---") => ("---", "yaml"),
            (Host::Markdown, "+++") => ("+++", "toml"),
            _ => return State::Outside,
        };
        self.marker = marker;
        self.language = named(id);
        State::Opened
    }
}
