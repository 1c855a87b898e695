//! The rope and its conversions against a plain string: 10,000 edits in each encoding.

use foretype::document::line_ending::LineEnding;
use foretype::document::offset::{ByteOffset, ByteRange, Encoding, Position};
use foretype::document::text::Text;
use foretype::document::{Change, Document};

use super::reference::Reference;
use crate::random::Random;

const EDITS: usize = 10_000;
/// What is typed: one to four bytes a char, pairs of UTF-16 units, combining characters, joiners,
/// and all three line breaks. Form feed and the Unicode breaks are no line breaks.
const PIECES: [&str; 24] = [
    "a",
    "let x = 1;",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\r\n\r\n",
    "é",
    "ü",
    "日本語",
    "😀",
    "👩‍👩‍👧",
    "🇩🇪",
    "e\u{301}",
    "\u{feff}",
    "\u{c}",
    "\u{2028}",
    "\u{85}",
    "{",
    "}",
    "\u{0}",
    "ﬀ",
];

const BEGINNINGS: [&str; 6] = [
    "",
    "\u{feff}first\r\nsecond\r\n",
    "a\rb\rc",
    "\n\n\n",
    "x = \"😀😀\"  # 日本\ny = e\u{301}\n",
    "one\r\ntwo\nthree\rfour",
];

/// A place near the text: mostly inside, at times beyond a line's or the document's end.
fn position(random: &mut Random, reference: &Reference, encoding: Encoding) -> Position {
    let lines = reference.lines().len();
    match random.below(8) {
        0 => Position::new(random.below(lines + 2) as u32, random.below(200) as u32),
        1 => Position::new(random.below(lines) as u32, u32::MAX),
        // Possibly inside a character.
        2 | 3 => Position::new(random.below(lines) as u32, random.below(12) as u32),
        _ => {
            let at = random.boundary(&reference.text);
            // Between CR and LF there is no position.
            reference.position(at, encoding)
        }
    }
}

fn change(random: &mut Random, reference: &Reference, encoding: Encoding) -> Change {
    let text = random.join(&PIECES, 4);
    if random.one_in(200) {
        return Change { range: None, text: random.join(&PIECES, 40) };
    }
    let start = position(random, reference, encoding);
    let end = match random.below(6) {
        0 => position(random, reference, encoding),
        1 => Position::new(start.line, start.column.saturating_add(random.below(6) as u32)),
        2 => Position::new(start.line + random.below(3) as u32, random.below(9) as u32),
        _ => start,
    };
    // Now and then inverted, which is refused.
    let inverted = end < start && !random.one_in(20);
    let range = if inverted { (end, start) } else { (start, end) };
    Change { range: Some(range), text }
}

fn apply(reference: &mut Reference, change: &Change, encoding: Encoding) -> bool {
    match change.range {
        Some((start, end)) => reference.change(start, end, &change.text, encoding),
        None => {
            reference.text = change.text.clone();
            true
        }
    }
}

/// Everything that the rope says of lines and places, against the reference.
fn check(text: &Text, reference: &Reference, random: &mut Random, name: &str) {
    let whole = reference.text.as_str();
    assert!(*text == whole, "{name}: the texts differ");
    assert_eq!(text.len(), whole.len(), "{name}");
    let lines = reference.lines();
    assert_eq!(text.line_count(), lines.len(), "{name}: lines");
    // All lines at times, a few always.
    let step = if random.one_in(8) { 1 } else { 1 + lines.len() / 4 };
    for (number, line) in lines.iter().enumerate().skip(random.below(step)).step_by(step) {
        assert_eq!(text.line_start(number).0, line.start, "{name}: start of {number}");
        assert_eq!(text.line_end(number).0, line.end, "{name}: end of {number}");
        assert_eq!(text.line(number), whole[line.start..line.end], "{name}: text of {number}");
    }
    assert_eq!(text.line_start(lines.len()), text.end(), "{name}: past the last line");
    let at = random.boundary(whole);
    let here = ByteOffset(at);
    assert_eq!(text.char_before(here), whole[..at].chars().next_back(), "{name}");
    assert_eq!(text.char_after(here), whole[at..].chars().next(), "{name}");
    let other = random.boundary(whole);
    let (a, b) = (at.min(other), at.max(other));
    let range = ByteRange::new(here, ByteOffset(other));
    assert_eq!(text.slice(range), whole[a..b], "{name}: slice");
    assert!(text.ends_with_at(ByteOffset(b), &whole[a..b]), "{name}: ends with");
    let chunk = text.chunk_at(at);
    assert!(whole[at..].starts_with(chunk) && chunk.is_empty() == (at == whole.len()), "{name}");
    // Any byte at all, also inside a char and past the end.
    let any = random.below(whole.len() + 9);
    let mut floor = any.min(whole.len());
    while !whole.is_char_boundary(floor) {
        floor -= 1;
    }
    assert_eq!(text.floor(ByteOffset(any)).0, floor, "{name}: floor of {any}");
    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
        let want = reference.position(at, encoding);
        let got = text.position_of(here, encoding);
        assert_eq!(got, want, "{name}: position of {at} in {encoding:?}");
        // Back again, unless it stood between CR and LF.
        let between = whole[..at].ends_with('\r') && whole[at..].starts_with('\n');
        let back = text.byte_of(got, encoding).0;
        assert_eq!(back, if between { at - 1 } else { at }, "{name}: back from {got:?}");
        let somewhere = position(random, reference, encoding);
        let (want, got) =
            (reference.byte(somewhere, encoding), text.byte_of(somewhere, encoding).0);
        assert_eq!(got, want, "{name}: byte of {somewhere:?} in {encoding:?}");
    }
}

fn commonest(text: &str) -> LineEnding {
    let crlf = text.matches("\r\n").count();
    let (lf, cr) = (text.matches('\n').count() - crlf, text.matches('\r').count() - crlf);
    if crlf > lf && crlf >= cr {
        LineEnding::CrLf
    } else if cr > lf {
        LineEnding::Cr
    } else {
        LineEnding::Lf
    }
}

fn walk(encoding: Encoding, language: &str) {
    let mut random = Random::new(encoding as u64);
    let (mut done, mut refused) = (0, 0);
    for beginning in BEGINNINGS.iter().cycle() {
        let mut reference = Reference { text: (*beginning).to_owned() };
        let mut document = Document::open("untitled:a", language, 1, beginning);
        assert_eq!(LineEnding::of(document.text()), commonest(beginning));
        for version in 2..400 {
            // Mostly one change, at times several in one message, each on top of the last.
            let count = if random.one_in(4) { 1 + random.below(4) } else { 1 };
            document.begin_changes(version, count > 1);
            for _ in 0..count {
                let before = document.snapshot();
                let text_before = reference.text.clone();
                let change = change(&mut random, &reference, encoding);
                let name = format!("{encoding:?}, edit {done}, {change:?}");
                let fine = apply(&mut reference, &change, encoding);
                match document.apply(&change, encoding) {
                    Ok(edit) => {
                        assert!(fine, "{name}: should have been refused");
                        let mut again = text_before.clone();
                        assert_eq!(edit.len_before, again.len(), "{name}");
                        assert_eq!(edit.removed, again[edit.range.as_range()], "{name}");
                        again.replace_range(edit.range.as_range(), &edit.inserted);
                        assert_eq!(again, reference.text, "{name}: the edit says otherwise");
                    }
                    Err(_) => {
                        assert!(!fine, "{name}: was refused");
                        refused += 1;
                    }
                }
                assert!(before.text == text_before.as_str(), "{name}: a snapshot changed");
                check(document.text(), &reference, &mut random, &name);
                done += 1;
            }
            let snapshot = document.snapshot();
            assert_eq!((snapshot.version, snapshot.several_cursors), (version, count > 1));
            if reference.text.len() > 500 {
                break;
            }
        }
        if done >= EDITS {
            break;
        }
    }
    assert!(refused > EDITS / 200, "only {refused} were refused");
}

#[test]
fn ten_thousand_edits_in_utf_8() {
    walk(Encoding::Utf8, "plaintext");
}

#[test]
fn ten_thousand_edits_in_utf_16() {
    walk(Encoding::Utf16, "plaintext");
}

#[test]
fn ten_thousand_edits_in_utf_32() {
    walk(Encoding::Utf32, "rust");
}

#[test]
fn a_suggestion_takes_the_ending_of_its_lines() {
    let mut random = Random::new(9);
    for _ in 0..2_000 {
        let text = random.join(&PIECES, 20);
        let plain = text.replace("\r\n", "\n").replace('\r', "\n");
        for ending in [LineEnding::Lf, LineEnding::CrLf, LineEnding::Cr] {
            let got = ending.apply(&text);
            assert_eq!(got, plain.replace('\n', ending.as_str()));
            assert_eq!(ending.apply(&got), got);
        }
        let reference = Reference { text: text.clone() };
        let (rope, lines) = (Text::from(text.as_str()), reference.lines());
        let number = random.below(lines.len());
        let of = |line: usize| &text[lines[line].end..lines[line].next];
        let above = number.checked_sub(1).map_or("", of);
        let want = if above.is_empty() { of(number) } else { above };
        let want = if want.is_empty() { "\r" } else { want };
        assert_eq!(LineEnding::at_line(&rope, number, LineEnding::Cr).as_str(), want, "{text:?}");
    }
}
