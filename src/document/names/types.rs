//! The name of a type as it is written down: in an annotation, or by what makes a value.

/// Words before a type that are none.
const MODIFIERS: [&str; 8] = ["mut", "dyn", "impl", "const", "ref", "static", "readonly", "typeof"];
/// What is used like what it holds.
const SEEN_THROUGH: [&str; 8] =
    ["Box", "Arc", "Rc", "Pin", "Optional", "Annotated", "Readonly", "Final"];
/// What makes a value of any type.
const OF_ANY: [&str; 5] = ["Some", "Ok", "Err", "None", "Self"];

/// `&'a mut Arc<store::Store<T>>` is a `Store`.
pub(super) fn of_annotation(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| !is_word(c) && c != '\'');
        if let Some(lifetime) = rest.strip_prefix('\'') {
            let end = lifetime.find(|c| !is_word(c)).unwrap_or(lifetime.len());
            let (name, after) = lifetime.split_at_checked(end)?;
            // Python quotes what is defined below.
            rest = if after.starts_with('\'') { lifetime } else { after };
            if rest == lifetime {
                return Some(name).filter(|name| !name.is_empty());
            }
            continue;
        }
        let (word, after) = word(rest)?;
        let path = after.starts_with("::") || after.starts_with('.');
        let holds = SEEN_THROUGH.contains(&word) && after.starts_with(['<', '[']);
        if !(path || holds || MODIFIERS.contains(&word)) {
            return Some(word).filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
        }
        rest = after;
    }
}

/// `Store::open(path)`, `Store { … }`, `new Store()` and `Store(path)` are one.
pub(super) fn of_value(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches(['&', '*', ' ']);
    for word in ["await ", "new ", "mut "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let mut found: Option<(&str, bool)> = None;
    loop {
        let (word, after) = word(rest)?;
        if is_type(word) && found.is_none_or(|(_, by_dot)| by_dot) {
            found = Some((word, after.starts_with('.')));
        } else if !is_type(word) && found.is_some() {
            // A method of the type, and what it gives is most often one of it.
            return found.filter(|_| after.starts_with('(')).map(|(word, _)| word);
        }
        match after.strip_prefix("::").or_else(|| after.strip_prefix('.')) {
            Some(next) => rest = next,
            None => {
                let made = after.trim_start().starts_with(['(', '{', '<']);
                return found.filter(|_| made).map(|(word, _)| word);
            }
        }
    }
}

/// The word that a text begins with, and what follows.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(word, _)| !word.is_empty())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_type(word: &str) -> bool {
    let capital = word.starts_with(char::is_uppercase);
    capital && word.contains(char::is_lowercase) && !OF_ANY.contains(&word)
}
