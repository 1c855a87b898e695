//! Secrets that the model did not see: what stands for them in its answer becomes what they were.

use crate::guard::{has_placeholder, hidden, redact};

/// The code with the region's secrets put back; `None` where it is not sure which one belongs where.
pub(super) fn put_back(code: &str, region: &str) -> Option<String> {
    if !has_placeholder(code) || has_placeholder(region) {
        return Some(code.to_owned());
    }
    let secrets = hidden(region);
    let redacted = redact(region);
    let mut out = code.to_owned();
    // A line as it was shown is the line that it was.
    if redacted.as_str().lines().count() == region.lines().count() {
        let lines = redacted.as_str().lines().zip(region.lines());
        let changed: Vec<_> = lines.filter(|(shown, raw)| shown != raw).collect();
        let own = |line: &str| {
            let at = changed.iter().find(|(shown, _)| shown.trim() == line.trim());
            at.map_or_else(
                || line.to_owned(),
                |(shown, raw)| line.replacen(shown.trim(), raw.trim(), 1),
            )
        };
        out = code.split('\n').map(own).collect::<Vec<_>>().join("\n");
    }
    for (range, placeholder) in &secrets {
        let raw = region.get(range.clone())?;
        let same = |(other, name): &(std::ops::Range<usize>, String)| {
            name == placeholder && region.get(other.clone()) != Some(raw)
        };
        if !secrets.iter().any(same) {
            out = out.replace(placeholder, raw);
        }
    }
    (!has_placeholder(&out)).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "key = \"ghp_abcdefghijklmnopqrstuvwxyz0123456789\"";

    #[test]
    fn each_secret_comes_back_to_its_place() {
        let region = format!("{ONE}\nprint(key)");
        let shown = redact(&region);
        assert!(has_placeholder(shown.as_str()));
        assert_eq!(put_back(shown.as_str(), &region).as_deref(), Some(region.as_str()));
        // In a line of another wording, where there is but one of its kind.
        let moved = shown.as_str().replace("key = ", "TOKEN = ");
        assert_eq!(put_back(&moved, &region), Some(region.replace("key = ", "TOKEN = ")));
        // Two of a kind: by their lines only.
        let two = format!("{region}\n{}", ONE.replace("abc", "xyz").replace("key", "other"));
        let shown = redact(&two);
        assert_eq!(put_back(shown.as_str(), &two).as_deref(), Some(two.as_str()));
        assert_eq!(put_back(&shown.as_str().replace("key =", "k ="), &two), None);
        // One that stands elsewhere in the file.
        assert_eq!(put_back(shown.as_str(), "print(key)"), None);
        assert_eq!(put_back("a", "b").as_deref(), Some("a"));
    }
}
