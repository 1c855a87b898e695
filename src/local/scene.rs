//! What is around the cursor, as tokens: the line so far, the file before and after, its words.

use super::dialect::Dialect;
use super::index::Index;
use super::lexer::{End, Kind, lex, lex_prefix};
use super::lexicon::{IdMap, Lexicon};
use super::overlay::{Edited, Overlay};
use super::segment::{Cell, Segment};
use super::vocabulary::{FILE, Id, is_line};

/// Where completion is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    /// The file's path, as the index names it.
    pub path: &'a str,
    /// The file's text before the cursor.
    pub prefix: &'a str,
    /// And after it.
    pub suffix: &'a str,
    /// Names that are in scope, the nearest first.
    pub scope: &'a [String],
}

/// Bytes read before the cursor and after it.
const PREFIX_BYTES: usize = 48 << 10;
const SUFFIX_BYTES: usize = 12 << 10;
/// The longest context that is compared, in tokens.
pub const CONTEXT: usize = 48;
/// Tokens of the following lines that are looked at.
const FOLLOWING: usize = 24;

/// Where a word of the file was seen last.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// The place after it, before the cursor; 0 if only after the cursor.
    pub last: u32,
    /// How often it stands before the cursor.
    pub before: u32,
    /// How often after it.
    pub after: u32,
}

/// The tokens around a cursor.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The workspace.
    pub index: &'a Index,
    /// What is newer than it.
    pub overlay: &'a Overlay,
    /// The words of both and of the current file.
    pub lexicon: Lexicon<'a>,
    /// The current file, before and after the cursor, as two.
    pub own: Segment,
    /// What stands before the cursor, the nearest first.
    pub context: Vec<Id>,
    /// The same, as classes.
    pub classes: Vec<Id>,
    /// The word that the cursor stands in or right after; no token of the context.
    pub partial: &'a str,
    /// White space stands right before the cursor, on a line with code before it.
    pub spaced: bool,
    /// White space stands before the word that the cursor stands in.
    pub partial_spaced: bool,
    /// The cursor's line has no code before it.
    pub line_begins: bool,
    /// The tokens after the cursor.
    pub following: Vec<Id>,
    /// How many of them are on its line.
    pub rest_of_line: usize,
    /// The words of the current file.
    pub seen: IdMap<Seen>,
    /// Those that are names or keywords, the one seen last first.
    pub recent: Vec<Id>,
    /// Tokens before the cursor.
    pub now: u32,
    /// The places of `own` at which lines begin, but for the cursor's own.
    pub line_starts: Vec<u32>,
    /// The names in scope as indentation tells and their ranks, 0 for the nearest.
    pub scope: IdMap<u32>,
    /// The same as the syntax tree tells.
    pub declared: IdMap<u32>,
    /// The indentation of the cursor's line, and one step of it in this file.
    pub margin: &'a str,
    /// See there.
    pub unit: &'a str,
    /// The current file's path, as the index names it.
    path: &'a str,
    /// The places of the index's copy of the current file.
    copy: Option<std::ops::Range<u32>>,
    /// The folder of the current file, with no slash at its end; empty for the root.
    pub folder: String,
}

impl<'a> Scene<'a> {
    /// None in comments and text over several lines.
    pub fn new(index: &'a Index, overlay: &'a Overlay, cursor: Cursor<'a>) -> Option<Self> {
        let dialect = Dialect::of(cursor.path);
        let prefix = last_lines(cursor.prefix, PREFIX_BYTES);
        let suffix = first_lines(cursor.suffix, SUFFIX_BYTES);
        let mut lexicon = Lexicon::with(&index.vocabulary, overlay.newer().clone());
        let mut cells = vec![Cell { id: FILE, space: false }];
        let mut last = ("", Kind::Line, FILE);
        let end = lex_prefix(prefix, dialect, |token| {
            let id = lexicon.insert(token.text, token.kind);
            cells.push(Cell { id, space: token.space });
            last = (token.text, token.kind, id);
        });
        if end == End::Silent {
            return None;
        }
        let blank = prefix.ends_with([' ', '\t']);
        let touches = !blank && !prefix.ends_with('\n') && !prefix.is_empty();
        let open = end == End::Open;
        let in_word = match last.1 {
            Kind::Word | Kind::Number => touches,
            Kind::Text => touches && open && prefix.ends_with(last.0),
            _ => false,
        };
        let partial = if in_word { last.0 } else { "" };
        let begun = if in_word { cells.pop() } else { None };
        let line_begins = cells.last().is_none_or(|cell| cell.id == FILE || is_line(cell.id));
        let now = cells.len() as u32;
        let mut seen: IdMap<Seen> = IdMap::default();
        for (at, cell) in cells.iter().enumerate() {
            let entry = seen.entry(cell.id).or_default();
            entry.last = at as u32 + 1;
            entry.before += 1;
        }
        let context: Vec<Id> = cells.iter().rev().map(|cell| cell.id).take(CONTEXT).collect();
        let context: Vec<Id> = context.into_iter().take_while(|&id| id != FILE).collect();
        let classes = context.iter().map(|&id| lexicon.class(id)).collect();

        let line = suffix.find('\n').unwrap_or(suffix.len());
        let (rest, below) = suffix.split_at_checked(line).unwrap_or((suffix, ""));
        let mut following = Vec::new();
        lex(rest, dialect, |token| {
            if token.kind != Kind::Line {
                following.push(lexicon.insert(token.text, token.kind));
            }
        });
        let rest_of_line = following.len();
        cells.push(Cell { id: FILE, space: false });
        lex(below, dialect, |token| {
            let id = lexicon.insert(token.text, token.kind);
            cells.push(Cell { id, space: token.space });
            seen.entry(id).or_default().after += 1;
            if following.len() < rest_of_line + FOLLOWING {
                following.push(id);
            }
        });
        let begins = |pair: &[Cell]| match pair {
            [before, first] => (is_line(before.id) || before.id == FILE) && first.id != FILE,
            _ => false,
        };
        let starts = cells.windows(2).zip(1..).filter(|(pair, _)| begins(pair)).map(|(_, at)| at);
        let mut line_starts: Vec<u32> = starts.collect();
        let on_line = context.iter().take_while(|&&id| !is_line(id)).count() as u32;
        if on_line > 0 {
            line_starts.retain(|&at| at != now - on_line);
        }
        let own = Segment::new(cells, |id| lexicon.class(id));
        let mut scope: IdMap<u32> = IdMap::default();
        // What is being typed is no name yet.
        let typed = prefix.strip_suffix(partial).unwrap_or(prefix);
        for (name, rank) in visible_names(typed).into_iter().zip(0..) {
            if let Some(id) = lexicon.get(name).filter(|&id| lexicon.class(id) != id) {
                scope.entry(id).or_insert(rank);
            }
        }
        let mut declared: IdMap<u32> = IdMap::default();
        for (name, rank) in cursor.scope.iter().filter(|name| !name.is_empty()).zip(0..) {
            declared.entry(lexicon.insert(name, Kind::Word)).or_insert(rank);
        }
        let folder = cursor.path.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
        Some(Scene {
            index,
            overlay,
            recent: recent(&seen, &lexicon),
            lexicon,
            own,
            context,
            classes,
            partial,
            spaced: blank && !line_begins,
            partial_spaced: begun.is_some_and(|cell| cell.space),
            line_begins,
            following,
            rest_of_line,
            seen,
            now,
            line_starts,
            scope,
            declared,
            margin: indentation(prefix.rsplit('\n').next().unwrap_or_default()),
            unit: unit(prefix),
            path: cursor.path,
            copy: index.places_of(cursor.path),
            folder: folder.to_owned(),
        })
    }
}

impl<'a> Scene<'a> {
    /// The tokens of the lines below the cursor's.
    pub fn below(&self) -> &[Id] {
        self.following.get(self.rest_of_line..).unwrap_or_default()
    }

    /// Whether a place of the index is out of use: what is in the editor counts, not what the index
    /// has of the same file.
    pub fn hides(&self, at: u32) -> bool {
        self.copy.as_ref().is_some_and(|copy| copy.contains(&at)) || self.overlay.hides(at)
    }

    /// The files that are edited beside the current one, which is here as it is now.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a Edited> {
        let own = self.path;
        self.overlay.edited().iter().filter(move |file| file.path != own)
    }

    /// Whether a place of the index is in a file of the cursor's folder.
    pub fn same_folder(&self, at: u32) -> bool {
        let file = self.index.files.get(self.index.file_at(at));
        let path = file.and_then(|file| file.path.strip_prefix(&self.folder));
        path.is_some_and(|rest| !rest.trim_start_matches(['/', '\\']).contains(['/', '\\']))
    }
}

/// The words of a file, the one seen last first.
fn recent(seen: &IdMap<Seen>, lexicon: &Lexicon<'_>) -> Vec<Id> {
    let words = seen.iter().filter(|(id, _)| lexicon.kind(**id) == Kind::Word);
    let mut words: Vec<(u32, Id)> = words.map(|(&id, seen)| (seen.last, id)).collect();
    words.sort_unstable_by(|a, b| b.cmp(a));
    words.into_iter().map(|(_, id)| id).collect()
}

fn indentation(line: &str) -> &str {
    line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
}

/// By what lines are deeper than the ones before them: the least that occurs, else four blanks.
fn unit(text: &str) -> &str {
    let mut least: Option<&str> = None;
    let mut before = "";
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let here = indentation(line);
        // One blank is the alignment of a comment, not a step.
        if let Some(more) = here.strip_prefix(before).filter(|more| more.len() > 1 || *more == "\t")
            && least.is_none_or(|least| more.len() < least.len())
        {
            least = Some(more);
        }
        before = here;
    }
    least.unwrap_or("    ")
}

/// Names of the lines above the cursor that are not in deeper blocks than it: what a reader would
/// say is in scope, whatever the language. The nearest first.
fn visible_names(prefix: &str) -> Vec<&str> {
    const LINES: usize = 300;
    const NAMES: usize = 64;
    let mut names: Vec<&str> = Vec::new();
    let mut limit = usize::MAX;
    for (number, line) in prefix.rsplit('\n').take(LINES).enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        if indent > limit || (code.is_empty() && number > 0) {
            continue;
        }
        limit = indent;
        let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
        for word in words.filter(|word| word.len() > 1 && word.len() < 64) {
            if !names.contains(&word) {
                names.push(word);
            }
        }
        if names.len() >= NAMES {
            break;
        }
    }
    names.truncate(NAMES);
    names
}

/// The last whole lines of at most so many bytes.
fn last_lines(text: &str, bytes: usize) -> &str {
    let Some(mut from) = text.len().checked_sub(bytes) else { return text };
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let tail = text.get(from..).unwrap_or_default();
    tail.find('\n').and_then(|n| tail.get(n + 1..)).unwrap_or(tail)
}

/// The first whole lines of at most so many bytes.
fn first_lines(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let mut to = bytes;
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let head = text.get(..to).unwrap_or_default();
    head.rfind('\n').and_then(|n| head.get(..n)).unwrap_or(head)
}
