//! The table of an action of the user's own.

use schemars::JsonSchema;

use crate::config::problem::{Fault, clip};
use crate::config::read::Reader;
use crate::config::tree::Value;
use crate::config::values::{ActionAnswer, ActionPlace};
use crate::config::{defaults, parse};
use crate::document::language::Language;

/// A code action of yours. A workspace's file can only turn it off.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ActionOptions {
    /// Whether it is offered.
    #[schemars(extend("default" = true))]
    pub enabled: Option<bool>,
    /// What it is called in the editor's list; its name where this is not given.
    #[schemars(extend("examples" = ["Translate the comments"]))]
    pub title: Option<String>,
    /// What the model is asked: the name of a template (a file `prompts/NAME.jinja` beside `config.toml`,
    /// or one of foretype's), or the task itself, a text of several words with the templates' variables.
    #[schemars(extend("examples" = ["Translate the comments in <code> into English."]))]
    pub prompt: Option<String>,
    /// What its answer is used for: `replace` puts it in the place of the code, `insert` below it, `show`
    /// shows it.
    #[schemars(extend("default" = "show"))]
    pub answer: Option<ActionAnswer>,
    /// Its kind, for keys that ask for one: begins with `refactor`, `quickfix` or `foretype`. By its
    /// answer `refactor.rewrite.custom` or `foretype.custom` where this is not given.
    #[schemars(extend("examples" = ["refactor.rewrite.comments"]))]
    pub kind: Option<String>,
    /// The languages that it is offered in; all where this is not given.
    #[schemars(extend("examples" = [["rust", "python"]]))]
    pub languages: Option<Vec<String>>,
    /// What it is about: the `selection`, the `function` around the cursor, the whole `file`. Where this
    /// is not given, the first of them that there is.
    #[schemars(rename = "where")]
    pub place: Option<ActionPlace>,
}

impl ActionOptions {
    /// Reads one; `None` where its name is none.
    pub(super) fn read(name: String, mut table: Reader<'_>) -> Option<(String, Self)> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let short = name.chars().count() <= defaults::LONGEST_NAME;
        if name.is_empty() || !short || !name.chars().all(plain) {
            let remedy = "give the action a name of letters, digits, `-` and `_`";
            table.refuse(Fault::new("is no name", remedy));
            return None;
        }
        let action = Self {
            enabled: table.switch("enabled"),
            title: table.take("title", title),
            prompt: table.take("prompt", prompt),
            answer: table.take("answer", parse::word),
            kind: table.take("kind", kind),
            languages: table.take("languages", languages),
            place: table.take("where", parse::word),
        };
        table.finish();
        Some((name, action))
    }
}

fn title(value: &Value) -> Result<String, Fault> {
    let text = parse::text(value)?;
    let long = text.chars().count() > defaults::ACTION_TITLE;
    if long || text.chars().any(char::is_control) {
        let remedy = format!("write one line of at most {} characters", defaults::ACTION_TITLE);
        return Err(Fault::new("is no title", remedy));
    }
    Ok(text)
}

fn prompt(value: &Value) -> Result<String, Fault> {
    let text = parse::text(value)?;
    if text.len() > defaults::ACTION_PROMPT {
        let remedy = "write it into a file `prompts/NAME.jinja`, and its name here";
        return Err(Fault::new(format!("is over {} KiB", defaults::ACTION_PROMPT / 1024), remedy));
    }
    Ok(text)
}

/// A kind (LSP 3.17, "CodeActionKind"). None of `source`: editors run those at every save.
fn kind(value: &Value) -> Result<String, Fault> {
    let text = parse::text(value)?;
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    let base = text.split('.').next().unwrap_or("");
    if matches!(base, "refactor" | "quickfix" | "foretype") && text.split('.').all(plain) {
        return Ok(text);
    }
    let remedy = "write one that begins with `refactor`, `quickfix` or `foretype`, such as `refactor.rewrite.mine`";
    Err(Fault::new(format!("`{}` is no kind for it", clip(&text)), remedy))
}

fn languages(value: &Value) -> Result<Vec<String>, Fault> {
    let list = parse::list(value)?;
    match list.iter().find(|id| Language::from_id(id).is_none()) {
        Some(id) => {
            let message = format!("`{}` is no language that is known", clip(id));
            Err(Fault::new(message, "write an editor's name for one, such as `rust`"))
        }
        None => Ok(list),
    }
}
