//! What a review found, read as leniently as models write it, and held to the code that it quotes.

mod read;

use self::read::Said;
use super::answer::{self, AnswerError, Given, Place, Written};
use super::edits::changes::{applied, of_region, top};
use super::edits::forward::forward;
use super::edits::parse::parses_worse;
use crate::backend::FinishReason;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::document::{DocumentSnapshot, Edit};
use crate::guard::redact;
use crate::markdown::plain as plain_text;

/// Most remarks of one review.
const MOST: usize = 50;
/// Characters of a remark that are shown.
const MESSAGE: usize = 600;

/// How much a fault matters (LSP 3.17, "DiagnosticSeverity").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It will hurt.
    Error = 1,
    /// It may.
    Warning = 2,
    /// Good to know.
    Info = 3,
}

/// What kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// It does the wrong thing.
    Bug,
    /// It can be abused.
    Security,
    /// It takes too long, or too much.
    Performance,
}

impl Category {
    /// Its name: the diagnostic's code.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Security => "security",
            Self::Performance => "performance",
        }
    }
}

/// A fault that a review found.
#[derive(Clone, PartialEq, Eq)]
pub struct Remark {
    /// The code: from the first line's first character to the last line's last.
    pub range: ByteRange,
    /// How much it matters.
    pub severity: Severity,
    /// What kind it is of.
    pub category: Category,
    /// What is wrong.
    pub message: String,
    /// What should stand in its lines' place, as whole lines with LF.
    pub fix: Option<String>,
}

impl std::fmt::Debug for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Remark({:?}, {:?}, {:?})", self.range, self.severity, self.category)
    }
}

impl Remark {
    /// Goes to where its code is in the text as the edits made it; false where its lines have been
    /// touched.
    pub fn follow(&mut self, since: &[Edit], now: &Text) -> bool {
        let Some(range) = forward(self.range, since) else { return false };
        self.range = range;
        // Code beside it on its lines was written since.
        let lines = super::edits::changes::whole_lines(now, range);
        let beside = [(lines.start, range.start), (range.end, lines.end)];
        beside.iter().all(|(from, to)| now.slice(ByteRange::new(*from, *to)).trim().is_empty())
    }
}

/// The faults that an answer names in the lines of a region; none where it says that there are none.
/// What it says of code that is not there is left out. Parses: not for the message path.
///
/// # Errors
/// Why the answer cannot be used.
pub fn remarks(
    given: Given<'_>,
    document: &DocumentSnapshot,
    region: ByteRange,
) -> Result<Vec<Remark>, AnswerError> {
    let text = answer::words(given)?;
    let said = match read::all(&text) {
        Some(said) => said,
        None if given.finish == Some(FinishReason::Length) => return Err(AnswerError::CutOff),
        None => return Err(answer::refused(&text).unwrap_or(AnswerError::Unreadable)),
    };
    let lines = Lines::new(&document.text, region);
    let mut found: Vec<Remark> = Vec::new();
    for said in &said {
        let Some(range) = lines.find(said) else { continue };
        let twice = |known: &Remark| known.range == range && known.category == said.category;
        if found.len() < MOST && !found.iter().any(twice) {
            found.push(remark(said, range, document));
        }
    }
    if found.is_empty() && !said.is_empty() {
        return Err(AnswerError::Nowhere);
    }
    found.sort_by_key(|remark| (remark.range.start, remark.severity));
    Ok(found)
}

fn remark(said: &Said, range: ByteRange, document: &DocumentSnapshot) -> Remark {
    let whole = plain_text(&said.message);
    let mut message: String = whole.chars().take(MESSAGE).collect();
    if message.len() < whole.len() {
        message.push('…');
    }
    let fix = said.fix.as_deref().and_then(|fix| usable(fix, range, document));
    Remark { range, severity: said.severity, category: said.category, message, fix }
}

/// The lines that a fix comes to, if they parse as well as those that are there. Where nothing can be
/// parsed nothing tells code from advice.
fn usable(fix: &str, range: ByteRange, document: &DocumentSnapshot) -> Option<String> {
    let grammar = document.language.grammar()?;
    let text = &document.text;
    let lines = super::edits::changes::whole_lines(text, range);
    let part = |from, to| normalise(&text.slice(ByteRange::new(from, to)));
    let (before, region) = (part(top(text), lines.start), part(lines.start, lines.end));
    let after = part(lines.end, text.end());
    let place = Place::new(document.language, &before, &region, &after);
    let fence = "`".repeat(8);
    let fenced = format!("{fence}\n{fix}\n{fence}\n");
    let given = Given { text: &fenced, finish: Some(FinishReason::Stop) };
    // A fix of these lines imports nothing: that would come to stand elsewhere.
    let Written { code, .. } =
        answer::rewritten(given, &place).ok().filter(|written| written.imports.is_empty())?;
    let after = applied(text, &of_region(text, lines, &code));
    (!parses_worse(grammar, text, &after)).then_some(code)
}

/// The lines that a review was about, as the model was shown them.
struct Lines<'a> {
    text: &'a Text,
    first: usize,
    shown: Vec<String>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a Text, region: ByteRange) -> Self {
        let code = normalise(&text.slice(region));
        let hidden = redact(&code);
        let lines = |text: &str| -> Vec<String> {
            text.split('\n').map(|line| plain(line).to_owned()).collect()
        };
        let (own, shown) = (lines(&code), lines(hidden.as_str()));
        let shown = if own.len() == shown.len() { shown } else { own };
        Self { text, first: text.line_of(region.start), shown }
    }

    /// Where the code stands that is quoted: of several places the one nearest to the line that is named.
    fn find(&self, said: &Said) -> Option<ByteRange> {
        said.quotes.iter().find_map(|quote| self.quoted(quote, said.line))
    }

    fn quoted(&self, quote: &str, line: Option<usize>) -> Option<ByteRange> {
        let quote: Vec<&str> = quote.lines().map(plain).filter(|line| !line.is_empty()).collect();
        let head = *quote.first().filter(|head| head.chars().any(char::is_alphanumeric))?;
        let near = |at: &usize| {
            // Lines are counted from the code's beginning, or the file's.
            let from = line.map(|line| line.saturating_sub(1)).unwrap_or(0);
            at.abs_diff(from).min((at + self.first).abs_diff(from))
        };
        let is = |at: &usize| self.shown.get(*at).is_some_and(|line| line == head);
        let holds = |at: &usize| self.shown.get(*at).is_some_and(|line| line.contains(head));
        let all = || 0..self.shown.len();
        let at =
            all().filter(is).min_by_key(near).or_else(|| all().filter(holds).min_by_key(near))?;
        let mut end = at;
        for rest in quote.iter().skip(1) {
            let next = (end + 1..self.shown.len())
                .find(|at| self.shown.get(*at).is_some_and(|line| !line.is_empty()));
            match next.filter(|at| self.shown.get(*at).is_some_and(|line| line == rest)) {
                Some(next) => end = next,
                None => break,
            }
        }
        let (top, bottom) = (self.first + at, self.first + end);
        let lead = self.text.line(top);
        let start = self.text.line_start(top).0 + lead.len() - lead.trim_start().len();
        let last = self.text.line(bottom);
        let end = self.text.line_start(bottom).0 + last.trim_end().len();
        Some(ByteRange::new(ByteOffset(start), ByteOffset(end.max(start))))
    }
}

fn plain(line: &str) -> &str {
    line.trim()
}
