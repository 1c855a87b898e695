//! A backend that says what its script says, on a clock that stands still until everyone waits.

use std::collections::VecDeque;

use futures::FutureExt;
use parking_lot::Mutex;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};
use tokio::time::Instant as Clock;

use super::*;
use crate::backend::{ChatAsk, FimAsk, FinishReason, Priority, Usage};
use crate::config::Layers;
use crate::guard::redact;
use crate::prompt::budget::Budget;
use crate::prompt::{ChatPrompt, FimPrompt};
use crate::services::Services;
use crate::store::usage::DayUsage;

type Answer = Vec<Result<Delta, BackendError>>;

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Answer>>,
    /// When it was asked.
    calls: Mutex<Vec<Clock>>,
}

impl Script {
    fn calls(&self) -> usize {
        self.calls.lock().len()
    }
}

impl Backend for Script {
    fn stream(&self, _: Ask) -> Deltas {
        self.calls.lock().push(Clock::now());
        // What is not in the script hangs.
        let answer = self.answers.lock().pop_front();
        let hangs = answer.is_none();
        let said = futures::stream::iter(answer.unwrap_or_default());
        if hangs { said.chain(futures::stream::pending()).boxed() } else { said.boxed() }
    }

    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        std::future::ready(Ok(Facts::default())).boxed()
    }
}

fn text(text: &str) -> Result<Delta, BackendError> {
    Ok(Delta::Text { index: 0, text: text.into() })
}

fn answered() -> Answer {
    let usage =
        Usage { prompt_tokens: Some(500), output_tokens: Some(20), cached_tokens: Some(400) };
    vec![
        text("alpha"),
        Ok(Delta::Finished { index: 0, reason: FinishReason::Stop }),
        Ok(Delta::Usage(usage)),
    ]
}

fn name() -> String {
    "m at host".into()
}

fn failed() -> Answer {
    vec![Err(BackendError::Failed(name(), 500))]
}

fn metered(script: &Arc<Script>, model: &Value) -> Metered {
    let mut written =
        json!({ "provider": "openai-compatible", "url": "http://127.0.0.1:1", "model": "x" });
    for (key, value) in model.as_object().unwrap() {
        written[key] = value.clone();
    }
    let mut layers = Layers::default();
    layers.set_initialization(Some(&json!({ "models": { "m": written } })));
    let resolved = layers.resolve();
    assert!(resolved.problems.is_empty(), "{:?}", resolved.problems);
    let model = resolved.settings.models["m"].clone();
    let services = Services::new(crate::config::Paths::default(), true);
    let endpoint = Arc::new(Endpoint::new(model, Arc::clone(services.http()), true));
    let inner = Arc::clone(script) as Arc<dyn Backend>;
    Metered::new(endpoint, inner, Arc::clone(&services.store)).with_random(|| 0x9e37_79b9_7f4a_7c15)
}

fn script(answers: impl IntoIterator<Item = Answer>) -> Arc<Script> {
    let script = Script::default();
    script.answers.lock().extend(answers);
    Arc::new(script)
}

const BUDGET: Budget = Budget { context_tokens: 4_096, max_output_tokens: 64 };

fn fim(priority: Priority) -> Ask {
    let prompt = FimPrompt { prefix: redact(&"x".repeat(300)), ..FimPrompt::default() };
    Ask::Fim(FimAsk { prompt: BUDGET.fit(prompt), candidates: 1, one_line: true, priority })
}

fn chat() -> Ask {
    let prompt = BUDGET.fit_chat(ChatPrompt::question(redact("be short"), redact("why?")));
    Ask::Chat(ChatAsk { prompt, purpose: Purpose::Chat, priority: Priority::Invoked })
}

/// The whole answer: its text, or the error that ended it.
async fn all(metered: &Metered, ask: Ask) -> Result<String, BackendError> {
    let (mut stream, mut said) = (metered.stream(ask), String::new());
    while let Some(delta) = stream.next().await {
        if let Delta::Text { text, .. } = delta? {
            said.push_str(&text);
        }
    }
    Ok(said)
}

async fn used(metered: &Metered) -> Vec<DayUsage> {
    metered.meter.store.flush().await;
    metered.meter.store.usage(1).await
}

#[tokio::test(start_paused = true)]
async fn a_suggestion_is_asked_for_once_more_after_a_moment() {
    let script = script([failed(), answered(), failed(), failed(), answered()]);
    let metered = metered(&script, &json!({}));
    assert_eq!(all(&metered, fim(Priority::Fresh)).await.as_deref(), Ok("alpha"));
    let calls = script.calls.lock().clone();
    let pause = calls[1] - calls[0];
    assert!(
        pause >= Duration::from_millis(100) && pause <= Duration::from_millis(251),
        "{pause:?}"
    );
    // Only once.
    assert!(all(&metered, fim(Priority::Invoked)).await.is_err());
    assert_eq!(script.calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_wants_any_more_is_not_asked_for_again() {
    for ask in [fim(Priority::Fresh), chat()] {
        let script = script([failed(), answered()]);
        let metered = metered(&script, &json!({}));
        let mut stream = metered.stream(ask);
        // It has failed, and waits for its second try.
        assert!(stream.next().now_or_never().is_none());
        assert_eq!(script.calls(), 1);
        drop(stream);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(script.calls(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_for_again_once_text_has_come() {
    for ask in [fim(Priority::Fresh), chat()] {
        let script = script([vec![text("al"), Err(BackendError::Failed(name(), 500))], answered()]);
        let metered = metered(&script, &json!({}));
        assert!(all(&metered, ask).await.is_err());
        assert_eq!(script.calls(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn chat_obeys_the_pause_that_is_asked_for_up_to_half_a_minute() {
    let busy = |seconds| vec![Err(BackendError::Busy(name(), Duration::from_secs(seconds), 429))];
    let script = script([busy(3), busy(20), answered(), busy(31), answered()]);
    let metered = metered(&script, &json!({}));
    let began = Clock::now();
    assert_eq!(all(&metered, chat()).await.as_deref(), Ok("alpha"));
    assert!(began.elapsed() >= Duration::from_secs(23), "{:?}", began.elapsed());
    assert!(began.elapsed() <= Duration::from_secs(26), "{:?}", began.elapsed());
    assert!(all(&metered, chat()).await.is_err());
    assert_eq!(script.calls(), 4);
    // The pause is known now.
    assert!(matches!(all(&metered, chat()).await, Err(BackendError::Busy(_, _, 429))));
    assert_eq!(script.calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn chat_gives_up_after_three_more_tries() {
    let script = script((0..9).map(|_| failed()));
    let metered = metered(&script, &json!({}));
    assert!(all(&metered, chat()).await.is_err());
    assert_eq!(script.calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn after_failures_in_a_row_only_the_user_is_let_through() {
    let refused = || vec![Err(BackendError::Unauthorized(name(), 401))];
    let script = script((0..5).map(|_| refused()).chain([refused(), answered(), answered()]));
    let metered = metered(&script, &json!({}));
    for _ in 0..5 {
        assert!(all(&metered, fim(Priority::Fresh)).await.is_err());
    }
    assert_eq!(script.calls(), 5);
    let resting = all(&metered, fim(Priority::Fresh)).await.unwrap_err();
    assert!(matches!(resting, BackendError::Resting(..)), "{resting}");
    let said = resting.to_string();
    assert!(said.contains("refused the key") && said.contains("by hand"), "{said}");
    assert_eq!(script.calls(), 5);
    let readiness = metered.meter.endpoint.health.availability(Instant::now());
    assert!(matches!(readiness, Readiness::Resting(..)), "{readiness:?}");
    assert!(all(&metered, fim(Priority::Invoked)).await.is_err());
    assert_eq!(all(&metered, fim(Priority::Invoked)).await.as_deref(), Ok("alpha"));
    assert_eq!(all(&metered, fim(Priority::Fresh)).await.as_deref(), Ok("alpha"));
    assert_eq!(metered.meter.endpoint.health.availability(Instant::now()), Readiness::Ready);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_seen_again_is_tried_at_once() {
    let gone = || vec![Err(BackendError::Unreachable(name()))];
    let script = script((0..3).map(|_| gone()).chain([answered()]));
    let metered = metered(&script, &json!({}));
    for _ in 0..3 {
        assert!(all(&metered, fim(Priority::Fresh)).await.is_err());
    }
    assert!(matches!(all(&metered, fim(Priority::Fresh)).await, Err(BackendError::Resting(..))));
    metered.probe().await.unwrap();
    assert_eq!(all(&metered, fim(Priority::Fresh)).await.as_deref(), Ok("alpha"));
    assert_eq!(used(&metered).await[0].requests, 1, "what reached nobody is no request");
}

#[tokio::test(start_paused = true)]
async fn what_a_server_says_is_used_up_is_left_to_the_user() {
    let script = script([answered()]);
    let metered = metered(&script, &json!({}));
    let mut headers = HeaderMap::new();
    for (name, value) in
        [("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "1m30s")]
    {
        headers.insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    metered.meter.endpoint.health.note_limits(&headers, name);
    match all(&metered, fim(Priority::Fresh)).await {
        Err(BackendError::Resting(why, left)) => {
            assert_eq!(why, "m at host allows no more tokens for now");
            assert!(left > Duration::from_secs(80), "{left:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(script.calls(), 0);
    assert_eq!(all(&metered, fim(Priority::Invoked)).await.as_deref(), Ok("alpha"));
}

/// (what came, was it left, requests, failed, estimated, prompt, output)
#[tokio::test(start_paused = true)]
async fn every_request_is_accounted_for() {
    let price = json!({ "price": { "input": 2.0, "output": 10.0, "cached": 0.5 } });
    let timed_out =
        || BackendError::TimedOut(name(), Duration::from_secs(5), "first_token_timeout_ms");
    let interrupted = || vec![text("alphabet"), Err(BackendError::Interrupted(name()))];
    for (case, answer, left, want) in [
        ("finished", answered(), false, (1, 0, 0, 500, 20)),
        ("left at its first text", answered(), true, (1, 0, 1, 100, 2)),
        ("superseded", Vec::new(), true, (1, 0, 1, 100, 0)),
        ("broken", interrupted(), false, (1, 1, 1, 100, 3)),
        ("timed out", vec![Err(timed_out())], false, (1, 1, 1, 100, 0)),
        ("refused", vec![Err(BackendError::Refused(name(), 400))], false, (1, 1, 0, 0, 0)),
    ] {
        let hangs = answer.is_empty();
        let script = if hangs { script([]) } else { script([answer]) };
        let metered = metered(&script, &price);
        if left {
            let mut stream = metered.stream(fim(Priority::Fresh));
            assert_eq!(stream.next().now_or_never().is_none(), hangs, "{case}");
        } else {
            let _ = all(&metered, fim(Priority::Fresh)).await;
        }
        let used = used(&metered).await;
        let row = &used[0];
        let got = (row.requests, row.failed, row.estimated, row.prompt_tokens, row.output_tokens);
        assert_eq!(got, want, "{case}");
        assert_eq!(
            (row.name.as_str(), row.model.as_str(), row.purpose.as_str()),
            ("m", "x", "completion")
        );
        let (_, _, _, prompt, output) = want;
        let cached = if case == "finished" { 400 } else { 0 };
        let dollars = ((prompt - cached) as f64 * 2.0
            + f64::from(cached as u32) * 0.5
            + output as f64 * 10.0)
            / 1e6;
        assert!((row.cost.unwrap() - dollars).abs() < 1e-12, "{case}: {:?}", row.cost);
    }
}

#[tokio::test]
async fn a_cap_that_is_reached_names_its_key_and_its_end() {
    let script = script([answered(), answered()]);
    let caps = json!({ "caps": { "tokens_per_day": 600 } });
    let metered = metered(&script, &caps);
    assert_eq!(all(&metered, fim(Priority::Fresh)).await.as_deref(), Ok("alpha"));
    let capped = all(&metered, fim(Priority::Invoked)).await.unwrap_err();
    let said = capped.to_string();
    assert!(
        said.contains("`models.m.caps.tokens_per_day` (520 of 600 tokens), until 20"),
        "{said}"
    );
    assert!(capped.needs_user());
    assert_eq!(script.calls(), 1);
}

#[tokio::test]
async fn a_request_that_can_never_fit_says_so() {
    let script = script([answered()]);
    let metered = metered(&script, &json!({ "limits": { "tokens_per_minute": 120 } }));
    let said = all(&metered, fim(Priority::Invoked)).await.unwrap_err().to_string();
    assert!(said.contains("`models.m.limits.tokens_per_minute`"), "{said}");
    assert_eq!(script.calls(), 0);
}

/// What the server counted takes the place of what was reserved.
#[tokio::test]
async fn reserved_tokens_are_given_back() {
    let little = Usage { prompt_tokens: Some(90), output_tokens: Some(1), cached_tokens: None };
    let answer = || vec![text("a"), Ok(Delta::Usage(little))];
    let script = script((0..4).map(|_| answer()));
    // 164 are reserved each time, and 91 used.
    let metered = metered(&script, &json!({ "limits": { "tokens_per_minute": 400 } }));
    for _ in 0..3 {
        assert_eq!(all(&metered, fim(Priority::Invoked)).await.as_deref(), Ok("a"));
    }
    let hasty = metered.stream(fim(Priority::Fresh)).next().await.unwrap().unwrap_err();
    assert!(matches!(hasty, BackendError::Limited(..)), "{hasty}");
}
