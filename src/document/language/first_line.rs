//! What a document's first line says about its language.

/// The interpreter of a `#!` line, as written there: `/bin/bash`, `python3`.
pub(super) fn interpreter(line: &str) -> Option<&str> {
    // `#![allow(…)]` is Rust.
    let command = line.strip_prefix("#!").filter(|c| !c.starts_with('['))?;
    let mut words = command.split_ascii_whitespace();
    let first = words.next()?;
    let base = first.rsplit(['/', '\\']).next().unwrap_or(first);
    if base != "env" && base != "env.exe" {
        return Some(first);
    }
    while let Some(word) = words.next() {
        let word = word.trim_matches(['"', '\'']);
        if let Some(attached) =
            word.strip_prefix("-S").or_else(|| word.strip_prefix("--split-string="))
        {
            if !attached.is_empty() {
                return Some(attached.trim_matches(['"', '\'']));
            }
        } else if word == "-u" || word == "-C" {
            words.next();
        } else if !word.starts_with('-') && !word.contains('=') {
            return Some(word);
        }
    }
    None
}

/// The mode of an Emacs (`-*- mode: python -*-`) or Vim (`vim: set ft=python:`) modeline.
pub(super) fn modeline(line: &str) -> Option<&str> {
    emacs(line).or_else(|| vim(line))
}

fn emacs(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("-*-")?;
    let (variables, _) = rest.split_once("-*-")?;
    if !variables.contains(':') {
        return Some(variables.trim());
    }
    variables.split(';').find_map(|variable| {
        let (name, value) = variable.split_once(':')?;
        let is_mode = name.trim().eq_ignore_ascii_case("mode");
        is_mode.then(|| value.trim())
    })
}

fn vim(line: &str) -> Option<&str> {
    let options = ["vim:", "vi:"].iter().find_map(|marker| {
        let (before, after) = line.split_once(marker)?;
        (before.is_empty() || before.ends_with([' ', '\t'])).then_some(after)
    })?;
    options.split([' ', '\t', ':']).find_map(|option| {
        let (name, value) = option.split_once('=')?;
        matches!(name, "ft" | "filetype" | "syntax").then_some(value)
    })
}
