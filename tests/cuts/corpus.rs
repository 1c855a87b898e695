//! Files of real code that are on the machine anyway: the sources of our dependencies, Python's
//! standard library, TypeScript's.

use std::path::{Path, PathBuf};
use std::process::Command;

use foretype::document::language::Language;
use foretype::document::parse_queue::parse_now;
use foretype::document::text::Text;
use tree_sitter::Tree;

pub struct File {
    pub name: String,
    pub language: &'static str,
    pub text: String,
    pub tree: Tree,
}

/// Larger files (bytes) are left out: they are data.
const LARGEST: u64 = 60_000;
/// So many files of a language.
const MOST: usize = 60;

/// Each language that there are files of.
pub fn corpora() -> Vec<(&'static str, Vec<File>)> {
    let registry = registry();
    let python =
        output("python3", &["-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]);
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/vscode/node_modules");
    let extension = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/vscode");
    let places: [(&'static str, &str, Vec<PathBuf>); 6] = [
        ("rust", "rs", registry.clone().into_iter().collect()),
        ("c", "c", registry.clone().into_iter().collect()),
        ("cpp", "cc", registry.into_iter().collect()),
        ("python", "py", python.map(PathBuf::from).into_iter().collect()),
        ("typescript", "ts", vec![extension.join("src"), modules.join("typescript/lib")]),
        ("javascript", "js", vec![modules]),
    ];
    let mut all = Vec::new();
    for (language, extension, folders) in places {
        let mut paths = Vec::new();
        folders.iter().for_each(|folder| walk(folder, extension, 0, &mut paths));
        paths.sort();
        // Spread over all of them.
        let step = (paths.len() / MOST).max(1);
        let files: Vec<File> = paths
            .into_iter()
            .step_by(step)
            .take(MOST)
            .filter_map(|path| read(language, &path))
            .collect();
        if files.len() >= 5 {
            all.push((language, files));
        }
    }
    all
}

fn read(language: &'static str, path: &Path) -> Option<File> {
    let text = std::fs::read_to_string(path).ok()?.replace("\r\n", "\n");
    let plain = !text.lines().any(|line| line.len() > 400) && !text.contains('\r');
    let name = path.file_name()?.to_string_lossy().into_owned();
    let grammar = Language::from_id(language)?.grammar()?;
    let tree = parse_now(grammar, &Text::from(text.as_str()))?;
    plain.then_some(File { name, language, text, tree })
}

fn registry() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))?;
    let sources = home.join("registry").join("src");
    std::fs::read_dir(sources).ok()?.flatten().map(|entry| entry.path()).next()
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let out = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?.trim().to_owned();
    (out.status.success() && !text.is_empty()).then_some(text)
}

fn walk(folder: &Path, extension: &str, depth: usize, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth < 6 {
            walk(&path, extension, depth + 1, paths);
        } else if kind.is_file()
            && path.extension().is_some_and(|found| found == extension)
            && entry.metadata().is_ok_and(|data| (500..LARGEST).contains(&data.len()))
        {
            paths.push(path);
        }
    }
}
