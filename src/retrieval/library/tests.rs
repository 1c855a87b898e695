#![allow(clippy::unwrap_used)]

use super::*;

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn homes(root: &Path) -> Homes {
    Homes { cargo: Some(root.join("cargo")), python: None, go: Some(root.join("go")) }
}

#[test]
fn the_packages_that_a_file_imports() {
    let names = Names::default();
    for (path, text, want) in [
        (
            "a.rs",
            "use axum::{Router, routing::get};\nuse crate::x;\nuse std::io;\nuse axum::Json;\nuse super::y;\nuse serde_json::Value;\n",
            vec!["axum", "serde_json"],
        ),
        (
            "a.py",
            "import a.b\nfrom c.d import e\nfrom . import f\nfrom .g import h\n",
            vec!["a", "c"],
        ),
        (
            "a.ts",
            "import x from 'react';\nimport { y } from '@scope/name/deep';\nimport z from './z';\nimport { q } from '@/own';\nimport fs from 'node:fs';\nimport { r } from '../../etc';\n",
            vec!["react", "@scope/name"],
        ),
        (
            "a.go",
            "package a\n\nimport (\n\t\"fmt\"\n\t\"github.com/a/b/c\"\n\t\"net/http\"\n)\n",
            vec!["github.com/a/b/c"],
        ),
    ] {
        let source = Source::from_path(path).unwrap();
        let file = Extractor::default().read(path, source, text, &names).unwrap();
        assert_eq!(wanted(&file), want, "{path}");
    }
}

#[test]
fn a_crate_is_found_by_its_lock_and_its_own_name() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path();
    let lock = "[[package]]\nname = \"my-crate\"\nversion = \"1.10.0\"\nsource = \"r\"\n[[package]]\nname = \"my-crate\"\nversion = \"1.9.2\"\nsource = \"r\"\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
    write(
        root,
        &[
            ("w/Cargo.lock", lock),
            (
                "w/Cargo.toml",
                "[dependencies]\nmy-crate = \"1\"\nother = { package = \"my-crate\", version = \"1.9\" }\n",
            ),
            ("cargo/registry/src/index/my-crate-1.10.0/src/lib.rs", ""),
            ("cargo/registry/src/index/my-crate-1.9.2/src/lib.rs", ""),
        ],
    );
    let folders = [root.join("w/src"), root.join("w")];
    let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
    let version = |key: &str| {
        let found = find(key, Family::Rust, &folders, &homes(root))?;
        Some(format!("{} {} as {}", found.name, found.version, found.import))
    };
    assert_eq!(version("my_crate").as_deref(), Some("my-crate 1.10.0 as my_crate"));
    assert_eq!(version("other").as_deref(), Some("my-crate 1.9.2 as other"));
    assert_eq!((version("own"), version("gone")), (None, None));
}

#[test]
fn packages_of_other_languages_are_found_where_they_are_installed() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path();
    write(
        root,
        &[
            ("w/.venv/lib/python3.12/site-packages/requests/__init__.py", ""),
            ("w/.venv/lib/python3.12/site-packages/requests-2.32.1.dist-info/METADATA", ""),
            ("w/.venv/lib/python3.12/site-packages/six.py", ""),
            (
                "w/node_modules/@s/n/package.json",
                r#"{"version": "1.2.3", "exports": {".": {"import": {"types": "./lib/n.d.ts"}}}}"#,
            ),
            ("w/node_modules/@s/n/lib/n.d.ts", ""),
            (
                "w/node_modules/untyped/package.json",
                r#"{"version": "1.0.0", "types": "../../../secret.d.ts"}"#,
            ),
            ("w/node_modules/@types/untyped/package.json", r#"{"version": "1.0.9"}"#),
            ("w/node_modules/@types/untyped/index.d.ts", ""),
            ("secret.d.ts", ""),
            ("w/go.mod", "module m\n\nrequire (\n\tgithub.com/A/b v1.2.3 // indirect\n)\n"),
            ("go/github.com/!a/b@v1.2.3/c/c.go", ""),
        ],
    );
    let folders = [root.join("w/src"), root.join("w")];
    let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
    for (key, family, want) in [
        ("requests", Family::Python, Some("requests 2.32.1 requests")),
        ("six", Family::Python, Some("six  ")),
        ("gone", Family::Python, None),
        ("@s/n", Family::Script, Some("@s/n 1.2.3  lib/n.d.ts")),
        ("untyped", Family::Script, Some("@types/untyped 1.0.9  index.d.ts")),
        ("github.com/A/b/c", Family::Go, Some("github.com/A/b 1.2.3 c")),
        ("github.com/A/b/d", Family::Go, None),
    ] {
        let found = find(key, family, &folders, &homes(root));
        let found = found.map(|it| format!("{} {} {} {}", it.name, it.version, it.below, it.entry));
        assert_eq!(found.as_deref().map(str::trim_end), want.map(str::trim_end), "{key}");
    }
}

#[test]
fn what_a_package_offers_is_read_within_bounds_and_links_are_not_followed() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path();
    let folder = root.join("p");
    write(
        &folder,
        &[
            ("src/lib.rs", "/// Goes.\npub fn go() {}\nmod deep;\n"),
            ("src/deep.rs", "pub fn deep() {}\n"),
            ("src/tests/t.rs", "pub fn test_only() {}\n"),
            ("build.rs", "fn build() {}\n"),
            ("src/big.rs", &"pub fn big() {}\n".repeat(300_000)),
        ],
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink(&folder, folder.join("src/again")).unwrap();
    let package = Installed {
        key: "p".into(),
        name: "p".into(),
        version: "1.0.0".into(),
        folder,
        below: "src".into(),
        deep: true,
        family: Family::Rust,
        import: "p".into(),
        entry: String::new(),
    };
    let mut library = Library::new(Arc::default());
    assert!(!library.knows("p"));
    library.add(&mut Extractor::default(), &package);
    library.add_missing("q");
    assert!(library.knows("p") && library.knows("q"));
    assert_eq!((library.version("p"), library.version("q")), (Some("1.0.0"), None));
    let mut paths: Vec<_> =
        library.index().files().map(|(_, file)| file.path.to_string()).collect();
    paths.sort();
    assert_eq!(paths, ["p-1.0.0/src/deep.rs", "p-1.0.0/src/lib.rs"]);
    assert_eq!(library.index().paths().manifests().packages.first().unwrap().folder, "p-1.0.0");
}
