//! A real LiteLLM gateway, llama.cpp behind it: its streams, and its own words for what fails.

use serde_json::Value;

use super::setting::{COUNT, complete, loaded, or_say_why, real, streams};
use crate::support::process::{Home, Ran};
use crate::support::real_model::RealModel;

const KEY: &str = "sk-marker-of-the-gateway";

/// A home whose model for chat and for completion are these of the gateway's.
fn home(gateway: &str, key: &str, chat: &str, text: &str) -> Home {
    let home = Home::new();
    let model = |name: &str, model: &str, more: &str| {
        format!(
            "[models.{name}]\nprovider = \"litellm\"\nurl = \"{gateway}\"\nmodel = \"{model}\"\n\
             max_output_tokens = 8\napi_key = {{ command = [\"echo\", \"{key}\"] }}\n{more}\n"
        )
    };
    let template = "api = \"completions\"\ntemplate = \"{suffix}\\n{prefix}{middle}\"\n";
    home.configure(&format!(
        "{}{}[completion]\nmodel = \"text\"\nspeculate = false\n\n[chat]\nmodel = \"chat\"\n\
         max_output_tokens = 8\n",
        model("chat", chat, ""),
        model("text", text, template),
    ));
    home
}

fn ask(home: &Home) -> Ran {
    home.run(&["ask", "marker of the user", "--json"])
}

#[test]
fn streams_and_fails_in_its_own_words() {
    let Some(real) = real(false, 1) else { return };
    loaded(&real);
    let Some(gateway) = or_say_why(RealModel::gateway(real.url(), KEY)) else { return };
    let url = gateway.url();

    let good = home(url, KEY, "small", "small-text");
    let ran = ask(&good);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let figures: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(!figures["text"].as_str().unwrap().is_empty());
    assert!(figures["usage"]["prompt_tokens"].as_u64().unwrap() > 3, "{}", figures["usage"]);
    assert!((1..=8).contains(&figures["usage"]["output_tokens"].as_u64().unwrap()));
    let figures = complete(&good, COUNT);
    assert_eq!(figures["usage"]["output_tokens"], 8);
    streams(&figures);

    for (what, key, chat, text, words) in [
        ("an unknown model", KEY, "nobody", "nobody", "has no such model (400)"),
        ("a wrong key", "sk-wrong", "small", "small-text", "refused the key (400)"),
        ("a server that is not there", KEY, "gone", "gone-text", "gets no answer from it (500)"),
    ] {
        let home = home(url, key, chat, text);
        home.file("count.py", COUNT);
        let place = format!("count.py:1:{}", COUNT.len() + 1);
        for ran in [ask(&home), home.run(&["complete", &place])] {
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{what}: {}", ran.stderr);
            assert!(ran.stderr.contains(words), "{what}: {}", ran.stderr);
            let said = &ran.stderr;
            assert!(!said.contains("marker") && !said.contains("litellm."), "{what}: {said}");
        }
    }
}
