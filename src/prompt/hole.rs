//! A hole as a conversation, for models that have no fill-in-the-middle: the file with a mark where
//! the cursor is, and the request to answer with the text for it alone.

use super::{ChatPrompt, FittedChat, FittedFim, Message, Role};
use crate::guard::Redacted;

/// What ends the file in the prompt.
pub const END: &str = "</file>";
/// The mark, unless the file has it.
const MARK: &str = "FILL_HERE";

/// The conversation, and its mark. What stays the same from key to key stands first, so that
/// servers can keep it: the task, other files, the file.
#[must_use]
pub fn ask(fitted: &FittedFim) -> (FittedChat, String) {
    let prompt = fitted.prompt();
    let mark = mark(&[&prompt.prefix, &prompt.middle, &prompt.suffix]);
    let system = Redacted::around(
        &[
            "You complete code in an editor. The user shows a file with the mark ",
            &mark,
            " at the cursor. Answer with the text that replaces the mark and with nothing else: no \
             explanation, no code fence, nothing of what stands before or after the mark, and not \
             the mark itself. Go on exactly at the mark, in the middle of a line if it stands \
             there. Finish the line, or the statement or block that it begins, and stop. If \
             nothing is missing, answer with nothing.",
        ],
        &[],
    );
    let mut messages = Vec::new();
    if !prompt.files.is_empty() {
        let mut words = vec!["Other files of the project:\n".to_owned()];
        let mut texts = Vec::new();
        for file in &*prompt.files {
            if let Some(before) = words.last_mut() {
                before.push_str(&open(&file.path));
            }
            texts.push(&file.text);
            words.push(format!("\n{END}\n"));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        messages.push(Message { role: Role::User, text: Redacted::around(&words, &texts) });
    }
    let (begin, end) = (open(&prompt.path), format!("\n{END}"));
    let words = [begin.as_str(), "", &mark, &end];
    let texts = [&prompt.prefix, &prompt.middle, &prompt.suffix];
    messages.push(Message { role: Role::User, text: Redacted::around(&words, &texts) });
    let max_output_tokens = fitted.max_output_tokens();
    (FittedChat { prompt: ChatPrompt { system, messages }, max_output_tokens }, mark)
}

fn open(path: &str) -> String {
    format!("<file path=\"{}\">\n", path.replace(['"', '\n', '\r'], "_"))
}

/// A mark that no text has.
fn mark(texts: &[&Redacted]) -> String {
    let mut mark = format!("<{MARK}>");
    let mut number = 2;
    while texts.iter().any(|text| text.as_str().contains(&mark)) {
        mark = format!("<{MARK}_{number}>");
        number += 1;
    }
    mark
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::guard::redact;
    use crate::prompt::budget::Budget;
    use crate::prompt::{ContextFile, FimPrompt};

    fn asked(prefix: &str, files: Vec<ContextFile>) -> (Vec<String>, String) {
        let prompt = FimPrompt {
            files: files.into(),
            path: "src/a.rs".into(),
            prefix: redact(prefix),
            middle: redact("    let b = "),
            suffix: redact("\n}\n"),
            ..FimPrompt::default()
        };
        let budget = Budget { context_tokens: 4_096, max_output_tokens: 64 };
        let (chat, mark) = ask(&budget.fit(prompt));
        assert_eq!(chat.max_output_tokens(), 64);
        let system = chat.prompt().system.as_str();
        assert!(system.contains(&mark));
        let said = chat.prompt().messages.iter().map(|turn| turn.text.as_str().to_owned());
        (said.collect(), mark)
    }

    #[test]
    fn the_file_stands_last_and_has_one_mark() {
        let file = ContextFile { path: "b\".rs".into(), text: redact("fn b() {}") };
        let (said, mark) = asked("fn a() {\n", vec![file]);
        assert_eq!(mark, "<FILL_HERE>");
        assert_eq!(
            said,
            [
                "Other files of the project:\n<file path=\"b_.rs\">\nfn b() {}\n</file>\n",
                "<file path=\"src/a.rs\">\nfn a() {\n    let b = <FILL_HERE>\n}\n\n</file>",
            ]
        );
    }

    #[test]
    fn a_file_with_the_mark_gets_another() {
        let (said, mark) = asked("// <FILL_HERE> <FILL_HERE_2>\n", Vec::new());
        assert_eq!(mark, "<FILL_HERE_3>");
        assert_eq!(said.len(), 1);
        assert_eq!(said.first().unwrap().matches(&mark).count(), 1);
    }
}
