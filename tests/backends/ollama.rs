//! `ollama`: the requests.

use super::*;

async fn body(change: Value) -> Value {
    let (backend, doc) = open_with("ollama", change.clone(), |backend| {
        let name = change["model"].as_str().unwrap_or("qwen2.5-coder:1.5b").to_owned();
        backend.model(|model| model.name = name);
    })
    .await;
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    let requests = backend.requests();
    assert_eq!((requests.len(), requests[0].path.as_str()), (1, "/api/generate"));
    requests[0].body.clone()
}

#[tokio::test]
async fn a_known_family_is_sent_raw() {
    let got = body(json!({})).await;
    let want = json!({
        "model": "qwen2.5-coder:1.5b",
        "stream": true,
        "options": { "num_predict": 256, "temperature": 0.0, "stop": got["options"]["stop"] },
        "prompt": "<|fim_prefix|>fn a() {\n<|fim_suffix|>\n}\n<|fim_middle|>    let b = ",
        "raw": true,
    });
    assert_eq!(got, want);
    assert!(got["options"]["stop"].as_array().unwrap().contains(&json!("<|endoftext|>")));
}

#[tokio::test]
async fn an_unknown_family_goes_by_ollamas_own_template() {
    for change in [json!({ "model": "house-model" }), json!({ "template": "suffix" })] {
        let got = body(change).await;
        assert_eq!(got["prompt"], "fn a() {\n    let b = ");
        assert_eq!(got["suffix"], "\n}\n");
        assert_eq!(got.get("raw"), None);
    }
}

#[tokio::test]
async fn settings_reach_the_request() {
    let change = json!({
        "keep_alive": "30m", "context_tokens": 2_048, "max_output_tokens": 32,
        "temperature": 0.5, "stop": ["END"],
    });
    let got = body(change).await;
    assert_eq!(got["keep_alive"], "30m");
    let options = &got["options"];
    assert_eq!((&options["num_ctx"], &options["num_predict"]), (&json!(2_048), &json!(32)));
    assert_eq!((&options["temperature"], &options["stop"][0]), (&json!(0.5), &json!("END")));
    assert_eq!(body(json!({ "keep_alive": -1 })).await["keep_alive"], "-1s");
}
