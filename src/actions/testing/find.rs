//! The file that tests go into, and what a model is told of it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::{LEADS_OUT, SUPER, Target, Tests};
use crate::actions::edits::on_disk::OnDisk;
use crate::actions::here::Here;
use crate::actions::order::{Able, Order};
use crate::actions::outcome::ActionError;
use crate::actions::prompts::TestsValue;
use crate::actions::task::Task;
use crate::document::language::Language;
use crate::document::line_ending::{LineEnding, normalise};
use crate::document::uri::DocumentUri;
use crate::project::testing::{Code, Place, has_test_file, lies_in, place};
use crate::project::{Framework, Project, reading};
use crate::workspace::Snapshot;
use crate::workspace::session::Session;

/// Bytes of other tests that a model is shown.
const EXAMPLE: usize = 4 * 1024;

impl Tests {
    /// The place for what an order is about; `None` for other tasks. Reads the file system.
    ///
    /// # Errors
    /// Where there is none.
    pub(in crate::actions) async fn find(
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
