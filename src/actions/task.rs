//! What can be asked for.

use std::fmt;

/// One thing that an action does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// Say what code does.
    Explain,
    /// Rewrite it without changing what it does.
    Refactor(Intent),
    /// Write its doc comment.
    Document,
    /// Write tests of it.
    Tests,
    /// Mend what a diagnostic says.
    Fix,
    /// Make it faster.
    Optimise,
    /// Look for faults.
    Review,
    /// Write what is not written yet.
    Implement,
    /// Write the code that a comment describes.
    Translate,
    /// One of the user's, by its name.
    Custom(String),
}

/// What a refactoring is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// A part becomes a function.
    Extract,
    /// Fewer branches, less nesting.
    Simplify,
    /// A long function becomes several.
    Split,
    /// Names that say what is meant.
    Rename,
    /// As the language is usually written.
    Idiomatic,
    /// Errors are handled.
    Errors,
}

impl Intent {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Extract, Self::Simplify, Self::Split, Self::Rename, Self::Idiomatic, Self::Errors];

    /// Its name in kinds and in the data of code actions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Extract => "extract",
            Self::Simplify => "simplify",
            Self::Split => "split",
            Self::Rename => "rename",
            Self::Idiomatic => "idiomatic",
            Self::Errors => "errors",
        }
    }
}

/// What an answer is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It takes the place of the target's lines.
    Replace,
    /// It comes below the target.
    Insert,
    /// It is shown.
    Show,
    /// Its findings stand as diagnostics at their lines.
    Mark,
}

impl Task {
    /// By the name that [`Display`](fmt::Display) gives it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some(intent) = name.strip_prefix("refactor.") {
            let intent = Intent::ALL.into_iter().find(|known| known.name() == intent)?;
            return Some(Self::Refactor(intent));
        }
        if let Some(custom) = name.strip_prefix("custom.") {
            return (!custom.is_empty()).then(|| Self::Custom(custom.to_owned()));
        }
        let plain = [
            Self::Explain,
            Self::Document,
            Self::Tests,
            Self::Fix,
            Self::Optimise,
            Self::Review,
            Self::Implement,
            Self::Translate,
        ];
        plain.into_iter().find(|task| task.to_string() == name)
    }

    /// The name of its prompt's template.
    #[must_use]
    pub fn prompt(&self) -> &str {
        match self {
            Self::Explain => "explain",
            Self::Refactor(_) => "refactor",
            Self::Document => "document",
            Self::Tests => "tests",
            Self::Fix => "fix",
            Self::Optimise => "optimise",
            Self::Review => "review",
            Self::Implement => "implement",
            Self::Translate => "translate",
            Self::Custom(name) => name,
        }
    }

    /// Its kind (LSP 3.17, "CodeActionKind"). Each has one of its own, so that an editor can bind it
    /// to a key; what only reads code has none of the protocol's.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Explain => "foretype.explain",
            Self::Review => "foretype.review",
            Self::Fix => "quickfix",
            Self::Refactor(Intent::Extract) => "refactor.extract",
            Self::Refactor(Intent::Simplify) => "refactor.rewrite.simplify",
            Self::Refactor(Intent::Split) => "refactor.rewrite.split",
            Self::Refactor(Intent::Rename) => "refactor.rewrite.rename",
            Self::Refactor(Intent::Idiomatic) => "refactor.rewrite.idiomatic",
            Self::Refactor(Intent::Errors) => "refactor.rewrite.errors",
            Self::Document => "refactor.rewrite.document",
            Self::Tests => "refactor.rewrite.tests",
            Self::Optimise => "refactor.rewrite.optimise",
            Self::Implement => "refactor.rewrite.implement",
            Self::Translate => "refactor.rewrite.translate",
            Self::Custom(_) => "refactor.rewrite.custom",
        }
    }

    /// What its answer is used for.
    #[must_use]
    pub const fn answer(&self) -> Use {
        match self {
            Self::Explain | Self::Custom(_) => Use::Show,
            Self::Review => Use::Mark,
            Self::Translate | Self::Tests => Use::Insert,
            _ => Use::Replace,
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refactor(intent) => write!(f, "refactor.{}", intent.name()),
            Self::Custom(name) => write!(f, "custom.{name}"),
            plain => f.write_str(plain.prompt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        let refactor = Intent::ALL.map(Task::Refactor);
        let plain = [Task::Explain, Task::Fix, Task::Translate, Task::Custom("mine".into())];
        for task in refactor.into_iter().chain(plain) {
            assert_eq!(Task::from_name(&task.to_string()), Some(task));
        }
        assert_eq!(Task::from_name("refactor.nothing"), None);
        assert_eq!(Task::from_name("nothing"), None);
    }
}
