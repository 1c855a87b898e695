//! Code that a grammar does not know, written as what it knows.

use crate::actions::edits::changes::{Edge, LineEdit, start_of};
use crate::document::language::Language;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;

/// The same with the macros that C++ has for tests written as what the grammar knows: it takes
/// `TEST_CASE("…") {` for a statement without its end.
pub(super) fn masked(language: Language, text: &Text, edits: &[LineEdit]) -> (Text, Vec<LineEdit>) {
    if language.id() != "cpp" {
        return (text.clone(), edits.to_vec());
    }
    const TOP: [&str; 5] =
        ["TEST_CASE(", "SCENARIO(", "TEST_CASE_METHOD(", "TEMPLATE_TEST_CASE(", "TEST_SUITE("];
    const INSIDE: [&str; 5] = ["SECTION(", "SUBCASE(", "GIVEN(", "WHEN(", "THEN("];
    let mask = |line: &str| {
        let body = line.trim_start();
        let with = |words: &str| match line.rfind(')') {
            Some(end) => format!("{words}{}", line.get(end + 1..).unwrap_or("")),
            None => line.to_owned(),
        };
        if TOP.iter().any(|name| body.starts_with(name)) {
            with("void test()")
        } else if INSIDE.iter().any(|name| body.starts_with(name)) {
            with("if (true)")
        } else {
            line.to_owned()
        }
    };
    let all = |text: &str| text.split_inclusive('\n').map(mask).collect::<String>();
    let before = all(&text.whole());
    let (before, mut made) = (Text::from(before.as_str()), edits.to_vec());
    for edit in &mut made {
        // Lines keep their numbers, not their bytes.
        let place = |at: ByteOffset, edge: Edge| match edge {
            Edge::Start => start_of(&before, text.line_of(at)),
            Edge::End => before.line_end(text.line_of(at)),
        };
        edit.range = ByteRange::new(
            place(edit.range.start, edit.edges.0),
            place(edit.range.end, edit.edges.1),
        );
        edit.text = all(&edit.text);
    }
    (before, made)
}
