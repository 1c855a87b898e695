//! What stands at a place in the code: the function around it, the statement, the comment; from the
//! syntax tree where there is one, else from the lines.

pub(crate) mod nodes;

use tree_sitter::Node;

use self::nodes::Class;
use crate::document::DocumentSnapshot;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;

/// Lines above a declaration that are looked at for its comment.
const ABOVE: usize = 200;
/// Lines of a paragraph, where only the lines tell.
const PARAGRAPH: usize = 100;
/// More bytes than this say something.
const BLANK: usize = 4 * 1024;
/// A longer body (bytes) is written already.
const STUB: usize = 400;

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its bytes, decorators and `export` included.
    pub range: ByteRange,
    /// With the comment and the attributes right above it.
    pub whole: ByteRange,
    /// A function's body.
    pub body: Option<ByteRange>,
    /// It has a doc comment.
    pub documented: bool,
}

/// What is at a range of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// The selection without blanks at its ends; the cursor where nothing is selected.
    pub selection: ByteRange,
    /// The function or method around it.
    pub function: Option<Item>,
    /// The class, or what else declares a type, around it.
    pub class: Option<Item>,
    /// The innermost declaration around it, be it a constant or a field.
    pub declaration: Option<Item>,
    /// The statement around the cursor; those that are selected.
    pub statement: Option<ByteRange>,
    /// The comment at the cursor: all its lines.
    pub comment: Option<ByteRange>,
    /// It is in a loop or a branch.
    pub in_branch: bool,
    /// It is in a test.
    pub in_test: bool,
    /// The function's body is only to be written.
    pub stub: bool,
    /// It is on a blank line that no declaration is around.
    pub at_top: bool,
    /// The file declares nothing yet: it has imports and comments at most.
    pub nothing_declared: bool,
    /// The file says nothing at all.
    pub blank: bool,
}

impl Here {
    /// Looks at a range of a document.
    #[must_use]
    pub fn new(document: &DocumentSnapshot, range: ByteRange) -> Self {
        let text = &document.text;
        let selection = settle(text, range);
        let mut here = Self { selection, blank: is_blank(text), ..Self::default() };
        let tree = document.tree.as_ref().and_then(|tree| tree.tree());
        match tree {
            Some(tree) => {
                let end = selection.end.0.max(selection.start.0 + 1);
                let path = nodes::path(tree, selection.start.0, end);
                here.read(&path, document);
                here.nothing_declared = here.blank || nodes::declares_nothing(tree);
                let line = text.line(text.line_of(selection.start));
                here.at_top = path.len() == 1 && line.trim().is_empty();
            }
            None => {
                here.nothing_declared = here.blank;
                here.read_lines(document);
            }
        }
        here
    }

    /// Whether something is selected.
    #[must_use]
    pub const fn is_selected(&self) -> bool {
        !self.selection.is_empty()
    }

    /// Whether a part of a function's body is selected.
    #[must_use]
    pub fn is_in_a_body(&self) -> bool {
        let body = self.function.as_ref().and_then(|function| function.body);
        let selection = self.selection;
        self.is_selected()
            && body.is_some_and(|body| body.start <= selection.start && selection.end <= body.end)
    }

    fn read(&mut self, path: &[Node<'_>], document: &DocumentSnapshot) {
        let text = &document.text;
        for (depth, node) in path.iter().enumerate() {
            let Some(class) = nodes::class(*node) else {
                self.in_test |= calls_test(*node, text);
                continue;
            };
            match class {
                Class::Function | Class::Type | Class::Item => {
                    let outer = depth.checked_sub(1).and_then(|above| path.get(above));
                    let outer = outer.filter(|outer| nodes::class(**outer) == Some(Class::Wrapper));
                    let item = item(*node, outer.copied(), document);
                    self.in_test |= is_test(&item, document);
                    self.declaration = Some(item.clone());
                    self.statement = None;
                    self.in_branch = false;
                    match class {
                        Class::Function => self.function = Some(item),
                        Class::Type => (self.class, self.function) = (Some(item), None),
                        _ => {}
                    }
                }
                Class::Wrapper => {}
                Class::Branch => {
                    self.in_branch = true;
                    self.statement = Some(bytes(*node));
                }
                Class::Statement => self.statement = Some(bytes(*node)),
                Class::Comment => {
                    self.comment = Some(comment_around(text, bytes(*node), document));
                }
            }
        }
        if let Some((wrapper, inner)) = wrapper_alone(path, self.selection) {
            let item = item(inner, Some(wrapper), document);
            self.statement = None;
            self.in_branch = false;
            match nodes::class(inner) {
                Some(Class::Function) => self.function = Some(item.clone()),
                Some(Class::Type) => (self.class, self.function) = (Some(item.clone()), None),
                _ => {}
            }
            self.declaration = Some(item);
        }
        if self.is_selected() && self.comment.is_none() {
            self.statement = Some(self.selection);
        }
        self.stub = self.function.as_ref().is_some_and(|function| is_stub(function, document));
    }

    /// Without a tree a paragraph is the statement, and lines of comment are a comment.
    fn read_lines(&mut self, document: &DocumentSnapshot) {
        let text = &document.text;
        let line = text.line_of(self.selection.start);
        if is_comment(&text.line(line), document) {
            let range = ByteRange::new(text.line_start(line), text.line_end(line));
            self.comment = Some(comment_around(text, range, document));
        }
        if self.is_selected() {
            self.statement = Some(self.selection);
            return;
        }
        let blank = |line: &usize| text.line(*line).trim().is_empty();
        if blank(&line) {
            return;
        }
        let first = (line.saturating_sub(PARAGRAPH)..line).rev().take_while(|at| !blank(at)).last();
        let last = (line + 1..text.line_count().min(line + PARAGRAPH)).take_while(|at| !blank(at));
        let (first, last) = (first.unwrap_or(line), last.last().unwrap_or(line));
        self.statement = Some(ByteRange::new(text.line_start(first), text.line_end(last)));
    }
}

/// A decorator, an `export` or the like, where it was hit and not the declaration that it belongs to; and
/// that.
fn wrapper_alone<'t>(path: &[Node<'t>], selection: ByteRange) -> Option<(Node<'t>, Node<'t>)> {
    let declares = |node: &&Node<'_>| {
        matches!(nodes::class(**node), Some(Class::Function | Class::Type | Class::Item))
    };
    let deepest = path.iter().rev().take_while(|node| !declares(node));
    let wrapper = *deepest.clone().find(|node| nodes::class(**node) == Some(Class::Wrapper))?;
    let last = || {
        let last = wrapper.named_child_count().checked_sub(1)?;
        wrapper.named_child(u32::try_from(last).ok()?)
    };
    let inner = wrapper
        .child_by_field_name("definition")
        .or_else(|| wrapper.child_by_field_name("declaration"))
        .or_else(|| last().filter(|_| wrapper.kind() == "template_declaration"))?;
    (selection.start.0 < inner.start_byte()).then_some((wrapper, inner))
}

/// What some files begin with, and what is no text (Unicode, "Byte Order Mark").
pub(super) const MARK: char = '\u{feff}';

/// Whether a document has nothing but blanks.
fn is_blank(text: &Text) -> bool {
    text.len() <= BLANK && text.whole().trim_start_matches(MARK).trim().is_empty()
}

fn bytes(node: Node<'_>) -> ByteRange {
    ByteRange::new(ByteOffset(node.start_byte()), ByteOffset(node.end_byte()))
}

/// A selection without the blanks at its ends. A cursor in blanks goes to the code on its line.
fn settle(text: &Text, range: ByteRange) -> ByteRange {
    let selected = text.slice(range);
    let kept = selected.trim();
    if !kept.is_empty() {
        let lead = selected.len() - selected.trim_start().len();
        let start = ByteOffset(text.floor(range.start).0 + lead);
        return ByteRange::new(start, ByteOffset(start.0 + kept.len()));
    }
    let line = text.line_of(range.start);
    let (start, code) = (text.line_start(line), text.line(line));
    let lead = code.len() - code.trim_start().len();
    let last = code
        .trim_end()
        .trim_end_matches([',', ';'])
        .char_indices()
        .next_back()
        .map_or(0, |(at, _)| at);
    let at = range.start.0.clamp(start.0 + lead.min(last), start.0 + last.max(lead.min(last)));
    ByteRange::empty(text.floor(ByteOffset(at)))
}

fn item(node: Node<'_>, wrapper: Option<Node<'_>>, document: &DocumentSnapshot) -> Item {
    let text = &document.text;
    let range = bytes(wrapper.unwrap_or(node));
    let name = nodes::name(node).map(|name| text.slice(bytes(name)).into_owned());
    let body = nodes::body(node).map(bytes);
    let first = text.line_of(range.start);
    let above = lines_above(text, first, document);
    let doc_string = body.is_some_and(|body| {
        let head = ByteRange::new(body.start, ByteOffset(body.start.0.saturating_add(8)));
        let head = text.slice(head);
        let head = head.trim_start_matches(['r', 'R', 'u', 'U', 'b', 'B', 'f', 'F']);
        document.language.id() == "python" && head.starts_with(['"', '\''])
    });
    let documented =
        doc_string || (above..first).any(|line| is_comment(&text.line(line), document));
    let start = if above < first { text.line_start(above) } else { range.start };
    Item { name, range, whole: ByteRange::new(start, range.end), body, documented }
}

/// The first of the lines of comments and attributes right above a line.
pub(crate) fn lines_above(text: &Text, first: usize, document: &DocumentSnapshot) -> usize {
    let mut top = first;
    let mut in_block = false;
    for line in (first.saturating_sub(ABOVE)..first).rev() {
        let code = text.line(line);
        let code = code.trim();
        let attribute = code.starts_with("#[") || (code.starts_with('@') && code.len() > 1);
        if in_block || is_comment(code, document) || attribute {
            top = line;
            if let Some((open, close)) = document.language.block_comment() {
                in_block = (in_block || code.ends_with(close)) && !code.contains(open);
            }
        } else if code.ends_with("*/") {
            (top, in_block) = (line, !code.contains("/*"));
        } else {
            break;
        }
    }
    // Half of a comment belongs to something else.
    if in_block { first } else { top }
}

pub(crate) fn is_comment(line: &str, document: &DocumentSnapshot) -> bool {
    let line = line.trim();
    let starts = [document.language.line_comment(), document.language.block_comment().map(|b| b.0)];
    starts.into_iter().flatten().any(|open| line.starts_with(open))
        && !(line.starts_with("#[") && document.language.id() == "rust")
}

/// All lines of a comment that is written line by line.
fn comment_around(text: &Text, range: ByteRange, document: &DocumentSnapshot) -> ByteRange {
    let (first, last) = (text.line_of(range.start), text.line_of(range.end));
    let own = text.slice(ByteRange::new(text.line_start(first), range.start));
    if !own.trim().is_empty() {
        // Behind code on its line.
        return range;
    }
    let comment = |line: &usize| is_comment(&text.line(*line), document);
    let top = (first.saturating_sub(ABOVE)..first).rev().take_while(comment).last();
    let end = (last + 1..text.line_count().min(last + ABOVE)).take_while(comment).last();
    let (top, end) = (top.unwrap_or(first), end.unwrap_or(last));
    let lead = text.line(top).len() - text.line(top).trim_start().len();
    ByteRange::new(ByteOffset(text.line_start(top).0 + lead), text.line_end(end))
}

/// Whether a declaration is a test, by what is written on it or by its name.
fn is_test(item: &Item, document: &DocumentSnapshot) -> bool {
    let text = &document.text;
    let name = item.name.as_deref().unwrap_or("");
    let above = text.slice(ByteRange::new(item.whole.start, item.range.start)).into_owned();
    match document.language.id() {
        "rust" => ["test]", "cfg(test)", "rstest", "proptest"].iter().any(|on| above.contains(on)),
        "python" => name.starts_with("test_") || (name.starts_with("Test") && name.len() > 4),
        "go" => {
            let after = name.strip_prefix("Test").or_else(|| name.strip_prefix("Benchmark"));
            after.is_some_and(|rest| !rest.starts_with(char::is_lowercase))
        }
        "java" => {
            let head = ByteRange::new(item.range.start, ByteOffset(item.range.start.0 + 200));
            let head = text.slice(head);
            head.split('{')
                .next()
                .is_some_and(|head| head.contains("@Test") || head.contains("@ParameterizedTest"))
        }
        _ => false,
    }
}

/// `it("…", …)` and the like, as jest, vitest and mocha have it.
fn calls_test(node: Node<'_>, text: &Text) -> bool {
    node.kind() == "call_expression"
        && node.child_by_field_name("function").is_some_and(|called| {
            let name = text.slice(bytes(called));
            matches!(name.split('.').next(), Some("it" | "test" | "describe"))
        })
}

/// Whether a body says no more than that something is to be written.
fn is_stub(function: &Item, document: &DocumentSnapshot) -> bool {
    let Some(body) = function.body.filter(|body| body.len() <= STUB) else { return false };
    let body = document.text.slice(body);
    let code = body.trim().trim_start_matches('{').trim_end_matches('}').trim();
    let marks = [
        "todo!(",
        "unimplemented!(",
        "NotImplementedError",
        "NotImplementedException",
        "UnsupportedOperationException",
        "not implemented",
        "Not implemented",
    ];
    let last = code.lines().next_back().unwrap_or("").trim();
    let comment = |line: &str| line.trim().is_empty() || is_comment(line, document);
    code.lines().all(comment)
        || matches!(last, "pass" | "...")
        || marks.iter().any(|mark| code.contains(mark))
}
