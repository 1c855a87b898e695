//! A tiny task for each purpose, timed: how long to the first token, how fast, in pieces or at
//! once, and whether the hole was filled rightly.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use serde::Serialize;

use super::report::{Grade, Report};
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::{Ask, ChatAsk, Delta, Deltas, FimAsk, Priority};
use crate::completion::completer::{Completer, LlmCompleter};
use crate::config::Purpose;
use crate::guard::redact;
use crate::prompt::budget::Budget;
use crate::prompt::chat::ChatPrompt;
use crate::prompt::{FimPrompt, Role};

/// How long a model may load while the doctor waits.
pub(super) const LOAD: Duration = Duration::from_secs(120);
/// A first token that takes longer than this is felt.
const SLOW: Duration = Duration::from_secs(2);
/// A trial takes no longer than this, once the model is loaded.
const TRIAL: Duration = Duration::from_secs(30);
/// Tokens of an answer.
const OUTPUT: u32 = 32;
/// Pieces of an answer, each a token at least, after which it does not keep to that; and bytes, for
/// pieces that hold more.
const ENDLESS: (usize, usize) = (4 * OUTPUT as usize, 4 * 16 * OUTPUT as usize);

/// How it went.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trial {
    /// To the first token, ms; none where nothing came.
    pub first_token_ms: Option<u64>,
    /// Tokens in a second after the first, where the answer was long enough to tell.
    pub tokens_per_second: Option<u64>,
    /// The answer came in several pieces; none where it was too short to tell.
    pub streams: Option<bool>,
    /// The hole was filled rightly, and no more than it; none for chat.
    pub fim: Option<Fim>,
}

/// What became of the hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fim {
    /// Filled.
    Right,
    /// Filled, and then some: the model does not see what stands after the hole.
    GoesOn,
    /// Filled with something else.
    Wrong,
}

/// Tries a purpose; what goes wrong is reported.
pub(super) async fn attempt(
    completer: &Arc<LlmCompleter>,
    purpose: Purpose,
    report: &mut Report,
) -> (Option<Trial>, Option<BackendError>) {
    let ask = match purpose {
        Purpose::Completion => hole(completer),
        Purpose::Chat | Purpose::Index => question(completer),
    };
    let waited = Instant::now();
    let mut outcome = once(completer, ask.clone()).await;
    let loads = || completer.readiness(Instant::now()) == Readiness::Loading;
    // A request of chat waits for the model itself.
    while (matches!(outcome, Err(BackendError::Loading(_)))
        || matches!(outcome, Ok(None) if loads()))
        && waited.elapsed() < LOAD
    {
        while loads() && waited.elapsed() < LOAD {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        outcome = once(completer, ask.clone()).await;
    }
    let answer = match outcome {
        Ok(Some(answer)) => answer,
        Ok(None) => {
            let (what, name) = (purpose.as_str(), completer.endpoint().name());
            let said = format!(
                "{what}: {name} did not finish a tiny test within {TRIAL:?}; see its load, or take a smaller model"
            );
            report.say(Grade::Bad, &said);
            return (None, None);
        }
        Err(error) => {
            report.say(Grade::Bad, &format!("{}: {error}", purpose.as_str()));
            return (None, Some(error));
        }
    };
    if answer.is_endless() {
        let said = format!(
            "{}: the answer went on after four times the tokens asked for; the server does not heed max_tokens",
            purpose.as_str()
        );
        report.say(Grade::Note, &said);
    }
    let trial = answer.judged(purpose);
    tell(&trial, purpose, report);
    (Some(trial), None)
}

fn tell(trial: &Trial, purpose: Purpose, report: &mut Report) {
    let what = purpose.as_str();
    let Some(first) = trial.first_token_ms else {
        return report.say(Grade::Note, &format!("{what}: the model said nothing to a tiny test"));
    };
    let slow = u128::from(first) > SLOW.as_millis() && purpose == Purpose::Completion;
    let hint = if slow { " (slow: a smaller model, or a GPU, would be felt)" } else { "" };
    let rate = trial.tokens_per_second.map_or(String::new(), |rate| format!(", {rate} tokens/s"));
    let grade = if slow { Grade::Note } else { Grade::Good };
    report.say(grade, &format!("{what}: first token after {first} ms{rate}{hint}"));
    if trial.streams == Some(false) {
        report.say(
            Grade::Note,
            &format!("{what}: the answer came all at once; a proxy may hold streams back, or the server does not stream"),
        );
    }
    match trial.fim {
        Some(Fim::Right) => report.say(Grade::Good, "the test's hole was filled rightly"),
        Some(Fim::GoesOn) => report.say(
            Grade::Note,
            "the test's hole was filled, but the model went on after it; is `template` that of its family?",
        ),
        Some(Fim::Wrong) => report.say(
            Grade::Note,
            "the test's hole was not filled as expected; a model for code, or another `template`, may do better",
        ),
        None => {}
    }
}

/// `a + b` belongs into it.
fn hole(completer: &LlmCompleter) -> Ask {
    let prompt = FimPrompt {
        path: "add.py".into(),
        prefix: redact("def add(a, b):\n    return "),
        suffix: redact("\n\n\nprint(add(1, 2))\n"),
        ..FimPrompt::default()
    };
    let prompt = budget(completer).fit(prompt);
    Ask::Fim(FimAsk { prompt, candidates: 1, one_line: true, priority: Priority::Invoked })
}

fn question(completer: &LlmCompleter) -> Ask {
    let prompt = ChatPrompt::question(
        redact("You answer in few words."),
        redact("Count from one to five, in words."),
    );
    debug_assert!(prompt.messages.iter().all(|turn| turn.role == Role::User));
    let prompt = budget(completer).fit_chat(prompt);
    Ask::Chat(ChatAsk { prompt, purpose: Purpose::Chat, priority: Priority::Invoked })
}

fn budget(completer: &LlmCompleter) -> Budget {
    let context_tokens = completer.endpoint().context_tokens();
    Budget { context_tokens, max_output_tokens: OUTPUT }
}

/// An answer, with its times since the request.
#[derive(Default)]
struct Answer {
    text: String,
    pieces: Vec<Duration>,
    tokens: Option<u64>,
}

/// Asks once; `None` if it takes too long.
async fn once(completer: &LlmCompleter, ask: Ask) -> Result<Option<Answer>, BackendError> {
    in_time(read(completer.backend().stream(ask))).await
}

async fn in_time(
    answer: impl Future<Output = Result<Answer, BackendError>>,
) -> Result<Option<Answer>, BackendError> {
    tokio::time::timeout(TRIAL, answer).await.ok().transpose()
}

async fn read(mut stream: Deltas) -> Result<Answer, BackendError> {
    let began = Instant::now();
    let mut answer = Answer::default();
    while let Some(delta) = stream.next().await {
        match delta? {
            Delta::Text { text, .. } if !text.is_empty() => {
                answer.pieces.push(began.elapsed());
                answer.text.push_str(&text);
            }
            Delta::Usage(usage) => answer.tokens = usage.output_tokens,
            _ => {}
        }
        if answer.is_endless() {
            break;
        }
    }
    Ok(answer)
}

impl Answer {
    fn is_endless(&self) -> bool {
        self.pieces.len() > ENDLESS.0 || self.text.len() > ENDLESS.1
    }

    fn judged(&self, purpose: Purpose) -> Trial {
        let (Some(first), Some(last)) = (self.pieces.first(), self.pieces.last()) else {
            return Trial::default();
        };
        let tokens = self.tokens.unwrap_or(self.pieces.len() as u64);
        let took = last.saturating_sub(*first).as_micros();
        let rate = u128::from(tokens.saturating_sub(1)) * 1_000_000 / took.max(1);
        Trial {
            first_token_ms: u64::try_from(first.as_millis()).ok(),
            // Of fewer it would be chance.
            tokens_per_second: (tokens > 2 && took > 0).then(|| u64::try_from(rate).ok()).flatten(),
            streams: (tokens > 4).then_some(self.pieces.len() > 1),
            fim: (purpose == Purpose::Completion).then(|| fim(&self.text)),
        }
    }
}

/// What became of the hole, by what was put into it.
fn fim(text: &str) -> Fim {
    let text = text.trim();
    let sum = ["a + b", "a+b", "b + a", "(a + b)"];
    if sum.contains(&text) {
        return Fim::Right;
    }
    match sum.iter().any(|sum| text.starts_with(sum)) {
        true => Fim::GoesOn,
        false => Fim::Wrong,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn holes() {
        for (text, expected) in [
            ("a + b", Fim::Right),
            (" a+b\n", Fim::Right),
            ("a + b\n\nprint(add(1, 2))", Fim::GoesOn),
            ("a + b + c", Fim::GoesOn),
            ("fake_answer", Fim::Wrong),
            ("", Fim::Wrong),
        ] {
            assert_eq!(fim(text), expected, "{text}");
        }
    }

    #[test]
    fn figures() {
        let ms = Duration::from_millis;
        let answer = |pieces: &[u64], tokens| Answer {
            text: "one two".into(),
            pieces: pieces.iter().map(|at| ms(*at)).collect(),
            tokens,
        };
        let trial = answer(&[100, 200, 600], Some(11)).judged(Purpose::Chat);
        assert_eq!(trial.first_token_ms, Some(100));
        assert_eq!(trial.tokens_per_second, Some(20));
        assert_eq!((trial.streams, trial.fim), (Some(true), None));
        let at_once = answer(&[900], Some(11)).judged(Purpose::Completion);
        assert_eq!((at_once.tokens_per_second, at_once.streams), (None, Some(false)));
        let short = answer(&[5], Some(2)).judged(Purpose::Completion);
        assert_eq!((short.tokens_per_second, short.streams), (None, None));
        assert_eq!(answer(&[], None).judged(Purpose::Chat), Trial::default());
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_ends_whatever_the_server_does() {
        let text = || Ok(Delta::Text { index: 0, text: "x".into() });
        let endless = futures::stream::repeat_with(text).boxed();
        let answer = in_time(read(endless)).await.unwrap().unwrap();
        assert!(answer.is_endless());
        assert_eq!(answer.pieces.len(), ENDLESS.0 + 1);
        let silent = in_time(read(futures::stream::pending().boxed())).await;
        assert!(silent.unwrap().is_none());
    }
}
