//! One event of the stream. What is not named is skipped: reasoning (`reasoning_content`,
//! `reasoning`), tool calls, audio, log probabilities.

use serde::Deserialize;

use crate::backend::judge::Complaint;
use crate::backend::stream::Wire;
use crate::backend::wire::openai_completions::{TokenCounts, finish_reason};
use crate::backend::{Delta, FinishReason};

/// Also of Mistral's fill-in-the-middle API.
#[derive(Deserialize)]
pub(crate) struct Event {
    #[serde(default)]
    error: Option<Complaint>,
    /// Absent or null where a gateway only counts tokens.
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<TokenCounts>,
    /// Groq's place for what its own servers count.
    #[serde(default)]
    x_groq: Option<Groq>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: usize,
    #[serde(default)]
    delta: Option<Said>,
    #[serde(default)]
    finish_reason: Option<String>,
    /// OpenRouter tells of a provider's failure here.
    #[serde(default)]
    error: Option<Complaint>,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    /// Mistral's models that think: texts and thoughts.
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
}

#[derive(Deserialize)]
struct Groq {
    #[serde(default)]
    usage: Option<TokenCounts>,
    #[serde(default)]
    error: Option<Complaint>,
}

impl Content {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => {
                let texts = parts.into_iter().filter(|part| part.kind == "text");
                texts.filter_map(|part| part.text).collect()
            }
        }
    }
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        let of_choice = || self.choices.iter().flatten().find_map(|choice| choice.error.as_ref());
        let of_groq = || self.x_groq.as_ref()?.error.as_ref();
        self.error.as_ref().or_else(of_choice).or_else(of_groq)
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        for Choice { index, delta, finish_reason: reason, .. } in self.choices.into_iter().flatten()
        {
            if let Some(Said { content, refusal }) = delta {
                let text = content.map(Content::text).unwrap_or_default();
                if !text.is_empty() {
                    into.push(Delta::Text { index, text });
                }
                if refusal.is_some_and(|refusal| !refusal.is_empty()) {
                    into.push(Delta::Finished { index, reason: FinishReason::Declined });
                }
            }
            if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
                into.push(Delta::Finished { index, reason: finish_reason(&reason) });
            }
        }
        let usage = self.usage.or_else(|| self.x_groq?.usage);
        into.extend(usage.map(|usage| Delta::Usage(usage.into())));
    }
}
