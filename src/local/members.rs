//! The members of a type, as its class or its implementations say, and of what types they are.

use std::rc::Rc;

use super::lexer::Kind;
use super::lexicon::{IdMap, Lexicon};
use super::scene::Scene;
use super::segment::Segment;
use super::vocabulary::{FILE, Id, is_line};

/// A member of a type.
#[derive(Debug, Clone, Copy, Default)]
pub struct Member {
    /// It is declared, not only used by `self.`.
    pub declared: bool,
    /// How often it is used by `self.`.
    pub uses: u32,
    /// Its type.
    pub of: Option<Id>,
}

/// The members of one type.
pub type Members = IdMap<Member>;

/// What stands before the name of a type where its members are.
const OPENS: [&str; 9] =
    ["class", "struct", "impl", "trait", "interface", "enum", "union", "for", ">"];
/// Places of a type that are read for each of them, in one segment.
const PLACES: usize = 8;
/// Tokens read of one body.
const BODY: u32 = 8_000;
/// Tokens from a type's name to its body.
const HEAD: u32 = 48;
/// Classes above a class that are read too.
const BASES: usize = 2;
/// `a.b.c` is followed so far.
const CHAIN: usize = 3;

/// The members that could follow a context that ends with the mark for one.
pub(super) fn after(scene: &mut Scene<'_>, context: &[Id]) -> Option<Rc<Members>> {
    let mark = scene.lexicon.text(*context.first()?);
    let of = match mark {
        "." | "?." | "->" | "::" => of_value(scene, context.get(1..)?, mark == "::", CHAIN)?,
        _ => return None,
    };
    Some(members(scene, of))
}

/// The type of what ends right before the cursor of a context.
fn of_value(scene: &mut Scene<'_>, context: &[Id], path: bool, left: usize) -> Option<Id> {
    let id = *context.first()?;
    if scene.lexicon.kind(id) != Kind::Word {
        return None;
    }
    let dot = context.get(1).map_or("", |&id| scene.lexicon.text(id));
    if matches!(dot, "." | "?." | "->") {
        let owner = of_value(scene, context.get(2..)?, false, left.checked_sub(1)?)?;
        return members(scene, owner).get(&id).and_then(|member| member.of);
    }
    if let Some(of) = scene.types.get(&id) {
        return Some(*of);
    }
    let of_itself = path || scene.lexicon.text(id).starts_with(char::is_uppercase);
    of_itself.then_some(id)
}

fn members(scene: &mut Scene<'_>, of: Id) -> Rc<Members> {
    if let Some(known) = scene.members.get(&of) {
        return Rc::clone(known);
    }
    let mut found = Members::default();
    collect(scene, of, BASES, &mut found);
    // It is no type of the workspace's where none of its code is there.
    let found = Rc::new(found);
    scene.members.insert(of, Rc::clone(&found));
    found
}

fn collect(scene: &Scene<'_>, of: Id, bases: usize, found: &mut Members) {
    let mut above = Vec::new();
    let others: Vec<&Segment> = scene.others().map(|file| &*file.segment).collect();
    let shown = |_: u32| false;
    let hidden = |at: u32| scene.hides(at);
    for open in OPENS {
        let Some(open_id) = scene.lexicon.get(open) else { continue };
        let by_impl = matches!(open, "for" | ">");
        let mut read = |segment: &Segment, hides: &dyn Fn(u32) -> bool| {
            for at in segment.all(&[of, open_id]).filter(|&at| !hides(at)).take(PLACES) {
                let mut body =
                    Body { segment, lexicon: &scene.lexicon, hides, found, above: &mut above };
                if !by_impl || body.is_impl(at) {
                    body.read(at);
                }
            }
        };
        read(&scene.own, &shown);
        others.iter().for_each(|segment| read(segment, &shown));
        read(&scene.index.segment, &hidden);
    }
    above.retain(|&base| base != of);
    if let Some(left) = bases.checked_sub(1) {
        above.truncate(3);
        above.into_iter().for_each(|base| collect(scene, base, left, found));
    }
}

/// The code of a type at one place.
struct Body<'a, 's> {
    segment: &'a Segment,
    lexicon: &'a Lexicon<'s>,
    hides: &'a dyn Fn(u32) -> bool,
    found: &'a mut Members,
    /// The classes that it is said to be of.
    above: &'a mut Vec<Id>,
}

impl Body<'_, '_> {
    fn id(&self, at: u32) -> Id {
        self.segment.cell(at).map_or(FILE, |cell| cell.id)
    }

    fn text(&self, at: u32) -> &str {
        match self.id(at) {
            FILE => "",
            id => self.lexicon.text(id),
        }
    }

    /// Whether the line that leads to a place begins as an implementation does.
    fn is_impl(&self, at: u32) -> bool {
        let before = (1..HEAD as usize).map(|back| self.segment.before(at, back));
        let line = before.take_while(|&id| id != FILE && !is_line(id));
        line.last().is_some_and(|id| matches!(self.lexicon.text(id), "impl" | "unsafe"))
    }

    /// From right after the type's name.
    fn read(&mut self, from: u32) {
        let mut above = Vec::new();
        for at in from..from + HEAD {
            let id = self.id(at);
            match self.text(at) {
                "" | ";" => return,
                "{" => {
                    self.above.append(&mut above);
                    return self.braces(at + 1);
                }
                ":" if is_line(self.id(at + 1)) => {
                    self.above.append(&mut above);
                    return self.indented(at + 1);
                }
                text if text.starts_with(char::is_uppercase) => above.push(id),
                _ => {}
            }
        }
    }

    fn braces(&mut self, from: u32) {
        let mut depth = 1;
        for at in from..from + BODY {
            match self.text(at) {
                "" => return,
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                "self" | "this" => self.used(at),
                _ if depth == 1 => self.declared(at),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// A member that is declared in braces: a name after a line's end or `pub`, before its type,
    /// parameters or value.
    fn declared(&mut self, at: u32) {
        if self.lexicon.kind(self.id(at)) != Kind::Word {
            return;
        }
        let before = self.segment.before(at, 1);
        let begins = is_line(before)
            || matches!(
                self.lexicon.text(before),
                "{" | "pub"
                    | ")"
                    | "fn"
                    | "static"
                    | "async"
                    | "get"
                    | "set"
                    | "readonly"
                    | "private"
                    | "protected"
                    | "public"
                    | "const"
                    | "type"
                    | "*"
                    | "#"
            );
        if begins && matches!(self.text(at + 1), "(" | ":" | "<" | "=" | "?" | "," | "{" | ";") {
            self.note(at, true);
        }
    }

    fn indented(&mut self, from: u32) {
        let mut functions = false;
        for at in from..from + BODY {
            let line_begins = at == from || is_line(self.segment.before(at, 1));
            match self.text(at) {
                "" => return,
                "class" if line_begins && at > from + 1 => return,
                "def" => {
                    functions = true;
                    if self.text(at + 2) == "(" && matches!(self.text(at + 3), "self" | "cls") {
                        self.note(at + 1, true);
                    }
                }
                "self" | "cls" => self.used(at),
                _ if line_begins && !functions && matches!(self.text(at + 1), ":" | "=") => {
                    self.note(at, true);
                }
                _ => {}
            }
        }
    }

    fn used(&mut self, at: u32) {
        let is_word = self.lexicon.kind(self.id(at + 2)) == Kind::Word;
        if self.text(at + 1) == "." && is_word {
            self.note(at + 2, false);
        }
    }

    fn note(&mut self, at: u32, declared: bool) {
        let id = self.id(at);
        if (self.hides)(at) || id == FILE || is_line(id) {
            return;
        }
        let of = match self.text(at + 1) {
            ":" => self.annotated(at + 2),
            "=" => self.made(at + 2),
            _ => None,
        };
        let member = self.found.entry(id).or_default();
        member.declared |= declared;
        member.uses += u32::from(!declared);
        member.of = member.of.or(of);
    }

    /// The type that begins at a place, references and boxes looked through.
    fn annotated(&self, from: u32) -> Option<Id> {
        for at in from..from + 8 {
            match self.text(at) {
                "&" | "*" | "mut" | "dyn" | "<" | "[" | "Box" | "Arc" | "Rc" | "Pin"
                | "Optional" => {}
                text if text.starts_with('\'') => {}
                _ if matches!(self.text(at + 1), "::" | ".") => {}
                "::" | "." => {}
                text if text.starts_with(char::is_uppercase) => return Some(self.id(at)),
                _ => return None,
            }
        }
        None
    }

    /// The type of a value that is made at a place.
    fn made(&self, from: u32) -> Option<Id> {
        let at = if self.text(from) == "new" { from + 1 } else { from };
        let is_type = self.text(at).starts_with(char::is_uppercase);
        (is_type && self.text(at + 1) == "(").then(|| self.id(at))
    }
}
