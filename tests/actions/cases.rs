//! Actions from end to end, case by case: `fixtures/actions/LANGUAGE`, one file each.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::answers::{key, sections};
use super::editor;
use crate::support::fake_backend::{FakeBackend, Reply};

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/actions");
    let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = folders
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()))
        .collect();
    files.sort();
    files
}

/// A text without its marks, and the bytes between them.
fn marked(source: &str) -> (String, (usize, usize)) {
    if let Some(at) = source.find("$0") {
        return (source.replacen("$0", "", 1), (at, at));
    }
    let start = source.find('⟦').expect("a cursor or a selection");
    let text = source.replacen('⟦', "", 1);
    let end = text.find('⟧').expect("the selection's end");
    (text.replacen('⟧', "", 1), (start, end))
}

#[tokio::test]
async fn every_case() {
    let backend = FakeBackend::start().await;
    let editor = editor::start(&backend).await;
    let files = files();
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let language = file.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let (head, sections) = sections(file);
        let find = |name: &str| {
            sections.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
        };
        let (text, range) = marked(find("before").expect("a text before"));
        let doc = editor.open(&format!("{language}-{name}"), &language, &text);
        let position = |at: usize| editor.encoding.position(&text, at);
        let diagnostics: Vec<Value> = sections
            .iter()
            .filter(|(section, _)| section == "diagnostic")
            .map(|(_, body)| {
                // The code it is about, on the first line; its rule and message on the second.
                let (code, rest) = body.split_once('\n').expect("code and message");
                let (rule, message) = rest.split_once(": ").expect("a rule and a message");
                let at = text.find(code).expect("the code is in the text");
                json!({
                    "range": { "start": position(at), "end": position(at + code.len()) },
                    "message": message, "code": rule, "source": "linter", "severity": 1,
                })
            })
            .collect();
        let context = json!({ "diagnostics": diagnostics });
        let task = key(&head, "action").expect("an action");
        let mut answer = Reply::text(find("answer").expect("an answer")).in_pieces_of(7);
        if let Some(reason) = key(&head, "finish") {
            answer = answer.finish_reason(reason);
        }
        backend.answer(answer);
        let item = editor::offered(&editor, &doc, range, &context, task).await;
        let before = editor::messages(&editor).len();
        let resolved = editor.request("codeAction/resolve", item).reply().await;
        let got = match &resolved["result"]["edit"] {
            Value::Null => {
                let told = editor::messages(&editor).split_off(before).join("\n");
                format!("message: {told}{}", resolved["error"]["message"].as_str().unwrap_or(""))
            }
            edit => editor::edited(&editor, &doc, edit),
        };
        let want = match (find("after"), find("message")) {
            (Some(text), _) => text.to_owned(),
            (None, message) => format!("message: foretype: {}", message.expect("after or message")),
        };
        if got != want {
            wrong.push(format!("--- {language}/{name}\n{got}\n--- instead of\n{want}\n"));
        }
        let told = editor::told(&backend);
        for part in sections.iter().filter(|(section, _)| section == "sent") {
            if !told.contains(&part.1) {
                wrong.push(format!("--- {language}/{name}: not sent\n{}\n---\n{told}", part.1));
            }
        }
        doc.close();
    }
    assert!(files.len() >= 30, "only {} cases", files.len());
    assert!(wrong.is_empty(), "{}\n{} wrong", wrong.join("\n"), wrong.len());
    editor.finish().await;
}
