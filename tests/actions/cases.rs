//! Actions from end to end, case by case: `fixtures/actions/LANGUAGE`, one file each.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::answers::{key, sections};
use foretype::document::uri::DocumentUri;

use super::editor;
use super::files as project;
use crate::support::editor::{Doc, Editor};
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

/// The actions of a user's own.
fn customs() -> Value {
    json!({
        "comments": {
            "title": "Translate the comments", "answer": "replace", "where": "function",
            "prompt": "Translate the comments of <code> into English.",
        },
        "example": { "answer": "insert", "prompt": "Write an example of `{{ selection | trim }}` in {{ language }}." },
        "twin": { "answer": "insert", "where": "function", "prompt": "Write another one." },
        "why": {
            "answer": "show", "where": "selection", "languages": ["go"],
            "prompt": "Why is it written so?\n{{ function | data(\"function\") }}",
        },
        "header": { "answer": "replace", "where": "file", "prompt": "Put a header above the whole file." },
        "sort": { "answer": "replace", "where": "selection", "prompt": "Sort the lines of <code>." },
        "mend": {
            "answer": "replace",
            "prompt": "Mend {{ findings | map(attribute=\"code\") | join(\", \") }}.",
        },
    })
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

/// The page that was shown last.
pub fn page(editor: &Editor) -> String {
    let shown = editor.wire.questions("window/showDocument").pop().expect("a page");
    let uri = DocumentUri::new(shown["uri"].as_str().unwrap());
    std::fs::read_to_string(uri.to_path().unwrap()).unwrap()
}

/// The document's diagnostics: each with its code, severity and message in a line.
fn findings(editor: &Editor, doc: &Doc) -> String {
    let told = editor.notifications("textDocument/publishDiagnostics");
    let Some(last) = told.iter().rfind(|told| told["uri"] == doc.uri) else {
        return format!("no diagnostics: {:?}", editor::messages(editor).last());
    };
    let line = |found: &Value| {
        let byte = |end: &str| editor.encoding.byte(doc.text(), &found["range"][end]);
        let severity =
            ["", "error", "warning", "info"][found["severity"].as_u64().unwrap() as usize];
        let code = &doc.text()[byte("start")..byte("end")];
        let (kind, message) = (found["code"].as_str().unwrap(), found["message"].as_str().unwrap());
        format!("[{code}] {severity} {kind}: {message}\n")
    };
    last["diagnostics"].as_array().unwrap().iter().map(line).collect()
}

/// What a model was told, short: the task, and the user's turn with the code as its first and last line.
fn gist(system: &str, user: &str) -> String {
    let task = system.split_once("# Task\n").map_or("", |(_, rest)| rest);
    let mut gist = task.split("\n\n").next().unwrap().trim_end().to_owned() + "\n";
    let mut lines = user.lines();
    while let Some(line) = lines.next() {
        let tag = line.strip_prefix('<').and_then(|line| line.strip_suffix('>'));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let Some(tag) = tag.filter(|tag| tag.chars().all(plain)) else {
            if !line.is_empty() {
                gist.push_str(&format!("{line}\n"));
            }
            continue;
        };
        let end = format!("</{tag}>");
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
        let long = matches!(tag, "code" | "above" | "below" | "example" | "tried" | "f");
        let text = match inside.as_slice() {
            [first, .., last] if long => {
                format!("{first} … {} ({} lines)", last.trim(), inside.len())
            }
            lines => lines.join("\n"),
        };
        gist.push_str(&format!("<{tag}> {text}\n"));
    }
    gist.trim_end().to_owned()
}

/// What is missing in what a model was told of a case.
fn untold(
    gist: &str,
    sections: &[(String, String)],
    task: &str,
    selected: &str,
) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let mut must = |what, is: bool| missing.extend((!is).then_some(what));
    let with_context = !task.starts_with("boilerplate") && task != "custom.why";
    must("the language", gist.contains("\nLanguage: ") || !with_context);
    for (_, body) in sections.iter().filter(|(name, _)| name == "diagnostic") {
        let (rule, message) = body.split_once('\n').unwrap().1.split_once(": ").unwrap();
        let fix = task != "fix" || gist.contains(&format!("[{rule}]:\n<finding> {message}"));
        must("a diagnostic", fix && gist.contains(rule));
    }
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let code = gist.lines().find_map(|line| line.strip_prefix("<code> ")).unwrap_or("");
    let first = selected.trim().lines().next().unwrap_or("");
    let shown = gist.contains("<selection> ") || plain(code).starts_with(&plain(first));
    must("the selection", !with_context || shown);
    let tree = !gist.contains("\nLanguage: Ruby") && !gist.contains("\nLanguage: PHP");
    let inside = tree && code.starts_with([' ', '\t']);
    must("what it stands in", !with_context || !inside || gist.contains("\n<around> "));
    must("the convention", task != "document" || gist.contains(", as "));
    let manifest = |(name, body): &(String, String)| {
        name == "file Cargo.toml" && body.contains("[dependencies]")
            || name == "file package.json" && body.contains("\"dependencies\"")
    };
    must("the stack", !sections.iter().any(manifest) || gist.contains("\nProject: "));
    missing
}

/// A case's file with another `=== told`.
fn write_told(file: &Path, gist: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    let head = text.split("=== told\n").next().unwrap();
    let line = |line: &str| {
        let line = line.replace('\t', "→");
        line.strip_suffix(' ').map_or(line.clone(), |line| format!("{line}␠"))
    };
    let gist: Vec<String> = gist.lines().map(line).collect();
    std::fs::write(file, format!("{head}=== told\n{}\n", gist.join("\n"))).unwrap();
}

#[tokio::test]
async fn every_case() {
    let backend = FakeBackend::start().await;
    // What else of the project a model is told depends on what is read by then, and has its own tests.
    let options = json!({ "actions": customs(), "chat": { "context": false } });
    let editor = editor::builder(&backend).options(options).open().await;
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
        let folder = format!("{language}-{name}");
        let open = project::set_up(&editor, &folder, &sections);
        let own = key(&head, "path").map_or(folder.clone(), |path| format!("{folder}/{path}"));
        let doc = editor.open(&own, &language, &text);
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
        let mut answers: Vec<Reply> = sections
            .iter()
            .filter(|(section, _)| section == "answer")
            .map(|(_, text)| Reply::text(text).in_pieces_of(7))
            .collect();
        if let Some(reason) = key(&head, "finish") {
            let last = answers.pop().expect("an answer");
            answers.push(last.finish_reason(reason));
        }
        let (asked, answered) = (backend.requests().len(), answers.len());
        backend.script(answers);
        let item = editor::offered(&editor, &doc, range, &context, task).await;
        let before = editor::messages(&editor).len();
        let applied = editor.wire.questions("workspace/applyEdit").len();
        let resolved = if item.get("command").is_some() {
            let run = &item["command"];
            let params = json!({ "command": run["command"], "arguments": run["arguments"] });
            editor.request("workspace/executeCommand", params).reply().await
        } else {
            editor.request("codeAction/resolve", item).reply().await
        };
        let handed = editor.wire.questions("workspace/applyEdit").split_off(applied).pop();
        let got = match &handed.map_or(resolved["result"]["edit"].clone(), |it| it["edit"].clone())
        {
            Value::Null if find("page").is_some() => page(&editor),
            Value::Null if find("findings").is_some() => findings(&editor, &doc),
            Value::Null => {
                let told = editor::messages(&editor).split_off(before).join("\n");
                format!("message: {told}{}", resolved["error"]["message"].as_str().unwrap_or(""))
            }
            edit => project::changed(&editor, &doc, &open, &folder, edit),
        };
        let want = project::wanted(&text, &sections);
        let want = match want.or(find("page").or(find("findings")).map(ToOwned::to_owned)) {
            Some(text) => text,
            None => format!("message: foretype: {}", find("message").expect("after or message")),
        };
        if got != want {
            wrong.push(format!("--- {language}/{name}\n{got}\n--- instead of\n{want}\n"));
        }
        if backend.requests().len() - asked != answered {
            wrong.push(format!(
                "--- {language}/{name}: {} requests",
                backend.requests().len() - asked
            ));
        }
        if find("sent").is_none() {
            wrong.push(format!("--- {language}/{name}: says nothing of what is sent\n"));
        }
        let told = editor::told(&backend);
        let (system, user) = editor::turns(&backend);
        let gist = gist(&system, &user);
        if std::env::var_os("FORETYPE_WRITE_GOLDEN").is_some() {
            write_told(file, &gist);
        } else if find("told") != Some(gist.as_str()) {
            let want = find("told").unwrap_or("");
            wrong.push(format!("--- {language}/{name}: told\n{gist}\n--- instead of\n{want}\n"));
        }
        for what in untold(&gist, &sections, task, &text[range.0..range.1]) {
            wrong.push(format!("--- {language}/{name}: {what} is not told\n{gist}\n"));
        }
        for part in sections.iter().filter(|(section, _)| section == "sent") {
            if !told.contains(&part.1) {
                wrong.push(format!("--- {language}/{name}: not sent\n{}\n---\n{told}", part.1));
            }
        }
        for part in sections.iter().filter(|(section, _)| section == "not sent") {
            if told.contains(&part.1) {
                wrong.push(format!("--- {language}/{name}: sent\n{}\n", part.1));
            }
        }
        doc.close();
        for other in open {
            other.close();
        }
    }
    assert!(files.len() >= 250, "only {} cases", files.len());
    assert!(wrong.is_empty(), "{}\n{} wrong", wrong.join("\n"), wrong.len());
    editor.finish().await;
}
