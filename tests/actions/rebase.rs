//! What the user types while an action works: both edits or, where both changed a line, theirs alone.
//!
//! The oracle knows every character of the snapshot by where it stood.

use foretype::actions::edits::changes::{LineEdit, applied, of_region, whole_lines};
use foretype::actions::edits::rebase::rebase;
use foretype::document::offset::{ByteOffset, ByteRange, Encoding};
use foretype::document::text::Text;
use foretype::document::{Change, Document, Edit};

use crate::random::Random;

/// A character and the byte of the snapshot at which it stood.
pub type Tagged = (char, Option<usize>);

pub struct Walk {
    document: Document,
    pub tagged: Vec<Tagged>,
    pub edits: Vec<Edit>,
}

impl Walk {
    pub fn new(text: &str) -> Self {
        let tagged = text.char_indices().map(|(at, c)| (c, Some(at))).collect();
        Self { document: Document::open("untitled:a", "", 1, text), tagged, edits: Vec::new() }
    }

    pub fn text(&self) -> String {
        self.tagged.iter().map(|(c, _)| c).collect()
    }

    /// Replaces characters, as a key, a paste, or (`whole`) a client that sends all of it.
    pub fn replace(&mut self, from: usize, to: usize, with: &str, whole: bool) {
        let byte = |at: usize| self.tagged[..at].iter().map(|(c, _)| c.len_utf8()).sum::<usize>();
        let position = |at| self.document.text().position_of(ByteOffset(byte(at)), Encoding::Utf8);
        let range = Some((position(from), position(to)));
        let (start, end) = (byte(from), byte(to));
        self.tagged.splice(from..to, with.chars().map(|c| (c, None)));
        let change = if whole {
            Change { range: None, text: self.text() }
        } else {
            Change { range, text: with.to_owned() }
        };
        let edit = self.document.apply(&change, Encoding::Utf8).unwrap();
        if !whole {
            assert_eq!(edit.range.as_range(), start..end, "the walk parts no CRLF");
        }
        self.edits.push(edit);
        assert_eq!(all(self.document.text()), self.text());
    }

    /// One thing that a person does.
    pub fn step(&mut self, random: &mut Random) {
        let breaks: Vec<usize> = (0..=self.tagged.len()).filter(|at| self.may_cut(*at)).collect();
        let at = breaks[random.below(breaks.len())];
        let line = self.line_around(at);
        match random.below(7) {
            0 | 1 => self.replace(at, at, random.pick(&["x", "ü🎉", "foo("]), false),
            2 => self.replace(at, at, "\nnew", false),
            3 => self.replace(line.0, line.0, "above\n", false),
            4 => {
                let near = breaks.iter().copied().find(|next| *next > at).unwrap_or(at);
                self.replace(at, near, "", false);
            }
            5 => self.replace(line.0, line.1, "", false),
            _ => self.replace(at, at, "y", true),
        }
    }

    /// Not between CR and LF: no editor's cursor can be there.
    pub fn may_cut(&self, at: usize) -> bool {
        !(at > 0
            && self.tagged[at - 1].0 == '\r'
            && self.tagged.get(at).is_some_and(|c| c.0 == '\n'))
    }

    /// A line with its break, in characters.
    fn line_around(&self, at: usize) -> (usize, usize) {
        let end = |at: &usize| self.tagged[*at].0 == '\n';
        let start = (0..at).rev().find(end).map_or(0, |at| at + 1);
        let stop = (at..self.tagged.len()).find(end).map_or(self.tagged.len(), |at| at + 1);
        (start, stop)
    }
}

pub fn all(text: &Text) -> String {
    text.slice(ByteRange::new(ByteOffset(0), text.end())).into_owned()
}

/// What is right: the texts with the edits made by where characters stood. Where the lines around new
/// ones are gone there are several; none where a line that the edits change is not as it was.
pub fn right(tagged: &[Tagged], edits: &[LineEdit]) -> Vec<String> {
    let Some((edit, edits)) = edits.split_last() else {
        return vec![tagged.iter().map(|(c, _)| c).collect()];
    };
    let is_break = |c: Option<&Tagged>| c.is_none_or(|(c, _)| matches!(c, '\n' | '\r'));
    let range = edit.range.as_range();
    let inside = |tag: &Tagged| tag.1.is_some_and(|at| range.contains(&at));
    let made = |from: usize, to: usize| {
        let mut tagged = tagged.to_vec();
        tagged.splice(from..to, edit.text.chars().map(|c| (c, None)));
        right(&tagged, edits)
    };
    if range.is_empty() {
        // Before the line of the first character from there on that is left, or behind the last.
        let behind = tagged.iter().position(|tag| tag.1.is_some_and(|at| at >= range.start));
        let before = tagged.iter().rposition(|tag| tag.1.is_some_and(|at| at < range.start));
        let (left, right) = (before.map_or(0, |at| at + 1), behind.unwrap_or(tagged.len()));
        let places = (left..=right).filter(|at| {
            let start = *at == 0 || tagged[at - 1].0 == '\n';
            if edit.text.ends_with('\n') { start } else { is_break(tagged.get(*at)) }
        });
        return places.flat_map(|at| made(at, at)).collect();
    }
    let (Some(first), Some(last)) =
        (tagged.iter().position(inside), tagged.iter().rposition(inside))
    else {
        return Vec::new();
    };
    let bytes: usize = tagged[first..=last].iter().map(|(c, _)| c.len_utf8()).sum();
    let whole = tagged[first..=last].iter().all(inside) && bytes == range.len();
    let begins = first == 0 || tagged[first - 1].0 == '\n' || is_break(tagged.get(first));
    let ends = tagged[last].0 == '\n' || is_break(tagged.get(last + 1));
    if whole && begins && ends { made(first, last + 1) } else { Vec::new() }
}

/// Whether the line that new lines stand beside is as it was.
pub fn has_neighbour(walk: &Walk, edit: &LineEdit, text: &str) -> bool {
    let at = edit.range.start.0;
    let line = if edit.text.ends_with('\n') {
        at..text[at..].find('\n').map_or(text.len(), |end| at + end)
    } else {
        text[..at].rfind('\n').map_or(0, |start| start + 1)..at
    };
    let mut left = walk.tagged.iter().filter_map(|tag| tag.1);
    line.clone().filter(|at| text.is_char_boundary(*at)).all(|at| left.any(|byte| byte == at))
}

/// A file of different lines, and some of them rewritten.
fn action(random: &mut Random, ending: &str) -> (String, Vec<LineEdit>) {
    let count = 3 + random.below(12);
    let mut text: String = (0..count)
        .map(|n| format!("{}line {n}{ending}", random.pick(&["", "  ", "\t", "ü"])))
        .collect();
    if random.one_in(3) {
        text.truncate(text.len() - ending.len());
    }
    let rope = Text::from(text.as_str());
    let (one, other) = (random.boundary(&text), random.boundary(&text));
    let region = whole_lines(&rope, ByteRange::new(ByteOffset(one), ByteOffset(other)));
    let mut new = Vec::new();
    for line in rope.slice(region).replace('\r', "").split('\n') {
        match random.below(6) {
            0 => new.push(format!("{line} changed")),
            1 => new.extend([line.to_owned(), "added".to_owned()]),
            2 => {}
            _ => new.push(line.to_owned()),
        }
    }
    let edits = of_region(&rope, region, &new.join("\n"));
    (text, edits)
}

#[test]
fn both_edits_or_the_users_alone() {
    let (mut random, mut made, mut refused) = (Random::new(40), 0, 0);
    for round in 0..3_000 {
        let ending = if random.one_in(3) { "\r\n" } else { "\n" };
        let (text, edits) = action(&mut random, ending);
        if edits.is_empty() {
            continue;
        }
        let mut walk = Walk::new(&text);
        for _ in 0..=random.below(5) {
            walk.step(&mut random);
        }
        let now = walk.document.text();
        let then = Text::from(text.as_str());
        let got =
            rebase(&edits, &then, &walk.edits, now).ok().map(|edits| all(&applied(now, &edits)));
        let want = right(&walk.tagged, &edits);
        // New lines whose neighbour is gone may have lost their place.
        let lost =
            edits.iter().any(|edit| edit.range.is_empty() && !has_neighbour(&walk, edit, &text));
        let good = got.as_ref().map_or(want.is_empty() || lost, |got| want.contains(got));
        assert!(
            good,
            "{got:?} and not {want:?} in round {round}: {text:?} {edits:?} then {:?}",
            walk.text()
        );
        if got.is_some() { made += 1 } else { refused += 1 }
    }
    assert!(made > 800 && refused > 250, "{made} made, {refused} refused");
}

/// Typing anywhere but in the lines that change never stands in the way.
#[test]
fn other_lines_are_the_users() {
    let mut random = Random::new(41);
    for _ in 0..1_000 {
        let (text, edits) = action(&mut random, "\n");
        let mut walk = Walk::new(&text);
        let changed: Vec<_> = edits.iter().map(|edit| edit.range.as_range()).collect();
        for _ in 0..=random.below(5) {
            let far = |at: usize| {
                let (start, end) = walk.line_around(at);
                let mut tags = walk.tagged[start..end].iter().filter_map(|tag| tag.1);
                tags.all(|byte| {
                    !changed.iter().any(|range| (range.start..=range.end).contains(&byte))
                })
            };
            let free: Vec<usize> = (0..walk.tagged.len()).filter(|at| far(*at)).collect();
            if let [_, ..] = free[..] {
                let at = free[random.below(free.len())];
                walk.replace(at, at, random.pick(&["x", "y z", "\n", "🎉\n"]), random.one_in(4));
            }
        }
        let (then, now) = (Text::from(text.as_str()), walk.document.text());
        assert!(rebase(&edits, &then, &walk.edits, now).is_ok(), "{text:?} {edits:?}");
    }
}
