//! Fill-in-the-middle formats: how prefix, suffix and other files become one raw prompt.
//!
//! Nothing here escapes anything: every part must have passed
//! [`crate::prompt::special_tokens::strip`], or a document could steer the model.

mod families;

use std::borrow::Cow;
use std::fmt;

use crate::prompt::special_tokens::strip;
use crate::prompt::template::CustomTemplate;

/// What a prompt is made of. `Debug` shows lengths in bytes, never text.
#[derive(Clone, Copy)]
pub struct FimParts<'a> {
    /// The repository's name; only shown where there are `files`.
    pub repo: Option<&'a str>,
    /// Other files, in the order they are shown: (path, text).
    pub files: &'a [(&'a str, &'a str)],
    /// The current file's path, as the model should see it.
    pub path: &'a str,
    /// Text before the anchor.
    pub prefix: &'a str,
    /// Text after the cursor.
    pub suffix: &'a str,
    /// Typed since prefix and suffix were frozen: it follows the middle token, so that what stands
    /// before it stays in the server's cache.
    pub middle: &'a str,
}

impl fmt::Debug for FimParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FimParts")
            .field("repo_len", &self.repo.map(str::len))
            .field("files", &self.files.len())
            .field("path_len", &self.path.len())
            .field("prefix_len", &self.prefix.len())
            .field("suffix_len", &self.suffix.len())
            .field("middle_len", &self.middle.len())
            .finish()
    }
}

/// A model family's prompt format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FimFormat {
    /// Qwen2.5-Coder, Qwen3-Coder (their README and `Qwen2.5-Coder-repolevel-fim.py`).
    Qwen,
    /// CodeGemma 2B and 7B (technical report, figure 2).
    CodeGemma,
    /// Granite 4 (its tokenizer; IBM publishes no layout for several files).
    Granite,
    /// StarCoder2 (arXiv 2402.19173, section 5.1: no line break after the repository's name, and the
    /// current path stands after the prefix token).
    StarCoder2,
    /// StarCoder 1, Granite Code and Granite 3.3, CodeQwen1.5, Refact.
    StarCoder,
    /// Stable Code 3B.
    StableCode,
    /// Code Llama 7B, 13B, 70B (`facebookresearch/codellama`; the blanks are part of the format).
    CodeLlama,
    /// DeepSeek-Coder 1 and V2 (README; servers add the begin-of-sentence token themselves).
    DeepSeek,
    /// Codestral (`mistral-common`, `encode_fim`): it has no middle token, so typed text simply ends
    /// the prefix.
    Codestral,
    /// Seed-Coder base (arXiv 2506.03524, section 2.2: suffix first).
    SeedCoder,
    /// GLM 4 and newer.
    Glm,
    /// CodeGeeX4 (its `Infilling_guideline.md`: a chat frame, suffix first).
    CodeGeex,
    /// The user's own.
    Custom(CustomTemplate),
}

impl FimFormat {
    /// The raw prompt. Formats without file separators ignore `files`: there the caller writes them
    /// into the prefix as comments.
    #[must_use]
    pub fn render(&self, parts: &FimParts) -> String {
        let (prefix, suffix, middle) = (parts.prefix, parts.suffix, parts.middle);
        let mut out = String::with_capacity(capacity(parts));
        match self {
            Self::Qwen => {
                qwen_files(&mut out, parts);
                push(&mut out, &["<|fim_prefix|>", prefix, "<|fim_suffix|>", suffix]);
                push(&mut out, &["<|fim_middle|>", middle]);
            }
            Self::CodeGemma => {
                codegemma_files(&mut out, parts);
                push(&mut out, &["<|fim_prefix|>", prefix, "<|fim_suffix|>", suffix]);
                push(&mut out, &["<|fim_middle|>", middle]);
            }
            Self::Granite => {
                push(&mut out, &["<|fim_prefix|>", prefix, "<|fim_suffix|>", suffix]);
                push(&mut out, &["<|fim_middle|>", middle]);
            }
            Self::StarCoder2 => {
                starcoder2_files(&mut out, parts);
                push(&mut out, &[prefix, "<fim_suffix>", suffix, "<fim_middle>", middle]);
            }
            Self::StarCoder | Self::StableCode => {
                push(&mut out, &["<fim_prefix>", prefix, "<fim_suffix>", suffix]);
                push(&mut out, &["<fim_middle>", middle]);
            }
            Self::CodeLlama => {
                push(&mut out, &["<PRE> ", prefix, " <SUF>", suffix, " <MID>", middle]);
            }
            Self::DeepSeek => {
                push(&mut out, &["<｜fim▁begin｜>", prefix, "<｜fim▁hole｜>", suffix]);
                push(&mut out, &["<｜fim▁end｜>", middle]);
            }
            Self::Codestral => {
                push(&mut out, &["[SUFFIX]", suffix, "[PREFIX]"]);
                codestral_files(&mut out, parts);
                out.push_str(&joined(prefix, middle));
            }
            Self::SeedCoder => {
                push(&mut out, &["<[fim-suffix]>", suffix, "<[fim-prefix]>", prefix]);
                push(&mut out, &["<[fim-middle]>", middle]);
            }
            Self::Glm => {
                push(&mut out, &["<|code_prefix|>", prefix, "<|code_suffix|>", suffix]);
                push(&mut out, &["<|code_middle|>", middle]);
            }
            Self::CodeGeex => {
                out.push_str("<|user|>\n");
                for (path, text) in parts.files {
                    push(&mut out, &["###REFERENCE:\n###PATH:", path, "\n", text]);
                    end_line(&mut out);
                }
                push(&mut out, &["###PATH:", parts.path, "\n###LANGUAGE:\n###MODE:BLOCK\n"]);
                push(&mut out, &["<|code_suffix|>", suffix, "<|code_prefix|>", prefix]);
                push(&mut out, &["<|code_middle|><|assistant|>\n", middle]);
            }
            Self::Custom(template) => template.render_into(&mut out, parts),
        }
        out
    }

    /// Whether `render` shows other files by the family's own separators.
    #[must_use]
    pub fn supports_files(&self) -> bool {
        matches!(
            self,
            Self::Qwen | Self::CodeGemma | Self::StarCoder2 | Self::Codestral | Self::CodeGeex
        )
    }
}

/// Prefix and typed text where nothing stands between them. Each was stripped alone, so only the
/// seam can have made a new special token.
pub(crate) fn joined<'a>(prefix: &'a str, middle: &'a str) -> Cow<'a, str> {
    if middle.is_empty() {
        return Cow::Borrowed(prefix);
    }
    let whole = format!("{prefix}{middle}");
    match strip(&whole) {
        Cow::Borrowed(_) => Cow::Owned(whole),
        Cow::Owned(stripped) => Cow::Owned(stripped),
    }
}

fn qwen_files(out: &mut String, parts: &FimParts) {
    if parts.files.is_empty() {
        return;
    }
    if let Some(repo) = parts.repo {
        push(out, &["<|repo_name|>", repo, "\n"]);
    }
    for (path, text) in parts.files {
        push(out, &["<|file_sep|>", path, "\n", text]);
        end_line(out);
    }
    push(out, &["<|file_sep|>", parts.path, "\n"]);
}

fn codegemma_files(out: &mut String, parts: &FimParts) {
    if parts.files.is_empty() {
        return;
    }
    for (path, text) in parts.files {
        push(out, &[path, "\n", text]);
        end_line(out);
        out.push_str("<|file_separator|>");
    }
    push(out, &[parts.path, "\n"]);
}

/// Everything up to the prefix, the prefix token included.
fn starcoder2_files(out: &mut String, parts: &FimParts) {
    if parts.files.is_empty() {
        out.push_str("<fim_prefix>");
        return;
    }
    if let Some(repo) = parts.repo {
        push(out, &["<repo_name>", repo]);
    }
    for (path, text) in parts.files {
        push(out, &["<file_sep>", path, "\n", text]);
    }
    push(out, &["<file_sep><fim_prefix>", parts.path, "\n"]);
}

fn codestral_files(out: &mut String, parts: &FimParts) {
    if parts.files.is_empty() {
        return;
    }
    for (path, text) in parts.files {
        push(out, &["+++++ ", path, "\n", text]);
        end_line(out);
        out.push('\n');
    }
    push(out, &["+++++ ", parts.path, "\n"]);
}

fn push(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn capacity(parts: &FimParts) -> usize {
    let files: usize = parts.files.iter().map(|(path, text)| path.len() + text.len() + 32).sum();
    files + parts.prefix.len() + parts.suffix.len() + parts.middle.len() + 192
}

#[cfg(test)]
mod tests;
