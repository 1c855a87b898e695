#![allow(clippy::unwrap_used)]

use super::*;
use crate::retrieval::extract::Extractor;
use crate::retrieval::index::manifests::{Manifests, Package};
use crate::retrieval::source::Source;

/// Files (path, text); the last one's imports are followed. Found definitions as `path: name`,
/// found files as their path.
fn followed(files: &[(&str, &str)], manifests: Manifests) -> Vec<String> {
    let mut index = Index::default();
    index.set_manifests(manifests);
    let mut extractor = Extractor::default();
    for (path, text) in files {
        let source = Source::from_path(path).unwrap();
        let read = extractor.read(path, source, text, index.names()).unwrap();
        index.replace(read);
    }
    let last = index.file(index.id(files.last().unwrap().0).unwrap()).unwrap();
    let found = imports(&index, last);
    let symbols = found.symbols.iter().map(|(at, _)| {
        let (file, symbol) = index.symbol(*at).unwrap();
        format!("{}: {}", file.path, index.names().text(symbol.name))
    });
    let files = found.files.iter().map(|(id, _)| index.file(*id).unwrap().path.to_string());
    symbols.chain(files).collect()
}

fn plain(files: &[(&str, &str)]) -> Vec<String> {
    followed(files, Manifests::default())
}

fn package(name: &str, folder: &str) -> Manifests {
    let package = Package { name: name.into(), folder: folder.into(), entry: String::new() };
    Manifests { packages: vec![package], aliases: vec![("@/".into(), "app".into())] }
}

#[test]
fn rust_paths_lead_through_modules_and_re_exports() {
    let files = [
        ("src/lib.rs", "pub mod store; pub use store::disk::Disk;"),
        (
            "src/store.rs",
            "pub mod disk; pub mod inline { pub struct Inner; } pub mod outer { pub use super::disk::Disk; }",
        ),
        ("src/store/disk.rs", "pub struct Disk; pub fn sync() {}"),
    ];
    for (path, text, want) in [
        ("src/a.rs", "use crate::store::disk::sync;", vec!["src/store/disk.rs: sync"]),
        ("src/a.rs", "use crate::Disk as D;", vec!["src/store/disk.rs: Disk"]),
        (
            "src/a.rs",
            "use crate::store::{self, disk::{Disk}};",
            vec!["src/store/disk.rs: Disk", "src/store.rs"],
        ),
        ("src/store/b.rs", "use super::disk::*;", vec!["src/store/disk.rs"]),
        ("src/a.rs", "use crate::store::inline::Inner;", vec!["src/store.rs: Inner"]),
        ("src/a.rs", "use crate::store::outer::Disk;", vec!["src/store/disk.rs: Disk"]),
        ("src/a.rs", "use std::sync::Arc;", vec![]),
        ("tests/t.rs", "use own::store::disk::Disk;", vec!["src/store/disk.rs: Disk"]),
    ] {
        let mut all = files.to_vec();
        all.push((path, text));
        assert_eq!(plain(&all), want, "{text}");
    }
    let files = [("b/src/lib.rs", "pub fn go() {}"), ("a/src/lib.rs", "use my_b::go;")];
    assert_eq!(followed(&files, package("my_b", "b")), ["b/src/lib.rs: go"]);
}

#[test]
fn rust_modules_lie_where_the_text_says() {
    let files = [
        ("src/lib.rs", "#[path = \"sys/unix.rs\"]\nmod os;\nmod store;\nmod os_other;"),
        ("src/sys/unix.rs", "pub struct Handle; pub fn open() {}"),
        (
            "src/store.rs",
            "pub mod disk { #[path = \"fast.rs\"] /* why */ pub mod speed; mod slow; }",
        ),
        ("src/store/disk/fast.rs", "pub struct Fast;"),
        ("src/store/disk/slow.rs", "pub struct Slow;"),
        ("tests/support/editor.rs", "pub struct Editor;"),
        ("tests/support/mod.rs", "pub struct Home;"),
    ];
    for (path, text, want) in [
        ("src/a.rs", "use crate::os::Handle;", vec!["src/sys/unix.rs: Handle"]),
        ("src/a.rs", "use crate::os::*;", vec!["src/sys/unix.rs"]),
        ("src/a.rs", "#[cfg(unix)]\n#[path = \"sys/unix.rs\"]\nmod y;", vec!["src/sys/unix.rs"]),
        ("src/a.rs", "#[path = \"../../away.rs\"]\nmod y;", vec![]),
        ("src/store.rs", files[2].1, vec!["src/store/disk/fast.rs", "src/store/disk/slow.rs"]),
        ("tests/t.rs", "#[path = \"support/mod.rs\"]\nmod own;", vec!["tests/support/mod.rs"]),
        (
            "tests/t.rs",
            "mod support;\nuse support::Home;",
            vec!["tests/support/mod.rs: Home", "tests/support/mod.rs"],
        ),
        (
            "tests/t.rs",
            "#[path = \"support\"]\nmod own { pub mod editor; }",
            vec!["tests/support/editor.rs"],
        ),
        (
            "tests/t.rs",
            "#[path = \"support/mod.rs\"]\nmod own;\nuse own::Home;",
            vec!["tests/support/mod.rs: Home", "tests/support/mod.rs"],
        ),
    ] {
        let mut all: Vec<_> = files.iter().copied().filter(|(of, _)| *of != path).collect();
        all.push((path, text));
        assert_eq!(plain(&all), want, "{text}");
    }
}

#[test]
fn python_imports_lead_through_packages() {
    let files = [
        ("src/pkg/__init__.py", "from .core import Core as Public\nfrom .more import *\n"),
        ("src/pkg/core.py", "class Core: pass\n"),
        ("src/pkg/more.py", "LIMIT = 1\n"),
    ];
    for (path, text, want) in [
        ("src/pkg/a.py", "from .core import Core", vec!["src/pkg/core.py: Core"]),
        ("src/pkg/sub/a.py", "from ..core import Core", vec!["src/pkg/core.py: Core"]),
        (
            "tests/a.py",
            "from pkg import Public, LIMIT",
            vec!["src/pkg/core.py: Core", "src/pkg/more.py: LIMIT"],
        ),
        ("tests/a.py", "import pkg.core", vec!["src/pkg/core.py"]),
        ("tests/a.py", "from pkg import core", vec!["src/pkg/core.py"]),
        ("tests/a.py", "from typing import List", vec![]),
    ] {
        let mut all = files.to_vec();
        all.push((path, text));
        assert_eq!(plain(&all), want, "{text}");
    }
}

#[test]
fn script_imports_lead_to_files_and_through_barrels() {
    let files = [
        ("app/index.ts", "export * from './a.js';\nexport { B as C } from './b';"),
        ("app/a.ts", "export function a() {}"),
        ("app/b.ts", "export class B {}\nexport default B;"),
        ("app/c.js", "class C {}\nmodule.exports = { D: C };"),
    ];
    for (text, want) in [
        ("import { a, C } from '..';", vec!["app/a.ts: a", "app/b.ts: B"]),
        ("import Any from '../b';", vec!["app/b.ts: B"]),
        ("import * as all from '../a';", vec!["app/a.ts"]),
        ("const { D } = require('../c');", vec!["app/c.js: C"]),
        ("import { a } from '@/a';", vec!["app/a.ts: a"]),
        ("import { a } from 'own';", vec!["app/a.ts: a"]),
        ("import { a } from 'react';", vec![]),
    ] {
        let mut all = files.to_vec();
        all.push(("app/sub/x.ts", text));
        assert_eq!(followed(&all, package("own", "app")), want, "{text}");
    }
}

#[test]
fn go_java_and_c_find_the_end_of_a_path() {
    let go =
        [("store/a.go", "package store"), ("m.go", "package m\nimport \"example.com/m/store\"")];
    assert_eq!(followed(&go, package("example.com/m", "")), ["store/a.go"]);
    let java = [
        ("src/com/x/A.java", "package com.x; class A { static int go() {} }"),
        ("src/com/y/B.java", "import com.x.A;\nimport static com.x.A.go;\nimport com.x.*;"),
    ];
    assert_eq!(plain(&java), ["src/com/x/A.java: A", "src/com/x/A.java: go", "src/com/x/A.java"]);
    let c = [("include/lib/a.h", "int go(void);"), ("src/b.c", "#include <lib/a.h>\n")];
    assert_eq!(plain(&c), ["include/lib/a.h"]);
}
