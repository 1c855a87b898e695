//! A model's Markdown, made safe to show: an editor fetches images, follows links to its own commands
//! and renders HTML, and none of that is a model's to choose.
//!
//! The text stays as it is but for what is taken out of it: it is read by a CommonMark parser
//! (CommonMark 0.31, with and without GitHub's tables), changed where the parser finds something, and read again
//! until it finds nothing.

mod invisible;
mod stream;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag};

pub use self::invisible::visible;
pub use self::stream::settled;

/// How editors read Markdown: as GitHub does, or by CommonMark alone. Where the two differ, what is shown
/// is harmless either way.
const READERS: [Options; 2] = [
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS),
    Options::empty(),
];
/// How often a text is read again at most: each time something new came to light.
const ROUNDS: usize = 8;
/// Links that may be followed. Whatever has another scheme, or none, goes.
const FOLLOWED: [&str; 3] = ["https://", "http://", "mailto:"];
/// Elements that do something, or fetch something.
const ACTIVE: [&str; 23] = [
    "a", "applet", "audio", "base", "body", "button", "embed", "form", "frame", "html", "iframe",
    "img", "input", "link", "meta", "object", "script", "select", "style", "svg", "template",
    "textarea", "video",
];

/// Where a text is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Where Markdown is rendered.
    Rendered,
    /// Where it is not, but for links perhaps: messages and diagnostics. Nothing there is escaped,
    /// and `handlers[0](event)` is code.
    Plain,
}

/// Markdown that shows nothing but text: an image is its alternative text, or its address as code; a
/// link is its text, unless it leads to the web or to mail; HTML is shown as it is written. Code stays
/// as it is, but for characters that nobody can see.
#[must_use]
pub fn safe(text: &str) -> String {
    safe_from(text, 0)
}

/// The same for what stands behind so many bytes of a text; what stands before is somebody else's, and
/// only read: it may be a list or a fence that the rest goes on with.
#[must_use]
pub fn safe_from(text: &str, from: usize) -> String {
    made_safe(text, from, Shown::Rendered)
}

/// A message or a diagnostic: as [`safe`], where Markdown is not rendered.
#[must_use]
pub fn plain(text: &str) -> String {
    made_safe(text, 0, Shown::Plain)
}

/// With the fence closed that a text leaves open, so that what follows it is no code.
#[must_use]
pub fn closed(text: &str) -> String {
    const BEHIND: &str = "\n\n0";
    let probe = format!("{text}{BEHIND}");
    let mut fence = None;
    for (event, range) in parsed(&probe, READERS[0]) {
        if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) = event
            && range.end == probe.len()
        {
            let head = text.get(range.start..).unwrap_or("").trim_start();
            let mark = head.chars().next().filter(|mark| matches!(mark, '`' | '~'));
            fence = mark.map(|mark| head.chars().take_while(|c| *c == mark).collect::<String>());
        }
    }
    match fence {
        Some(fence) => format!("{}\n{fence}", text.trim_end_matches('\n')),
        None => text.to_owned(),
    }
}

/// A text that ends before its time.
#[must_use]
pub fn left_off(text: &str) -> String {
    let text = closed(text.trim_end());
    let last = text.lines().next_back().unwrap_or("").trim_start();
    // What stands behind a fence on its line keeps it open.
    let fence = last.starts_with("```") || last.starts_with("~~~");
    format!("{text}{}…", if fence { "\n\n" } else { " " })
}

fn parsed(text: &str, options: Options) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(text, options).into_offset_iter()
}

fn made_safe(text: &str, from: usize, shown: Shown) -> String {
    let (kept, rest) = text.split_at_checked(from).unwrap_or(("", text));
    let from = kept.len();
    let mut text = format!("{kept}{}", visible(rest));
    for _ in 0..ROUNDS {
        let mut done = true;
        for reader in READERS {
            let changes = changes(&text, reader, from, shown);
            if !changes.is_empty() {
                text = changed(&text, changes);
                done = false;
            }
        }
        if done {
            return text;
        }
    }
    // Somebody is playing games: without these signs there is nothing to play with.
    let (kept, rest) = text.split_at(from);
    let rest: String = rest
        .chars()
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            '[' => '(',
            ']' => ')',
            c => c,
        })
        .collect();
    format!("{kept}{rest}")
}

/// What takes the place of bytes of a text.
struct Change {
    range: Range<usize>,
    with: String,
}

/// Changes of what stands behind `from`.
struct Found {
    from: usize,
    list: Vec<Change>,
}

impl Found {
    fn push(&mut self, range: Range<usize>, with: &str) {
        if range.start >= self.from {
            self.list.push(Change { range, with: with.to_owned() });
        }
    }
}

fn changed(text: &str, mut changes: Vec<Change>) -> String {
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    let (mut out, mut at) = (String::with_capacity(text.len() + 16), 0);
    for Change { range, with } in changes {
        if range.start < at {
            continue;
        }
        out.push_str(text.get(at..range.start).unwrap_or(""));
        out.push_str(&with);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// A link or an image that is being read.
struct Open {
    range: Range<usize>,
    /// Bytes of the sign that it begins with.
    sign: usize,
    /// Where its text ends, once there is any.
    end: Option<usize>,
    /// What is to become of it; nothing where it may stay.
    address: Option<String>,
}

/// What is to be changed behind `from`.
fn changes(text: &str, reader: Options, from: usize, shown: Shown) -> Vec<Change> {
    let mut found = Found { from, list: Vec::new() };
    let parser = Parser::new_ext(text, reader);
    for (_, definition) in parser.reference_definitions().iter() {
        if !may_stay(&definition.dest, shown) {
            found.push(definition.span.clone(), "");
        }
    }
    if !found.list.is_empty() {
        // Without them what leads there is no link: it stays as it was before they came.
        return found.list;
    }
    let (mut open, mut in_code): (Vec<Open>, bool) = (Vec::new(), false);
    for (event, range) in parser.into_offset_iter() {
        let ended = matches!(event, Event::End(_));
        if let Some(last) = open.last_mut().filter(|_| !ended) {
            last.end = Some(last.end.unwrap_or(range.end).max(range.end));
        }
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let auto = matches!(link_type, LinkType::Autolink | LinkType::Email);
                let stays = may_stay(&dest_url, shown) || link_type == LinkType::Email;
                if !stays && auto {
                    found.push(range.clone(), &as_code(&dest_url));
                }
                let address = (!stays && !auto).then(|| dest_url.into_string());
                open.push(Open { range, sign: 1, end: None, address });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let stays = shown == Shown::Plain && scheme(&dest_url).is_none();
                let address = (!stays).then(|| dest_url.into_string());
                open.push(Open { range, sign: 2, end: None, address });
            }
            Event::End(pulldown_cmark::TagEnd::Link | pulldown_cmark::TagEnd::Image) => {
                let Some(Open { range, sign, end, address: Some(address) }) = open.pop() else {
                    continue;
                };
                match end {
                    Some(end) => {
                        found.push(range.start..range.start + sign, "");
                        found.push(end..range.end, "");
                    }
                    None if address.is_empty() || sign == 1 => found.push(range, ""),
                    None => found.push(range, &as_code(&address)),
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => match shown {
                Shown::Rendered => escaped(text, range, &['<'], |_| true, &mut found),
                Shown::Plain if is_active(&html) => found.push(range, ""),
                Shown::Plain => {}
            },
            Event::Text(_) if !in_code && shown == Shown::Rendered => {
                escaped(text, range, &['<', '['], may_begin_tag, &mut found);
            }
            _ => {}
        }
    }
    found.list
}

/// Escapes the signs in a range that begin HTML or an image, for a reader who is less strict than ours
/// or gets more of the text.
fn escaped(
    text: &str,
    range: Range<usize>,
    signs: &[char],
    is_tag: impl Fn(Option<char>) -> bool,
    found: &mut Found,
) {
    let part = text.get(range.clone()).unwrap_or("");
    for (at, sign) in part.match_indices(signs) {
        let place = range.start + at;
        let before = text.get(..place).unwrap_or("");
        let next = text.get(place + 1..).and_then(|rest| rest.chars().next());
        let begins = match sign {
            "<" => is_tag(next) && !is_escaped(before),
            _ => before.ends_with('!'),
        };
        if begins {
            found.push(place..place, "\\");
        }
    }
}

/// Whether a backslash before it takes a sign's meaning.
fn is_escaped(before: &str) -> bool {
    before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn may_begin_tag(next: Option<char>) -> bool {
    next.is_none_or(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
}

/// Whether a link may lead there.
fn may_stay(address: &str, shown: Shown) -> bool {
    let begins =
        |with: &&str| address.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    let inside = match shown {
        Shown::Rendered => address.starts_with('#'),
        Shown::Plain => scheme(address).is_none(),
    };
    inside || FOLLOWED.iter().any(begins)
}

/// An address's scheme (RFC 3986, section 3.1).
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.trim_start().split_once(':')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(fits))
        .then_some(scheme)
}

/// Whether HTML does something: `<Item>` is a type in words without backticks.
fn is_active(html: &CowStr<'_>) -> bool {
    html.split('<').skip(1).any(|tag| {
        let name = tag.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or("").to_ascii_lowercase();
        ACTIVE.contains(&name.as_str())
    })
}

/// An address as code, which no reader makes a link of.
fn as_code(address: &str) -> String {
    let address: String = address.chars().filter(|c| !c.is_control()).collect();
    let longest = address.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if address.starts_with('`') || address.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{address}{pad}{fence}")
}

#[cfg(test)]
mod tests;
