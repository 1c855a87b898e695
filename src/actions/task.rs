//! What can be asked for.

use std::fmt;
use std::sync::Arc;

use crate::config::{ActionAnswer, ActionSettings};

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
    /// Write what every program of its kind has.
    Boilerplate(Boilerplate),
    /// One of the user's own.
    Custom(Arc<ActionSettings>),
}

/// What every program of a kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Boilerplate {
    /// A command line.
    Cli,
    /// A route of HTTP.
    Route,
    /// A data model.
    Model,
    /// A builder.
    Builder,
    /// An error type.
    Errors,
    /// Settings.
    Config,
}

impl Boilerplate {
    /// All of it.
    pub const ALL: [Self; 6] =
        [Self::Cli, Self::Route, Self::Model, Self::Builder, Self::Errors, Self::Config];

    /// Its name in kinds and in the data of code actions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Route => "route",
            Self::Model => "model",
            Self::Builder => "builder",
            Self::Errors => "errors",
            Self::Config => "config",
        }
    }
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
    /// What the user says.
    Words,
}

impl Intent {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Extract,
        Self::Simplify,
        Self::Split,
        Self::Rename,
        Self::Idiomatic,
        Self::Errors,
        Self::Words,
    ];

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
            Self::Words => "words",
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

impl Use {
    /// Whether it changes the file.
    #[must_use]
    pub const fn edits(self) -> bool {
        matches!(self, Self::Replace | Self::Insert)
    }
}

impl Task {
    /// By the name that [`Display`](fmt::Display) gives it; not those of the user's own.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some(intent) = name.strip_prefix("refactor.") {
            let intent = Intent::ALL.into_iter().find(|known| known.name() == intent)?;
            return Some(Self::Refactor(intent));
        }
        if let Some(kind) = name.strip_prefix("boilerplate.") {
            let kind = Boilerplate::ALL.into_iter().find(|known| known.name() == kind)?;
            return Some(Self::Boilerplate(kind));
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
            Self::Boilerplate(_) => "boilerplate",
            Self::Custom(_) => "custom",
        }
    }

    /// Its kind (LSP 3.17, "CodeActionKind"). Each has one of its own, so that an editor can bind it
    /// to a key; what only reads code has none of the protocol's.
    #[must_use]
    pub fn kind(&self) -> &str {
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
            Self::Refactor(Intent::Words) => "refactor.rewrite.words",
            Self::Document => "refactor.rewrite.document",
            Self::Tests => "refactor.rewrite.tests",
            Self::Optimise => "refactor.rewrite.optimise",
            Self::Implement => "refactor.rewrite.implement",
            Self::Translate => "refactor.rewrite.translate",
            Self::Boilerplate(Boilerplate::Cli) => "refactor.rewrite.boilerplate.cli",
            Self::Boilerplate(Boilerplate::Route) => "refactor.rewrite.boilerplate.route",
            Self::Boilerplate(Boilerplate::Model) => "refactor.rewrite.boilerplate.model",
            Self::Boilerplate(Boilerplate::Builder) => "refactor.rewrite.boilerplate.builder",
            Self::Boilerplate(Boilerplate::Errors) => "refactor.rewrite.boilerplate.errors",
            Self::Boilerplate(Boilerplate::Config) => "refactor.rewrite.boilerplate.config",
            Self::Custom(own) => &own.kind,
        }
    }

    /// Whether what it rewrites keeps most of its words.
    #[must_use]
    pub const fn keeps_words(&self) -> bool {
        match self {
            Self::Refactor(intent) => !matches!(intent, Intent::Words),
            Self::Document | Self::Fix | Self::Optimise | Self::Implement => true,
            _ => false,
        }
    }

    /// What it does, for people: in the title of its progress and in the list of what can be undone.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Refactor(Intent::Extract) => "extract",
            Self::Refactor(Intent::Simplify) => "simplify",
            Self::Refactor(Intent::Split) => "split",
            Self::Refactor(Intent::Rename) => "rename for clarity",
            Self::Refactor(Intent::Idiomatic) => "make idiomatic",
            Self::Refactor(Intent::Errors) => "handle errors",
            Self::Refactor(Intent::Words) => "do what you say",
            Self::Tests => "generate tests",
            Self::Translate => "write what a comment says",
            Self::Boilerplate(Boilerplate::Cli) => "write a command line",
            Self::Boilerplate(Boilerplate::Route) => "write an HTTP route",
            Self::Boilerplate(Boilerplate::Model) => "write a data model",
            Self::Boilerplate(Boilerplate::Builder) => "write a builder",
            Self::Boilerplate(Boilerplate::Errors) => "write an error type",
            Self::Boilerplate(Boilerplate::Config) => "write the configuration",
            Self::Custom(own) => &own.title,
            plain => plain.prompt(),
        }
    }

    /// What its answer is used for.
    #[must_use]
    pub fn answer(&self) -> Use {
        match self {
            Self::Explain => Use::Show,
            Self::Review => Use::Mark,
            Self::Translate | Self::Tests | Self::Boilerplate(_) => Use::Insert,
            Self::Custom(own) => match own.answer {
                ActionAnswer::Show => Use::Show,
                ActionAnswer::Insert => Use::Insert,
                ActionAnswer::Replace => Use::Replace,
            },
            _ => Use::Replace,
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refactor(intent) => write!(f, "refactor.{}", intent.name()),
            Self::Boilerplate(kind) => write!(f, "boilerplate.{}", kind.name()),
            Self::Custom(own) => write!(f, "custom.{}", own.name),
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
        let plain = [Task::Explain, Task::Fix, Task::Translate];
        let boilerplate = Boilerplate::ALL.map(Task::Boilerplate);
        for task in refactor.into_iter().chain(plain).chain(boilerplate) {
            assert_eq!(Task::from_name(&task.to_string()), Some(task));
        }
        assert_eq!(Task::from_name("refactor.nothing"), None);
        assert_eq!(Task::from_name("nothing"), None);
    }
}
