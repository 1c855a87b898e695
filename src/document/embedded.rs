//! The language at the cursor of a document that holds other languages: scripts and styles in
//! markup, fenced code in Markdown, HTML around PHP, magics in notebook cells.
//!
//! It is found by a scan for tags and fences from the document's start, since there is no
//! syntax tree for these hosts. The scan is total and linear, and keeps only what is open.

use std::borrow::Cow;

use super::language::{Host, Language};

mod front_matter;
mod magic;
mod markdown;
mod markup;
mod php;
mod tag;
#[cfg(test)]
mod tests;

pub use magic::cell_magic;

use front_matter::FrontMatter;
use markdown::Markdown;
use markup::Markup;
use php::Php;

/// A part of a document that is in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its language.
    pub language: Language,
    /// The first line (from 0) that holds some of its text, never past the cursor's line. The
    /// host's own text begins at 0, though other regions may stand in it.
    pub start_line: usize,
}

/// Finds the language at the end of `lines`, which are all lines from the document's start
/// through the cursor's, the last one cut at the cursor; with their line endings or without.
/// A host that embeds nothing is returned at once, without a look at the lines.
pub fn language_at<'a>(host: Language, lines: impl Iterator<Item = Cow<'a, str>>) -> Region {
    let Some(kind) = host.host() else {
        return Region::whole(host);
    };
    let mut front = FrontMatter::new(host, kind);
    let mut scan = match kind {
        Host::Markup | Host::Component => Scan::Markup(Markup::new(host, kind)),
        Host::Markdown => Scan::Markdown(Markdown::new(host)),
        Host::Php => Scan::Php(Php::new(host)),
    };
    let mut last = 0;
    for (number, line) in lines.enumerate() {
        let line = line.trim_end_matches(['\n', '\r']);
        let bom = if number == 0 { "\u{feff}" } else { "" };
        let line = line.strip_prefix(bom).unwrap_or(line);
        last = number;
        if !front.line(number, line) {
            match &mut scan {
                Scan::Markup(markup) => markup.feed(number, line),
                Scan::Markdown(markdown) => markdown.line(number, line),
                Scan::Php(php) => php.line(number, line),
            }
        }
    }
    let region = front.region().unwrap_or_else(|| match &scan {
        Scan::Markup(markup) => markup.region(),
        Scan::Markdown(markdown) => markdown.region(),
        Scan::Php(php) => php.region(),
    });
    let start_line = region.start_line.min(last);
    Region { start_line, ..region }
}

enum Scan {
    Markup(Markup),
    Markdown(Markdown),
    Php(Php),
}

impl Region {
    /// The host's own text.
    fn whole(language: Language) -> Self {
        Self { language, start_line: 0 }
    }
}

/// A language that the table is known to have.
fn named(id: &str) -> Language {
    Language::from_id(id).unwrap_or(Language::PLAIN_TEXT)
}
