//! Where a name is declared: the places in a text where it stands are looked at, and the best is
//! taken.

use std::cmp::Reverse;

use tree_sitter::{Node, Tree};

use super::bindings::{Binding, Kind, binding, bytes};
use super::places;
use crate::actions::here::nodes::{self, Class};
use crate::document::DocumentSnapshot;
use crate::document::language::Grammar;
use crate::document::offset::{ByteOffset, ByteRange};

/// A name where it is used.
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    pub(super) range: ByteRange,
    /// It stands behind a dot or the like, so that no variable is meant.
    pub(super) member: bool,
    /// The type that is named before it, or that it stands in and is reached by `self` or `this`.
    pub(super) owner: Option<String>,
    /// It names a type.
    pub(super) is_type: bool,
    /// The outermost function that it stands in.
    pub(super) function: Option<ByteRange>,
}

impl<'a> Place<'a> {
    /// Of the last node of a path.
    pub(super) fn new(path: &[Node<'_>], name: &'a str, source: &str) -> Option<Self> {
        let (leaf, above) = path.split_last()?;
        let parent = above.last()?;
        let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or("");
        let field = |name| parent.child_by_field_name(name).filter(|of| of.id() == leaf.id());
        let before = match parent.kind() {
            "field_expression" | "selector_expression" | "field_access" | "selector" => {
                field("field").and_then(|_| parent.named_child(0))
            }
            "member_expression" => field("property").and_then(|_| parent.named_child(0)),
            "attribute" => field("attribute").and_then(|_| parent.named_child(0)),
            "method_invocation" => field("name").and_then(|_| parent.child_by_field_name("object")),
            "scoped_identifier" | "scoped_type_identifier" => {
                field("name").and_then(|_| parent.child_by_field_name("path"))
            }
            "qualified_identifier" => {
                field("name").and_then(|_| parent.child_by_field_name("scope"))
            }
            "qualified_type" | "nested_type_identifier" => {
                field("name").and_then(|_| parent.named_child(0))
            }
            _ => None,
        };
        let class = || above.iter().rev().find(|node| nodes::class(**node) == Some(Class::Type));
        let owner = before.and_then(|before| match text(before) {
            "self" | "this" | "Self" | "cls" => {
                class().and_then(|class| nodes::name(*class)).map(|name| text(name).to_owned())
            }
            other => {
                let last = other.rsplit([':', '.']).next().unwrap_or(other);
                Some(last.split('<').next().unwrap_or(last).to_owned())
            }
        });
        Some(Self {
            name,
            range: bytes(*leaf),
            member: before.is_some(),
            owner,
            is_type: leaf.kind() == "type_identifier",
            function: above
                .iter()
                .find(|node| nodes::class(**node) == Some(Class::Function))
                .map(|node| bytes(*node)),
        })
    }
}

/// The name that stands at an offset, with the nodes around it.
pub(super) fn name_at(tree: &Tree, at: usize) -> Option<Vec<Node<'_>>> {
    let path = nodes::path(tree, at, at + 1);
    let leaf = path.last()?;
    let named = leaf.kind().contains("identifier") && leaf.child_count() == 0;
    (named && leaf.start_byte() <= at && at < leaf.end_byte()).then_some(path)
}

/// The declaration of a name in the document that uses it.
pub(super) fn here(
    tree: &Tree,
    source: &str,
    document: &DocumentSnapshot,
    place: &Place<'_>,
) -> Option<Binding> {
    let grammar = document.language.grammar()?;
    let python = grammar == Grammar::Python;
    let implicit = matches!(grammar, Grammar::Java | Grammar::Cpp);
    let (own, top) = (place.range, bytes(tree.root_node()));
    let earliest = |found: &Binding| usize::MAX - found.name.start.0;
    // The kind of it, whether all of it is there, how near its scope is, which of several.
    let score = |found: &Binding| -> Option<(u8, bool, usize, usize)> {
        if found.name == own {
            return Some((9, true, 0, 0));
        }
        let inside = found.scope.start <= own.start && own.end <= found.scope.end;
        let scope = if inside { found.scope.start.0 } else { 0 };
        match found.kind {
            Kind::Variable => {
                let comes_later = found.name.start > own.start && found.scope != top && !python;
                if !inside || comes_later || place.member {
                    return None;
                }
                let order = if python { earliest(found) } else { found.name.start.0 };
                Some((5, false, scope, order))
            }
            Kind::Import => Some((1, false, 0, earliest(found))),
            Kind::Item(class) => {
                let member = found.of_type.is_some();
                let owned =
                    || place.owner.is_some() && owner_of(tree, source, found) == place.owner;
                let tier = match (place.member, member) {
                    _ if place.is_type && class == Class::Type => 6,
                    (true, true) if owned() => 5,
                    (true, true) | (false, false) => 4,
                    // They name members of their own without more.
                    (false, true) if inside && implicit => 4,
                    (true, false) | (false, true) => 2,
                };
                Some((tier, found.whole, scope, earliest(found)))
            }
        }
    };
    let best = |places: Vec<usize>| {
        let all = declared(tree, places, grammar).into_iter();
        all.filter_map(|found| Some((score(&found)?, found))).max_by_key(|(score, _)| *score)
    };
    let at = own.start.0;
    // What the function around it declares comes before all else, and is soon found.
    let inside = place.function.and_then(|part| best(places::near(source, place.name, at, part)));
    let is_its = |(score, _): &((u8, bool, usize, usize), Binding)| matches!(score.0, 5 | 9);
    let found = match inside.filter(is_its) {
        Some(found) => Some(found),
        None => best(places::likely(source, place.name, at, grammar)),
    };
    found.map(|(_, found)| found)
}

/// The declaration of a name in a document that another one may use.
pub(super) fn elsewhere(
    tree: &Tree,
    source: &str,
    document: &DocumentSnapshot,
    place: &Place<'_>,
) -> Option<Binding> {
    let grammar = document.language.grammar()?;
    let all = declared(tree, places::likely(source, place.name, 0, grammar), grammar);
    let top = bytes(tree.root_node());
    let score = |found: &Binding| match found.kind {
        Kind::Item(class) => {
            let owned = place.owner.is_some() && owner_of(tree, source, found) == place.owner;
            let fits = found.of_type.is_some() == place.member;
            let is_type = place.is_type && class == Class::Type;
            Some((is_type, owned, fits, found.whole, Reverse(found.name.start.0)))
        }
        // What a module gives a name at its top.
        Kind::Variable if found.scope == top && found.of_type.is_none() => {
            Some((false, false, !place.member, false, Reverse(found.name.start.0)))
        }
        _ => None,
    };
    let best = all.into_iter().filter_map(|found| Some((score(&found)?, found)));
    best.max_by_key(|(score, _)| *score).map(|(_, found)| found)
}

fn owner_of(tree: &Tree, source: &str, found: &Binding) -> Option<String> {
    let of = found.of_type?;
    let path = nodes::path(tree, of.start.0, of.end.0.max(of.start.0 + 1));
    let node = path.into_iter().rev().find(|node| nodes::class(*node) == Some(Class::Type))?;
    let name = source.get(nodes::name(node)?.byte_range())?;
    Some(name.split('<').next().unwrap_or(name).to_owned())
}

/// What is declared at these places.
fn declared(tree: &Tree, places: Vec<usize>, grammar: Grammar) -> Vec<Binding> {
    places.into_iter().filter_map(|at| binding(&name_at(tree, at)?, grammar)).collect()
}

/// The offset that a cursor means: the name under it, or the one that it stands right behind.
pub(super) fn offset(source: &str, at: ByteOffset) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let after = source.get(at.0..).and_then(|text| text.chars().next());
    if after.is_some_and(part) {
        return Some(at.0);
    }
    let before = source.get(..at.0)?.chars().next_back().filter(|c| part(*c))?;
    Some(at.0 - before.len_utf8())
}
