#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use super::*;
use std::fs;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn rules(root: &TempDir) -> IgnoreRules {
    IgnoreRules::new(Some(root.path().to_owned()))
}

/// `-` blocked as secret, the ignore file's path, `out` of context, or `in` it.
fn judged(rules: &IgnoreRules, root: &TempDir, path: &str) -> String {
    let verdict = rules.check(&root.path().join(path));
    assert!(verdict.blocked.is_none() || !verdict.in_context, "{path}");
    match verdict.blocked {
        Some(BlockReason::SecretFile(_) | BlockReason::Page) => "-".to_owned(),
        Some(BlockReason::IgnoreFile(file)) => {
            let real = root.path().canonicalize().unwrap();
            let roots = [root.path(), &real];
            let inner = roots.iter().find_map(|root| file.strip_prefix(root).ok());
            let file = inner.unwrap_or(&file);
            file.to_string_lossy().replace('\\', "/")
        }
        None if verdict.in_context => "in".to_owned(),
        None => "out".to_owned(),
    }
}

#[test]
fn what_tools_ignore_is_nobody_elses_context() {
    let root = folder(&[
        (".ignore", "private.py\n/top.py\nheld/\n*.gen\n!out.log\n"),
        ("pkg/.ignore", "near.py\n!kept.gen\n"),
        (".gitignore", "*.log\n"),
    ]);
    let rules = rules(&root);
    for (path, expected) in [
        ("main.py", "in"),
        ("private.py", "out"),
        ("pkg/private.py", "out"),
        ("top.py", "out"),
        ("pkg/top.py", "in"),
        ("held/deep/a.py", "out"),
        ("near.py", "in"),
        ("pkg/near.py", "out"),
        ("a.gen", "out"),
        ("pkg/kept.gen", "in"),
        // What Git ignores stays out.
        ("out.log", "out"),
    ] {
        assert_eq!(judged(&rules, &root, path), expected, "{path}");
    }
    // It is read anew when it changes.
    fs::write(root.path().join(".ignore"), "another_name.py\n").unwrap();
    assert_eq!(judged(&rules, &root, "private.py"), "in");
    assert_eq!(judged(&rules, &root, "another_name.py"), "out");
}

#[test]
fn nested_files_are_read_as_git_does() {
    let root = folder(&[
        (
            ".foretypeignore",
            "\u{feff}private/\n*.secret\n!ok.secret\n/top.rs\n# note\n\na/b/c.rs\n",
        ),
        ("src/.foretypeignore", "generated.rs\n!kept.secret\n"),
        ("private/.foretypeignore", "!*\n"),
        (".gitignore", "target/\n*.log\n!keep.log\n"),
        ("src/.gitignore", "*.gen\n!special.log\n"),
        (".git/info/exclude", "scratch.rs\n*.gen\n"),
    ]);
    let rules = rules(&root);
    let cases = [
        ("main.rs", "in"),
        ("private/x.rs", ".foretypeignore"),
        ("src/private/deep/x.rs", ".foretypeignore"),
        ("x.secret", ".foretypeignore"),
        ("ok.secret", "in"),
        ("src/kept.secret", "in"),
        ("src/x.secret", ".foretypeignore"),
        ("top.rs", ".foretypeignore"),
        ("src/top.rs", "in"),
        ("a/b/c.rs", ".foretypeignore"),
        ("x/a/b/c.rs", "in"),
        ("src/generated.rs", "src/.foretypeignore"),
        ("src/deep/generated.rs", "src/.foretypeignore"),
        ("generated.rs", "in"),
        ("target/debug/x.rs", "out"),
        ("target", "in"),
        ("x.log", "out"),
        ("keep.log", "in"),
        ("src/special.log", "in"),
        ("special.log", "out"),
        ("x.gen", "out"),
        ("src/x.gen", "out"),
        ("scratch.rs", "out"),
        (".git/COMMIT_EDITMSG", "out"),
        ("src/../private/x.rs", ".foretypeignore"),
        ("./src/./main.rs", "in"),
        (".env", "-"),
        ("src/.env.local", "-"),
        ("é/ü.rs", "in"),
        ("", "in"),
    ];
    for (path, expected) in cases {
        assert_eq!(judged(&rules, &root, path), expected, "{path}");
    }
    assert_eq!(
        rules.check(Path::new("private/x.rs")),
        rules.check(&root.path().join("private/x.rs"))
    );
    assert_eq!(rules.warnings(), Vec::<String>::new());
}

#[test]
fn the_users_own_file_is_above_the_workspace() {
    let home = folder(&[("ignore", "")]);
    let root = folder(&[(".foretypeignore", "!*.tax\n!/mine/\n"), ("src/a.rs", "")]);
    let outside = folder(&[("b.tax", ""), ("c.rs", "")]);
    let global = home.path().join("ignore");
    let anchored = parts(outside.path()).join(std::ffi::OsStr::new("/"));
    let anchored = anchored.to_string_lossy();
    let lines = format!("*.tax\n/mine/\n/{anchored}/c.rs\n");
    fs::write(&global, lines).unwrap();

    let rules = rules(&root).with_global(global.clone());
    let named = global.to_string_lossy().replace('\\', "/");
    for path in ["a.tax", "src/a.tax", "mine/x.rs"] {
        assert_eq!(judged(&rules, &root, path), named, "{path}");
    }
    assert_eq!(judged(&rules, &root, "src/mine/x.rs"), "in");
    assert_eq!(judged(&rules, &root, "src/a.rs"), "in");

    for rules in [rules, IgnoreRules::new(None).with_global(global)] {
        assert_eq!(judged(&rules, &outside, "b.tax"), named);
        assert_eq!(judged(&rules, &outside, "c.rs"), named);
        assert_eq!(judged(&rules, &outside, "d.rs"), "in");
        assert_eq!(judged(&rules, &outside, "id_rsa"), "-");
    }
}

#[test]
fn outside_the_root_its_files_do_not_count() {
    let both = folder(&[
        (".foretypeignore", "*\n"),
        (".gitignore", "*\n"),
        ("root/.foretypeignore", "*.x\n"),
    ]);
    let rules = IgnoreRules::new(Some(both.path().join("root")));
    for (path, expected) in [
        ("other/a.x", "in"),
        ("root-2/a.x", "in"),
        ("root/a.x", "root/.foretypeignore"),
        ("root/a.y", "in"),
        ("other/.npmrc", "-"),
    ] {
        assert_eq!(judged(&rules, &both, path), expected, "{path}");
    }
}

#[test]
fn a_changed_file_counts_at_once() {
    let root = folder(&[(".foretypeignore", "*.a\n")]);
    let rules = rules(&root);
    let file = root.path().join(".foretypeignore");
    assert_eq!(judged(&rules, &root, "x.a"), ".foretypeignore");
    fs::write(&file, "*.abc\n").unwrap();
    assert_eq!(judged(&rules, &root, "x.a"), "in");
    // As PowerShell writes it.
    let units = "\u{feff}*.a\r\n*.é\r\n".encode_utf16();
    fs::write(&file, units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
    assert_eq!(judged(&rules, &root, "x.a"), ".foretypeignore");
    assert_eq!(judged(&rules, &root, "x.é"), ".foretypeignore");
    fs::remove_file(&file).unwrap();
    assert_eq!(judged(&rules, &root, "x.a"), "in");
    fs::create_dir(&file).unwrap();
    assert_eq!(judged(&rules, &root, "x.a"), "in");
}

#[test]
fn many_files_are_judged_at_a_glance_as_each_apart() {
    let files = [
        (".foretypeignore", "private/\n*.a\n"),
        (".gitignore", "build/\n"),
        (".git/info/exclude", "scratch.rs\n"),
        ("src/.foretypeignore", "!kept.a\n"),
        ("src/.gitignore", "*.gen\n"),
        ("src/deep/private/a.rs", ""),
        ("src/deep/kept.a", ""),
        ("src/x.a", ""),
        ("src/x.gen", ""),
        ("src/.env", ""),
        ("build/a.rs", ""),
        ("scratch.rs", ""),
    ];
    let root = folder(&files);
    let mut paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    paths.extend(["", "src", "src/deep", "gone/a.rs", "gone.a", "src/../x.a", "/", "/etc/x.a"]);
    #[cfg(unix)]
    for (name, target) in [("in", "src/deep"), ("src/out", "../build/a.rs"), ("gen", "src/x.gen")] {
        std::os::unix::fs::symlink(target, root.path().join(name)).unwrap();
    }
    paths.extend(["in", "in/kept.a", "in/private/a.rs", "src/out", "gen"]);
    for rules in [rules(&root), IgnoreRules::new(None)] {
        let glance = Glance::default();
        let judged = |path: &&str| {
            let path = root.path().join(path);
            (rules.check_at(&path, &glance), rules.check(&path))
        };
        for (of, (at_a_glance, apart)) in paths.iter().zip(paths.iter().map(judged)) {
            assert_eq!(at_a_glance, apart, "{of}");
        }
    }
    // What changes meanwhile is seen the next time.
    let (rules, glance, file) = (rules(&root), Glance::default(), root.path().join("src/new.b"));
    assert!(rules.check_at(&file, &glance).blocked.is_none());
    fs::write(root.path().join(".foretypeignore"), "*.b\n\n").unwrap();
    assert!(rules.check_at(&file, &glance).blocked.is_none());
    assert!(rules.check_at(&file, &Glance::default()).blocked.is_some());
}

#[test]
fn a_broken_pattern_is_left_out_and_told_once() {
    let root = folder(&[(".foretypeignore", "*.a\n[oops\n*.b\n")]);
    let rules = rules(&root);
    assert_eq!(judged(&rules, &root, "x.a"), ".foretypeignore");
    assert_eq!(judged(&rules, &root, "x.b"), ".foretypeignore");
    let warnings = rules.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(".foretypeignore:2: "), "{warnings:?}");
    fs::write(root.path().join(".foretypeignore"), "*.a\n[oops\n*.c\n\n").unwrap();
    assert_eq!(judged(&rules, &root, "x.c"), ".foretypeignore");
    assert_eq!(rules.warnings(), Vec::<String>::new());
}

#[test]
fn a_blocking_file_too_large_to_read_blocks_everything() {
    let long = "#".repeat((1 << 20) + 1);
    let root = folder(&[("a/.foretypeignore", &long), ("b/.gitignore", &long)]);
    let rules = rules(&root);
    assert_eq!(judged(&rules, &root, "a/x.rs"), "a/.foretypeignore");
    assert_eq!(judged(&rules, &root, "b/x.rs"), "in");
    assert_eq!(judged(&rules, &root, "x.rs"), "in");
    assert_eq!(rules.warnings().len(), 2);
}

#[cfg(unix)]
#[test]
fn links_are_judged_by_what_they_lead_to() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[(".env", ""), ("plain", "")]);
    let root = folder(&[
        (".foretypeignore", "private/\n"),
        (".gitignore", "build/\n"),
        ("private/a.rs", ""),
        ("build/a.rs", ""),
        ("src/a.rs", ""),
    ]);
    let links = [
        ("notes.txt", outside.path().join(".env"), "-"),
        ("plain.txt", outside.path().join("plain"), "in"),
        ("a.rs", root.path().join("private/a.rs"), ".foretypeignore"),
        ("b.rs", root.path().join("build/a.rs"), "out"),
        ("c.rs", root.path().join("src/a.rs"), "in"),
        ("lib", root.path().join("private"), ".foretypeignore"),
        ("dangling", root.path().join("nothing"), "in"),
        ("loop", root.path().join("loop"), "in"),
    ];
    let rules = rules(&root);
    for (name, target, expected) in links {
        symlink(target, root.path().join(name)).unwrap();
        assert_eq!(judged(&rules, &root, name), expected, "{name}");
    }
    // A new file in a linked folder.
    assert_eq!(judged(&rules, &root, "lib/new.rs"), ".foretypeignore");
    // The workspace opened through a link.
    let alias = outside.path().join("alias");
    symlink(root.path(), &alias).unwrap();
    let rules = IgnoreRules::new(Some(alias.clone()));
    assert!(rules.check(&alias.join("private/a.rs")).blocked.is_some());
    assert!(rules.check(&root.path().join("private/a.rs")).blocked.is_some());
    assert!(!rules.check(&alias.join("build/a.rs")).in_context);
    assert!(rules.check(&alias.join("src/a.rs")).in_context);
}

#[test]
fn reasons_say_what_to_do() {
    let secret = BlockReason::SecretFile("database passwords").to_string();
    assert!(secret.contains("database passwords") && secret.contains("rename"));
    let ignored = BlockReason::IgnoreFile(PathBuf::from("a/.foretypeignore")).to_string();
    assert!(ignored.contains(".foretypeignore") && ignored.contains("change"));
}
