//! Keys that used to have another name. They stay understood, with a warning.

/// Table (names left out), old name, new name in the same table.
const RENAMED: &[(&str, &str, &str)] = &[
    ("completion", "debounce", "debounce_ms"),
    ("completion", "delay_ms", "debounce_ms"),
    ("completion", "disabled_filetypes", "disabled_languages"),
    ("completion", "exclude", "ignore"),
    ("completion", "fallbacks", "fallback"),
    ("models.*", "base_url", "url"),
    ("models.*", "context_window", "context_tokens"),
    ("models.*", "endpoint", "url"),
    ("models.*", "max_tokens", "max_output_tokens"),
    ("models.*", "stop_strings", "stop"),
];

/// Today's name of `key` in the table `pattern`, if it had another one.
pub(crate) fn find(pattern: &str, key: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(table, old, _)| *table == pattern && *old == key).map(|(_, _, new)| *new)
}

/// Every old key in full with its new one, for the reference page.
pub(crate) fn all() -> impl Iterator<Item = (String, String)> {
    RENAMED.iter().map(|(table, old, new)| {
        let table = table.replace('*', "NAME");
        (format!("{table}.{old}"), format!("{table}.{new}"))
    })
}
