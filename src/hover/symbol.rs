//! The name under a cursor: what it is, by the syntax trees of the open documents.

use super::bindings::{Binding, Kind};
use super::definition::{self, Place};
use super::places;
use super::{documentation, signature};
use crate::actions::edits::changes::whole_lines;
use crate::actions::here::nodes::{self, Class};
use crate::actions::here::{Here, lines_above};
use crate::actions::subject::around;
use crate::document::DocumentSnapshot;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::workspace::Snapshot;

/// Most bytes of code that a model is shown of a name.
const CODE: usize = 8 * 1024;
/// Other documents are looked into as far as they have no more bytes than this in all.
const OTHERS: usize = 2 * 1024 * 1024;

/// A name and what is known of it.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// Where it stands, in bytes of the document asked about.
    pub range: ByteRange,
    /// Its declaration without its body; `None` where that is in no open document.
    pub signature: Option<String>,
    /// What its comment says, as Markdown.
    pub documentation: String,
    /// The code that says most of it: its declaration, else what it is used in.
    pub code: String,
    /// The headers of what that code stands in.
    pub around: Vec<String>,
    /// The document that the code is in, where it is another one.
    pub elsewhere: Option<Snapshot>,
}

impl Symbol {
    /// At a place of a document; `others` are documents that it may use, the nearest first.
    #[must_use]
    pub fn at(snapshot: &Snapshot, at: ByteOffset, others: &[Snapshot]) -> Option<Self> {
        let document = &snapshot.document;
        let tree = document.tree.as_ref()?.tree()?;
        let source = whole(&document.text);
        let path = definition::name_at(tree, definition::offset(&source, at)?)?;
        let range = super::bindings::bytes(*path.last()?);
        let name = source.get(range.as_range())?;
        let place = Place::new(&path, name, &source)?;
        let found = definition::here(tree, &source, document, &place);
        // What an import brings is declared elsewhere, if that is open.
        let own = found.as_ref().is_some_and(|found| found.kind != Kind::Import);
        if !own && let Some((other, binding)) = elsewhere(document, &place, others) {
            let known = Self::of(&other.document, &binding, name, range);
            return Some(Self { elsewhere: Some(other.clone()), ..known });
        }
        Some(match found {
            Some(binding) => Self::of(document, &binding, name, range),
            None => Self::used(document, name, range),
        })
    }

    /// The one that a range declares: it holds the declaration and nothing else.
    #[must_use]
    pub fn declared(snapshot: &Snapshot, range: ByteRange) -> Option<Self> {
        let text = &snapshot.document.text;
        let lines = whole_lines(text, range);
        let inside = text.slice(range);
        // At its last character: before its first one there may be a comment.
        let last = inside.trim_end().char_indices().next_back()?.0;
        let here =
            Here::new(&snapshot.document, ByteRange::empty(ByteOffset(range.start.0 + last)));
        let item =
            [here.declaration, here.function, here.class].into_iter().flatten().find(|item| {
                let whole = whole_lines(text, item.whole);
                lines.start <= item.range.start
                    && item.range.end <= lines.end
                    && whole.start <= lines.start
                    && lines.end <= whole.end
            })?;
        let code = text.slice(item.range);
        let name = item.name?;
        let at = ByteOffset(item.range.start.0 + places::first(&code, &name)?);
        Self::at(snapshot, at, &[]).filter(|symbol| symbol.name == name)
    }

    /// Of a declaration.
    fn of(document: &DocumentSnapshot, binding: &Binding, name: &str, range: ByteRange) -> Self {
        let text = &document.text;
        let known = |signature: String, documentation, region| Self {
            name: name.to_owned(),
            range,
            signature: Some(signature).filter(|signature| !signature.is_empty()),
            documentation,
            code: bounded(text, region),
            around: around(text, region),
            elsewhere: None,
        };
        let here = Here::new(document, ByteRange::empty(binding.name.start));
        let lead = |at: ByteOffset| -> String {
            let line = text.line(text.line_of(at));
            line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
        };
        if let (Kind::Item(class), Some(item)) = (binding.kind, &here.declaration)
            && item.range.start <= binding.node.start
            && (class != Class::Item || item.body.is_none())
        {
            let code = text.slice(item.range);
            let head =
                item.body.map(|body| text.slice(ByteRange::new(item.range.start, body.start)));
            let function = class == Class::Function;
            let lead = lead(item.range.start);
            let signature = signature::of_item(&code, head.as_deref(), function, &lead);
            let comment = text.slice(ByteRange::new(item.whole.start, item.range.start));
            let mut documentation = documentation::of_comment(&normalise(&comment));
            if let Some(inside) = docstring(document, item.body) {
                documentation = documentation::of_string(&normalise(&inside));
            }
            return known(signature, documentation, item.whole);
        }
        let signature =
            signature::of_statement(&text.slice(binding.node), &lead(binding.node.start));
        let first = text.line_of(binding.node.start);
        let top = lines_above(text, first, document);
        let above = ByteRange::new(text.line_start(top), text.line_start(first));
        let member = matches!(binding.kind, Kind::Item(_));
        let documentation = if member {
            documentation::of_comment(&normalise(&text.slice(above)))
        } else {
            String::new()
        };
        let region = match (&here.function, &here.class) {
            (Some(function), _) if function.whole.len() <= CODE => function.whole,
            (None, Some(class)) if member && class.whole.len() <= CODE => class.whole,
            _ => whole_lines(text, ByteRange::new(above.start, binding.node.end)),
        };
        known(signature, documentation, region)
    }

    /// Of a name whose declaration is nowhere to be seen.
    fn used(document: &DocumentSnapshot, name: &str, range: ByteRange) -> Self {
        let text = &document.text;
        let here = Here::new(document, range);
        let function = here.function.map(|function| function.whole);
        let region = function.filter(|whole| whole.len() <= CODE).or(here.statement);
        let region = whole_lines(text, region.unwrap_or(range));
        Self {
            name: name.to_owned(),
            range,
            signature: None,
            documentation: String::new(),
            code: bounded(text, region),
            around: around(text, region),
            elsewhere: None,
        }
    }
}

fn elsewhere<'a>(
    document: &DocumentSnapshot,
    place: &Place<'_>,
    others: &'a [Snapshot],
) -> Option<(&'a Snapshot, Binding)> {
    let mut left = OTHERS;
    others.iter().filter(|other| kin(&other.document, document)).find_map(|other| {
        left = left.checked_sub(other.document.text.len())?;
        let tree = other.document.tree.as_ref()?.tree()?;
        let source = whole(&other.document.text);
        let found = definition::elsewhere(tree, &source, &other.document, place)?;
        Some((other, found))
    })
}

/// Whether one document's names may be another's.
fn kin(one: &DocumentSnapshot, other: &DocumentSnapshot) -> bool {
    let family = |document: &DocumentSnapshot| {
        let id = document.language.id();
        match id {
            "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => "javascript",
            "c" | "cpp" => "c",
            other => other,
        }
    };
    one.uri != other.uri && family(one) == family(other)
}

/// The string at the beginning of a body in Python.
fn docstring(document: &DocumentSnapshot, body: Option<ByteRange>) -> Option<String> {
    if document.language.id() != "python" {
        return None;
    }
    let (tree, body) = (document.tree.as_ref()?.tree()?, body?);
    let path = nodes::path(tree, body.start.0, body.start.0 + 1);
    let string = path.into_iter().find(|node| node.kind() == "string")?;
    Some(document.text.slice(super::bindings::bytes(string)).into_owned())
}

fn whole(text: &Text) -> std::borrow::Cow<'_, str> {
    text.slice(ByteRange::new(ByteOffset(0), text.end()))
}

/// Code for a prompt, in whole lines.
fn bounded(text: &Text, region: ByteRange) -> String {
    let region = whole_lines(text, region);
    let end = ByteOffset(region.end.0.min(region.start.0 + CODE));
    let mut code = normalise(&text.slice(ByteRange::new(region.start, text.floor(end))));
    if end < region.end {
        code.truncate(code.rfind('\n').unwrap_or(code.len()));
    }
    code
}
