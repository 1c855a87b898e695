//! A case as a file: a head, the document with `$0` at the cursor, the model's text, and what the
//! document is to be afterwards.

use std::path::{Path, PathBuf};

use foretype::completion::shape::{Ended, Shaper};
use foretype::completion::trigger::Trigger;
use foretype::document::Document;
use foretype::document::offset::ByteOffset;

pub struct Case {
    pub name: String,
    pub rule: String,
    language: String,
    trigger: Trigger,
    ended: Ended,
    before: String,
    after: String,
    model: String,
    wants: Vec<Option<String>>,
}

pub struct Got {
    /// The document afterwards; `None` where nothing is shown.
    pub document: Option<String>,
    rules: Vec<&'static str>,
}

impl Case {
    /// All of them, in the order of their names.
    pub fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/suggestions");
        let mut files = Vec::new();
        for rule in std::fs::read_dir(root).unwrap() {
            let rule = rule.unwrap().path();
            if rule.is_dir() {
                files.extend(std::fs::read_dir(rule).unwrap().map(|file| file.unwrap().path()));
            }
        }
        files.sort();
        files.iter().map(Self::read).collect()
    }

    fn read(file: &PathBuf) -> Self {
        let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
        let mut sections = Vec::new();
        let mut head = Vec::new();
        for line in text.split_inclusive('\n') {
            match line.strip_prefix("=== ") {
                Some(name) => sections.push((name.trim().to_owned(), String::new())),
                None => match sections.last_mut() {
                    Some((_, body)) => body.push_str(line),
                    None => head.push(line.trim_end()),
                },
            }
        }
        let key = |name: &str| {
            head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or("")
        };
        let body = |text: &str| {
            let text = text.strip_suffix('\n').unwrap_or(text);
            text.replace('␠', " ").replace('␍', "\r")
        };
        let find = |name: &str| {
            let found = sections.iter().find(|(known, _)| known == name);
            body(&found.unwrap_or_else(|| panic!("{}: no {name}", file.display())).1)
        };
        let document = find("document");
        let (before, after) = document.split_once("$0").expect("a cursor");
        let wants = sections.iter().filter_map(|(name, text)| match name.as_str() {
            "want" => Some(Some(body(text))),
            "nothing" => Some(None),
            _ => None,
        });
        let folder = file.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        Self {
            name: format!("{folder}/{}", file.file_stem().unwrap().to_string_lossy()),
            rule: folder,
            language: key("language").to_owned(),
            trigger: match key("trigger") {
                "invoked" => Trigger::Invoked,
                _ => Trigger::Automatic,
            },
            ended: if key("stopped") == "length" { Ended::Length } else { Ended::Itself },
            before: before.to_owned(),
            after: after.to_owned(),
            model: find("model"),
            wants: wants.collect(),
        }
    }

    /// What becomes of it if the model's text comes in pieces of `chunk` bytes.
    pub fn run(&self, chunk: usize) -> Got {
        let text = format!("{}{}", self.before, self.after);
        let document = Document::open("untitled:case", &self.language, 1, &text);
        if let Some(syntax) = document.syntax() {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(syntax.when_fresh()).unwrap();
        }
        let document = document.snapshot();
        let at = ByteOffset(self.before.len());
        let shaper = match Shaper::new(&document, at, self.trigger, 60) {
            Ok(shaper) => shaper,
            Err(_) => return Got { document: None, rules: vec!["not asked"] },
        };
        let shaped = shaper.shape(&self.model, chunk, self.ended);
        let document = shaped.result.ok().map(|polished| {
            let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let mut out = text;
            for edit in polished.edits().iter().rev() {
                let inserted = edit.text.replace('\n', ending);
                out.replace_range(edit.range.as_range(), &inserted);
            }
            out
        });
        Got { document, rules: shaped.rules }
    }

    pub fn accepts(&self, got: &Got) -> bool {
        self.wants.contains(&got.document)
    }

    pub fn report(&self, got: &Got) -> String {
        let inserted = |document: &Option<String>| match document {
            None => "nothing".to_owned(),
            Some(document) => {
                let text = document.strip_prefix(self.before.as_str()).unwrap_or(document);
                format!("{:?}", text.strip_suffix(self.after.as_str()).unwrap_or(text))
            }
        };
        let wants: Vec<String> = self.wants.iter().map(inserted).collect();
        let line = self.before.rsplit('\n').next().unwrap_or("");
        let rest: String = self.after.chars().take(30).collect();
        format!(
            "{} ({:?}$0{:?})\n    model {:?}\n    want  {}\n    got   {} by {:?}",
            self.name,
            line,
            rest,
            self.model,
            wants.join("\n    or    "),
            inserted(&got.document),
            got.rules
        )
    }
}
