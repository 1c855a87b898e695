#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::borrow::Cow;

use super::{Region, cell_magic, language_at};
use crate::document::language::Language;

/// The region at `$0` in a document of the given language.
fn at(host: &str, text: &str) -> Region {
    let before = text.split_once("$0").expect("a cursor").0;
    let lines = before.split_inclusive('\n');
    // After a line's end the cursor stands in an empty line.
    let last = (before.is_empty() || before.ends_with('\n')).then_some("");
    let host = Language::from_id(host).unwrap();
    language_at(host, lines.chain(last).map(Cow::Borrowed))
}

fn check(cases: &[(&str, &str, &str, usize)]) {
    for (host, text, id, start_line) in cases {
        let crlf = text.replace('\n', "\r\n");
        for text in [*text, crlf.as_str()] {
            let region = at(host, text);
            let found = (region.language.id(), region.start_line);
            assert_eq!(found, (*id, *start_line), "{host}: {text}");
        }
    }
}

#[test]
#[rustfmt::skip]
fn markup() {
    check(&[
        ("html", "<script>\nlet a = $0", "javascript", 1),
        ("html", "<p>\n<script>let a = $0", "javascript", 1),
        ("html", "<script>$0", "javascript", 0),
        ("html", "<SCRIPT TYPE=Module>\n$0", "javascript", 1),
        ("html", "<script type=\"module\" async>\n\n$0", "javascript", 1),
        ("html", "<script lang=\"ts\">\n$0", "typescript", 1),
        ("html", "<script type='text/typescript'>\n$0", "typescript", 1),
        ("html", "<script type=\"application/json\">\n{$0", "json", 1),
        ("html", "<script type=\"application/ld+json; charset=utf-8\">\n$0", "json", 1),
        ("html", "<script type=\"importmap\">\n$0", "json", 1),
        ("html", "<script type=\"text/babel\">\n$0", "javascriptreact", 1),
        ("html", "<script type=\"text/x-template\">\n<a>$0", "html", 0),
        ("html", "<script type=\"x-shader/x-vertex\">\n$0", "glsl", 1),
        ("html", "<script type=\"text/klingon\">\n$0", "plaintext", 1),
        ("html", "<script\n  src=\"a\"\n  type=\"text/x-python\"\n>\n$0", "python", 4),
        ("html", "<script async=true lang = ts>\n$0", "typescript", 1),
        ("html", "<a><style>a{}</style><script>$0", "javascript", 0),
        ("html", "<script>a</script><style>\nb {$0", "css", 1),
        ("html", "<script>a</scripty></script$0", "html", 0),
        ("html", "<script>'</scr' + 'ipt>'$0", "javascript", 0),
        ("html", "<script>'<!-- <style>'\n$0", "javascript", 0),
        ("html", "<!-- a --><style lang=scss>$0", "scss", 0),
        ("html", "<!--><script>$0", "javascript", 0),
        ("html", "<svg><style>$0", "css", 0),
        ("vue", "<script setup lang=\"ts\" generic=\"T extends A<B>\">\n$0", "typescript", 1),
        ("vue", "<script lang=\"tsx\">\n$0", "typescriptreact", 1),
        ("vue", "<template lang=\"pug\">\ndiv\n  $0", "pug", 1),
        ("vue", "<template><b/></template>\n<style scoped lang=\"stylus\">\n$0", "stylus", 2),
        ("vue", "<i18n lang=\"yaml\">\n$0", "yaml", 1),
        ("vue", "<i18n>\n$0", "json", 1),
        ("svelte", "<script context=\"module\" lang=\"ts\">\n$0", "typescript", 1),
        ("svelte", "<a on:click={() => { b > \"<c\" }} />\n<style>$0", "css", 1),
        ("astro", "---\nconst a = '<style>'\n$0", "typescript", 1),
        ("astro", "---\n\nb\n---\n<script>\n$0", "typescript", 5),
        ("astro", "---\n---\n<style>$0", "css", 2),
        ("html", "\u{feff}---\ntitle: $0", "yaml", 1),
        ("django-html", "{% if a %}<script>$0", "javascript", 0),
    ]);
}

#[test]
#[rustfmt::skip]
fn markup_left_alone() {
    check(&[
        ("html", "$0", "html", 0),
        ("html", "<script$0", "html", 0),
        ("html", "<script type=\"module\" $0", "html", 0),
        ("html", "<script>\na\n</script>\n$0", "html", 0),
        ("html", "<script>a</SCRIPT ><p>$0", "html", 0),
        ("html", "<script></script\n>\n$0", "html", 0),
        ("html", "<style></style>$0", "html", 0),
        ("html", "<!-- <script> -->\n$0", "html", 0),
        ("html", "<!--\n<script>\n$0", "html", 0),
        ("html", "<!doctype html \"<a>\n$0", "html", 0),
        ("html", "<a title=\"<script>\">\n$0", "html", 0),
        ("html", "<a title='\n<script>\n'>\n$0", "html", 0),
        ("html", "<a b=<script>\n$0", "html", 0),
        ("html", "<textarea><script></textarea>\n$0", "html", 0),
        ("html", "<textarea>\n<style>$0", "html", 0),
        ("html", "<title>How <script> works</title>$0", "html", 0),
        ("html", "&lt;script>\n$0", "html", 0),
        ("html", "a < script>\n$0", "html", 0),
        ("html", "</script>\n$0", "html", 0),
        ("html", "<scripty>\n$0", "html", 0),
        ("html", "<noscript>\n$0", "html", 0),
        ("html", "<a onclick=\"b($0", "html", 0),
        ("html", "<template lang=\"pug\">\n$0", "html", 0),
        ("html", "<i18n>\n$0", "html", 0),
        ("html", "<script lang=\"en\"></script><p lang=\"ts\">$0", "html", 0),
        ("html", "---\na: b\n---\n<p>$0", "html", 0),
        ("html", "<p>\n---\na: $0", "html", 0),
        ("vue", "<template>\n<a>$0", "vue", 0),
        ("vue", "<script src=\"a.ts\" />\n<template>$0", "vue", 0),
        ("vue", "<template>\n<Script>\n$0", "vue", 0),
        ("vue", "<template lang=\"html\">\n$0", "vue", 0),
        ("svelte", "<textarea bind:value={a} />\n<p>$0", "svelte", 0),
        ("svelte", "<svelte:head>\n$0", "svelte", 0),
        ("svelte", "<A b={`<script>`}>\n$0", "svelte", 0),
        ("astro", "---\na\n---\n<p>$0", "astro", 0),
        ("xml", "<script>\n$0", "xml", 0),
        ("rust", "//! <script>\n//! ```js\n$0", "rust", 0),
        ("plaintext", "```rust\n$0", "plaintext", 0),
    ]);
}

#[test]
#[rustfmt::skip]
fn markdown() {
    check(&[
        ("markdown", "```rust\nlet $0", "rust", 1),
        ("markdown", "a\n\n~~~~ python\n~~~\n```\n$0", "python", 3),
        ("markdown", "````md\n```js\n$0", "markdown", 1),
        ("markdown", "````text\n```js\n$0", "plaintext", 1),
        ("markdown", "```rust,ignore\n$0", "rust", 1),
        ("markdown", "```js {1,3}\n$0", "javascript", 1),
        ("markdown", "```{.python .numberLines}\n$0", "python", 1),
        ("markdown", "``` {#a .haskell}\n$0", "haskell", 1),
        ("markdown", "```{=html}\n$0", "html", 1),
        ("markdown", "```{code-block} python\n$0", "python", 1),
        ("markdown", "```ts:src/a.ts\n$0", "typescript", 1),
        ("markdown", "```C++\n$0", "cpp", 1),
        ("markdown", "```tsx title=\"a.tsx\"\n$0", "typescriptreact", 1),
        ("markdown", "```\n$0", "plaintext", 1),
        ("markdown", "```klingon\n$0", "plaintext", 1),
        ("markdown", "   ```go\n$0", "go", 1),
        ("markdown", "```go\n    ```\n$0", "go", 1),
        ("markdown", "```go\n``` not closing\n$0", "go", 1),
        ("markdown", "```go\n~~~\n$0", "go", 1),
        ("markdown", "```go\n<!--\n$0", "go", 1),
        ("markdown", "- a\n\n  ```go\n  b\n\n  $0", "go", 3),
        ("markdown", "1. a\n   - b\n\n     ```go\n     $0", "go", 4),
        ("markdown", "10) ```go\n    $0", "go", 1),
        ("markdown", "-\ta\n\n\t```go\n\t$0", "go", 3),
        ("markdown", "- a\nlazy\n\n ```go\nno indent $0", "go", 4),
        ("markdown", "> ```go\n> $0", "go", 1),
        ("markdown", "> - ```go\n>   $0", "go", 1),
        ("markdown", "<!-- a -->\n```go\n$0", "go", 2),
        ("markdown", "```js\n```\n```go\n$0", "go", 3),
        ("markdown", "---\ntitle: $0", "yaml", 1),
        ("markdown", "---\n$0", "yaml", 1),
        ("markdown", "\u{feff}---\na: b\n$0", "yaml", 1),
        ("markdown", "+++\na = $0", "toml", 1),
        ("mdx", "```jsx\n$0", "javascriptreact", 1),
        ("rmd", "```{r}\n$0", "r", 1),
        ("rmd", "```{r, echo=FALSE}\n$0", "r", 1),
        ("quarto", "```{python echo=false}\n$0", "python", 1),
        ("quarto", "```{ojs}\n$0", "javascript", 1),
    ]);
}

#[test]
#[rustfmt::skip]
fn markdown_left_alone() {
    check(&[
        ("markdown", "$0", "markdown", 0),
        ("markdown", "```rust$0", "markdown", 0),
        ("markdown", "```rust\na\n```$0", "markdown", 0),
        ("markdown", "```rust\na\n```\n$0", "markdown", 0),
        ("markdown", "```rust\na\n   `````  \n$0", "markdown", 0),
        ("markdown", "``rust\n$0", "markdown", 0),
        ("markdown", "```rust``` is code\n$0", "markdown", 0),
        ("markdown", "a ```rust\n$0", "markdown", 0),
        ("markdown", "    ```rust\n    $0", "markdown", 0),
        ("markdown", "\t```rust\n$0", "markdown", 0),
        ("markdown", "- a\n\n      ```rust\n$0", "markdown", 0),
        ("markdown", "- ```rust\n  a\nb $0", "markdown", 0),
        ("markdown", "-     ```rust\n$0", "markdown", 0),
        ("markdown", "-```rust\n$0", "markdown", 0),
        ("markdown", "1234567890. ```rust\n$0", "markdown", 0),
        ("markdown", "> ```rust\n> a\n$0", "markdown", 0),
        ("markdown", "> ```rust\n> ```\n> $0", "markdown", 0),
        ("markdown", "<!--\n```rust\n$0", "markdown", 0),
        ("markdown", "---\na: b\n---\n$0", "markdown", 0),
        ("markdown", "---\na: b\n...\n$0", "markdown", 0),
        ("markdown", "---\n\n# A\n$0", "markdown", 0),
        ("markdown", "---$0", "markdown", 0),
        ("markdown", "a\n---\nb: $0", "markdown", 0),
        ("markdown", "--- a\nb: $0", "markdown", 0),
        ("markdown", "<script>\n$0", "markdown", 0),
        ("mdx", "export const a = `\n$0", "mdx", 0),
        ("restructuredtext", "```rust\n$0", "restructuredtext", 0),
    ]);
}

#[test]
#[rustfmt::skip]
fn php() {
    check(&[
        ("php", "<?php\necho $0", "php", 0),
        ("php", "<?PHP echo $0", "php", 0),
        ("php", "<p><?= $0", "php", 0),
        ("php", "<p>$0", "html", 0),
        ("php", "<?php\na();\n?>\n<p>$0", "html", 3),
        ("php", "<?php a() ?><p>$0", "html", 0),
        ("php", "<?php // a ?>\n$0", "html", 1),
        ("php", "<?php # a ?>\n$0", "html", 1),
        ("php", "<?php\n?>\n<script>\n$0", "javascript", 3),
        ("php", "<script>\nlet a = <?= b() ?>;$0", "javascript", 1),
        ("php", "<a href=\"<?= '>\"<script>' ?>\">\n<style>\n$0", "css", 2),
        ("php", "<?xml version=\"1.0\"?>\n$0", "html", 0),
        ("php", "<?php $a = <<<EOT\n?>\n  EOT; ?>\n$0", "html", 3),
        ("blade", "<script>\n$0", "javascript", 1),
        // Still PHP.
        ("php", "<?php echo '?>'; $0", "php", 0),
        ("php", "<?php echo \"\\\"?>\"; $0", "php", 0),
        ("php", "<?php echo '\n?>\n'; $0", "php", 0),
        ("php", "<?php /* ?>\n?> */ $0", "php", 0),
        ("php", "<?php // it's\n$0", "php", 0),
        ("php", "<?php # it's\n$0", "php", 0),
        ("php", "<?php #[A('?>')]\n$0", "php", 0),
        ("php", "<?php $a = <<<'EOT'\nEOTS\n?>$0", "php", 0),
        ("php", "<?php $a = <<<EOT\nit's\nEOT;\n$0", "php", 0),
        ("php", "<?php\n$a = '<script>'; $0", "php", 0),
        ("php", "<?php\n?>\n<?php $0", "php", 0),
        ("php", "<!-- <?php a(); $0", "php", 0),
        ("php", "<?php $a?->b <=> $c << 1; $0", "php", 0),
        ("php", "<?php\n---\n$0", "php", 0),
    ]);
}

#[test]
fn magics() {
    let cases = [
        ("%%bash", "shellscript"),
        ("%%bash --out a\n", "shellscript"),
        ("%%script python3 -u", "python"),
        ("%%script --bg bash", "shellscript"),
        ("%%script klingon", "plaintext"),
        ("%%html", "html"),
        ("%%HTML --isolated\r\n", "html"),
        ("%%javascript", "javascript"),
        ("%%js", "javascript"),
        ("%%sql postgresql://", "sql"),
        ("%%R -i a", "r"),
        ("%%writefile x.py", "python"),
        ("%%writefile -a \"a/x.toml\"", "toml"),
        ("%%file LICENSE", "plaintext"),
        // The cell's own language goes on.
        ("%%time", ""),
        ("%%timeit -n 10", ""),
        ("%%capture out", ""),
        ("%%writefile", ""),
        ("%% Section", ""),
        ("%%", ""),
        ("%bash", ""),
        (" %%bash", ""),
        ("# %%bash", ""),
        ("%%bashful", ""),
        ("%%klingon", ""),
        ("import bash", ""),
        ("", ""),
    ];
    for (line, expected) in cases {
        let found = cell_magic(line).map_or("", Language::id);
        assert_eq!(found, expected, "{line}");
    }
}

/// Any cut of any mixture of the marks that matter is answered, within the document.
#[test]
fn total() {
    let parts = [
        "<", "</", "<!--", "-->", "<script", ">", "/>", "\n", "\"", "'", "=", "{", "}", "```",
        "~~~", "- ", "> ", "\t", "    ", "é", "<?php ", "?>", "<<<A", "\\", "---\n", "lang", "😀",
        "/*", "//", "#",
    ];
    let mut seed = 1_u64;
    for _ in 0..4_000 {
        let mut text = String::new();
        for _ in 0..24 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(parts[(seed >> 33) as usize % parts.len()]);
        }
        for host in ["html", "vue", "astro", "markdown", "php"] {
            let region = at(host, &format!("{text}$0"));
            assert!(region.start_line <= text.matches('\n').count(), "{text:?}");
        }
    }
}
