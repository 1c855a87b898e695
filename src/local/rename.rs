//! Names of a matched place re-bound to those at the cursor, where the match shows how.

use super::lexer::Kind;
use super::lexicon::Lexicon;
use super::segment::{Place, Segment};
use super::vocabulary::Id;

/// What a name of the matched place becomes here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// It stays: it is common, or it stands on both sides.
    Same,
    /// Another name that the match shows.
    Known(Id),
    /// A name with the parts exchanged that the match shows exchanged: `read_size` for `write_size`.
    Made(String),
    /// Nothing corresponds to it.
    Foreign,
}

/// Which names of a matched place stand for which here.
#[derive(Debug)]
pub struct Renaming {
    /// (there, here), the nearest to the cursor first.
    pairs: Vec<(Id, Id)>,
    same: u32,
    differ: u32,
    broken: u32,
}

/// Tokens compared.
const REACH: u32 = 32;

impl Renaming {
    /// Compares the tokens before a place with those before the cursor.
    pub fn new(segment: &Segment, place: Place, context: &[Id], lexicon: &Lexicon<'_>) -> Self {
        let mut own = Renaming { pairs: Vec::new(), same: 0, differ: 0, broken: 0 };
        let reach = place.matched.min(REACH) as usize;
        for (back, &here) in context.iter().enumerate().take(reach) {
            let there = segment.before(place.at, back + 1);
            if there == here {
                own.same += 1;
            } else {
                own.differ += 1;
            }
            if there == here && lexicon.class(here) == here {
                continue;
            }
            match own.pairs.iter().find(|pair| pair.0 == there) {
                Some(pair) if pair.1 != here => own.broken += 1,
                Some(_) => {}
                None => own.pairs.push((there, here)),
            }
        }
        own.go_on(segment, place, context, lexicon);
        own
    }

    /// Looks further back than the match, which ends at a name that is common there: as long as all but
    /// names is the same, one stands for the other. What is said again and again is renamed so, too.
    fn go_on(&mut self, segment: &Segment, place: Place, context: &[Id], lexicon: &Lexicon<'_>) {
        let reach = place.matched.min(REACH) as usize;
        let further = context.iter().enumerate().take(REACH as usize).skip(reach);
        for (back, &here) in further {
            let there = segment.before(place.at, back + 1);
            if there == here {
                continue;
            }
            let is_word = |id| lexicon.kind(id) == Kind::Word;
            // Keywords and what the whole workspace speaks of are no names of this place.
            if !is_word(there) || !is_word(here) || lexicon.class(here) == here {
                return;
            }
            if self.pairs.iter().all(|pair| pair.0 != there) {
                self.pairs.push((there, here));
            }
        }
    }

    /// The match's length, where a name that differs counts half and a contradiction against it.
    pub fn quality(&self) -> u32 {
        (self.same + self.differ / 2).saturating_sub(self.broken).max(1)
    }

    /// Whether every name stands for one and the same.
    pub fn is_consistent(&self) -> bool {
        self.broken == 0
    }

    /// What a name of the matched place becomes.
    pub fn bind(&self, id: Id, lexicon: &Lexicon<'_>) -> Bound {
        match self.pairs.iter().find(|pair| pair.0 == id) {
            Some(&(_, here)) if here == id => Bound::Same,
            Some(&(_, here)) => Bound::Known(here),
            None if lexicon.class(id) == id => Bound::Same,
            None => self.exchange(id, lexicon).unwrap_or(Bound::Foreign),
        }
    }

    fn exchange(&self, id: Id, lexicon: &Lexicon<'_>) -> Option<Bound> {
        if lexicon.kind(id) != Kind::Word {
            return None;
        }
        let word = lexicon.text(id);
        for &(there, here) in &self.pairs {
            if there == here || lexicon.kind(there) != Kind::Word {
                continue;
            }
            if let Some(made) = exchanged(word, lexicon.text(there), lexicon.text(here)) {
                return Some(Bound::Made(made));
            }
        }
        None
    }
}

/// `word` with the parts exchanged in which `there` differs from `here`.
pub fn exchanged(word: &str, there: &str, here: &str) -> Option<String> {
    let (from, to) = (parts(there), parts(here));
    let alike = |(a, b): &(&&str, &&str)| a.eq_ignore_ascii_case(b);
    let head = from.iter().zip(&to).take_while(alike).count();
    let shorter = from.len().min(to.len()) - head;
    let tail = from.iter().rev().zip(to.iter().rev()).take(shorter).take_while(alike).count();
    let from = from.get(head..from.len() - tail)?;
    let to = to.get(head..to.len() - tail)?;
    if from.is_empty() || to.is_empty() {
        return None;
    }
    let own = parts(word);
    let same = |window: &[&str]| window.iter().zip(from).all(|(a, b)| a.eq_ignore_ascii_case(b));
    let at = own.windows(from.len()).position(same)?;
    let replaced = own.get(at..at + from.len())?;
    let underscores = word.trim_matches('_').contains('_');
    let mut made = String::new();
    for part in own.get(..at)? {
        push(&mut made, part, underscores);
    }
    for (n, part) in to.iter().enumerate() {
        let model = replaced.get(n.min(replaced.len() - 1)).copied().unwrap_or_default();
        let later = n >= replaced.len() && !underscores;
        push(&mut made, &in_case_of(part, model, later), underscores);
    }
    for part in own.get(at + from.len()..)? {
        push(&mut made, part, underscores);
    }
    let lead = word.len() - word.trim_start_matches('_').len();
    let trail = word.len() - word.trim_end_matches('_').len();
    let made = format!("{}{made}{}", "_".repeat(lead), "_".repeat(trail));
    (made != word).then_some(made)
}

fn push(made: &mut String, part: &str, underscores: bool) {
    if underscores && !made.is_empty() {
        made.push('_');
    }
    made.push_str(part);
}

/// `part` in upper, lower or title case as `model` is.
fn in_case_of(part: &str, model: &str, later: bool) -> String {
    let upper = model.chars().any(char::is_uppercase);
    let lower = model.chars().any(char::is_lowercase);
    if upper && !lower && model.chars().count() > 1 {
        return part.to_uppercase();
    }
    let mut chars = part.chars();
    match chars.next() {
        Some(first) if upper || later => {
            first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()
        }
        _ => part.to_lowercase(),
    }
}

/// The words a name is made of, by underscores and by case.
pub fn parts(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for piece in name.split('_') {
        let mut start = 0;
        let mut previous = None;
        let mut chars = piece.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next_lower = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
            let bound = previous.is_some_and(|p: char| {
                c.is_uppercase() && (p.is_lowercase() || p.is_numeric() || next_lower)
            });
            if bound {
                found.extend(piece.get(start..at));
                start = at;
            }
            previous = Some(c);
        }
        found.extend(piece.get(start..).filter(|rest| !rest.is_empty()));
    }
    found
}
