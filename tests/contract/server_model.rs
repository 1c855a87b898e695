//! Text Generation Inference tells which model it has: a known family gets its format, another one
//! a conversation.

use super::ask;
use super::case::Case;
use super::outcome::Outcome;
use super::server::{Served, json};

#[tokio::test]
async fn the_servers_model_decides_how_a_hole_is_filled() {
    for (model, line, wire) in [
        ("bigcode/starcoder2-3b", "POST /generate_stream", "tgi"),
        ("meta-llama/Llama-3.1-8B-Instruct", "POST /v1/chat/completions", "openai_chat"),
    ] {
        let usual = |wire: &str| {
            let mut cases = Case::for_wire(wire, wire);
            let at = cases.iter().position(|case| case.name.ends_with("/usual")).unwrap();
            cases.swap_remove(at)
        };
        let case = usual("tgi");
        let info = format!(r#"{{"model_id":"{model}","max_total_tokens":2048}}"#);
        let answers = vec![json("200 OK", &info), usual(wire).answer];
        let served = Served::in_turn(answers, usize::MAX);
        let mut settings = case.model(&served.url());
        settings.model.clear();
        let outcome = Outcome::of(case.backend_of(settings).stream(ask::ask(&case))).await;
        assert_eq!(outcome.error, None, "{model}");
        assert!(outcome.texts[0].starts_with("größe"), "{model}");
        let lines: Vec<String> =
            served.requests().into_iter().map(|request| request.line).collect();
        assert_eq!(lines, ["GET /info", line], "{model}");
    }
}
