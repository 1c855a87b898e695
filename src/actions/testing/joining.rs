//! What becomes of a file by new tests: their code, how it imports what is tested, and the edits.

use super::{SUPER, Tests};
use crate::actions::answer;
use crate::actions::edits::changes::applied;
use crate::actions::edits::check::Made;
use crate::actions::edits::merge::{self, At};
use crate::document::text::Text;
use crate::project::reading;

impl Tests {
    /// The edits of the file by an answer's code.
    pub(super) fn made(&self, text: &Text, code: &str, exists: bool) -> Made {
        let old = text.whole();
        let at = At::Tests { beside_code: self.place.file.is_none() };
        let said = |needle: &str| [code, &*old].iter().any(|text| self.imports(text, needle));
        let import = self.import().filter(|(needle, _)| !said(needle));
        let mut code = code.to_owned();
        if !exists {
            code = self.whole(&code);
        }
        let blind = ![code.as_str(), &*old].iter().any(|text| text.contains("super::"));
        if self.place.file.is_some()
            && self.place.import == SUPER
            && blind
            && !code.contains("crate::")
        {
            // A module sees nothing of what is around it by itself.
            code = format!("{SUPER}\n\n{code}");
        }
        if let Some((_, line)) = import {
            let with = Text::from(code.as_str());
            let edits = merge::edits(&with, &line, self.language, At::Below(with.end()));
            code = applied(&with, &edits).whole().into_owned();
        }
        let edits = merge::edits(text, &code, self.language, at);
        Made::joined(text, code, edits)
    }

    /// How the code is imported, and what shows that it is.
    fn import(&self) -> Option<(String, String)> {
        let import = &self.place.import;
        let script = import.contains("{ … }");
        if !import.contains('…') && !import.starts_with("#include") || self.name.is_empty() {
            return None;
        }
        let needle = match import.split('"').nth(1) {
            Some(path) if script => {
                let path = path.trim_start_matches("./");
                let dot = path.rfind('.').filter(|dot| path.rfind('/') < Some(*dot));
                path.get(..dot.unwrap_or(path.len()))?.to_owned()
            }
            Some(path) => path.rsplit('/').next()?.to_owned(),
            None => import.split_whitespace().nth(1)?.trim_end_matches("::…;").to_owned(),
        };
        let name = self.name.rsplit(['.', ':']).next().unwrap_or(&self.name);
        let line = if script && self.default {
            import.replace("{ … }", name)
        } else {
            import.replace('…', name)
        };
        Some((needle, line))
    }

    /// Whether a text imports the code already.
    fn imports(&self, text: &str, needle: &str) -> bool {
        if self.place.import.starts_with("#include") {
            // A header of its name declares it, and says itself where it comes from.
            let stem = needle.split('.').next().unwrap_or(needle);
            let quoted = text.lines().filter(|line| line.trim_start().starts_with("#include"));
            return quoted.filter_map(|line| line.split('"').nth(1)).any(|path| {
                let name = path.rsplit('/').next().unwrap_or(path);
                name.split('.').next() == Some(stem)
            });
        }
        if self.language.id() != "python" {
            return text.contains(needle);
        }
        // A module's name may be anywhere in a text, and its package may be left out.
        let last = |module: &str| module.rsplit('.').next().unwrap_or("").to_owned();
        text.lines().any(|line| {
            let mut words = line.split_whitespace();
            matches!(words.next(), Some("from" | "import"))
                && words.next().is_some_and(|module| last(module) == last(needle))
        })
    }

    /// A whole file of what may be tests alone.
    fn whole(&self, code: &str) -> String {
        let has = |what: &str| code.lines().any(|line| line.trim_start().starts_with(what));
        let mut code = code.to_owned();
        if self.language.id() == "java" && !code.contains("class ") {
            let class = self.place.file.as_deref().map(reading::stem).unwrap_or_default();
            let head = |line: &&str| line.starts_with("import ") || line.starts_with("package ");
            let (imports, body): (Vec<&str>, Vec<&str>) = code.lines().partition(head);
            let body = answer::laid(body.join("\n").trim_matches('\n'), "", self.language, 4);
            code = format!("{}\n\nclass {class} {{\n\n{body}\n}}\n", imports.join("\n"));
        }
        if !self.package.is_empty() && !has("package ") {
            code = format!("{}\n\n{}", self.package, code.trim_start_matches('\n'));
        }
        code
    }
}
