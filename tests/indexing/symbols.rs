//! The symbols that outlive the process, and files that need not be read again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use foretype::indexing::{Indexing, LeftOut, Stage};
use foretype::retrieval::folders::Folders;
use foretype::workspace::verdicts::Verdicts;

use crate::kept::Disk;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(30);

struct Read {
    indexing: Indexing,
    folders: Arc<Folders>,
    root: PathBuf,
}

impl Read {
    fn defines(&self, name: &str) -> bool {
        let index = self.folders.index(&self.root).unwrap().snapshot();
        let name = index.names().get(name);
        name.is_some_and(|name| !index.definitions(name).is_empty())
    }

    fn left_out(&self) -> LeftOut {
        match *self.indexing.watch_symbols().borrow() {
            Stage::Ready { left_out, .. } => left_out,
            other => panic!("not ready: {other:?}"),
        }
    }
}

/// Reads the symbols to the end, as a session does whose model is shown them.
async fn read(disk: &Disk) -> Read {
    let folders = Arc::<Folders>::default();
    let verdicts = Arc::new(Verdicts::default());
    let indexing = Indexing::new(Some(disk.cache()), verdicts, Arc::clone(&folders));
    indexing.set_reach(disk.reach.clone());
    indexing.hurry();
    indexing.wake_symbols();
    let mut stage = indexing.watch_symbols();
    let ready = stage.wait_for(|stage| matches!(stage, Stage::Ready { .. }));
    drop(tokio::time::timeout(PATIENCE, ready).await.expect("read in time").unwrap());
    Read { indexing, folders, root: disk.root() }
}

fn kept(disk: &Disk, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(disk.cache()).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|it| it == ending)).collect()
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let wait = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{what} is never there"))
}

/// Reads them until they are kept.
async fn keep(disk: &Disk) -> PathBuf {
    let read = read(disk).await;
    let file = until("the file", || kept(disk, "symbols").pop()).await;
    drop(read);
    file
}

fn date(path: &Path, at: SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
}

fn long_ago() -> SystemTime {
    SystemTime::now() - Duration::from_secs(100_000)
}

/// Three files that were written long ago.
fn disk() -> Disk {
    let disk = Disk::new();
    for name in ["alpha", "beta", "gamma"] {
        let path = disk.write(&format!("{name}.py"), format!("def {name}(): pass\n"));
        date(&path, long_ago());
    }
    disk
}

#[tokio::test]
async fn what_looks_the_same_is_not_read_again() {
    let disk = disk();
    assert_eq!(read(&disk).await.indexing.files_read(), 3);
    let file = until("the symbols", || kept(&disk, "symbols").pop()).await;
    until("how they looked", || kept(&disk, "seen").pop()).await;
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    let again = read(&disk).await;
    assert!(["alpha", "beta", "gamma"].iter().all(|name| again.defines(name)));
    assert_eq!(again.indexing.files_read(), 0);
    drop(again);
    // One that was changed is, and one that is gone is gone.
    disk.write("beta.py", "def delta(): pass\n");
    fs::remove_file(disk.root().join("gamma.py")).unwrap();
    let again = read(&disk).await;
    assert_eq!(again.indexing.files_read(), 1);
    assert!(again.defines("alpha") && again.defines("delta"));
    assert!(!again.defines("beta") && !again.defines("gamma"));
    // So little is not written anew.
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
}

/// Of the time that it has now no file system can say whether it was changed once more.
#[tokio::test]
async fn a_file_that_may_have_changed_within_the_same_moment_is_read_again() {
    let disk = disk();
    let now = SystemTime::now() + Duration::from_secs(5_000);
    date(&disk.root().join("beta.py"), now);
    keep(&disk).await;
    until("how they looked", || kept(&disk, "seen").pop()).await;
    let again = read(&disk).await;
    assert_eq!(again.indexing.files_read(), 1, "as it was, and nobody can know");
    drop(again);
    let path = disk.write("beta.py", "def zeta(): pass\n");
    date(&path, now);
    let again = read(&disk).await;
    assert!(again.defines("zeta") && !again.defines("beta"));
}

/// Where the system tells when the entry of a file was changed, even its time can be turned back.
#[cfg(unix)]
#[tokio::test]
async fn a_file_of_the_same_size_and_time_is_read_again() {
    let disk = disk();
    let path = disk.root().join("beta.py");
    let at = fs::metadata(&path).unwrap().modified().unwrap();
    keep(&disk).await;
    until("how they looked", || kept(&disk, "seen").pop()).await;
    disk.write("beta.py", "def zeta(): pass\n");
    date(&path, at);
    let again = read(&disk).await;
    assert_eq!(again.indexing.files_read(), 1);
    assert!(again.defines("zeta") && !again.defines("beta"));
}

#[tokio::test]
async fn what_cannot_be_used_is_read_anew() {
    type Spoil = fn(&mut Vec<u8>);
    let spoil: [(&str, Spoil); 5] = [
        ("torn", |bytes| bytes.truncate(bytes.len() / 2)),
        ("empty", Vec::clear),
        ("one bit", |bytes| bytes[20] ^= 1),
        ("another version", |bytes| bytes[8] = bytes[8].wrapping_add(1)),
        ("something else", |bytes| *bytes = b"fn main() {}\n".to_vec()),
    ];
    for (what, spoil) in spoil {
        for ending in ["symbols", "seen"] {
            let disk = disk();
            keep(&disk).await;
            let file = until(ending, || kept(&disk, ending).pop()).await;
            let good = fs::read(&file).unwrap();
            let mut bytes = good.clone();
            spoil(&mut bytes);
            fs::write(&file, &bytes).unwrap();
            let again = read(&disk).await;
            assert!(["alpha", "beta", "gamma"].iter().all(|name| again.defines(name)), "{what}");
            drop(again);
            let as_long = || (fs::read(&file).unwrap().len() == good.len()).then_some(());
            until(what, as_long).await;
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let disk = disk();
    keep(&disk).await;
    for ending in ["symbols", "seen"] {
        let file = until(ending, || kept(&disk, ending).pop()).await;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{ending}");
    }
}

#[tokio::test]
async fn without_a_place_for_them_they_are_read_at_each_start() {
    // A file where the folder should be: nobody can write there, not even root.
    let disk = disk();
    fs::write(disk.cache(), "").unwrap();
    for _ in 0..2 {
        let read = read(&disk).await;
        assert_eq!(read.indexing.files_read(), 3);
        assert!(read.defines("alpha"));
    }
    assert!(disk.cache().is_file());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_leaves_what_there_was() {
    let disk = disk();
    let file = keep(&disk).await;
    let old = fs::read(&file).unwrap();
    for number in 0..40 {
        disk.write(&format!("more/file_{number}.py"), format!("def more_{number}(): pass\n"));
    }
    let name = file.file_name().unwrap().to_str().unwrap();
    let part = disk.cache().join(format!("{name}.{}.part", std::process::id()));
    std::os::unix::fs::symlink("/dev/full", &part).unwrap();
    let again = read(&disk).await;
    assert!(again.defines("more_39"));
    drop(again);
    // The part is taken away after the failure.
    until("no part", || part.symlink_metadata().is_err().then_some(())).await;
    assert_eq!(fs::read(&file).unwrap(), old);
}

#[tokio::test]
async fn the_oldest_go_first() {
    let disk = disk();
    fs::create_dir(disk.cache()).unwrap();
    for number in 0..30_u32 {
        let path = disk.cache().join(format!("{number}.symbols"));
        fs::write(&path, "").unwrap();
        date(&path, long_ago() + Duration::from_secs(u64::from(number)));
    }
    let abandoned = disk.cache().join("x.symbols.1.part");
    fs::write(&abandoned, "").unwrap();
    date(&abandoned, long_ago());
    drop(read(&disk).await);
    let left = until("room", || Some(kept(&disk, "symbols")).filter(|left| left.len() == 20)).await;
    let names: Vec<_> =
        left.iter().map(|path| path.file_stem().unwrap().to_str().unwrap()).collect();
    assert!(names.contains(&"29") && !names.contains(&"10"), "{names:?}");
    assert!(!abandoned.exists());
}

/// Other folders have other files: what is kept of one is of no use to another.
#[tokio::test]
async fn each_set_of_folders_has_its_own() {
    let mut disk = disk();
    keep(&disk).await;
    let inner = disk.root().join("inner");
    disk.write("inner/one.py", "def one(): pass\n");
    disk.reach.roots.push(inner.clone());
    let both = read(&disk).await;
    assert!(both.defines("alpha") && !both.defines("one"));
    assert_eq!(both.folders.index(&inner).unwrap().len(), 1);
    until("three files", || (kept(&disk, "symbols").len() == 3).then_some(())).await;
}

#[tokio::test]
async fn what_the_configuration_ignores_has_no_symbols() {
    let mut disk = disk();
    assert!(read(&disk).await.defines("beta"));
    until("the symbols", || kept(&disk, "symbols").pop()).await;
    // Kept from before, they go.
    disk.reach.ignore = vec![(disk.root(), vec!["bet*".to_owned()])];
    let read = read(&disk).await;
    assert!(read.defines("alpha") && !read.defines("beta"));
    // Nor when the editor says that it has changed.
    disk.write("beta.py", "def theta(): pass\n");
    disk.write("alpha.py", "def kappa(): pass\n");
    read.indexing.changed(vec![disk.root().join("beta.py"), disk.root().join("alpha.py")]);
    until("the change", || read.defines("kappa").then_some(())).await;
    assert!(!read.defines("theta"));
}

#[tokio::test]
async fn whatever_the_encoding_and_whoever_wrote_it() {
    let disk = disk();
    let wide = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    };
    disk.write("wide.py", wide("\u{feff}def wide(): pass\n", u16::to_le_bytes));
    disk.write("other_wide.py", wide("\u{feff}def other_wide(): pass\n", u16::to_be_bytes));
    disk.write("latin.py", b"# caf\xe9\ndef latin(): pass\n");
    disk.write("broken.py", b"# \xe2\x82 \xf0\x9f\ndef broken(): pass\n");
    disk.write("marked.py", "\u{feff}def marked(): pass\n");
    let none = [
        ("binary.py", b"def binary(): pass\0\n".to_vec()),
        ("minified.js", format!("function minified(){{}}{}", ";x()".repeat(500)).into_bytes()),
        (
            "generated.py",
            b"# Code generated by protoc. DO NOT EDIT.\ndef generated(): pass\n".to_vec(),
        ),
    ];
    for (name, bytes) in &none {
        disk.write(name, bytes);
    }
    for _ in 0..2 {
        let read = read(&disk).await;
        for name in ["wide", "other_wide", "latin", "broken", "marked", "alpha"] {
            assert!(read.defines(name), "{name}");
        }
        for name in ["binary", "minified", "generated"] {
            assert!(!read.defines(name), "{name}");
        }
        let want = LeftOut { not_written: 3, ..LeftOut::default() };
        assert_eq!(read.left_out(), want);
        assert_eq!(read.left_out().to_string(), "files left out: 3 that nobody wrote");
        drop(read);
        until("the symbols", || kept(&disk, "symbols").pop()).await;
    }
}

/// A repository within another one: its `.git` is a file.
#[tokio::test]
async fn a_submodule_is_read_by_its_own_rules() {
    let disk = disk();
    disk.write(".git/HEAD", "ref: refs/heads/main\n");
    disk.write(".git/modules/their/HEAD", "ref: refs/heads/main\n");
    disk.write(".git/modules/their/hook.py", "def hook(): pass\n");
    disk.write("their/.git", "gitdir: ../.git/modules/their\n");
    disk.write("their/.gitignore", "built/\n");
    disk.write("their/one.py", "def one(): pass\n");
    disk.write("their/built/two.py", "def two(): pass\n");
    // One whose repository is gone.
    disk.write("lost/.git", "gitdir: ../nowhere\n");
    disk.write("lost/three.py", "def three(): pass\n");
    let read = read(&disk).await;
    assert!(read.defines("alpha") && read.defines("one") && read.defines("three"));
    assert!(!read.defines("two") && !read.defines("hook"));
    assert_eq!(read.left_out(), LeftOut::default());
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_not_followed_in_a_circle_or_out_of_the_folder() {
    let disk = disk();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("out.py"), "def out(): pass\n").unwrap();
    let link = |to: &Path, name: &str| {
        std::os::unix::fs::symlink(to, disk.root().join(name)).unwrap();
    };
    link(&disk.root(), "circle");
    link(Path::new("self.py"), "self.py");
    link(&disk.root().join("nowhere.py"), "dangling.py");
    link(outside.path(), "outside");
    link(&outside.path().join("out.py"), "out.py");
    let read = read(&disk).await;
    assert!(read.defines("alpha") && !read.defines("out"));
    assert_eq!(read.folders.files(), 3);
    assert_eq!(read.left_out(), LeftOut::default());
    // Nor when the editor says that they have changed.
    disk.write("alpha.py", "def kappa(): pass\n");
    let names = ["circle", "self.py", "out.py", "outside/out.py", "alpha.py"];
    read.indexing.changed(names.map(|name| disk.root().join(name)).to_vec());
    until("the change", || read.defines("kappa").then_some(())).await;
    assert!(!read.defines("out"));
}

/// Known ones, those that come, in folders that come, and those that go.
#[tokio::test]
async fn manifests_come_change_and_go() {
    let disk = disk();
    disk.write(".gitignore", "/made/\n");
    let config = disk.write("tsconfig.json", aliases("@/*", "app/*"));
    let read = read(&disk).await;
    let (index, root) = (read.folders.index(&read.root).unwrap(), disk.root());
    let said = || {
        let snapshot = index.snapshot();
        let said = snapshot.paths().manifests();
        let aliases = said.aliases.iter().map(|(before, target)| format!("{before} {target}"));
        let packages = said.packages.iter().map(|of| format!("{} {}", of.name, of.folder));
        aliases.chain(packages).collect::<Vec<String>>()
    };
    assert_eq!(said(), ["@/ app"]);
    let changed = async |files: &[&Path], want: &[&str]| {
        let files = files.iter().map(|file| file.to_path_buf()).collect();
        read.indexing.changed(files);
        until(&format!("{want:?}"), || (said() == want).then_some(())).await;
    };
    disk.write("tsconfig.json", aliases("@/*", "web/*"));
    changed(&[&config], &["@/ web"]).await;
    let ours = disk.write("packages/a/package.json", "{\"name\": \"@own/a\"}");
    let made = disk.write("made/package.json", "{\"name\": \"made\"}");
    let theirs = disk.write("node_modules/b/package.json", "{\"name\": \"b\"}");
    changed(&[&made, &theirs, &ours], &["@/ web", "@own/a packages/a"]).await;
    disk.write("new/tsconfig.json", aliases("~/*", "src/*"));
    changed(&[&root.join("new")], &["@/ web", "~/ new/src", "@own/a packages/a"]).await;
    fs::remove_file(&config).unwrap();
    fs::remove_file(&ours).unwrap();
    changed(&[&config, &ours], &["~/ new/src"]).await;
}

fn aliases(pattern: &str, target: &str) -> String {
    format!("{{\"compilerOptions\": {{\"paths\": {{\"{pattern}\": [\"{target}\"]}}}}}}")
}
