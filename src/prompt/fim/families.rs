//! What belongs to each family beside the layout: its special tokens, and what ends an answer.

use super::FimFormat;

impl FimFormat {
    /// The texts that end an answer, the most important first. Servers take few stop strings (vLLM
    /// four): send the first ones and apply the rest to the stream.
    #[must_use]
    pub fn stops(&self) -> Vec<&str> {
        let stops: &[&str] = match self {
            Self::Qwen => &[
                "<|endoftext|>",
                "<|file_sep|>",
                "<|fim_pad|>",
                "<|im_end|>",
                "<|repo_name|>",
                "<|fim_prefix|>",
                "<|fim_suffix|>",
                "<|fim_middle|>",
            ],
            Self::CodeGemma => &[
                "<|file_separator|>",
                "<eos>",
                "<end_of_turn>",
                "<|fim_prefix|>",
                "<|fim_suffix|>",
                "<|fim_middle|>",
            ],
            Self::Granite => &[
                "<|end_of_text|>",
                "<|fim_pad|>",
                "<|filename|>",
                "<|fim_prefix|>",
                "<|fim_suffix|>",
                "<|fim_middle|>",
            ],
            Self::StarCoder2 => &[
                "<|endoftext|>",
                "<file_sep>",
                "<fim_prefix>",
                "<fim_middle>",
                "<fim_suffix>",
                "<fim_pad>",
            ],
            // `<|end_of_text|>` is Granite's; `<filename>` would cut usage texts.
            Self::StarCoder => &[
                "<|endoftext|>",
                "<|end_of_text|>",
                "<file_sep>",
                "<fim_prefix>",
                "<fim_middle>",
                "<fim_suffix>",
                "<fim_pad>",
            ],
            Self::StableCode => {
                &["<|endoftext|>", "<fim_prefix>", "<fim_middle>", "<fim_suffix>", "<fim_pad>"]
            }
            Self::CodeLlama => &[" <EOT>", "<EOT>", "</s>"],
            Self::DeepSeek => &[
                "<｜end▁of▁sentence｜>",
                "<|EOT|>",
                "<｜fim▁begin｜>",
                "<｜fim▁hole｜>",
                "<｜fim▁end｜>",
            ],
            // `[PREFIX]` and `[SUFFIX]` are real code in many languages.
            Self::Codestral => &["</s>", "\n+++++ ", "[/INST]"],
            Self::SeedCoder => {
                &["<[end▁of▁sentence]>", "<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>"]
            }
            Self::Glm | Self::CodeGeex => &[
                "<|endoftext|>",
                "<|user|>",
                "<|observation|>",
                "<|assistant|>",
                "<|code_prefix|>",
                "<|code_suffix|>",
                "<|code_middle|>",
            ],
            Self::Custom(template) => return template.stops().iter().map(String::as_str).collect(),
        };
        stops.to_vec()
    }

    /// The family's special tokens; empty for a custom template, whose literal text is the user's.
    #[must_use]
    pub fn tokens(&self) -> &[&str] {
        match self {
            Self::Qwen => &[
                "<|fim_prefix|>",
                "<|fim_suffix|>",
                "<|fim_middle|>",
                "<|fim_pad|>",
                "<|repo_name|>",
                "<|file_sep|>",
                "<|endoftext|>",
                "<|im_start|>",
                "<|im_end|>",
            ],
            Self::CodeGemma => &[
                "<|fim_prefix|>",
                "<|fim_suffix|>",
                "<|fim_middle|>",
                "<|file_separator|>",
                "<bos>",
                "<eos>",
                "<start_of_turn>",
                "<end_of_turn>",
            ],
            Self::Granite => &[
                "<|fim_prefix|>",
                "<|fim_suffix|>",
                "<|fim_middle|>",
                "<|fim_pad|>",
                "<|filename|>",
                "<|reponame|>",
                "<|end_of_text|>",
                "<|start_of_role|>",
                "<|end_of_role|>",
            ],
            Self::StarCoder2 => &[
                "<fim_prefix>",
                "<fim_suffix>",
                "<fim_middle>",
                "<fim_pad>",
                "<repo_name>",
                "<file_sep>",
                "<|endoftext|>",
            ],
            Self::StarCoder => &[
                "<fim_prefix>",
                "<fim_suffix>",
                "<fim_middle>",
                "<fim_pad>",
                "<reponame>",
                "<filename>",
                "<file_sep>",
                "<gh_stars>",
                "<|endoftext|>",
                "<|end_of_text|>",
            ],
            Self::StableCode => {
                &["<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<|endoftext|>"]
            }
            Self::CodeLlama => &["<PRE>", "<SUF>", "<MID>", "<EOT>", "<s>", "</s>"],
            Self::DeepSeek => &[
                "<｜fim▁begin｜>",
                "<｜fim▁hole｜>",
                "<｜fim▁end｜>",
                "<｜begin▁of▁sentence｜>",
                "<｜end▁of▁sentence｜>",
                "<｜User｜>",
                "<｜Assistant｜>",
                "<|EOT|>",
            ],
            Self::Codestral => {
                &["[PREFIX]", "[SUFFIX]", "[MIDDLE]", "[INST]", "[/INST]", "<s>", "</s>"]
            }
            Self::SeedCoder => &[
                "<[fim-prefix]>",
                "<[fim-suffix]>",
                "<[fim-middle]>",
                "<[begin▁of▁sentence]>",
                "<[end▁of▁sentence]>",
            ],
            Self::Glm | Self::CodeGeex => &[
                "<|code_prefix|>",
                "<|code_suffix|>",
                "<|code_middle|>",
                "<|endoftext|>",
                "<|system|>",
                "<|user|>",
                "<|assistant|>",
                "<|observation|>",
                "[gMASK]",
                "<sop>",
            ],
            Self::Custom(_) => &[],
        }
    }
}
