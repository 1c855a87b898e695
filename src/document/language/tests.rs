#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashMap;

use super::table::ROWS;
use super::{Grammar, INDEX, Language};

#[test]
fn no_name_stands_twice() {
    type Names = fn(&super::Row) -> String;
    let kinds: [(&str, Names); 4] = [
        ("id", |row| format!("{} {}", row.id, row.ids)),
        ("extension", |row| row.ext.to_owned()),
        ("file name", |row| row.files.to_owned()),
        ("interpreter", |row| row.run.to_owned()),
    ];
    for (kind, of) in kinds {
        let mut seen = HashMap::new();
        for row in ROWS {
            for word in of(row).split_ascii_whitespace() {
                if let Some(other) = seen.insert(word.to_owned(), row.id) {
                    panic!("the {kind} {word} stands in {other} and in {}", row.id);
                }
            }
        }
    }
}

#[test]
fn every_row_can_be_found() {
    assert!(ROWS.len() >= 90);
    for row in ROWS {
        for id in row.ids.split_ascii_whitespace().chain([row.id]) {
            assert_eq!(id, id.to_ascii_lowercase().replace(['_', ' '], "-"));
            let found = Language::from_id(&id.to_ascii_uppercase()).unwrap();
            assert_eq!(found.id(), row.id, "{id}");
        }
        for extension in row.ext.split_ascii_whitespace() {
            let found = Language::from_path(&format!("a/b c.{extension}")).unwrap();
            assert_eq!(found.id(), row.id, "{extension}");
            // Two dots at most are tried.
            assert!(extension.matches('.').count() <= 1, "{extension}");
        }
        for file in row.files.split_ascii_whitespace() {
            let found = Language::from_path(&format!("a\\{file}")).unwrap();
            assert_eq!(found.id(), row.id, "{file}");
        }
        assert!(!row.name.is_empty());
        // Else an id could not be told from a name of another kind.
        assert!(!INDEX.ids.contains_key(""));
    }
}

#[test]
#[rustfmt::skip]
fn detects() {
    let cases: &[(&str, &str, &str, &str)] = &[
        // (id, path, first line, canonical id)
        // VS Code.
        ("rust", "", "", "rust"),
        ("javascriptreact", "", "", "javascriptreact"),
        ("typescriptreact", "", "", "typescriptreact"),
        ("shellscript", "", "", "shellscript"),
        ("csharp", "", "", "csharp"),
        ("objective-c", "", "", "objective-c"),
        ("objective-cpp", "", "", "objective-cpp"),
        ("cuda-cpp", "", "", "cuda-cpp"),
        ("dockerfile", "", "", "dockerfile"),
        ("dockercompose", "", "", "yaml"),
        ("jsonc", "package.json", "", "jsonc"),
        ("dotenv", "settings", "", "dotenv"),
        ("github-actions-workflow", "", "", "yaml"),
        ("restructuredtext", "", "", "restructuredtext"),
        ("aspnetcorerazor", "", "", "razor"),
        ("FortranFreeForm", "", "", "fortran"),
        ("git-commit", "", "", "git-commit"),
        ("perl6", "", "", "raku"),
        ("proto3", "", "", "proto"),
        ("vue-html", "", "", "vue"),
        // Neovim.
        ("sh", "", "", "shellscript"),
        ("zsh", "", "", "shellscript"),
        ("cs", "", "", "csharp"),
        ("typescript.tsx", "", "", "typescriptreact"),
        ("javascript.jsx", "", "", "javascriptreact"),
        ("yaml.docker-compose", "", "", "yaml"),
        ("python.django", "", "", "python"),
        ("c.doxygen", "", "", "c"),
        ("make", "", "", "makefile"),
        ("tex", "", "", "tex"),
        ("plaintex", "", "", "latex"),
        ("help", "", "", "vimdoc"),
        ("gitcommit", "", "", "git-commit"),
        ("gitrebase", "", "", "git-rebase"),
        ("gitconfig", "", "", "properties"),
        ("dosbatch", "", "", "bat"),
        ("dosini", "", "", "ini"),
        ("ps1", "", "", "powershell"),
        ("objc", "", "", "objective-c"),
        ("htmldjango", "", "", "django-html"),
        ("eruby", "", "", "erb"),
        ("gomod", "", "", "go.mod"),
        ("viml", "", "", "vim"),
        ("env", "", "", "dotenv"),
        // Helix.
        ("tsx", "", "", "typescriptreact"),
        ("jsx", "", "", "javascriptreact"),
        ("c-sharp", "", "", "csharp"),
        ("bash", "", "", "shellscript"),
        ("protobuf", "", "", "proto"),
        ("git-ignore", "", "", "ignore"),
        ("ocaml-interface", "", "", "ocaml"),
        ("common-lisp", "", "", "commonlisp"),
        ("hcl", "", "", "terraform"),
        // eglot.
        ("c++", "", "", "cpp"),
        ("c++-ts", "", "", "cpp"),
        ("python-ts", "", "", "python"),
        ("python-ts-mode", "", "", "python"),
        ("js", "", "", "javascript"),
        ("js2", "", "", "javascript"),
        ("js-jsx", "", "", "javascriptreact"),
        ("tsx-ts", "", "", "typescriptreact"),
        ("rust-ts", "", "", "rust"),
        ("bash-ts", "", "", "shellscript"),
        ("csharp-ts", "", "", "csharp"),
        ("emacs-lisp", "", "", "elisp"),
        ("go-mod-ts", "", "", "go.mod"),
        ("makefile-gmake", "", "", "makefile"),
        ("enh-ruby", "", "", "ruby"),
        ("nxml", "", "", "xml"),
        ("tuareg", "", "", "ocaml"),
        ("js-json", "", "", "json"),
        // Written otherwise.
        ("Rust", "", "", "rust"),
        (" Visual Basic ", "", "", "vb"),
        ("git_commit", "", "", "git-commit"),
        // The id decides.
        ("python", "a.rs", "#!/bin/sh", "python"),
        ("shellscript", ".env", "", "shellscript"),
        // An id that says nothing, or nothing to us.
        ("plaintext", "a.rs", "", "rust"),
        ("text", "run", "#!/bin/sh", "shellscript"),
        ("", "a.py", "", "python"),
        ("fundamental", "", "", "plaintext"),
        ("klingon", "a.py", "", "python"),
        ("klingon", "a", "", "plaintext"),
        ("-mode", "", "", "plaintext"),
        ("...", "", "", "plaintext"),
        // Paths.
        ("", "/home/a/main.RS", "", "rust"),
        ("", r"C:\src\Main.java", "", "java"),
        ("", "/with%20blank/a%2B%2B.cpp", "", "cpp"),
        ("", "a.c", "", "c"),
        ("", "a.C", "", "cpp"),
        ("", "a.h", "", "cpp"),
        ("", "a.H", "", "cpp"),
        ("", "Script.R", "", "r"),
        ("", "start.S", "", "asm"),
        ("", "index.d.ts", "", "typescript"),
        ("", "index.d.mts", "", "typescript"),
        ("", "page.blade.php", "", "blade"),
        ("", "page.html.erb", "", "erb"),
        ("", "a.b.c.d.rb", "", "ruby"),
        ("", "Dockerfile", "", "dockerfile"),
        ("", "dockerfile", "", "dockerfile"),
        ("", "Dockerfile.dev", "", "dockerfile"),
        ("", "dev.Dockerfile", "", "dockerfile"),
        ("", "Makefile", "", "makefile"),
        ("", "Makefile.am", "", "makefile"),
        ("", "CMakeLists.txt", "", "cmake"),
        ("", "notes.txt", "", "plaintext"),
        ("", "requirements.txt", "", "pip-requirements"),
        ("", "BUILD", "", "starlark"),
        ("", "build", "", "plaintext"),
        ("", "go.mod", "", "go.mod"),
        ("", "x.mod", "", "plaintext"),
        ("", "Gemfile", "", "ruby"),
        ("", "Gemfile.lock", "", "plaintext"),
        ("", "Cargo.lock", "", "toml"),
        ("", "Pipfile.lock", "", "json"),
        ("", "tsconfig.json", "", "jsonc"),
        ("", "package.json", "", "json"),
        ("", ".bashrc", "", "shellscript"),
        ("", ".gitignore", "", "ignore"),
        ("", ".eslintrc", "", "jsonc"),
        ("", ".eslintrc.js", "", "javascript"),
        ("", ".env", "", "dotenv"),
        ("", ".ENV", "", "dotenv"),
        ("", ".env.local", "", "dotenv"),
        ("", ".env.pl", "", "dotenv"),
        ("", ".env-production", "", "dotenv"),
        ("", "production.env", "", "dotenv"),
        ("", ".environment.ts", "", "typescript"),
        ("", "env.ts", "", "typescript"),
        ("", "config.yaml.example", "", "yaml"),
        ("", "version.h.in", "", "cpp"),
        ("", "main.rs~", "", "rust"),
        ("", "profile.rb.bak", "", "ruby"),
        ("", "COMMIT_EDITMSG", "", "git-commit"),
        ("", "rs", "", "plaintext"),
        ("", "dir.rs/README", "", "plaintext"),
        ("", "a.", "", "plaintext"),
        ("", "...", "", "plaintext"),
        ("", "/", "", "plaintext"),
        ("", "é.ünknown", "", "plaintext"),
        ("", "Untitled-1", "", "plaintext"),
        // First lines.
        ("", "run", "#!/bin/bash", "shellscript"),
        ("", "run", "#! /usr/bin/env zsh -l", "shellscript"),
        ("", "run", "#!/usr/bin/env -S python3 -u\r\n", "python"),
        ("", "run", "#!/usr/bin/env -Spython3 -u", "python"),
        ("", "run", "#!/usr/bin/env -i -u HOME A=b python3.12", "python"),
        ("", "run", "#!/usr/bin/env -S uv run --script", "python"),
        ("", "run", "#!/opt/pypy3.10/bin/pypy3", "python"),
        ("", "run", "#!C:\\Python\\python.exe", "python"),
        ("", "run", "#!/usr/bin/perl5.36 -w", "perl"),
        ("", "run", "#!/usr/bin/env perl6", "raku"),
        ("", "run", "#!/usr/bin/lua5.4", "lua"),
        ("", "run", "#!/usr/bin/env Rscript", "r"),
        ("", "run", "#!/usr/bin/env node18", "javascript"),
        ("", "run", "#!/usr/bin/env -S deno run -A", "typescript"),
        ("", "run", "#!/usr/bin/guile-3.0 \\", "scheme"),
        ("", "run", "\u{feff}#!/bin/sh", "shellscript"),
        ("", "run", "#!/usr/bin/env", "plaintext"),
        ("", "run", "#!", "plaintext"),
        ("", "run", "#!/usr/local/bin/klingon", "plaintext"),
        ("", "run", "#![cfg(unix)] //bin/bash", "plaintext"),
        ("", "run", " echo '#!/bin/sh'", "plaintext"),
        ("", "run", "# a note on bash", "plaintext"),
        ("", "a.py", "#!/bin/sh", "python"),
        ("", "vector", "// -*- C++ -*-", "cpp"),
        ("", "run", "# -*- coding: utf-8; mode: ruby -*-", "ruby"),
        ("", "run", "# -*- coding: utf-8 -*-", "plaintext"),
        ("", "run", "# vim: set ft=python ts=4:", "python"),
        ("", "run", "/* vi:ts=4:filetype=c */", "c"),
        ("", "run", "# invim: ft=python", "plaintext"),
        ("", "run", "#!/usr/bin/env klingon -*- python -*-", "python"),
    ];
    for (id, path, first_line, expected) in cases {
        let found = Language::detect(Some(id), path, first_line);
        assert_eq!(found.id(), *expected, "{:?}", (id, path, first_line));
    }
    assert_eq!(Language::detect(None, "a.rs", "").id(), "rust");
}

#[test]
fn words_of_fences() {
    let cases = [
        ("rs", "rust"),
        (".py", "python"),
        ("C", "c"),
        ("c++", "cpp"),
        ("yml", "yaml"),
        ("h", "cpp"),
        ("Dockerfile", "dockerfile"),
        ("main.go", "go"),
        ("math", ""),
        ("", ""),
    ];
    for (word, expected) in cases {
        let found = Language::from_word(word).map_or("", Language::id);
        assert_eq!(found, expected, "{word}");
    }
}

#[test]
fn knows_languages() {
    let of = |id| Language::from_id(id).unwrap();
    assert_eq!(of("rust").line_comment(), Some("//"));
    assert_eq!(of("html").block_comment(), Some(("<!--", "-->")));
    assert_eq!(of("html").line_comment(), None);
    assert_eq!(of("css").line_comment(), None);
    assert_eq!(of("json").block_comment(), None);
    assert_eq!(of("jsx").grammar(), Some(Grammar::JavaScript));
    assert_eq!(of("tsx").grammar(), Some(Grammar::Tsx));
    assert_eq!(of("ruby").grammar(), None);
    assert_eq!(of("rust").quotes(), ['"']);
    assert_eq!(of("js").quotes(), ['"', '\'', '`']);
    assert!(of("markdown").quotes().is_empty());
    assert_eq!(of("c-sharp").name(), "C#");
    assert_eq!(format!("{:?}", of("jsx")), "Language(javascriptreact)");
    assert_eq!(of("plaintext"), Language::PLAIN_TEXT);
    let all = |test: fn(Language) -> bool| {
        let found = ROWS.iter().map(Language).filter(|l| test(*l));
        found.map(Language::id).collect::<Vec<_>>()
    };
    assert_eq!(all(Language::is_secret), ["dotenv"]);
    for id in ["python", "yaml", "makefile", "haskell", "pug"] {
        assert!(all(Language::by_indentation).contains(&id), "{id}");
    }
    for id in ["html", "vue", "svelte", "astro", "markdown", "mdx", "php"] {
        assert!(all(Language::embeds).contains(&id), "{id}");
    }
    assert!(!of("rust").embeds());
}
