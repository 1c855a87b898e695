//! JavaScript and TypeScript: `package.json` (npm, "package.json").

use std::path::Path;

use serde_json::Value;

use super::framework::{Framework, Kind};
use super::{Found, reading};

pub(super) fn read(folders: &[&Path]) -> Found {
    let mut found = Found::default();
    for folder in folders {
        let file = folder.join("package.json");
        let Some(text) = reading::manifest(&file) else { continue };
        let Ok(manifest) = serde_json::from_str::<Value>(&text) else { continue };
        let nearest = found.manifests.is_empty();
        found.manifest(&file);
        if nearest && let Some(node) = manifest.pointer("/engines/node").and_then(Value::as_str) {
            found.stack.language("node", node);
        }
        let mut uses = Vec::new();
        for section in ["dependencies", "peerDependencies", "devDependencies"] {
            let entries = manifest.get(section).and_then(Value::as_object);
            for (name, version) in entries.into_iter().flatten() {
                uses.push(name.as_str());
                let version = version.as_str().unwrap_or("");
                if nearest && (section != "devDependencies" || name == "typescript") {
                    found.stack.add(name, version);
                }
            }
        }
        let scripts = manifest.get("scripts").and_then(Value::as_object);
        let scripts: Vec<&str> =
            scripts.into_iter().flat_map(|all| all.values()).filter_map(Value::as_str).collect();
        let runs = |what: &str| scripts.iter().any(|script| script.contains(what));
        let has = |name: &str| uses.contains(&name);
        let kind = if has("vitest") {
            Some(Kind::Vitest)
        } else if has("jest")
            || has("react-scripts")
            || has("ts-jest")
            || manifest.get("jest").is_some()
        {
            Some(Kind::Jest)
        } else if has("mocha") {
            Some(Kind::Mocha)
        } else if runs("bun test") {
            Some(Kind::BunTest)
        } else if runs("node --test") || runs("--test ") {
            Some(Kind::NodeTest)
        } else {
            None
        };
        if let Some(kind) = kind {
            let mut framework = Framework::new(kind);
            for (name, words) in [
                ("chai", "chai (`expect`)"),
                ("@testing-library/react", "@testing-library/react"),
                ("@testing-library/vue", "@testing-library/vue"),
                ("fast-check", "fast-check"),
                ("supertest", "supertest"),
            ] {
                framework.with.extend(has(name).then_some(words));
            }
            found.framework = Some(framework);
            break;
        }
        // In a monorepo the root has the tools.
    }
    found
}

/// Whether modules of a folder are ES modules by default (Node.js, "Determining module system").
pub(super) fn is_module(folders: &[&Path]) -> bool {
    let manifest = reading::nearest(folders, "package.json");
    let manifest = manifest.and_then(|(_, text)| serde_json::from_str::<Value>(&text).ok());
    manifest.is_some_and(|manifest| manifest.get("type").and_then(Value::as_str) == Some("module"))
}
