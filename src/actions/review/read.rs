//! What a review says: the JSON that is asked for, in fences or prose, cut off or one object to a line;
//! or a list for people.

use serde_json::Value;

use super::{Category, Severity};

/// Beginnings of JSON that are tried.
const TRIES: usize = 2_000;
/// Characters of an answer that says in words that there is nothing.
const SHORT: usize = 300;

/// One fault as it is told.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Its line, from 1.
    pub(super) line: Option<usize>,
    /// The code that it is about; where several pieces may be meant, the likeliest first.
    pub(super) quotes: Vec<String>,
    pub(super) severity: Severity,
    pub(super) category: Category,
    pub(super) message: String,
    /// What should stand there.
    pub(super) fix: Option<String>,
}

/// All that is said; `None` where it cannot be read.
pub(super) fn all(text: &str) -> Option<Vec<Said>> {
    let (mut objects, mut empty) = self::objects(text);
    if let Some(text) = without_last_commas(text) {
        let (more, none) = self::objects(&text);
        if more.len() > objects.len() {
            (objects, empty) = (more, none);
        }
    }
    let said: Vec<Said> = objects.iter().filter_map(of_object).collect();
    if !said.is_empty() || empty {
        return Some(said);
    }
    let said: Vec<Said> = text.lines().filter_map(of_line).collect();
    if !said.is_empty() {
        return Some(said);
    }
    says_nothing(text).then(Vec::new)
}

/// The JSON objects in a text, and whether there is an empty list.
fn objects(text: &str) -> (Vec<Value>, bool) {
    let (mut found, mut empty, mut at, mut tries) = (Vec::new(), false, 0, 0);
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['[', '{'])) {
        at += next;
        tries += 1;
        if tries > TRIES {
            break;
        }
        let rest = text.get(at..).unwrap_or("");
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                empty |= value.as_array().is_some_and(Vec::is_empty);
                at += stream.byte_offset().max(1);
                flatten(value, &mut found, &mut empty);
            }
            // What is cut off at its end may begin with whole objects.
            _ => at += 1,
        }
    }
    (found, empty)
}

/// A text without the commas behind which a list or an object ends (no JSON: RFC 8259, section 4); `None`
/// where there is none.
fn without_last_commas(text: &str) -> Option<String> {
    let (mut without, mut at) = (String::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (here, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            // No string of JSON goes over a line's end.
            '\n' => quoted = false,
            ',' if !quoted => {
                let rest = text.get(here + 1..).unwrap_or("");
                if rest.trim_start().starts_with(['}', ']']) {
                    without.push_str(text.get(at..here).unwrap_or(""));
                    at = here + 1;
                }
            }
            _ => {}
        }
    }
    without.push_str(text.get(at..).unwrap_or(""));
    (at > 0).then_some(without)
}

/// Lists of objects, also under a name: `{"findings": […]}`.
fn flatten(value: Value, found: &mut Vec<Value>, empty: &mut bool) {
    match value {
        Value::Array(list) => list.into_iter().for_each(|value| flatten(value, found, empty)),
        Value::Object(fields) if message(&Value::Object(fields.clone())).is_none() => {
            for (_, value) in fields {
                if let Value::Array(list) = value {
                    *empty |= list.is_empty();
                    list.into_iter().for_each(|value| flatten(value, found, empty));
                }
            }
        }
        Value::Object(_) => found.push(value),
        _ => {}
    }
}

fn string<'a>(object: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| object.get(name)?.as_str()).filter(|text| !text.trim().is_empty())
}

fn message(object: &Value) -> Option<&str> {
    string(object, &["message", "description", "problem", "issue", "comment"])
}

fn of_object(object: &Value) -> Option<Said> {
    let message = message(object)?.trim().to_owned();
    let line = ["line", "line_number", "lineNumber", "start_line"].iter().find_map(|name| {
        match object.get(name)? {
            Value::Number(number) => usize::try_from(number.as_u64()?).ok(),
            Value::String(text) => number(text),
            _ => None,
        }
    });
    let code = string(object, &["code", "quote", "snippet", "source"]).map(ToOwned::to_owned);
    let quotes = match code {
        Some(code) => vec![code],
        None => quoted(&message),
    };
    let severity = severity(string(object, &["severity", "level"]).unwrap_or(""));
    let category = string(object, &["category", "type", "kind"]).map(category);
    let category = category.unwrap_or(Category::Bug);
    let fix = string(object, &["fix", "replacement", "suggestion", "suggested_fix"]);
    Some(Said { line, quotes, severity, category, message, fix: fix.map(ToOwned::to_owned) })
}

/// `- **Line 12** (security): the name goes into the query: `query(name)`.`
fn of_line(line: &str) -> Option<Said> {
    let body = line.trim_start();
    let entry = body.trim_start_matches(|c: char| c.is_ascii_digit());
    let entry = entry
        .strip_prefix(['-', '*', '.', ')', '•'])
        .or_else(|| body.to_lowercase().starts_with("line ").then_some(body))?;
    let quotes = quoted(entry);
    let lower = entry.to_lowercase();
    let at = lower.find("line").map(|at| number(lower.get(at + 4..).unwrap_or("")));
    let line = at.flatten();
    // Without a line, or code, it is no more than a list.
    line?;
    // What stands before the colon is said by the diagnostic's place and code.
    let told = entry.split_once(": ").filter(|(head, _)| head.to_lowercase().contains("line"));
    let message = told.map_or(entry, |(_, rest)| rest).trim().trim_matches(['*', ' ', '-']);
    let message = message.to_owned();
    let (severity, category) = (severity(&lower), category(&lower));
    (!quotes.is_empty()).then_some(Said { line, quotes, severity, category, message, fix: None })
}

/// The pieces of code in a sentence, the longest first.
fn quoted(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> =
        text.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect();
    pieces.retain(|piece| piece.trim().len() > 2);
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    pieces
}

/// The first number.
fn number(text: &str) -> Option<usize> {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

fn severity(text: &str) -> Severity {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["error", "critical", "high", "severe"]) {
        Severity::Error
    } else if has(&["info", "low", "minor", "hint", "note"]) {
        Severity::Info
    } else {
        Severity::Warning
    }
}

fn category(text: &str) -> Category {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["secur", "vulnerab", "injection"]) {
        Category::Security
    } else if has(&["perf", "slow", "cost", "efficien"]) {
        Category::Performance
    } else {
        Category::Bug
    }
}

/// "No issues found."
fn says_nothing(text: &str) -> bool {
    let lower = text.to_lowercase();
    let nothing = [
        "no issue",
        "no problem",
        "no fault",
        "no bug",
        "no finding",
        "nothing to report",
        "no significant",
        "looks good",
        "found nothing",
        "no obvious",
        "is correct",
    ];
    text.chars().count() <= SHORT && nothing.iter().any(|words| lower.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Short = (Option<usize>, String, Severity, Category);

    fn read(text: &str) -> Option<Vec<Short>> {
        let short = |said: Said| {
            (
                said.line,
                said.quotes.first().cloned().unwrap_or_default(),
                said.severity,
                said.category,
            )
        };
        all(text).map(|said| said.into_iter().map(short).collect())
    }

    #[test]
    fn however_it_is_written() {
        let one = |line, quote: &str, severity, category| {
            Some(vec![(Some(line), quote.to_owned(), severity, category)])
        };
        let json =
            r#"{"line": 3, "code": "a[0]", "severity": "high", "category": "bug", "message": "m"}"#;
        let bug = one(3, "a[0]", Severity::Error, Category::Bug);
        for text in [
            format!("[{json}]"),
            format!("Here it is:\n```json\n[{json}]\n```\nDone [really]."),
            format!("{json}\n"),
            format!("{{\"findings\": [{json}]}}"),
            // Cut off.
            format!("```json\n[{json}, {{\"line\": 9, \"co"),
        ] {
            assert_eq!(read(&text), bug, "{text}");
        }
        assert_eq!(
            read(
                "[{\"lineNumber\": \"4-5\", \"type\": \"Vulnerability\", \"description\": \"`q(x)` is open\"}]"
            ),
            one(4, "q(x)", Severity::Warning, Category::Security)
        );
        assert_eq!(
            read("1. **Line 12** (performance, low): `xs.clone()` copies all of it."),
            one(12, "xs.clone()", Severity::Info, Category::Performance)
        );
        assert_eq!(
            read("- Line 2: `f(a)` panics on an empty list"),
            one(2, "f(a)", Severity::Warning, Category::Bug)
        );
        for text in ["[]", "```json\n[]\n```", "No issues found.", "{\"findings\": []}"] {
            assert_eq!(read(text), Some(Vec::new()), "{text}");
        }
        for text in ["The code adds numbers.", "- it adds\n- it returns", "[1, 2", "{\"a\": 1}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
