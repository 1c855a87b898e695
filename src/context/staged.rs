//! The commit in progress: what the user has staged, as `git` tells it. For chat.
//!
//! A repository can name programs that git runs (a textual filter, a file watcher, a transport); none of
//! them is run here. There is no shell, no prompt and no network, and it ends within its time.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// Longest wait for git.
const WAIT: Duration = Duration::from_secs(2);
/// Most of a diff that is read, bytes.
const LARGEST: u64 = 256 * 1024;
/// More of one file (bytes) is left out: it is generated, or data.
const LARGEST_OF_ONE: usize = 16 * 1024;

/// What git is told: nothing of the repository's that could run.
const SAFE: [&str; 8] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.quotePath=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
];
/// How the diff is to be.
const DIFF: [&str; 8] = [
    "--no-pager",
    "diff",
    "--cached",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "--relative",
];

/// The staged diff of a workspace folder, at most so many bytes, whole files; of those that `may_show`
/// refuses nothing. `None` where there is none: no git, no repository, nothing staged, or it took too
/// long.
pub async fn staged(root: &Path, most: usize, may_show: impl Fn(&str) -> bool) -> Option<String> {
    let mut git = Command::new("git");
    git.args(SAFE).args(DIFF).current_dir(root);
    // What an editor was started with is of another repository.
    for name in
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_COUNT"]
    {
        git.env_remove(name);
    }
    git.env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0");
    git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut git = git.spawn().ok()?;
    let mut said = git.stdout.take()?.take(LARGEST);
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(WAIT, said.read_to_end(&mut bytes)).await;
    // Dropped, it ends: what it would still say is not waited for.
    read.ok()?.ok()?;
    let diff = kept(&String::from_utf8_lossy(&bytes), most, may_show);
    (!diff.is_empty()).then_some(diff)
}

/// The files of a diff that may be shown, as many as fit. The last one is whole only where the diff has
/// been read to its end, so a diff that was cut loses it.
fn kept(diff: &str, most: usize, may_show: impl Fn(&str) -> bool) -> String {
    let cut = diff.len() as u64 >= LARGEST;
    let mut files: Vec<&str> = Vec::new();
    let mut from = 0;
    for (at, _) in diff.match_indices("\ndiff --git ") {
        files.extend(diff.get(from..=at));
        from = at + 1;
    }
    files.extend(diff.get(from..).filter(|last| !last.is_empty() && !cut));
    let mut out = String::new();
    for file in files {
        let fits = file.len() <= LARGEST_OF_ONE && out.len() + file.len() <= most;
        let text = file.lines().any(|line| line.starts_with("@@ "));
        if fits && text && paths(file).is_some_and(|paths| paths.iter().all(|path| may_show(path)))
        {
            out.push_str(file);
        }
    }
    out
}

/// The paths that a file of a diff had and has; `None` where they are not plain.
fn paths(file: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    for line in file.lines().take_while(|line| !line.starts_with("@@ ")) {
        let path = line.strip_prefix("--- ").or_else(|| line.strip_prefix("+++ "));
        match path.map(|path| path.trim_end_matches('\t')) {
            None | Some("/dev/null") => {}
            Some(path) => {
                found.push(path.strip_prefix("a/").or_else(|| path.strip_prefix("b/"))?);
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A repository with files staged.
    fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "-q"]);
        stage(folder.path(), files);
        folder
    }

    fn git(folder: &Path, args: &[&str]) {
        let told = std::process::Command::new("git").args(args).current_dir(folder).output();
        let told = told.unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    }

    fn stage(folder: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        git(folder, &["add", "-A"]);
    }

    #[tokio::test]
    async fn what_is_staged_is_told_and_nothing_that_must_not_be_shown() {
        let folder = repository(&[
            ("a.rs", "fn a() {}\n"),
            ("ü b.rs", "fn b() {}\n"),
            ("secret/c.rs", "x\n"),
        ]);
        let root = folder.path();
        let may_show = |path: &str| !path.starts_with("secret/");
        let diff = staged(root, 10_000, may_show).await.unwrap();
        assert!(diff.contains("+fn a() {}\n") && diff.contains("+fn b() {}\n"), "{diff}");
        assert!(!diff.contains("secret"), "{diff}");
        // Of what does not fit, whole files.
        let one = staged(root, 200, may_show).await.unwrap();
        assert_eq!(one.matches("diff --git").count(), 1);
        assert_eq!(staged(root, 10, may_show).await, None);
        // A folder of it, with paths from there.
        std::fs::write(root.join("secret/d.rs"), "y\n").unwrap();
        git(root, &["add", "-A"]);
        let inner = staged(&root.join("secret"), 10_000, |_| true).await.unwrap();
        assert!(inner.contains("+++ b/d.rs") && !inner.contains("fn a"), "{inner}");
    }

    #[tokio::test]
    async fn without_a_repository_or_anything_staged_there_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(staged(folder.path(), 1_000, |_| true).await, None);
        assert_eq!(staged(&folder.path().join("gone"), 1_000, |_| true).await, None);
        git(folder.path(), &["init", "-q"]);
        std::fs::write(folder.path().join("a.rs"), "fn a() {}\n").unwrap();
        assert_eq!(staged(folder.path(), 1_000, |_| true).await, None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nothing_that_a_repository_names_is_run() {
        let folder =
            repository(&[("a.txt", "one\n"), (".gitattributes", "*.txt diff=evil filter=evil\n")]);
        let root = folder.path();
        let mark = root.join("ran");
        let command = format!("touch {}", mark.display());
        for key in [
            "diff.external",
            "diff.evil.command",
            "diff.evil.textconv",
            "core.fsmonitor",
            "core.pager",
            "core.sshCommand",
        ] {
            git(root, &["config", key, &command]);
        }
        let diff = staged(root, 10_000, |_| true).await.unwrap();
        assert!(diff.contains("+one"), "{diff}");
        assert!(!mark.exists());
    }

    #[test]
    fn data_and_what_was_cut_is_left_out() {
        let file = |name: &str, body: &str| {
            format!("diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n{body}")
        };
        let (one, big) = (file("one", "+a\n"), file("big", &"+x\n".repeat(10_000)));
        let binary = "diff --git a/i.png b/i.png\nBinary files differ\n";
        let odd = "diff --git \"a/\\n\" \"b/\\n\"\n--- \"a/\\n\"\n+++ \"b/\\n\"\n@@ -1 +1 @@\n+b\n";
        let all = format!("{one}{big}{binary}{odd}{}", file("two", "+c\n"));
        let kept = kept(&all, 100_000, |_| true);
        assert_eq!(kept, format!("{one}{}", file("two", "+c\n")));
    }
}
