//! One walk through the lines of a text under way: which of them belong to what the cursor asks for.

use super::{Place, StopRule, lines_of, place};
use crate::completion::shape::around::{Around, Closed, width};
use crate::completion::shape::lines;
use crate::completion::shape::scan::{Event, Inside, Scan};

/// What is known of the lines so far.
pub(super) struct Walk<'a> {
    pub(super) place: Place,
    pub(super) max_lines: usize,
    pub(super) around: &'a Around,
    pub(super) text: &'a str,
    pub(super) scan: Scan,
    /// Brackets open on lines above the cursor's; those open at the cursor.
    pub(super) floor: usize,
    pub(super) base: usize,
    /// Indentation of the line that is written on, once it is known.
    pub(super) indent: Option<usize>,
    /// The first line of the unit: a statement, a declaration.
    pub(super) head: String,
    /// A body without brackets has been opened in the unit.
    pub(super) body: bool,
    /// The unit has opened a block that is closed again.
    pub(super) closed: bool,
    /// A word has closed the unit.
    pub(super) ended: bool,
    /// The text has left the block around the cursor: what it left for is all that may come.
    pub(super) left: bool,
    /// The last line ends with an operator.
    pub(super) asks: bool,
    /// The last line ends a statement or an item; it stands at this column.
    pub(super) over: bool,
    pub(super) columns: usize,
    /// The statement does not end with the last line for certain.
    pub(super) goes_on: bool,
    /// The line is read, but may not belong to the text.
    pub(super) skip: bool,
    /// The unit is an `if` without a brace.
    pub(super) bare: bool,
    /// A blank line came after it.
    pub(super) gap: bool,
    /// Lines of the unit are all comments or attributes.
    pub(super) prelude: bool,
    /// The whole lines so far.
    pub(super) content: usize,
    pub(super) lines: usize,
    /// The body is being written from its beginning: all of it is wanted.
    pub(super) whole_body: bool,
    /// The items of what is open around the cursor are alike: they go on.
    pub(super) items: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(rule: &StopRule, around: &'a Around, text: &'a str) -> Self {
        // What comes after a whole comment is code.
        let place = match place(rule.extent, around) {
            Place::Comment(_) => Place::Blank,
            place => place,
        };
        let (floor, base) = (around.floor, around.scan.open().len());
        let blank = place == Place::Blank;
        let indent = (!blank).then(|| width(&around.before));
        let items = around.holds_items();
        let before = around.before.as_str();
        let head = match before.trim() {
            // A brace on a line of its own belongs to the line above.
            "{" => around.previous().unwrap_or(""),
            _ if blank => "",
            _ => before,
        };
        Self {
            place,
            max_lines: rule.max_lines,
            around,
            text,
            scan: around.scan.clone(),
            floor,
            base,
            indent,
            head: head.to_owned(),
            body: !blank && lines::opens_body(before, around.language),
            closed: false,
            ended: false,
            left: false,
            goes_on: false,
            asks: false,
            over: false,
            columns: 0,
            skip: false,
            bare: false,
            gap: false,
            prelude: false,
            content: 0,
            lines: 0,
            whole_body: around.body_is_empty(),
            items,
        }
    }

    /// Where the text is complete, in bytes.
    pub(super) fn end(mut self) -> Option<usize> {
        for (at, line) in lines_of(self.text) {
            if let Some(end) = self.line(at, line) {
                return Some(end);
            }
        }
        None
    }

    /// Reads one line; answers where the text is complete.
    fn line(&mut self, at: usize, line: &str) -> Option<usize> {
        let whole = line.ends_with('\n');
        let first = at == 0;
        let body = line.trim();
        let code = self.scan.inside() == Inside::Code;
        if body.is_empty() {
            self.scan.feed(line, |_, _| {});
            return if self.lines > 0 && code && whole { self.blank() } else { None };
        }
        let starts_unit = !first || self.place == Place::Blank;
        if starts_unit && code {
            if self.is_over(at, line, whole) {
                return Some(self.content);
            }
            if !whole && self.lines > 0 && lines::may_become_chain(body) {
                return None;
            }
        } else if first && self.place == Place::Statement {
            self.head.push_str(line.trim_end());
        }
        self.read(at, line, whole)
    }

    /// A blank line between units.
    fn blank(&mut self) -> Option<usize> {
        let open = self.scan.open().len();
        if open > self.base {
            return None;
        }
        self.gap = true;
        let goes_on = self.body || self.items || self.prelude || self.whole_body;
        (open <= self.floor && !goes_on).then_some(self.content)
    }

    /// Reads a line that belongs to the text.
    fn read(&mut self, at: usize, line: &str, whole: bool) -> Option<usize> {
        let before = self.scan.open().len();
        // What is closed first of what was open before the text, where; and the outermost.
        let mut below: Option<(usize, usize)> = None;
        let mut outermost = usize::MAX;
        let mut strays = None;
        let base = self.base;
        self.scan.feed(line, |place, event| match event {
            Event::Closes(to) if to < base => {
                below.get_or_insert((to, place));
                outermost = outermost.min(to);
            }
            Event::Strays => {
                strays.get_or_insert(place);
            }
            _ => {}
        });
        let content =
            if std::mem::take(&mut self.skip) { self.content } else { at + line.trim_end().len() };
        let leads = |place: usize| line.get(..place).is_some_and(|text| text.trim().is_empty());
        // Half a line that closes may come to open the other part.
        let word = line.trim().trim_start_matches([')', ']', '}', ' ']);
        let half =
            !whole && (word.is_empty() || lines::may_become_chain(word) || lines::is_chain(line));
        let closes = strays.is_some_and(leads) || below.is_some_and(|(_, place)| leads(place));
        if half && closes && self.lines > 0 {
            return None;
        }
        if let Some((to, place)) = below {
            let closed = self.around.closed.get(to).copied().unwrap_or(Closed::Below);
            // `} else {` leaves the block for its other part, which the closer below then closes.
            let swaps = self.scan.open().len() >= base && lines::is_chain(line);
            if closed == Closed::Below && leads(place) && self.lines > 0 && !swaps {
                return Some(self.content);
            }
            if swaps {
                return self.read_on(at, line, whole);
            }
            self.items &= outermost >= self.floor;
            if outermost < self.floor {
                // The rest belongs to the line on which it was opened.
                self.indent = self.around.scan.open().get(outermost).map(|open| open.indent);
                self.whole_body = false;
            }
            self.base = self.base.min(outermost);
            self.floor = self.floor.min(outermost);
        }
        if let Some(place) = strays
            && leads(place)
            && self.lines > 0
        {
            return Some(self.content);
        }
        self.content = content;
        self.read_whole(line, whole, before, at == 0)
    }

    /// A line that closes a block and opens the next part of its construct.
    fn read_on(&mut self, at: usize, line: &str, whole: bool) -> Option<usize> {
        self.content = at + line.trim_end().len();
        self.lines += usize::from(whole);
        None
    }

    fn read_whole(&mut self, line: &str, whole: bool, before: usize, first: bool) -> Option<usize> {
        let content = self.content;
        self.lines += 1;
        if !whole {
            return None;
        }
        if self.lines >= self.max_lines {
            return Some(content);
        }
        if self.scan.inside() != Inside::Code {
            return None;
        }
        if lines::opens_body(line, self.around.language) {
            if self.body_stands_below() {
                return Some(content);
            }
            self.body = true;
            return None;
        }
        let open = self.scan.open().len();
        if open < before && self.lines > 1 && !self.body {
            self.closed = true;
        }
        let code = lines::code_of(line, self.around.language);
        let python = self.around.language.id() == "python";
        let statement = python && !self.items && !lines::goes_on(line, self.around.language);
        let ends = code.ends_with(';') || (self.items && code.ends_with(','));
        let ended = ends || (!python && code.ends_with('}')) || statement;
        self.over = open <= self.floor && ended && self.around.parsed.is_some();
        self.columns = if first { self.indent.unwrap_or(0) } else { width(line) };
        if self.closed_below(open) {
            return Some(content);
        }
        if open > self.floor {
            return None;
        }
        self.finished(line, content)
    }

    /// Whether brackets that the text leaves open are closed by what stands below anyway.
    fn closed_below(&self, open: usize) -> bool {
        let own = open.saturating_sub(self.base);
        let strays = &self.around.strays;
        let of_text = self.scan.open().get(self.base..).unwrap_or_default();
        // They go on below, or are closed there at once.
        let indent = self.indent.unwrap_or(0);
        let inside = self.around.next().is_some_and(|next| {
            width(next) > indent || next.trim_start().starts_with(['}', ')', ']'])
        });
        inside
            && own > 0
            && strays.len() == own
            && of_text.iter().rev().map(|open| open.closer()).eq(strays.iter().copied())
    }

    /// Whether the block that the cursor's line opens has its body already.
    fn body_stands_below(&self) -> bool {
        let indent = self.indent.unwrap_or(0);
        self.lines == 1
            && self
                .around
                .below
                .first()
                .is_some_and(|line| !line.trim().is_empty() && width(line) > indent)
    }

    /// A whole line after which nothing is open: whether the text is complete.
    fn finished(&mut self, line: &str, content: usize) -> Option<usize> {
        let language = self.around.language;
        if lines::is_comment(line, language) && self.goes_on {
            return None;
        }
        self.goes_on = false;
        let code = lines::code_of(line, language);
        // An operator at the end asks for another line, however deep that stands.
        let entry = self.items || self.floor_is_list() || language.by_indentation();
        self.asks = lines::goes_on(line, language) && !(code.ends_with(',') && entry);
        if self.items || self.prelude || lines::goes_on(line, language) || lines::is_end_tag(line) {
            return None;
        }
        // One of a chain of calls: the next may follow.
        if lines::continues(line, language) && !code.ends_with(';') {
            self.goes_on = true;
            return None;
        }
        if self.encloser_is_lacking() && self.place != Place::Blank {
            return None;
        }
        if self.ended {
            return (self.left || self.place != Place::Blank).then_some(content);
        }
        if self.place == Place::Blank {
            return None;
        }
        if self.body && !self.closed {
            return None;
        }
        if language.id() == "sql" && !lines::code_of(line, language).ends_with(';') {
            return None;
        }
        // A brace may stand on the next line.
        let braces = !language.by_indentation() && !lines::by_words(language);
        let header = lines::is_header(&self.head) || lines::declares(&self.head);
        if braces && header && !self.closed && !code.ends_with([';', '}']) {
            return None;
        }
        // An `else` may follow what stands without a brace.
        let bare = lines::first_word(&self.head) == "if" && code.ends_with(';') && !self.closed;
        if bare && braces && self.around.parsed.is_some() {
            self.bare = true;
            return None;
        }
        // What ends with its line ends here; the rest of a chain, a method's call, can still come.
        let chain = lines::can_chain(&self.head) && (self.closed || self.body);
        let open_end = !lines::ends_with_line(language) && !code.ends_with([';', '}', ']']);
        if chain || open_end {
            self.goes_on = open_end;
            return None;
        }
        Some(content)
    }
}
