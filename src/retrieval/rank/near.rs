//! The identifiers around the cursor, the nearer the weightier, and what variables hold as far as
//! the text says so.

use crate::retrieval::names::{Name, NumberMap, Part, View, for_each_part};

/// Lines looked at before and after the cursor.
const BEFORE: usize = 200;
const AFTER: usize = 80;
/// Lines whose words count.
const WORDS: usize = 30;
/// Lines (bytes) looked at; the rest of longer ones is data.
const LONGEST_LINE: usize = 400;

/// An identifier near the cursor.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Use {
    /// 1 on the neighbouring line, less further away.
    pub weight: f32,
    /// The weightiest place where it follows a `.`, `->` or `::`.
    pub member: f32,
    /// The weightiest place where it is called.
    pub called: f32,
    /// How often it stands there.
    pub times: u32,
}

/// What stands around the cursor.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// By name.
    pub uses: NumberMap<u32, Use>,
    /// The names, nearest first.
    pub order: Vec<Name>,
    /// (variable, a type or a function that it comes from).
    pub bound: Vec<(Name, Name)>,
    /// Words, nearest first, with their weight.
    pub words: Vec<(Part, f32)>,
}

/// One identifier in a line.
struct Token<'a> {
    text: &'a str,
    name: Option<Name>,
    /// The character before and after, blanks left out.
    before: u8,
    after: u8,
}

impl Near {
    pub(super) fn read(view: &View<'_>, before: &str, after: &str) -> Self {
        let mut near = Self::default();
        let mut words = NumberMap::default();
        let above = before.rsplit('\n').take(BEFORE);
        let below = after.split('\n').take(AFTER);
        for (distance, line) in above.enumerate() {
            near.line(view, line, distance, 1.0, &mut words);
        }
        for (distance, line) in below.enumerate() {
            near.line(view, line, distance, 0.9, &mut words);
        }
        // What each word weighs together, in the order in which they came.
        for (word, weight) in &mut near.words {
            *weight = words.get(&word.0).copied().unwrap_or(0.0);
        }
        near
    }

    fn line(
        &mut self,
        view: &View<'_>,
        line: &str,
        distance: usize,
        side: f32,
        words: &mut NumberMap<u32, f32>,
    ) {
        let line = shortened(line);
        let weight = side * decay(distance);
        let tokens = tokens(view, line);
        for token in &tokens {
            if distance < WORDS {
                self.word(view, token, weight, words);
            }
            let Some(name) = token.name else { continue };
            let used = self.uses.entry(name.0).or_insert_with(|| {
                self.order.push(name);
                Use::default()
            });
            used.weight = used.weight.max(weight);
            used.times += 1;
            if matches!(token.before, b'.' | b'>' | b':') {
                used.member = used.member.max(weight);
            }
            if matches!(token.after, b'(' | b'!') {
                used.called = used.called.max(weight);
            }
        }
        bind(&tokens, &mut self.bound);
    }

    fn word(
        &mut self,
        view: &View<'_>,
        token: &Token<'_>,
        weight: f32,
        words: &mut NumberMap<u32, f32>,
    ) {
        let mut add = |part: Part| {
            let sum = words.entry(part.0).or_insert_with(|| {
                self.words.push((part, 0.0));
                0.0
            });
            // The first place counts whole, further ones less and less.
            *sum = sum.max(weight) + 0.1 * weight;
        };
        match token.name {
            Some(name) => view.parts(name).iter().for_each(|part| add(*part)),
            None => for_each_part(token.text, |word| {
                if let Some(part) = view.part(word) {
                    add(part);
                }
            }),
        }
    }

    /// How an identifier is used near the cursor.
    pub(super) fn of(&self, name: Name) -> Use {
        self.uses.get(&name.0).copied().unwrap_or_default()
    }
}

/// How much a line counts by its distance from the cursor.
#[allow(clippy::cast_precision_loss)]
pub(super) fn decay(distance: usize) -> f32 {
    1.0 / (1.0 + distance as f32 / 5.0)
}

fn shortened(line: &str) -> &str {
    if line.len() <= LONGEST_LINE {
        return line;
    }
    let end = (0..=LONGEST_LINE).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    line.get(..end).unwrap_or("")
}

fn tokens<'a>(view: &View<'_>, line: &'a str) -> Vec<Token<'a>> {
    let bytes = line.as_bytes();
    let part =
        |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 128;
    let at = |place: usize| bytes.get(place).copied().unwrap_or(0);
    let mut found: Vec<Token<'a>> = Vec::new();
    let (mut place, mut last) = (0, 0);
    while place < bytes.len() {
        let byte = at(place);
        if byte.is_ascii_digit() {
            while part(at(place)) {
                place += 1;
            }
            last = b'0';
        } else if part(byte) {
            let start = place;
            while part(at(place)) {
                place += 1;
            }
            let mut next = place;
            while matches!(at(next), b' ' | b'\t') {
                next += 1;
            }
            // `name::<T>(…)` and `name?.x` are as good as without.
            let after = at(next);
            let text = line.get(start..place).unwrap_or("");
            found.push(Token { text, name: view.get(text), before: last, after });
            last = b'a';
        } else {
            if !matches!(byte, b' ' | b'\t') {
                last = byte;
            }
            place += 1;
        }
    }
    found
}

/// Words that stand between a variable and what it is given.
const PASSED: &[&str] = &[
    "await", "new", "mut", "ref", "const", "let", "var", "self", "this", "dyn", "impl", "try",
    "Box", "Arc", "Rc", "Some", "Ok", "Option", "Vec", "Result",
];

/// `name: Type`, `name = Type(…)`, `name = Type::new(…)`, `name := f(…)`, `Type name`, `f(…) as name`.
fn bind(tokens: &[Token<'_>], bound: &mut Vec<(Name, Name)>) {
    for (place, token) in tokens.iter().enumerate() {
        let Some(name) = token.name else { continue };
        let binds = matches!(token.after, b':' | b'=') && token.before != b':';
        if binds {
            // Up to the end of what could be the type or the callee.
            for next in tokens.iter().skip(place + 1).filter(|t| !PASSED.contains(&t.text)).take(3)
            {
                if let Some(of) = next.name {
                    bound.push((name, of));
                }
                if matches!(next.after, b',' | b')' | b';' | b'=' | b'(') {
                    break;
                }
            }
        } else if let Some(next) = tokens.get(place + 1)
            && next.before == b'a'
            && token.text.chars().next().is_some_and(char::is_uppercase)
            && let Some(variable) = next.name
        {
            bound.push((variable, name));
        } else if token.text == "as"
            && let (Some(variable), Some(from)) = (
                tokens.get(place + 1).and_then(|next| next.name),
                tokens.iter().take(place).rev().find(|t| t.after == b'(').and_then(|t| t.name),
            )
        {
            bound.push((variable, from));
        }
    }
}
