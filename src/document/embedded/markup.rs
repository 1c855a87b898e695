//! HTML and the single-file components that look like it: a tokenizer that knows as much of
//! <https://html.spec.whatwg.org/multipage/parsing.html#tokenization> as is needed to find the
//! elements whose text is in another language.

use super::Region;
use super::tag::{Attributes, Element};
use crate::document::language::{Host, Language};

pub(super) struct Markup {
    host: Language,
    kind: Host,
    state: State,
    /// The element whose tag is being read.
    element: Element,
    attributes: Attributes,
    /// Where the host's own text begins (line).
    start_line: usize,
}

#[derive(Clone, Copy)]
enum State {
    Text,
    Comment,
    /// `<!doctype …>`, `<?xml …>`.
    Declaration,
    Tag(Part),
    Raw {
        element: Element,
        language: Language,
        start_line: usize,
    },
}

/// What of a tag is being read.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// Between attributes; whether a `/` came last.
    Between(bool),
    Name,
    /// After a name, where a `=` may follow.
    AfterName,
    BeforeValue,
    Unquoted,
    Quoted(char),
    /// An expression of a component, with the depth of its braces.
    Braces(usize),
}

impl Markup {
    pub(super) fn new(host: Language, kind: Host) -> Self {
        Self {
            host,
            kind,
            state: State::Text,
            element: Element::Other,
            attributes: Attributes::default(),
            start_line: 0,
        }
    }

    /// The host's text goes on at this line, after something else.
    pub(super) fn starts_at(&mut self, line: usize) {
        self.start_line = line;
    }

    pub(super) fn region(&self) -> Region {
        let (language, start_line) = match self.state {
            State::Raw { language, start_line, .. } if language != self.host => {
                (language, start_line)
            }
            _ => (self.host, self.start_line),
        };
        Region { language, start_line }
    }

    /// Takes a line or the rest of one; no token but a tag goes on from one to the next.
    pub(super) fn feed(&mut self, number: usize, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            rest = match self.state {
                State::Text => self.text(rest),
                State::Comment => self.until("-->", rest),
                State::Declaration => self.until(">", rest),
                State::Tag(part) => self.tag(number, part, rest),
                State::Raw { element, .. } => self.raw(element, rest),
            };
        }
        // The line's end is a blank.
        if let State::Tag(part) = self.state {
            match part {
                Part::Name => self.state = State::Tag(Part::AfterName),
                Part::Unquoted => self.end_value(),
                Part::Quoted(_) | Part::Braces(_) => {
                    Attributes::push(&mut self.attributes.value, ' ')
                }
                Part::Between(_) | Part::AfterName | Part::BeforeValue => {}
            }
        }
    }

    fn go<'a>(&mut self, state: State, rest: &'a str) -> &'a str {
        self.state = state;
        rest
    }

    fn until<'a>(&mut self, end: &str, rest: &'a str) -> &'a str {
        match rest.split_once(end) {
            Some((_, after)) => self.go(State::Text, after),
            None => "",
        }
    }

    fn text<'a>(&mut self, rest: &'a str) -> &'a str {
        let Some((_, after)) = rest.split_once('<') else {
            return "";
        };
        if let Some(comment) = after.strip_prefix("!--") {
            // `<!-->` and `<!--->` are whole comments.
            let short = comment.strip_prefix('-').unwrap_or(comment);
            return match short.strip_prefix('>') {
                Some(after) => after,
                None => self.go(State::Comment, comment),
            };
        }
        if after.starts_with(['!', '?']) {
            return self.go(State::Declaration, after);
        }
        let (closing, tag) = match after.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, after),
        };
        // `a < b` is text.
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return after;
        }
        let end = tag.find(is_name_end).unwrap_or(tag.len());
        let (name, rest) = tag.split_at_checked(end).unwrap_or((tag, ""));
        self.element = match closing {
            true => Element::Other,
            false => Element::of(name, self.host, self.kind),
        };
        self.attributes.clear();
        self.go(State::Tag(Part::Between(false)), rest)
    }

    /// Takes one character of a tag.
    fn tag<'a>(&mut self, number: usize, part: Part, rest: &'a str) -> &'a str {
        let mut chars = rest.chars();
        let Some(c) = chars.next() else {
            return "";
        };
        let after = chars.as_str();
        let next = match (part, c) {
            (Part::Quoted(quote), _) if c == quote => return self.value(after),
            (Part::Braces(1), '}') => return self.value(after),
            (Part::Braces(depth), '}') => Part::Braces(depth - 1),
            (Part::Braces(depth), '{') => Part::Braces(depth + 1),
            (Part::Quoted(_) | Part::Braces(_), _) => {
                Attributes::push(&mut self.attributes.value, c);
                part
            }
            (_, '>') => {
                self.attributes.finish();
                return self.open(number, part == Part::Between(true), after);
            }
            (Part::Unquoted, _) if c.is_whitespace() => return self.value(after),
            (Part::Unquoted, _) => {
                Attributes::push(&mut self.attributes.value, c);
                part
            }
            (Part::Name, _) if c.is_whitespace() => Part::AfterName,
            (Part::BeforeValue | Part::AfterName, _) if c.is_whitespace() => part,
            (Part::Name | Part::AfterName, '=') => Part::BeforeValue,
            (Part::BeforeValue, '"' | '\'') => Part::Quoted(c),
            (Part::BeforeValue | Part::Between(_) | Part::AfterName, '{')
                if self.kind == Host::Component =>
            {
                Part::Braces(1)
            }
            (Part::BeforeValue, _) => {
                Attributes::push(&mut self.attributes.value, c);
                Part::Unquoted
            }
            (Part::Between(_) | Part::Name | Part::AfterName, '/') => {
                self.attributes.finish();
                Part::Between(true)
            }
            (Part::Between(_), _) if c.is_whitespace() => Part::Between(false),
            (Part::Between(_) | Part::AfterName, _) => {
                self.attributes.finish();
                Attributes::push(&mut self.attributes.name, c);
                Part::Name
            }
            (Part::Name, _) => {
                Attributes::push(&mut self.attributes.name, c);
                part
            }
        };
        self.go(State::Tag(next), after)
    }

    fn value<'a>(&mut self, rest: &'a str) -> &'a str {
        self.end_value();
        rest
    }

    fn end_value(&mut self) {
        self.attributes.finish();
        self.state = State::Tag(Part::Between(false));
    }

    /// The tag is complete.
    fn open<'a>(&mut self, number: usize, self_closing: bool, rest: &'a str) -> &'a str {
        // In HTML itself a `/` there means nothing.
        let empty = self_closing && self.kind == Host::Component;
        let element = self.element;
        let state = match element.language(self.host, &self.attributes) {
            Some(language) if !empty => State::Raw {
                element,
                language,
                start_line: number + usize::from(rest.trim_start().is_empty()),
            },
            _ => State::Text,
        };
        self.go(state, rest)
    }

    /// Looks for the element's end tag; anything else is its text.
    fn raw<'a>(&mut self, element: Element, rest: &'a str) -> &'a str {
        let name = element.name();
        for (at, _) in rest.match_indices("</") {
            let start = at + 2;
            let found = rest.get(start..start + name.len());
            let Some(after) = rest.get(start + name.len()..) else {
                continue;
            };
            let ended = after.is_empty() || after.starts_with(is_name_end);
            if ended && found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                self.element = Element::Other;
                self.attributes.clear();
                return self.go(State::Tag(Part::Between(false)), after);
            }
        }
        ""
    }
}

fn is_name_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '/' | '>')
}
