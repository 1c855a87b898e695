//! A start tag: which element it opens, and the language that its attributes name.

use super::named;
use crate::document::language::{Host, Language};

/// The elements whose text is not markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Script,
    Style,
    /// Vue's, with a `lang`.
    Template,
    /// Vue's custom blocks with data.
    Data(&'static str),
    /// Text in the host's language.
    Text(&'static str),
    Other,
}

impl Element {
    pub(super) fn of(name: &str, host: Language, kind: Host) -> Self {
        // `<Script>` is a component where names keep their case.
        let is = |element: &str| match kind {
            Host::Component => name == element,
            _ => name.eq_ignore_ascii_case(element),
        };
        let vue = host.id() == "vue";
        match () {
            () if is("script") => Self::Script,
            () if is("style") => Self::Style,
            () if is("textarea") => Self::Text("textarea"),
            () if is("title") => Self::Text("title"),
            () if vue && is("template") => Self::Template,
            () if vue && is("i18n") => Self::Data("i18n"),
            () if vue && is("route") => Self::Data("route"),
            () => Self::Other,
        }
    }

    /// The name that its end tag has, in lower case.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Style => "style",
            Self::Template => "template",
            Self::Data(name) | Self::Text(name) => name,
            Self::Other => "",
        }
    }

    /// The language of its text; `None` if that is markup like the rest.
    pub(super) fn language(self, host: Language, attributes: &Attributes) -> Option<Language> {
        if self == Self::Other {
            return None;
        }
        // In HTML `lang` is a human language, mostly: what is unknown says nothing.
        let lang = Language::from_id(&attributes.lang);
        match self {
            Self::Script if attributes.kind.is_empty() || lang.is_some() => {
                let astro = host.id() == "astro";
                Some(lang.unwrap_or_else(|| named(if astro { "typescript" } else { "javascript" })))
            }
            Self::Script => Some(script_type(&attributes.kind)),
            Self::Style => Some(lang.unwrap_or_else(|| style_type(&attributes.kind))),
            Self::Template => lang.filter(|lang| lang.id() != "html"),
            Self::Data(_) => Some(lang.unwrap_or_else(|| named("json"))),
            Self::Text(_) => Some(host),
            Self::Other => None,
        }
    }
}

/// The attributes that matter, and the one being read.
#[derive(Default)]
pub(super) struct Attributes {
    lang: String,
    kind: String,
    pub(super) name: String,
    pub(super) value: String,
}

impl Attributes {
    /// Longest name or value that is of interest, in bytes.
    const LONGEST: usize = 64;

    pub(super) fn clear(&mut self) {
        self.lang.clear();
        self.kind.clear();
        self.next();
    }

    /// The value is complete.
    pub(super) fn finish(&mut self) {
        let place = if self.name.eq_ignore_ascii_case("lang") {
            &mut self.lang
        } else if self.name.eq_ignore_ascii_case("type") {
            &mut self.kind
        } else {
            return self.next();
        };
        if place.is_empty() {
            place.push_str(self.value.trim());
        }
        self.next();
    }

    pub(super) fn push(text: &mut String, c: char) {
        if text.len() < Self::LONGEST {
            text.push(c);
        }
    }

    fn next(&mut self) {
        self.name.clear();
        self.value.clear();
    }
}

/// The language of a `<script type="…">`.
/// <https://html.spec.whatwg.org/multipage/scripting.html#attr-script-type>
fn script_type(kind: &str) -> Language {
    let kind = kind.split(';').next().unwrap_or("").trim();
    let kind = kind.to_ascii_lowercase();
    let subtype = kind.split_once('/').map_or(kind.as_str(), |(_, s)| s);
    match subtype {
        "module" => named("javascript"),
        "babel" | "jsx" => named("javascriptreact"),
        "importmap" | "speculationrules" => named("json"),
        "template" | "x-template" | "ng-template" | "html" => named("html"),
        "x-handlebars" | "x-handlebars-template" => named("handlebars"),
        "x-vertex" | "x-fragment" => named("glsl"),
        "x-mathjax-config" => named("javascript"),
        _ if subtype.ends_with("+json") => named("json"),
        _ => Language::from_id(subtype.trim_start_matches("x-")).unwrap_or(Language::PLAIN_TEXT),
    }
}

/// `<style type="text/scss">`; CSS unless it is something known.
fn style_type(kind: &str) -> Language {
    let subtype = kind.split_once('/').map_or(kind, |(_, subtype)| subtype);
    Language::from_id(subtype.trim_start_matches("x-")).unwrap_or_else(|| named("css"))
}
