//! What a template can use. All of it is always there; what is not known is empty.

use serde::Serialize;

/// A template's variables.
#[derive(Clone, Default, Serialize)]
pub struct Values {
    /// The language's name for people: `Rust`.
    pub language: String,
    /// Its name behind a fence: `rust`.
    pub fence: String,
    /// The file's path in its workspace folder.
    pub path: String,
    /// The name that a hover is about.
    pub symbol: String,
    /// The lines that the action is about.
    pub code: String,
    /// How many of the code's first lines `code` holds, where it does not hold all of them; else 0.
    pub shown: usize,
    /// How many lines the code has.
    pub lines: usize,
    /// Lines above them.
    pub above: String,
    /// Lines below them.
    pub below: String,
    /// What the user selected.
    pub selection: String,
    /// Where it stands in `code`: `line 2`, `lines 2 to 4`.
    pub selection_lines: String,
    /// The first lines of the declarations around them, the outermost first.
    pub around: Vec<String>,
    /// What is wrong in them.
    pub findings: Vec<FindingValue>,
    /// What a refactoring is for: `extract`, `simplify`, ….
    pub intent: String,
    /// How documentation comments are written here.
    pub convention: String,
    /// What tests are written with here.
    pub framework: String,
    /// Where tests go.
    pub tests: TestsValue,
    /// What the project is made with.
    pub stack: Vec<String>,
    /// Signatures of what the code uses, from other files and from installed packages.
    pub definitions: String,
    /// Parts of the project's documentation that speak of what the code names.
    pub documentation: String,
    /// How the project is written, as its own files say.
    pub instructions: String,
    /// Code of the project that resembles it.
    pub similar: String,
    /// What is staged for the next commit, as a diff.
    pub staged: String,
    /// The text of the function around them.
    pub function: String,
    /// What the answer of an action of the user's is used for: `replace`, `insert`, `show`.
    pub answer: String,
    /// The template of the task of an action of the user's.
    pub task: String,
    /// The language to answer the user in: `English`.
    pub reply_language: String,
    /// What the user said themselves.
    pub words: String,
    /// Lines of `code` as they were before a first fix.
    pub before: String,
    /// What that fix was to mend.
    pub mended: Vec<String>,
    /// What the first answer came to, where it did not do.
    pub tried: String,
    /// What does not parse with it.
    pub faults: Vec<FaultValue>,
}

/// Where tests go.
#[derive(Clone, Default, Serialize)]
pub struct TestsValue {
    /// The file, as its project has it; empty where it is the one with the code.
    pub file: String,
    /// It is still to be made.
    pub new: bool,
    /// How tests get at the code.
    pub import: String,
    /// The beginning of other tests.
    pub example: String,
}

/// A place that does not parse.
#[derive(Clone, Default, Serialize)]
pub struct FaultValue {
    /// Line in `tried`, from 1; 0 where it is outside of it.
    pub line: usize,
    /// What the parser finds there.
    pub what: String,
}

/// A diagnostic.
#[derive(Clone, Default, Serialize)]
pub struct FindingValue {
    /// Line in `code`, from 1; 0 for what stands elsewhere in the file.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// Its rule.
    pub code: String,
    /// Who says so.
    pub source: String,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Values({} bytes of code)", self.code.len())
    }
}
