//! Tests of code: the file that they go into, what a model is told of it, and what becomes of it.

mod masked;
mod written;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::masked::masked;
use self::written::{has_tests, joined, without_source};
use super::answer::{self, AnswerError, Given};
use super::edits::check::{Broken, Made, wrong};
use super::edits::files::{Changes, FileChange, FileEdit};
use super::edits::merge::{self, At};
use super::edits::on_disk::OnDisk;
use super::here::Here;
use super::order::{Able, Order};
use super::outcome::ActionError;
use super::prompts::TestsValue;
use super::task::Task;
use crate::document::language::Language;
use crate::document::line_ending::{LineEnding, normalise};
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::project::testing::{Code, Place, has_test_file, lies_in, place};
use crate::project::{Framework, Project, reading};
use crate::workspace::Snapshot;
use crate::workspace::session::Session;

/// Largest file of tests, bytes.
const LARGEST: u64 = 1024 * 1024;
/// Bytes of other tests that a model is shown.
const EXAMPLE: usize = 4 * 1024;
/// How a module of tests gets at the code around it.
const SUPER: &str = "use super::*;";
/// Why nothing is written behind a link.
const LEADS_OUT: &str =
    "it leads out of the project, by its path or by a link; save tests there yourself";

/// Where tests go.
pub(super) struct Tests {
    place: Place,
    language: Language,
    /// The code that is tested, with LF, and its language.
    source: (String, Language),
    /// What is tested, by the name that its module exports.
    name: String,
    /// It is what its module exports by default.
    default: bool,
    package: String,
    endings: LineEnding,
    /// The folder outside of which nothing is made.
    top: PathBuf,
    shown: TestsValue,
    framework: Option<String>,
}

/// What a file is now.
enum Target {
    Open(Box<Snapshot>),
    Disk(DocumentUri, Text),
    New,
}

impl Tests {
    /// The place for what an order is about; `None` for other tasks. Reads the file system.
    ///
    /// # Errors
    /// Where there is none.
    pub(super) async fn find(
        session: &Session,
        then: &Snapshot,
        order: &Order,
        project: &Project,
    ) -> Result<Option<Self>, ActionError> {
        if order.task != Task::Tests {
            return Ok(None);
        }
        let document = then.document.clone();
        let text = normalise(&document.text.whole());
        let language = document.language;
        let of_file = then.file.clone().filter(|_| document.uri.scheme() == "file");
        let open: HashSet<PathBuf> = session
            .workspace(|workspace| workspace.uris().filter_map(DocumentUri::to_path).collect());
        let (mut own, source) = (project.clone(), text.clone());
        let place = match of_file {
            Some(file) => {
                let look = move || {
                    let exists = |path: &Path| path.is_file() || open.contains(path);
                    let code = Code { file: &file, text: &source, language, exists: &exists };
                    let found = place(&own, &code).ok_or(ActionError::Unsaved)?;
                    match &found.file {
                        Some(file) if !lies_in(file, &own.top) => {
                            let inside = file.strip_prefix(&own.top).unwrap_or(file);
                            let file = inside.to_string_lossy().replace('\\', "/");
                            Err(ActionError::File { file, why: LEADS_OUT })
                        }
                        _ => Ok(found),
                    }
                };
                tokio::task::spawn_blocking(look).await.map_err(|_| ActionError::Changed)??
            }
            // One that is in a file of its own is in none yet.
            None if language.id() == "rust" && !has_test_file(&text) => {
                own.top = PathBuf::new();
                Place { exists: true, import: SUPER.into(), ..Place::default() }
            }
            None => return Err(ActionError::Unsaved),
        };
        let here = Here::new(&document, order.target);
        let name =
            here.class.as_ref().or(here.function.as_ref()).and_then(|item| item.name.clone());
        let name = name.unwrap_or_default();
        let exported = ["function ", "async function ", "class ", ""];
        let default = exported.iter().any(|kind| {
            text.contains(&format!("export default {kind}{name}"))
                || text.contains(&format!("module.exports = {name};"))
        });
        let mut tests = Self {
            language: place
                .file
                .as_ref()
                .and_then(|file| Language::from_path(&file.to_string_lossy()))
                .unwrap_or(language),
            default: default && !name.is_empty(),
            name,
            package: package(&text, language),
            endings: LineEnding::of(&document.text),
            top: project.top.clone(),
            source: (text.clone(), language),
            shown: TestsValue::default(),
            framework: None,
            place,
        };
        tests.show(session, then, project, &text).await;
        tests.look(session, then, order.able).await?;
        Ok(Some(tests))
    }

    /// Looks, before anyone is asked, whether an answer could be put there.
    async fn look(
        &self,
        session: &Session,
        then: &Snapshot,
        able: Able,
    ) -> Result<(), ActionError> {
        match self.target(session, &then.document.uri).await? {
            Target::New if able.creates => Ok(()),
            Target::New => {
                let file = self.place.file.as_ref().map(|file| file.display().to_string());
                Err(ActionError::NoCreate(file.unwrap_or_default()))
            }
            Target::Open(_) if !able.versions => Err(ActionError::NoVersions),
            Target::Open(open) => OnDisk::look(open.file.as_deref()).await.map(|_| ()),
            Target::Disk(..) => OnDisk::look(self.place.file.as_deref()).await.map(|_| ()),
        }
    }

    /// What a model is told.
    pub(super) fn tell(&self, values: &mut super::prompts::Values) {
        values.tests = self.shown.clone();
        if let Some(framework) = &self.framework {
            values.framework.clone_from(framework);
        }
    }

    async fn show(&mut self, session: &Session, then: &Snapshot, project: &Project, own: &str) {
        let root = then.root.as_deref();
        let name = |path: &Path| {
            let inside = root.and_then(|root| path.strip_prefix(root).ok());
            inside.unwrap_or(path).to_string_lossy().replace('\\', "/")
        };
        self.shown.new = !self.place.exists;
        self.shown.import.clone_from(&self.place.import);
        let example = match &self.place.file {
            None => {
                let at = ["mod tests {", "mod test {"].iter().find_map(|mark| own.find(mark));
                at.and_then(|at| own.get(at..)).map(ToOwned::to_owned)
            }
            Some(file) => {
                self.shown.file = name(file);
                let like = if self.place.exists { Some(file.clone()) } else { sibling(file) };
                match like {
                    Some(like) if session.may_show(&like, root).await => {
                        text_of(session, &like).await.map(|text| normalise(&text))
                    }
                    _ => None,
                }
            }
        };
        let Some(example) = example else { return };
        let kind = Framework::of_text(self.language, &example);
        if let Some(kind) = kind.filter(|kind| *kind != project.framework.kind) {
            self.framework = Some(Framework::new(kind).words());
        }
        self.shown.example = beginning(&example);
    }

    /// What becomes of the files by an answer; or what does not parse with it.
    ///
    /// # Errors
    /// Why nothing becomes of it.
    pub(super) async fn settle(
        self: &Arc<Self>,
        session: &Session,
        now: &DocumentUri,
        given: Given<'_>,
    ) -> Result<Result<Changes, (Broken, &'static str)>, ActionError> {
        let (source, of) = &self.source;
        let blocks = answer::blocks(given, self.language)?;
        let own = blocks.iter().map(|code| without_source(code, self.language, source, *of));
        let own: Vec<String> = own.filter(|code| !code.trim().is_empty()).collect();
        let code = joined(&own, self.language);
        if !has_tests(&code, self.language) {
            return Err(AnswerError::NoTests.into());
        }
        let target = self.target(session, now).await?;
        let (text, old) = match &target {
            Target::Open(snapshot) => (snapshot.document.text.clone(), true),
            Target::Disk(_, text) => (text.clone(), true),
            Target::New => (Text::from(""), false),
        };
        let tests = Arc::clone(self);
        let made = tokio::task::spawn_blocking(move || tests.made(&text, &code, old));
        let made = made.await.map_err(|_| ActionError::Changed)?;
        if made.edits.is_empty() {
            return Err(AnswerError::Unchanged.into());
        }
        let text = match &target {
            Target::Open(snapshot) => snapshot.document.text.clone(),
            Target::Disk(_, text) => text.clone(),
            Target::New => Text::from(""),
        };
        let (plain, edits) = masked(self.language, &text, &made.edits);
        let shown = Made { edits, code: made.code.clone(), line: made.line };
        if let Some((faults, why)) = wrong(self.language, &plain, &shown, None).await {
            return Ok(Err(((made.code, faults), why)));
        }
        let change = match target {
            Target::Open(snapshot) => FileChange::Edit(FileEdit::open(&snapshot, made.edits)),
            Target::Disk(uri, text) => {
                let edit =
                    FileEdit { uri: uri.as_str().into(), version: None, text, edits: made.edits };
                FileChange::Edit(edit)
            }
            Target::New => FileChange::Create {
                path: self.place.file.clone().unwrap_or_default(),
                text: self.endings.apply(&format!("{}\n", made.code.trim_end())),
            },
        };
        let encoding = session.workspace(|workspace| workspace.encoding());
        Ok(Ok(Changes { from: now.clone(), encoding, files: vec![change] }))
    }

    /// The file as it is now: it may have been made, changed or deleted since.
    async fn target(&self, session: &Session, now: &DocumentUri) -> Result<Target, ActionError> {
        let uri = self.place.file.as_deref().map_or_else(|| now.clone(), DocumentUri::from_path);
        if let Some(snapshot) = session.workspace(|workspace| workspace.snapshot(&uri)) {
            return Ok(Target::Open(Box::new(snapshot)));
        }
        let Some(file) = self.place.file.clone() else { return Err(ActionError::Closed) };
        let (top, expected, name) = (self.top.clone(), self.place.exists, self.shown.file.clone());
        let wrong = move |why| ActionError::File { file: name.clone(), why };
        let read = tokio::task::spawn_blocking(move || {
            if !lies_in(&file, &top) {
                return Err(wrong(LEADS_OUT));
            }
            let Ok(found) = std::fs::metadata(&file) else {
                let gone = "it was deleted meanwhile, so nothing was done; ask again";
                return if expected { Err(wrong(gone)) } else { Ok(Target::New) };
            };
            if found.permissions().readonly() {
                return Err(wrong(
                    "it is read-only, so nothing was done; make it writable and ask again",
                ));
            }
            let text = reading::whole(&file, LARGEST);
            let text = text.ok_or_else(|| {
                wrong("it is no UTF-8 text of at most 1 MiB, so nothing was done")
            })?;
            Ok(Target::Disk(uri, Text::from(text.as_str())))
        });
        read.await.map_err(|_| ActionError::Changed)?
    }

    /// The edits of the file by an answer's code.
    fn made(&self, text: &Text, code: &str, exists: bool) -> Made {
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
            code = super::edits::changes::applied(&with, &edits).whole().into_owned();
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

/// The line that says in which package a file is.
fn package(text: &str, language: Language) -> String {
    let line = text.lines().find(|line| line.starts_with("package "));
    let line = line.filter(|_| matches!(language.id(), "go" | "java")).unwrap_or("");
    line.split("//").next().unwrap_or("").trim().to_owned()
}

/// Another file of tests beside a new one.
fn sibling(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    let ending = file.extension().map(|ending| format!(".{}", ending.to_string_lossy()))?;
    let test = |name: &String| {
        let lower = name.to_ascii_lowercase();
        name.ends_with(&ending) && (lower.contains("test") || lower.contains("spec"))
    };
    reading::names(folder).into_iter().find(test).map(|name| folder.join(name))
}

/// A file's text: as it is in the editor, else on disk.
async fn text_of(session: &Session, file: &Path) -> Option<String> {
    let uri = DocumentUri::from_path(file);
    if let Some(open) = session.workspace(|workspace| workspace.snapshot(&uri)) {
        return Some(open.document.text.whole().into_owned());
    }
    let file = file.to_path_buf();
    let read = move || reading::beginning(&file, 4 * EXAMPLE as u64);
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

/// Whole lines from the beginning.
fn beginning(text: &str) -> String {
    let end = (0..=EXAMPLE.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let head = text.get(..end.unwrap_or(0)).unwrap_or("");
    let cut = if head.len() < text.len() { head.rfind('\n').unwrap_or(0) } else { head.len() };
    head.get(..cut).unwrap_or("").trim_end().to_owned()
}
