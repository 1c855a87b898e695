//! Whether a line still belongs to what is written, by its beginning: how deep it stands, what it
//! closes, what it goes on with.

use super::Place;
use super::walk::Walk;
use crate::completion::shape::around::{Closed, width};
use crate::completion::shape::lines;

impl Walk<'_> {
    /// Whether the text ends before this line. Half a line is judged only by what cannot change.
    pub(super) fn is_over(&mut self, at: usize, line: &str, whole: bool) -> bool {
        let columns = match (at, self.place) {
            (0, Place::Blank) => width(&self.around.before) + width(line),
            _ => width(line),
        };
        let open = self.scan.open().len();
        if self.lines == 0 {
            self.first(at, line, columns, open);
            return false;
        }
        if std::mem::take(&mut self.asks) && !self.gap {
            return false;
        }
        let body = line.trim();
        let indent = self.indent.unwrap_or(0);
        // Directives stand at the left wherever they are, and half a tag may be one that closes.
        let directive =
            body.starts_with('#') && columns == 0 && lines::has_directives(self.around.language);
        if directive || (!whole && body.starts_with('<')) {
            return false;
        }
        if open > self.floor {
            let sure = whole || !lines::may_become_chain(body);
            return sure && self.has_fallen(body, columns, open);
        }
        if columns < indent || self.around.block.is_some_and(|block| columns <= block) {
            return !self.is_wanted_outside(line, columns, whole);
        }
        if columns > indent {
            // What stands deeper than a line that is over is from somewhere else.
            let deeper = columns > self.columns && !self.body && !self.gap_in_body();
            return self.over && deeper && !is_closer(body);
        }
        // What belongs to an `if` has nothing to belong to here.
        let stray = lines::is_else(body) && whole;
        !self.goes_on_with(line, whole) && (stray || self.sibling(line))
    }

    /// The first line with anything on it.
    fn first(&mut self, at: usize, line: &str, columns: usize, open: usize) {
        if self.indent.is_none() {
            self.indent = Some(columns);
        }
        let below = at > 0 && open <= self.floor;
        if self.place == Place::Blank {
            self.begin(line);
        } else if below && Some(columns) > self.indent {
            // What hangs below a line goes on until a line stands no deeper.
            self.body = true;
        } else if below && !self.body && !self.prelude {
            self.begin(line);
        }
    }

    /// Whether a line in brackets of the text's own stands so far left that they must have been left
    /// open.
    fn has_fallen(&self, body: &str, columns: usize, open: usize) -> bool {
        let indent = self.indent.unwrap_or(0);
        let fallen = columns <= indent && !is_closer(body) && !lines::is_end_word(body);
        let label = body.ends_with(':') || body.starts_with(['#', '@']) || columns == 0;
        let block = self.scan.open().last().is_some_and(|open| open.bracket == '{');
        let own = block && open >= self.base && self.base > self.floor && !label;
        fallen && (own || (lines::declares(body) && self.body_below(open)))
    }

    /// Whether a line that stands less deep belongs to the text all the same.
    fn is_wanted_outside(&mut self, line: &str, columns: usize, whole: bool) -> bool {
        let body = line.trim();
        if body == "{" && !self.around.language.by_indentation() {
            self.indent = Some(columns);
            return true;
        }
        (is_closer(body) && self.is_lacking(body))
            || self.is_lacking_tag(body)
            || self.leaves(line, columns, whole)
    }

    /// Whether a line at the level of the unit goes on with it.
    fn goes_on_with(&mut self, line: &str, whole: bool) -> bool {
        let (body, language) = (line.trim(), self.around.language);
        if language.id() == "yaml" && body.starts_with("- ") && self.body {
            return true;
        }
        if self.ends_tag(body) {
            self.ended = true;
            return true;
        }
        if lines::is_end_word(body) {
            if self.body && whole {
                self.body = false;
                self.ended = true;
            }
            return true;
        }
        if self.bare && !self.gap {
            let half = !whole && !body.is_empty() && "else".starts_with(body);
            if half || lines::first_word(body) == "else" {
                return true;
            }
        }
        let comment = lines::is_comment(line, language) && !self.gap;
        if lines::can_chain(&self.head) && (self.closed || self.body) && !self.ended {
            if lines::is_chain(line) {
                self.gap = false;
                return true;
            }
            // A comment may stand between the parts.
            let mark = language.line_comment().unwrap_or("");
            if !whole && mark.starts_with(body) {
                return true;
            }
            self.skip = comment && self.closed;
        }
        // And in a statement that goes on.
        self.skip |= comment && self.goes_on;
        if self.skip {
            return true;
        }
        if lines::is_else(body) && whole {
            return false;
        }
        (lines::continues(line, language) && !self.gap)
            || (!whole && (lines::may_become_chain(body) || is_closer(body)))
    }

    /// A line that stands less deep and still belongs to the text: the next part of the construct
    /// around the cursor, its end where that is missing, an access label.
    fn leaves(&mut self, line: &str, columns: usize, whole: bool) -> bool {
        let body = line.trim();
        let label = |label: &&str| *label == body || (!whole && label.starts_with(body));
        if ["public:", "private:", "protected:"].iter().any(label) {
            return true;
        }
        let Some(opener) = self.around.opener(self.indent.unwrap_or(0)) else { return false };
        if self.place != Place::Blank || columns != width(opener) {
            return false;
        }
        if !whole && lines::may_become_chain(body) {
            return true;
        }
        if lines::is_end_word(body) && self.around.end_is_lacking(opener) {
            self.body = false;
            self.ended = true;
            self.left = true;
            return true;
        }
        let stands = self.around.next().is_some_and(|next| {
            width(next) == columns && (lines::is_chain(next) || lines::is_end_word(next))
        });
        // The brace that an editor has set closes the last part of the chain.
        let set =
            self.around.next().is_some_and(|next| width(next) == columns && next.trim() == "}");
        if set && body.starts_with('}') && lines::can_chain(opener) && !self.left {
            let half = !whole && lines::may_become_chain(body.trim_start_matches(['}', ' ']));
            if lines::is_chain(body) {
                opener.clone_into(&mut self.head);
                (self.closed, self.left, self.whole_body) = (true, true, false);
                self.indent = Some(columns);
                return true;
            }
            return !whole && (half || body.trim_end() == "}");
        }
        let chain = lines::is_chain(body) && lines::can_chain(opener) && !body.starts_with('}');
        if !chain || (stands && !lines::is_end_word(self.around.next().unwrap_or(""))) {
            return false;
        }
        self.indent = Some(columns);
        opener.clone_into(&mut self.head);
        self.body = true;
        self.left = true;
        self.whole_body = false;
        true
    }

    /// A line at the same level that is none of the unit's.
    fn sibling(&mut self, line: &str) -> bool {
        if self.prelude {
            self.begin(line);
            return false;
        }
        // What stands in a bracket that is closed nowhere goes on to its end.
        let lacking = self.encloser_is_lacking() && self.floor_is_list() && !self.gap;
        if self.items || self.whole_body || lacking {
            self.begin(line);
            return false;
        }
        let blank = self.place == Place::Blank;
        if self.around.language.id() == "sql" && !self.gap {
            let so_far = self.text.get(..self.content).unwrap_or("");
            if !so_far.trim_end().ends_with(';') {
                return false;
            }
        }
        let top = self.floor == 0 && self.indent == Some(0) && self.around.block.is_none();
        let large = self.closed || self.body;
        if !blank || self.left || self.gap || (top && (large || lines::declares(line))) {
            return true;
        }
        self.begin(line);
        false
    }

    /// A unit begins with this line.
    fn begin(&mut self, line: &str) {
        self.head = line.trim().to_owned();
        self.prelude = lines::is_prelude(line, self.around.language);
        (self.body, self.closed, self.ended, self.gap) = (false, false, false, false);
    }

    /// Whether what is open is closed below anyway.
    fn body_below(&self, open: usize) -> bool {
        let own = self.around.closed.get(self.floor..open.min(self.base)).unwrap_or_default();
        own.iter().all(|closed| *closed != Closed::Nowhere)
    }

    /// Whether a line that begins with a closer closes what nothing below does.
    fn is_lacking(&self, body: &str) -> bool {
        let closer = body.chars().next();
        let innermost = self
            .scan
            .open()
            .last()
            .zip(self.around.closed.get(self.scan.open().len().saturating_sub(1)));
        innermost.is_some_and(|(open, closed)| {
            Some(open.closer()) == closer && *closed == Closed::Nowhere
        })
    }

    /// Whether a line is an end tag that does not stand below.
    fn is_lacking_tag(&self, body: &str) -> bool {
        let next = self.around.next().map_or("", str::trim);
        lines::is_end_tag(body) && next != body
    }

    /// Whether the blank line that was read may stand in a body.
    const fn gap_in_body(&self) -> bool {
        self.gap && (self.body || self.whole_body)
    }

    /// Whether a line is the end tag of the tag that the unit begins with.
    fn ends_tag(&self, body: &str) -> bool {
        let name = body.strip_prefix("</").and_then(|left| left.strip_suffix('>'));
        let begins = |name: &str| {
            let tag =
                self.head.trim_start().strip_prefix('<').and_then(|tag| tag.strip_prefix(name));
            tag.is_some_and(|left| left.starts_with(['>', ' ']))
        };
        name.is_some_and(begins) && self.around.next().map(str::trim) != Some(body)
    }

    /// Whether the innermost bracket above the line holds a list.
    pub(super) fn floor_is_list(&self) -> bool {
        let open = self.floor.checked_sub(1).and_then(|index| self.scan.open().get(index));
        open.is_some_and(|open| open.bracket != '{')
    }

    /// Whether the block around the cursor is closed nowhere.
    pub(super) fn encloser_is_lacking(&self) -> bool {
        let closed = self.floor.checked_sub(1).and_then(|index| self.around.closed.get(index));
        closed == Some(&Closed::Nowhere)
    }
}

fn is_closer(body: &str) -> bool {
    body.starts_with(['}', ')', ']'])
}
