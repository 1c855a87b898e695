//! PHP: islands of code between `<?php` and `?>`, wherever they stand in the HTML around them.
//! <https://www.php.net/manual/en/language.basic-syntax.phptags.php>

use super::markup::Markup;
use super::{Region, named};
use crate::document::language::{Host, Language};

pub(super) struct Php {
    host: Language,
    state: State,
    /// What is around the islands, which it does not see.
    markup: Markup,
}

enum State {
    Html,
    Code,
    LineComment,
    BlockComment,
    Quote(char),
    /// Until a line that begins with this label.
    Heredoc(String),
}

impl Php {
    pub(super) fn new(host: Language) -> Self {
        Self { host, state: State::Html, markup: Markup::new(named("html"), Host::Markup) }
    }

    pub(super) fn region(&self) -> Region {
        match self.state {
            State::Html => self.markup.region(),
            _ => Region::whole(self.host),
        }
    }

    pub(super) fn line(&mut self, number: usize, line: &str) {
        let mut rest = line;
        if let State::Heredoc(label) = &self.state {
            let Some(after) = after_label(line, label) else {
                return;
            };
            rest = after;
            self.state = State::Code;
        }
        // A heredoc's text begins on the next line.
        let mut heredoc = None;
        while !rest.is_empty() {
            rest = match self.state {
                State::Html => self.html(number, rest),
                State::Code => self.code(number, rest, &mut heredoc),
                State::LineComment => match rest.split_once("?>") {
                    Some((_, after)) => self.leave(number, after),
                    None => "",
                },
                State::BlockComment => match rest.split_once("*/") {
                    Some((_, after)) => self.go(State::Code, after),
                    None => "",
                },
                State::Quote(quote) => self.quoted(quote, rest),
                State::Heredoc(_) => "",
            };
        }
        match (&self.state, heredoc) {
            (State::Code, Some(label)) => self.state = State::Heredoc(label),
            (State::LineComment, _) => self.state = State::Code,
            _ => {}
        }
    }

    fn go<'a>(&mut self, state: State, rest: &'a str) -> &'a str {
        self.state = state;
        rest
    }

    /// Goes back to the HTML.
    fn leave<'a>(&mut self, number: usize, rest: &'a str) -> &'a str {
        let blank = rest.trim_start().is_empty();
        self.markup.starts_at(number + usize::from(blank));
        self.go(State::Html, rest)
    }

    fn html<'a>(&mut self, number: usize, rest: &'a str) -> &'a str {
        for (at, _) in rest.match_indices("<?") {
            let (Some(before), Some(after)) = (rest.get(..at), rest.get(at + 2..)) else {
                break;
            };
            if let Some(code) = after_opening(after) {
                self.markup.feed(number, before);
                return self.go(State::Code, code);
            }
        }
        self.markup.feed(number, rest);
        ""
    }

    fn code<'a>(&mut self, number: usize, rest: &'a str, heredoc: &mut Option<String>) -> &'a str {
        let Some(at) = rest.find(['?', '\'', '"', '`', '/', '#', '<']) else {
            return "";
        };
        let here = rest.get(at..).unwrap_or("");
        if let Some(after) = here.strip_prefix("?>") {
            return self.leave(number, after);
        }
        if let Some(after) = here.strip_prefix("/*") {
            return self.go(State::BlockComment, after);
        }
        // `#[` begins an attribute.
        if here.starts_with("//") || (here.starts_with('#') && !here.starts_with("#[")) {
            return self.go(State::LineComment, here.get(1..).unwrap_or(""));
        }
        if let Some(after) = here.strip_prefix("<<<") {
            *heredoc = label(after);
            return if heredoc.is_some() { "" } else { after };
        }
        let mut chars = here.chars();
        if let Some(quote @ ('\'' | '"' | '`')) = chars.next() {
            self.state = State::Quote(quote);
        }
        chars.as_str()
    }

    fn quoted<'a>(&mut self, quote: char, rest: &'a str) -> &'a str {
        let mut chars = rest.chars();
        while let Some(c) = chars.next() {
            if c == '\\' {
                chars.next();
            } else if c == quote {
                return self.go(State::Code, chars.as_str());
            }
        }
        ""
    }
}

/// What follows `<?` if that opens an island: `php`, `=`, or a blank (the short tag).
fn after_opening(text: &str) -> Option<&str> {
    if let Some(code) = text.strip_prefix('=') {
        return Some(code);
    }
    let name = text.get(..3).filter(|name| name.eq_ignore_ascii_case("php"));
    let code = text.get(name.map_or(0, str::len)..).unwrap_or("");
    (code.is_empty() || code.starts_with(char::is_whitespace)).then_some(code)
}

/// The label of a heredoc or nowdoc: `EOT`, `"EOT"`, `'EOT'`.
fn label(text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '\t', '"', '\'']);
    let is_name = text.chars().all(is_name_char) && !text.starts_with(|c: char| c.is_ascii_digit());
    (is_name && !text.is_empty()).then(|| text.to_owned())
}

fn after_label<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let after = line.trim_start().strip_prefix(label)?;
    (!after.starts_with(is_name_char)).then_some(after)
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
