//! Every format byte for byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::prompt::special_tokens::{first_leak, strip};
use crate::prompt::template::{format_by_name, template_names};

const FILES: &[(&str, &str)] = &[("a.rs", "A\n"), ("b/c.rs", "C")];

fn parts(files: bool) -> FimParts<'static> {
    FimParts {
        repo: Some("R"),
        files: if files { FILES } else { &[] },
        path: "cur.rs",
        prefix: "P ",
        suffix: " S\n",
        middle: "M",
    }
}

fn all() -> Vec<FimFormat> {
    template_names().iter().filter_map(|name| format_by_name(name)).collect()
}

#[test]
fn one_file() {
    for (format, expected) in [
        (FimFormat::Qwen, "<|fim_prefix|>P <|fim_suffix|> S\n<|fim_middle|>M"),
        (FimFormat::CodeGemma, "<|fim_prefix|>P <|fim_suffix|> S\n<|fim_middle|>M"),
        (FimFormat::Granite, "<|fim_prefix|>P <|fim_suffix|> S\n<|fim_middle|>M"),
        (FimFormat::StarCoder2, "<fim_prefix>P <fim_suffix> S\n<fim_middle>M"),
        (FimFormat::StarCoder, "<fim_prefix>P <fim_suffix> S\n<fim_middle>M"),
        (FimFormat::StableCode, "<fim_prefix>P <fim_suffix> S\n<fim_middle>M"),
        (FimFormat::CodeLlama, "<PRE> P  <SUF> S\n <MID>M"),
        (FimFormat::DeepSeek, "<｜fim▁begin｜>P <｜fim▁hole｜> S\n<｜fim▁end｜>M"),
        (FimFormat::Codestral, "[SUFFIX] S\n[PREFIX]P M"),
        (FimFormat::SeedCoder, "<[fim-suffix]> S\n<[fim-prefix]>P <[fim-middle]>M"),
        (FimFormat::Glm, "<|code_prefix|>P <|code_suffix|> S\n<|code_middle|>M"),
        (
            FimFormat::CodeGeex,
            "<|user|>\n###PATH:cur.rs\n###LANGUAGE:\n###MODE:BLOCK\n\
             <|code_suffix|> S\n<|code_prefix|>P <|code_middle|><|assistant|>\nM",
        ),
    ] {
        assert_eq!(format.render(&parts(false)), expected, "{format:?}");
    }
}

#[test]
fn several_files() {
    for (format, expected) in [
        (
            FimFormat::Qwen,
            "<|repo_name|>R\n<|file_sep|>a.rs\nA\n<|file_sep|>b/c.rs\nC\n<|file_sep|>cur.rs\n\
             <|fim_prefix|>P <|fim_suffix|> S\n<|fim_middle|>M",
        ),
        (
            FimFormat::CodeGemma,
            "a.rs\nA\n<|file_separator|>b/c.rs\nC\n<|file_separator|>cur.rs\n\
             <|fim_prefix|>P <|fim_suffix|> S\n<|fim_middle|>M",
        ),
        (
            FimFormat::StarCoder2,
            "<repo_name>R<file_sep>a.rs\nA\n<file_sep>b/c.rs\nC<file_sep><fim_prefix>cur.rs\n\
             P <fim_suffix> S\n<fim_middle>M",
        ),
        (
            FimFormat::Codestral,
            "[SUFFIX] S\n[PREFIX]+++++ a.rs\nA\n\n+++++ b/c.rs\nC\n\n+++++ cur.rs\nP M",
        ),
        (
            FimFormat::CodeGeex,
            "<|user|>\n###REFERENCE:\n###PATH:a.rs\nA\n###REFERENCE:\n###PATH:b/c.rs\nC\n\
             ###PATH:cur.rs\n###LANGUAGE:\n###MODE:BLOCK\n\
             <|code_suffix|> S\n<|code_prefix|>P <|code_middle|><|assistant|>\nM",
        ),
    ] {
        assert_eq!(format.render(&parts(true)), expected, "{format:?}");
    }
    for format in all() {
        let differs = format.render(&parts(true)) != format.render(&parts(false));
        assert_eq!(differs, format.supports_files(), "{format:?}");
    }
}

#[test]
fn repository_is_optional() {
    let parts = FimParts { repo: None, ..parts(true) };
    assert!(FimFormat::Qwen.render(&parts).starts_with("<|file_sep|>a.rs\n"));
    assert!(FimFormat::StarCoder2.render(&parts).starts_with("<file_sep>a.rs\n"));
}

#[test]
fn typing_only_appends() {
    for format in all() {
        let mut last = format.render(&FimParts { middle: "", ..parts(true) });
        for middle in ["l", "le", "let x"] {
            let next = format.render(&FimParts { middle, ..parts(true) });
            assert!(next.starts_with(&last), "{format:?}");
            last = next;
        }
    }
}

#[test]
fn the_seam_makes_no_token() {
    let parts = FimParts { prefix: "a [SUF", middle: "FIX] b", ..parts(false) };
    assert_eq!(FimFormat::Codestral.render(&parts), "[SUFFIX] S\n[PREFIX]a  b");
}

#[test]
fn tokens_are_stripped_and_stops_are_known() {
    for format in all() {
        assert!(!format.stops().is_empty(), "{format:?}");
        for token in format.tokens() {
            assert_eq!(strip(&format!("a {token} b")), "a  b", "{format:?} {token}");
        }
        for stop in format.stops().iter().filter(|stop| !stop.starts_with("\n+++++")) {
            let token = stop.trim_start();
            assert!(format.tokens().contains(&token), "{format:?} {stop:?}");
            assert_eq!(first_leak(&format!("x;\n{token}")), Some(3), "{format:?} {stop:?}");
        }
    }
}

#[test]
fn debug_shows_no_text() {
    let parts = FimParts { prefix: "unseen", suffix: "unseen", path: "unseen", ..parts(true) };
    let shown = format!("{parts:?}");
    assert!(!shown.contains("unseen") && shown.contains("prefix_len: 6"), "{shown}");
}
