//! A model's format by its name, as servers, hubs and file systems spell it.

use crate::prompt::fim::FimFormat;

/// The format of `model`, which may be a tag (`qwen2.5-coder:7b`), a hub's name with organisation and
/// quantisation, or the path of a model file. `None` where the family, or this member of it, is not
/// documented to fill in the middle: chat models, and
/// - Qwen without `Coder` (has the tokens, was not trained on them),
/// - Code Llama 34B and Python, CodeGemma's and Seed-Coder's instruct models,
/// - Mamba-Codestral, Granite 3.0 to 3.2, and embedding models.
#[must_use]
pub fn format_for_model(model: &str) -> Option<FimFormat> {
    let name = words(base_name(model));
    let has = |wanted: &str| contains_words(&name, wanted);
    let begins = |wanted: &str| name.split(' ').any(|word| word.starts_with(wanted));
    let instruct = has("instruct") || has("it") || has("chat") || has("reasoning");

    if begins("embed") || has("reranker") {
        return None;
    }
    if begins("codeqwen") {
        return Some(FimFormat::StarCoder);
    }
    if begins("qwen") && (has("coder") || begins("qwencoder")) {
        return Some(FimFormat::Qwen);
    }
    if begins("codegemma") {
        return (!instruct).then_some(FimFormat::CodeGemma);
    }
    if begins("starcoder2") || has("star coder2") {
        return Some(FimFormat::StarCoder2);
    }
    if begins("starcoder") || has("star coder") {
        return Some(FimFormat::StarCoder);
    }
    if has("stable code") || begins("stablecode") {
        return (!has("alpha")).then_some(FimFormat::StableCode);
    }
    if begins("codellama") || has("code llama") {
        return (!has("34b") && !has("python")).then_some(FimFormat::CodeLlama);
    }
    if has("deepseek coder") || begins("deepseekcoder") {
        return Some(FimFormat::DeepSeek);
    }
    if begins("codestral") {
        return (!has("mamba")).then_some(FimFormat::Codestral);
    }
    if has("seed coder") || begins("seedcoder") {
        return (!instruct).then_some(FimFormat::SeedCoder);
    }
    if begins("codegeex4") || has("codegeex 4") {
        return Some(FimFormat::CodeGeex);
    }
    if begins("refact") {
        return Some(FimFormat::StarCoder);
    }
    if begins("granite") {
        return granite(&name);
    }
    (version_after(&name, "glm")? >= 4).then_some(FimFormat::Glm)
}

fn granite(name: &str) -> Option<FimFormat> {
    if ["vision", "speech", "guardian", "docling"].iter().any(|other| contains_words(name, other)) {
        return None;
    }
    if contains_words(name, "code") {
        return Some(FimFormat::StarCoder);
    }
    match version_after(name, "granite")? {
        3 if contains_words(name, "3 3") || contains_words(name, "granite3 3") => {
            Some(FimFormat::StarCoder)
        }
        major if major >= 4 => Some(FimFormat::Granite),
        _ => None,
    }
}

/// The last part of a path or of `org/name`; its parent if a file is only called `model`.
fn base_name(model: &str) -> &str {
    let mut parts = model.trim().rsplit(['/', '\\']).filter(|part| !part.is_empty());
    let last = parts.next().unwrap_or_default();
    let plain = words(last);
    if plain.starts_with("ggml model") || plain.split(' ').next() == Some("model") {
        parts.next().unwrap_or(last)
    } else {
        last
    }
}

/// Lower case, with single blanks between runs of letters and digits.
fn words(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether `wanted` (words with single blanks) stands in `name` as whole words.
fn contains_words(name: &str, wanted: &str) -> bool {
    name.match_indices(wanted).any(|(at, _)| {
        let before = name.get(..at).unwrap_or_default();
        let after = name.get(at + wanted.len()..).unwrap_or_default();
        (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' '))
    })
}

/// The major version after a family's name: 4 in `glm 4 5 air`, `glm4 9b` and `chatglm 4`. A size
/// such as `3b` is no version.
fn version_after(name: &str, family: &str) -> Option<u32> {
    let (_, after) = name.split_once(family)?;
    let word = after.trim_start().split(' ').next().unwrap_or_default();
    word.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn models_in_the_wild() {
        use FimFormat::*;
        for (format, models) in [
            (
                Qwen,
                &[
                    "qwen2.5-coder:1.5b-base",
                    "qwen2.5-coder",
                    "Qwen/Qwen2.5-Coder-7B",
                    "Qwen/Qwen2.5-Coder-32B-Instruct-AWQ",
                    "Qwen3-Coder-30B-A3B-Instruct-GGUF",
                    "qwen3-coder:30b",
                    "qwen2.5-coder-1.5b-q8_0.gguf",
                    "openrouter/qwen/qwen-2.5-coder-32b-instruct",
                    "hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q8_0",
                    "ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF",
                    r"C:\Users\Ada Lovelace\models\Qwen2.5-Coder-3B-Q4_K_M.gguf",
                    "/srv/models/qwen2.5-coder-7b/ggml-model-q4_0.gguf",
                    "/srv/models/qwen2.5-coder-7b/model.gguf",
                    "QWEN2.5_CODER_7B",
                    "unsloth/Qwen3-Coder-Next-GGUF/",
                ][..],
            ),
            (
                CodeGemma,
                &[
                    "codegemma:2b",
                    "codegemma",
                    "google/codegemma-7b",
                    "codegemma-1.1-2b.Q4_K_M.gguf",
                ],
            ),
            (
                Granite,
                &[
                    "ibm-granite/granite-4.0-h-tiny",
                    "granite4:tiny-h",
                    "granite-4.0-micro-UD-Q2_K_XL.gguf",
                    "granite-4.1-3b",
                ],
            ),
            (
                StarCoder2,
                &["bigcode/starcoder2-3b", "starcoder2:3b", "starcoder2", "StarCoder2-15B-Q5_K_M"],
            ),
            (
                StarCoder,
                &[
                    "bigcode/starcoder",
                    "bigcode/starcoderbase-1b",
                    "starcoder:3b",
                    "accounts/fireworks/models/starcoder-16b",
                    "granite-code",
                    "granite-code:3b",
                    "ibm-granite/granite-8b-code-base-4k",
                    "ibm-granite/granite-3.3-8b-base",
                    "granite3.3:8b",
                    "Qwen/CodeQwen1.5-7B",
                    "codeqwen:7b-code",
                    "smallcloudai/Refact-1_6B-fim",
                    "refact",
                ],
            ),
            (
                StableCode,
                &[
                    "stable-code:3b",
                    "stabilityai/stable-code-3b",
                    "stable-code",
                    "stable_code_3b.gguf",
                ],
            ),
            (
                CodeLlama,
                &[
                    "codellama/CodeLlama-7b-hf",
                    "codellama:7b-code",
                    "codellama",
                    "meta-llama/CodeLlama-13b-Instruct-hf",
                    "TheBloke/CodeLlama-7B-GGUF",
                    "codellama-70b-hf",
                ],
            ),
            (
                DeepSeek,
                &[
                    "deepseek-coder:6.7b-base",
                    "deepseek-ai/DeepSeek-Coder-V2-Lite-Base",
                    "deepseek-coder-v2:16b",
                    "@hf/thebloke/deepseek-coder-6.7b-base-awq",
                    "deepseek_coder-1.3b-base.Q8_0.gguf",
                ],
            ),
            (
                Codestral,
                &[
                    "codestral:22b",
                    "codestral-latest",
                    "mistralai/Codestral-22B-v0.1",
                    "codestral-2501",
                ],
            ),
            (
                SeedCoder,
                &[
                    "ByteDance-Seed/Seed-Coder-8B-Base",
                    "seed-coder-8b-base-q4_k_m.gguf",
                    "seed-coder",
                ],
            ),
            (
                Glm,
                &[
                    "zai-org/GLM-4.5-Air",
                    "glm-4-9b",
                    "glm4:9b",
                    "GLM-4.6-UD-Q2_K_XL",
                    "THUDM/GLM-4-32B-Base-0414",
                ],
            ),
            (CodeGeex, &["THUDM/codegeex4-all-9b", "codegeex4", "codegeex4-all-9b-Q4_K_M.gguf"]),
        ] {
            for model in models {
                assert_eq!(format_for_model(model), Some(format.clone()), "{model}");
            }
        }
    }

    #[test]
    fn models_without() {
        for model in [
            "",
            "/",
            "model",
            "model.gguf",
            "llama-3.1-8b-instruct",
            "gpt-4o",
            "smollm2-135m-instruct",
            "claude-sonnet-4-5",
            "gemini-2.5-flash",
            "qwen2.5:7b",
            "Qwen/Qwen2.5-7B-Instruct",
            "qwen3:8b",
            "Qwen/Qwen3-Embedding-0.6B",
            "deepseek-chat",
            "deepseek-r1:7b",
            "DeepSeek-R1-Distill-Qwen-7B",
            "gemma2:9b",
            "google/codegemma-7b-it",
            "codegemma:7b-instruct",
            "codellama:34b",
            "codellama:7b-python",
            "Phind-CodeLlama-34B-v2",
            "codellama/CodeLlama-34b-Instruct-hf",
            "mistral-small-latest",
            "codestral-embed",
            "mistralai/Mamba-Codestral-7B-v0.1",
            "granite3-dense",
            "granite-3.1-8b-instruct",
            "granite-embedding:30m",
            "granite3.2-vision",
            "chatglm3-6b",
            "glm",
            "Seed-Coder-8B-Instruct",
            "Seed-Coder-8B-Reasoning-bf16",
            "stablecode-completion-alpha-3b",
            "stablelm2",
            "nomic-embed-text",
            r"C:\codellama\models\llama-3.1-8b-instruct.gguf",
            "codellama/other-model",
        ] {
            assert_eq!(format_for_model(model), None, "{model}");
        }
    }
}
