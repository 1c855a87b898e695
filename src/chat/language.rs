//! The language that people are answered in.

/// Tags and their languages' names in English (BCP 47, ISO 639-1), those that editors are
/// translated into and the larger ones besides.
const NAMES: &[(&str, &str)] = &[
    ("af", "Afrikaans"),
    ("ar", "Arabic"),
    ("be", "Belarusian"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("cy", "Welsh"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("ga", "Irish"),
    ("gl", "Galician"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("id", "Indonesian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ka", "Georgian"),
    ("kk", "Kazakh"),
    ("ko", "Korean"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("mk", "Macedonian"),
    ("ms", "Malay"),
    ("nb", "Norwegian"),
    ("nl", "Dutch"),
    ("nn", "Norwegian Nynorsk"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sq", "Albanian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// What people are answered in where nobody says.
pub const DEFAULT: &str = "English";

/// The language of a tag: `de`, `pt-BR`, and as environments have it, `de_DE.UTF-8`.
#[must_use]
pub fn of_tag(tag: &str) -> Option<String> {
    let tag = tag.split(['.', '@']).next()?.replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let first = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let has = |part: &str| rest.contains(&part);
    let name = match first {
        // The two ways of writing Chinese; a region implies one (RFC 5646, section 4.1).
        "zh" if has("hant") || has("tw") || has("hk") || has("mo") => "Traditional Chinese",
        "zh" if has("hans") || has("cn") || has("sg") => "Simplified Chinese",
        "pt" if has("br") => "Brazilian Portuguese",
        "sr" if has("latn") => "Serbian in Latin letters",
        _ => NAMES.iter().find(|(known, _)| *known == first)?.1,
    };
    Some(name.to_owned())
}

/// The language to answer in: as the user wrote it, by its tag or in their own words; else the
/// editor's.
#[must_use]
pub fn of(written: Option<&str>, locale: Option<&str>) -> String {
    let own = written.map(|written| of_tag(written).unwrap_or_else(|| written.to_owned()));
    own.or_else(|| of_tag(locale?)).unwrap_or_else(|| DEFAULT.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_words() {
        for (written, locale, want) in [
            (None, None, "English"),
            (None, Some("de"), "German"),
            (None, Some("de-AT"), "German"),
            (None, Some("de_DE.UTF-8"), "German"),
            (None, Some("pt-BR"), "Brazilian Portuguese"),
            (None, Some("pt-PT"), "Portuguese"),
            (None, Some("zh-cn"), "Simplified Chinese"),
            (None, Some("zh-Hant"), "Traditional Chinese"),
            (None, Some("C"), "English"),
            (None, Some("tlh"), "English"),
            (None, Some(""), "English"),
            (Some("fr"), Some("de"), "French"),
            (Some("FR"), None, "French"),
            (Some("Low German"), Some("de"), "Low German"),
        ] {
            assert_eq!(of(written, locale), want, "{written:?} {locale:?}");
        }
        assert!(NAMES.is_sorted_by(|one, other| one.0 < other.0));
    }
}
