//! One case: the answer that is served, what must be sent, and what must come out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foretype::backend::Backend;
use foretype::config::settings::{Api, Effort, ModelSettings};
use foretype::config::{Layers, Paths};
use foretype::services::Services;
use serde::Deserialize;
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::server::Request;

/// The key of every case. It must be in one header, and nowhere else.
pub const KEY: &str = "k3y-of-the-contract";
/// What servers say in error messages; it must never be shown.
const SERVER_SAID: &str = "SERVER-SAID";

pub struct Case {
    /// `wire/case`.
    pub name: String,
    pub wire: String,
    pub answer: Vec<u8>,
    pub ask: Kind,
    pub candidates: u8,
    pub error: Option<String>,
    written: Written,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Fim,
    Chat,
}

/// As the file has it; `wire.toml` of the folder gives what a case does not say.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Where the shapes come from.
    #[serde(default)]
    from: Option<String>,
    /// Another case's answer.
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    ask: Option<Kind>,
    #[serde(default)]
    candidates: Option<u8>,
    #[serde(default)]
    model: Value,
    /// `"crlf"`, `"cr"`: the body's line ends as they are served.
    #[serde(default)]
    line_ends: Option<String>,
    #[serde(default)]
    text: Option<Vec<String>>,
    #[serde(default)]
    finish: Option<Vec<String>>,
    /// Prompt, output, cached tokens.
    #[serde(default)]
    usage: Option<BTreeMap<String, u64>>,
    /// The name of the error's variant.
    #[serde(default)]
    error: Option<String>,
    /// What the error's message has in it.
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    request: Option<Wanted>,
}

/// The request that must have been sent; the last one, where there were several.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    line: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// JSON.
    body: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/streams")
}

/// The folders with cases, in order.
pub fn folders() -> Vec<String> {
    let entries = std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<String> =
        folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn written(path: &Path) -> Written {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

impl Case {
    /// All cases of all wires.
    pub fn all() -> Vec<Self> {
        let wires = folders().into_iter().filter(|name| name != "every_wire");
        wires.flat_map(|wire| Self::for_wire(&wire, &wire)).collect()
    }

    /// The cases of a folder, with a wire's model.
    pub fn for_wire(folder: &str, wire: &str) -> Vec<Self> {
        let path = root().join(folder);
        let defaults = written(&root().join(wire).join("wire.toml"));
        let files = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
        let (mut cases, mut answers): (Vec<PathBuf>, Vec<PathBuf>) =
            files.partition(|file| file.extension().is_some_and(|kind| kind == "toml"));
        cases.sort();
        answers.retain(|file| !file.with_extension("toml").exists());
        assert!(answers.is_empty(), "answers without a case: {answers:?}");
        cases.retain(|file| !file.ends_with("wire.toml"));
        cases.iter().map(|file| Self::read(folder, wire, file, &defaults)).collect()
    }

    /// One of a wire's own.
    pub fn named(wire: &str, name: &str) -> Self {
        let name = format!("{wire}/{name}");
        let mut cases = Self::for_wire(wire, wire).into_iter();
        cases.find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"))
    }

    fn read(folder: &str, wire: &str, file: &Path, defaults: &Written) -> Self {
        let mut case = written(file);
        assert!(case.from.is_some() || defaults.from.is_some(), "{}: no `from`", file.display());
        case.model = merged(&defaults.model, &case.model);
        let answer = case.answer.as_ref().map_or_else(
            || file.with_extension("http"),
            |name| root().join(folder).join(name).with_extension("http"),
        );
        let bytes = std::fs::read(&answer).unwrap_or_else(|e| panic!("{}: {e}", answer.display()));
        Self {
            name: format!("{folder}/{}", file.file_stem().unwrap().to_str().unwrap()),
            wire: wire.to_owned(),
            answer: as_served(&bytes, case.line_ends.as_deref()),
            ask: case.ask.or(defaults.ask).unwrap_or(Kind::Chat),
            candidates: case.candidates.unwrap_or(1),
            error: case.error.clone(),
            written: case,
        }
    }

    /// The answer's body.
    pub fn body(&self) -> &[u8] {
        let at = memchr::memmem::find(&self.answer, b"\r\n\r\n").unwrap();
        &self.answer[at + 4..]
    }

    /// A good status: its body is parsed as a stream.
    pub fn is_stream(&self) -> bool {
        let page = memchr::memmem::find(&self.answer, b"text/html").is_some();
        self.answer.starts_with(b"HTTP/1.1 200") && !page
    }

    /// The backend of the case's model, as the process would make it.
    pub fn backend(&self, url: &str) -> Arc<dyn Backend> {
        self.backend_of(self.model(url))
    }

    /// The backend of these settings.
    pub fn backend_of(&self, model: ModelSettings) -> Arc<dyn Backend> {
        let services = Services::new(Paths::default(), true);
        let completer = services.completer(&Arc::new(model));
        Arc::clone(completer.backend())
    }

    pub fn model(&self, url: &str) -> ModelSettings {
        let mut table = self.written.model.clone();
        let fields = table.as_object_mut().expect("`model` in wire.toml or the case");
        let mut take = |key: &str| fields.remove(key);
        let own = ["api", "api_version", "system", "reasoning", "extra_body"].map(&mut take);
        let path = take("path").map_or_else(String::new, |path| path.as_str().unwrap().to_owned());
        fields.insert("url".into(), json!(format!("{url}{path}")));
        fields.insert("api_key".into(), json!(KEY));
        let mut layers = Layers::default();
        layers.set_initialization(Some(&json!({ "models": { "m": table } })));
        let settings = layers.resolve().settings;
        let model = settings.models.get("m");
        let model = model.unwrap_or_else(|| panic!("{}: {:?}", self.name, settings.unusable));
        let mut model = ModelSettings::clone(model);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let [api, api_version, system, reasoning, extra_body] = own;
        if let Some(api) = api {
            model.api = [Api::Auto, Api::Completions, Api::Chat, Api::Responses]
                .into_iter()
                .find(|word| Some(word.as_str()) == api.as_str())
                .expect("an API");
        }
        model.api_version = api_version.as_ref().map(text).or(model.api_version);
        model.system = system.as_ref().map(text);
        if let Some(reasoning) = reasoning {
            use Effort::{Auto, High, Low, Medium, Minimal, None};
            model.reasoning = [Auto, None, Minimal, Low, Medium, High]
                .into_iter()
                .find(|word| Some(word.as_str()) == reasoning.as_str())
                .expect("an effort");
        }
        if let Some(Value::Object(extra)) = extra_body {
            model.extra_body = extra;
        }
        model
    }

    /// What came out and should not, or should and did not.
    pub fn check(&self, got: &Outcome) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut same = |what: &str, got: String, want: String| {
            if got != want {
                wrong.push(format!("{what}\n   got {got}\n  want {want}"));
            }
        };
        let want = &self.written;
        if let Some(text) = &want.text {
            same("text", format!("{:?}", got.texts), format!("{text:?}"));
        }
        if let Some(finish) = &want.finish {
            same("finish", format!("{:?}", got.finishes), format!("{finish:?}").replace('"', ""));
        }
        if let Some(usage) = &want.usage {
            let got: BTreeMap<String, u64> = got.usage_table();
            same("usage", format!("{got:?}"), format!("{usage:?}"));
        }
        let kind = got.error.as_ref().map(|error| format!("{error:?}"));
        let kind = kind.map(|text| text.split('(').next().unwrap().to_owned());
        same("error", format!("{kind:?}"), format!("{:?}", want.error));
        let message = got.error.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(part) = &want.message
            && !message.contains(part)
        {
            wrong.push(format!("`{message}` has no `{part}`"));
        }
        let all = format!("{message} {:?}", got.error);
        for secret in [KEY, SERVER_SAID, "let b", "refactor"] {
            if all.contains(secret) {
                wrong.push("the error tells what it must not".to_owned());
            }
        }
        wrong
    }

    /// What was sent and should not have been, or should and was not.
    pub fn check_request(&self, requests: &[Request]) -> Vec<String> {
        let Some(sent) = requests.last() else { return vec!["nothing was sent".to_owned()] };
        let mut wrong = Vec::new();
        if sent.line.contains(KEY) || sent.body.contains(KEY) {
            wrong.push("the key is not in a header".to_owned());
        }
        if sent.headers.iter().filter(|(_, value)| value.contains(KEY)).count() != 1 {
            wrong.push("the key is not in one header".to_owned());
        }
        let Some(want) = &self.written.request else { return wrong };
        if sent.line != want.line {
            wrong.push(format!("sent to `{}`, not to `{}`", sent.line, want.line));
        }
        for (name, value) in &want.headers {
            let got = sent.headers.get(name).map(|got| got.replace(KEY, "KEY"));
            if got.as_ref() != Some(value) {
                wrong.push(format!("header {name}: {got:?}, not {value:?}"));
            }
        }
        if let Some(body) = &want.body {
            let want: Value = serde_json::from_str(body).expect("JSON in `request.body`");
            let got: Value = serde_json::from_str(&sent.body).expect("a body in JSON");
            if got != want {
                let got = serde_json::to_string_pretty(&got).unwrap();
                wrong.push(format!("another body than wanted:\n{got}"));
            }
        }
        wrong
    }
}

fn merged(base: &Value, over: &Value) -> Value {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            let mut all = base.clone();
            for (key, value) in over {
                all.insert(key.clone(), value.clone());
            }
            Value::Object(all)
        }
        (base, Value::Null) => base.clone(),
        (_, over) => over.clone(),
    }
}

/// Files have LF everywhere; HTTP has CRLF in its head.
fn as_served(file: &[u8], line_ends: Option<&str>) -> Vec<u8> {
    let at = memchr::memmem::find(file, b"\n\n").expect("a blank line after the head");
    let (head, body) = (&file[..at], &file[at + 2..]);
    let head = String::from_utf8(head.to_vec()).unwrap().replace('\n', "\r\n");
    let mut bytes = format!("{head}\r\n\r\n").into_bytes();
    let ends: &[u8] = match line_ends {
        None => b"\n",
        Some("crlf") => b"\r\n",
        Some("cr") => b"\r",
        Some(other) => panic!("line_ends = {other:?}"),
    };
    for byte in body {
        match byte {
            b'\n' => bytes.extend_from_slice(ends),
            byte => bytes.push(*byte),
        }
    }
    bytes
}
