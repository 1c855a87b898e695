//! What Cargo.toml, package.json, tsconfig.json and go.mod say of where imports lead. What cannot
//! be read is passed over: the imports are then looked for by path and name.

use serde_json::Value;

use super::paths::join;

/// Those that are not called otherwise too.
const NAMES: [&str; 4] = ["Cargo.toml", "package.json", "go.mod", "jsconfig.json"];

/// What the workspace's manifests say together.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Manifests {
    /// Packages that the workspace holds.
    pub packages: Vec<Package>,
    /// Aliases of `tsconfig.json`: the pattern's part before `*`, and the folder or file it stands
    /// for.
    pub aliases: Vec<(String, String)>,
}

/// A package of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name as imports spell it: `my_crate`, `@scope/name`, `example.com/module`.
    pub name: String,
    /// Its folder, without `/` at the end.
    pub folder: String,
    /// The file that importing it means, below the workspace folder; empty where that follows from
    /// the folder.
    pub entry: String,
}

impl Manifests {
    /// Whether a file of that name is one that is read here.
    #[must_use]
    pub fn reads(file_name: &str) -> bool {
        NAMES.contains(&file_name)
            || (file_name.starts_with("tsconfig") && file_name.ends_with(".json"))
    }

    /// The names of those, as patterns for those who watch files.
    pub fn watched() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().chain(["tsconfig*.json"])
    }

    /// Adds what one says; `path` is below the workspace folder.
    pub fn add(&mut self, path: &str, text: &str) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        // None of them is a reason to stop.
        let _ = match name {
            "Cargo.toml" => self.cargo(folder, text),
            "package.json" => self.package(folder, text),
            "go.mod" => self.go(folder, text),
            _ => self.aliases(folder, text),
        };
        // The longest first: `@app/ui` before `@app`.
        self.packages.sort_by(|a, b| b.name.len().cmp(&a.name.len()).then(a.cmp_key(b)));
        self.aliases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    }

    fn cargo(&mut self, folder: &str, text: &str) -> Option<()> {
        let table: toml::Table = text.parse().ok()?;
        let lib = table.get("lib").and_then(|lib| lib.get("name"));
        let name = lib.or_else(|| table.get("package")?.get("name"))?.as_str()?;
        self.push(name.replace('-', "_"), folder, String::new());
        Some(())
    }

    fn package(&mut self, folder: &str, text: &str) -> Option<()> {
        let json: Value = serde_json::from_str(text).ok()?;
        let name = json.get("name")?.as_str()?;
        let entry = ["source", "types", "main"].iter().find_map(|key| json.get(key)?.as_str());
        let entry = entry.and_then(|entry| join(folder, entry)).unwrap_or_default();
        self.push(name.to_owned(), folder, entry);
        Some(())
    }

    fn go(&mut self, folder: &str, text: &str) -> Option<()> {
        let line = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
        self.push(line.trim().trim_matches('"').to_owned(), folder, String::new());
        Some(())
    }

    fn aliases(&mut self, folder: &str, text: &str) -> Option<()> {
        let json: Value = serde_json::from_str(&without_comments(text)).ok()?;
        let options = json.get("compilerOptions")?;
        let base = options.get("baseUrl").and_then(Value::as_str).unwrap_or("");
        let base = join(folder, base)?;
        for (pattern, targets) in options.get("paths")?.as_object()? {
            let target = targets.as_array().and_then(|targets| targets.first());
            let Some(target) = target.and_then(Value::as_str) else { continue };
            let target = target.split('*').next().unwrap_or(target);
            if let Some(target) = join(&base, target) {
                let before = pattern.split('*').next().unwrap_or(pattern);
                self.aliases.push((before.to_owned(), target));
            }
        }
        Some(())
    }

    fn push(&mut self, name: String, folder: &str, entry: String) {
        self.packages.push(Package { name, folder: folder.to_owned(), entry });
    }
}

impl Package {
    fn cmp_key(&self, other: &Self) -> std::cmp::Ordering {
        (&self.name, &self.folder).cmp(&(&other.name, &other.folder))
    }
}

/// JSON as tsconfig files have it, made plain: comments and trailing commas gone.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        if quoted && c == '\\' {
            let escaped = after.chars().next().map_or(0, char::len_utf8);
            plain.push_str(rest.get(..1 + escaped).unwrap_or(""));
            rest = after.get(escaped..).unwrap_or("");
            continue;
        }
        if !quoted && rest.starts_with("//") {
            rest = rest.find('\n').and_then(|at| rest.get(at..)).unwrap_or("");
            continue;
        }
        if !quoted && rest.starts_with("/*") {
            rest = rest.find("*/").and_then(|at| rest.get(at + 2..)).unwrap_or("");
            continue;
        }
        if c == '"' {
            quoted = !quoted;
        }
        if !quoted && matches!(c, '}' | ']') {
            let kept = plain.trim_end().trim_end_matches(',').len();
            plain.truncate(kept);
        }
        plain.push(c);
        rest = after;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manifest_says_where_a_package_lies() {
        for (path, text, name, folder, entry) in [
            ("a/Cargo.toml", "[package]\nname = \"my-crate\"\n", "my_crate", "a", ""),
            ("a/Cargo.toml", "[package]\nname = \"x\"\n[lib]\nname = \"y\"\n", "y", "a", ""),
            (
                "p/package.json",
                r#"{"name": "@a/b", "main": "./lib/x.js"}"#,
                "@a/b",
                "p",
                "p/lib/x.js",
            ),
            ("go.mod", "// x\nmodule example.com/m\n\ngo 1.22\n", "example.com/m", "", ""),
        ] {
            let mut manifests = Manifests::default();
            manifests.add(path, text);
            let package = Package { name: name.into(), folder: folder.into(), entry: entry.into() };
            assert_eq!(manifests.packages, [package], "{text}");
        }
    }

    #[test]
    fn aliases_are_read_with_comments_and_trailing_commas() {
        let mut manifests = Manifests::default();
        let text = r#"{ // "x"
            "compilerOptions": { "baseUrl": ".", /* y */
                "paths": { "@/*": ["src/*"], "@//x/*": ["lib/*",], }, },
        }"#;
        manifests.add("web/tsconfig.json", text);
        let want = [("@//x/".to_owned(), "web/lib".to_owned()), ("@/".into(), "web/src".into())];
        assert_eq!(manifests.aliases, want);
    }

    #[test]
    fn what_cannot_be_read_is_passed_over() {
        let mut manifests = Manifests::default();
        for path in ["Cargo.toml", "package.json", "tsconfig.json", "go.mod"] {
            manifests.add(path, "{ not so");
        }
        assert_eq!(manifests, Manifests::default());
    }
}
