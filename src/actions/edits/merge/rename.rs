//! Names in pieces of code: where they are used, and other ones in their place.

/// Whether a piece of code says a name, other than as a member of something.
pub(super) fn says(code: &str, name: &str) -> bool {
    places(code, name).next().is_some()
}

/// A piece of code with another name in a name's place.
pub(super) fn renamed(code: &str, name: &str, other: &str) -> String {
    let mut made = code.to_owned();
    let places: Vec<usize> = places(code, name).collect();
    for at in places.into_iter().rev() {
        made.replace_range(at..at + name.len(), other);
    }
    made
}

fn places(code: &str, name: &str) -> impl Iterator<Item = usize> {
    code.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = code.get(..*at).unwrap_or("");
        let after = code.get(at + name.len()..).unwrap_or("");
        let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        // What is a member, in another module or in quotes has the name for itself.
        let apart = ["::", "->", ".", "\"", "'"].iter().any(|mark| before.ends_with(mark));
        let own = apart && !before.ends_with("...");
        !name.is_empty() && !own && !before.ends_with(goes_on) && !after.starts_with(goes_on)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_alone() {
        let code = "make(remake, makes, x.make, a::make, 'make', ...make) + make";
        let want = "b(remake, makes, x.make, a::make, 'make', ...b) + b";
        assert_eq!(renamed(code, "make", "b"), want);
        assert!(says("f(make)", "make") && !says("f.make()", "make") && !says("x", ""));
    }
}
