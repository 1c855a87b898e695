//! The shape of the table's rows, and the comments and quotes that many languages share.

use super::{Grammar, Host};

/// A language. Names of one kind stand in one string, separated by blanks.
pub(super) struct Row {
    /// The canonical id.
    pub(super) id: &'static str,
    /// For people.
    pub(super) name: &'static str,
    /// The other ids, in lower case, with `-` for `_` and blanks.
    pub(super) ids: &'static str,
    /// Extensions without the first dot; one with capitals is found only so.
    pub(super) ext: &'static str,
    /// Whole file names, in lower case; one with capitals is found only so.
    pub(super) files: &'static str,
    /// Interpreters, in lower case, without a version.
    pub(super) run: &'static str,
    pub(super) line: Option<&'static str>,
    pub(super) block: Option<(&'static str, &'static str)>,
    pub(super) quotes: &'static [char],
    pub(super) grammar: Option<Grammar>,
    pub(super) indent: bool,
    pub(super) secret: bool,
    pub(super) host: Option<Host>,
}

pub(super) const NONE: Row = Row {
    id: "",
    name: "",
    ids: "",
    ext: "",
    files: "",
    run: "",
    line: None,
    block: None,
    quotes: &[],
    grammar: None,
    indent: false,
    secret: false,
    host: None,
};
pub(super) const BOTH: &[char] = &['"', '\''];
pub(super) const DOUBLE: &[char] = &['"'];
pub(super) const TICKS: &[char] = &['"', '\'', '`'];
pub(super) const STARS: Option<(&str, &str)> = Some(("/*", "*/"));
pub(super) const PARENS: Option<(&str, &str)> = Some(("(*", "*)"));
pub(super) const BRACES: Option<(&str, &str)> = Some(("{-", "-}"));
pub(super) const PIPES: Option<(&str, &str)> = Some(("#|", "|#"));
pub(super) const TEMPLATE: Option<(&str, &str)> = Some(("{#", "#}"));
pub(super) const ERB: Option<(&str, &str)> = Some(("<%#", "%>"));

/// `//` and `/* */`.
pub(super) const C_LIKE: Row = Row { line: Some("//"), block: STARS, quotes: BOTH, ..NONE };
/// `#`.
pub(super) const HASH: Row = Row { line: Some("#"), quotes: BOTH, ..NONE };
/// `--`.
pub(super) const DASHES: Row = Row { line: Some("--"), quotes: DOUBLE, ..NONE };
/// `;`, and `'` quotes a form.
pub(super) const LISP: Row = Row { line: Some(";"), quotes: DOUBLE, ..NONE };
/// `%`.
pub(super) const PERCENT: Row = Row { line: Some("%"), ..NONE };
/// `<!-- -->`; an apostrophe is text.
pub(super) const MARKUP: Row = Row { block: Some(("<!--", "-->")), quotes: DOUBLE, ..NONE };
/// Markup with elements in other languages.
pub(super) const HTML: Row = Row { host: Some(Host::Markup), ..MARKUP };
/// Markup of single-file components.
pub(super) const COMPONENT: Row = Row { host: Some(Host::Component), ..MARKUP };
/// Prose with code fences.
pub(super) const PROSE: Row = Row { host: Some(Host::Markdown), quotes: &[], ..MARKUP };
