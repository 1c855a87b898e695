//! What the text after the cursor closes of what is open before it.

use super::around::{Around, Closed, width};
use super::lines;
use super::scan::{Event, Inside, Open, Scan};

impl Around {
    /// Finds out what the text after the cursor closes.
    pub(super) fn read_after(&mut self, whole: bool) {
        let depth = self.scan.open().len();
        let mut closed = vec![Closed::Nowhere; depth];
        let mut strays = Vec::new();
        let mut scan = self.scan.clone();
        let mut unquoted = false;
        // What is opened after the cursor has the numbers from here on.
        let mut base = depth;
        let mut outside = false;
        let lines = std::iter::once(&self.rest).chain(&self.below);
        for (index, line) in lines.enumerate() {
            if index > 0 {
                self.outdented(&mut scan, line, base);
                base = base.min(scan.open().len());
            }
            let place = if index == 0 { Closed::Here } else { Closed::Below };
            // A brace deeper than what opens the innermost block is for one that is not there yet.
            let line = if index > 0 && !outside && is_deeper(&scan, line, base) {
                strays.push('}');
                line.trim_start().get(1..).unwrap_or("")
            } else {
                line.as_str()
            };
            let mut note = |at: usize, event| match event {
                Event::Closes(to) if to < base => {
                    base = to;
                    outside = true;
                    if let Some(open) = closed.get_mut(to) {
                        *open = place;
                    }
                }
                // What a suggestion opens is closed before what is around it.
                Event::Strays if !outside => {
                    strays.extend(line.get(at..).and_then(|left| left.chars().next()));
                }
                Event::Unquotes if index == 0 && at < line.len() => unquoted = true,
                _ => {}
            };
            scan.feed(line, &mut note);
            scan.feed("\n", &mut note);
            if index > 0 && self.is_statement(&scan, line, base) {
                scan.forget_above(scan.open().len().saturating_sub(1));
                base = base.min(scan.open().len());
            }
            if strays.len() > 64 {
                break;
            }
        }
        // What is still open where we stop looking is closed further below.
        if !whole {
            for closed in closed.iter_mut().take(scan.open().len().min(base)) {
                *closed = Closed::Below;
            }
        }
        // Of two that stand alike the inner one is being written.
        for inner in (0..depth).rev() {
            let open = self.scan.open();
            let alike = |outer: &usize| {
                let same = |at: usize| open.get(at).map(|open| (open.bracket, open.indent));
                // A closer on the cursor's line is for what was opened there.
                let near = closed.get(inner) == Some(&Closed::Below)
                    || (*outer < self.floor) == (inner < self.floor);
                near && same(*outer) == same(inner) && closed.get(*outer) == Some(&Closed::Nowhere)
            };
            if matches!(closed.get(inner), Some(Closed::Below | Closed::Here))
                && let Some(outer) = (0..inner).rev().find(alike)
            {
                closed.swap(inner, outer);
            }
        }
        self.mend_line(&mut closed, &mut strays);
        self.unquoted = unquoted && matches!(self.scan.inside(), Inside::Text(_));
        self.closed = closed;
        self.strays = strays;
    }
}

/// Whether a line begins with a brace that stands deeper than the line of the innermost open one, which
/// was opened before the cursor.
fn is_deeper(scan: &Scan, line: &str, base: usize) -> bool {
    let open = scan.open();
    let innermost = open.last().filter(|open| open.bracket == '{');
    scan.inside() == Inside::Code
        && open.len() <= base
        && line.trim_start().starts_with('}')
        && innermost.is_some_and(|open| width(line) > open.indent)
}

impl Around {
    /// What the cursor's line has opened is closed on it, or by what is made for it.
    fn mend_line(&self, closed: &mut [Closed], strays: &mut Vec<char>) {
        let open = self.scan.open();
        let same = |a: usize, b: usize| {
            open.get(a).map(|open| open.bracket) == open.get(b).map(|open| open.bracket)
        };
        // The last closer of a line that ends a statement is for what began it above.
        let rest = self.rest.trim();
        let ends = rest.ends_with(';') && rest.trim_end_matches([')', ']', '}', ';']).is_empty();
        for inner in (self.floor..open.len()).filter(|_| ends) {
            let outer = (0..self.floor)
                .rev()
                .find(|outer| same(inner, *outer) && closed.get(*outer) == Some(&Closed::Nowhere));
            if let Some(outer) = outer.filter(|_| closed.get(inner) == Some(&Closed::Here)) {
                closed.swap(inner, outer);
            }
        }
        // A brace below is for a block that is not there yet, where a bracket around what it would
        // close is closed nowhere.
        for inner in self.floor..open.len() {
            let braces = open.get(inner).is_some_and(|open| open.bracket == '{');
            let around = closed.get(self.floor..inner).unwrap_or_default();
            if braces
                && closed.get(inner) == Some(&Closed::Below)
                && around.contains(&Closed::Nowhere)
                && self.is_filled(inner)
                && let Some(closed) = closed.get_mut(inner)
            {
                *closed = Closed::Nowhere;
                strays.push('}');
            }
        }
    }

    /// Whether a bracket was opened on the cursor's line, with something behind it.
    fn is_filled(&self, index: usize) -> bool {
        let behind = self.scan.open().get(index).and_then(|open| self.before.get(open.at + 1..));
        index >= self.floor && behind.is_some_and(|text| !text.trim().is_empty())
    }

    /// Whether a line is a statement that stands in the brackets of a call on the cursor's line: they
    /// are still being written.
    fn is_statement(&self, scan: &Scan, line: &str, base: usize) -> bool {
        let open = scan.open();
        let last = open.len().checked_sub(1).filter(|last| *last >= self.floor && *last < base);
        let call = last.and_then(|last| open.get(last)).is_some_and(|open| open.bracket == '(');
        call && scan.inside() == Inside::Code && lines::code_of(line, self.language).ends_with(';')
    }

    /// A closer that begins a line closes what was opened by a line of the same indentation: what was
    /// opened in between is still being written. So is what was opened on a line no less deep than one
    /// that begins with something else.
    fn outdented(&self, scan: &mut Scan, line: &str, depth: usize) {
        let body = line.trim_start();
        if scan.inside() != Inside::Code || body.is_empty() {
            return;
        }
        let indent = width(line);
        let Some(closer @ (')' | ']' | '}')) = body.chars().next() else {
            let colon = body.trim_end().ends_with(':') && !self.language.by_indentation();
            let apart = lines::is_comment(line, self.language)
                || body.starts_with([
                    '#', '<', '{', '.', '+', '-', '?', ':', '&', '|', '"', '\'', '`', '@',
                ])
                || colon;
            let open = scan.open();
            let most = open.len().min(depth);
            // What a namespace holds may stand as deep as itself.
            let is_block = |index: usize, open: &Open| {
                open.bracket == '{' && !self.language.by_indentation() && !self.is_filled(index)
            };
            let kept = open.get(..most).unwrap_or_default().iter().enumerate().position(
                |(index, open)| {
                    open.indent > indent || (open.indent == indent && !is_block(index, open))
                },
            );
            // Another entry of the list in which the cursor's line is one.
            let entry = self.before.trim_start().starts_with('{') && body.starts_with('{');
            let entry = entry && indent == width(&self.before);
            let kept = if entry && most > self.floor { Some(self.floor) } else { kept };
            if let Some(kept) = kept.filter(|_| (entry || !apart) && open.len() <= depth) {
                scan.forget_above(kept);
            }
            return;
        };
        let open = scan.open();
        let Some(top) = open.iter().rposition(|open| open.closer() == closer) else { return };
        if top >= depth || open.get(top).is_some_and(|open| open.indent <= indent) {
            return;
        }
        let same = |open: &Open| open.closer() == closer && open.indent == indent;
        if let Some(to) = open.get(..top).unwrap_or_default().iter().rposition(same) {
            scan.forget_above(to + 1);
        }
    }
}
