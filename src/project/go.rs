//! Go modules (Go Modules Reference, "go.mod files").

use std::path::Path;

use super::framework::{Framework, Kind};
use super::{Found, reading};

/// Lines that are read.
const LINES: usize = 1_000;

pub(super) fn read(folders: &[&Path]) -> Found {
    let mut found = Found::default();
    let mut framework = Framework::new(Kind::GoTest);
    if let Some((file, text)) = reading::nearest(folders, "go.mod") {
        found.manifest(&file);
        let mut inside = false;
        for line in text.lines().take(LINES) {
            let (code, comment) = line.split_once("//").unwrap_or((line, ""));
            let words: Vec<&str> = code.split_whitespace().collect();
            let (name, version) = match words.as_slice() {
                ["go", version] => {
                    found.stack.language("Go", version);
                    continue;
                }
                ["require", "("] => {
                    inside = true;
                    continue;
                }
                [")"] => {
                    inside = false;
                    continue;
                }
                ["require", name, version] => (*name, *version),
                [name, version] if inside => (*name, *version),
                _ => continue,
            };
            match name {
                "github.com/stretchr/testify" => framework.with.push("testify"),
                "github.com/google/go-cmp" => framework.with.push("go-cmp"),
                _ if comment.contains("indirect") => {}
                name => found.stack.add(name, version),
            }
        }
    }
    found.framework = Some(framework);
    found
}
