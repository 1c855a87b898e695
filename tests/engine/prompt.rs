//! What the model is given: frozen at an anchor, clean of special tokens.

use super::*;

/// How many bytes two texts share at their beginning.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[tokio::test]
async fn typed_text_follows_the_middle_token() {
    let (backend, editor) = pair().await;
    backend.answer(" ");
    let mut doc = editor.open("untitled:a.rs", "rust", "fn a() {\n    $0\n}\n");
    doc.automatic().result().await;
    doc.type_text("let x");
    doc.automatic().result().await;
    let prompts: Vec<_> = backend.requests().iter().map(|r| r.prompt().whole).collect();
    let frozen = "<|fim_prefix|>fn a() {\n<|fim_suffix|>\n}\n<|fim_middle|>";
    assert_eq!(prompts, [format!("{frozen}    "), format!("{frozen}    let x")]);
}

/// Over 30 keys, a new line among them and brackets that the editor closes, each prompt is the
/// last one with what was typed at its end.
#[tokio::test]
async fn prefix_and_suffix_stay_frozen_while_typing() {
    for provider in ["openai-compatible", "llama-cpp", "ollama"] {
        let backend = FakeBackend::start().await;
        // Said here, so that it does not change when the server says it.
        let change = json!({ "models": { "m": { "context_tokens": 4_096 } } });
        let editor = Editor::start(&with(options(provider, &backend.url()), change)).await;
        backend.answer(" ");
        let before = "fn f(x: usize) -> usize { x }\n".repeat(200);
        let after = "fn g(y: usize) -> usize { y }\n".repeat(100);
        let text = format!("{before}fn a() {{\n    $0\n}}\n{after}");
        let mut doc = editor.open("untitled:a.rs", "rust", &text);
        doc.automatic().result().await;
        for key in "let total = zip[0];\n    drop(x, größe, 日本)".chars() {
            doc.type_text(&key.to_string());
            match key {
                '(' => doc.close_with(")"),
                '[' => doc.close_with("]"),
                ']' => doc.replace(doc.cursor..doc.cursor + 1, ""),
                _ => {}
            }
            doc.automatic().result().await;
        }
        let requests = backend.requests();
        assert!(requests.len() >= 30, "{provider}: {}", requests.len());
        for pair in requests.windows(2) {
            let [old, new] = [&pair[0].body, &pair[1].body];
            for part in ["input_prefix", "input_suffix", "suffix"] {
                assert!(old[part] == new[part], "{provider}: {part}");
            }
            let [old, new] = [&old["prompt"], &new["prompt"]].map(|part| part.as_str().unwrap());
            assert!(new.starts_with(old), "{provider}: what was sent last is kept");
        }
        let whole = requests.last().unwrap().prompt();
        assert!(whole.suffix.len() * 100 >= whole.whole.len() * 15, "{provider}");
    }
}

#[tokio::test]
async fn an_edit_elsewhere_moves_the_anchor() {
    let (backend, editor) = pair().await;
    backend.answer(" ");
    let mut doc = editor.open("untitled:a.rs", "rust", "let b = 1;\nlet a = $0\nend();\n");
    doc.automatic().result().await;
    for (at, with) in [(0, "pub "), (doc.text.len() + 4, "last();\n")] {
        doc.replace(at..at, with);
        doc.automatic().result().await;
        let prompt = backend.requests().pop().unwrap().prompt();
        assert_eq!(prompt.prefix, doc.text[..doc.cursor]);
        assert_eq!(prompt.suffix, doc.text[doc.cursor..]);
    }
}

#[tokio::test]
async fn the_prompt_is_always_the_document_around_the_cursor() {
    let (backend, editor) = pair().await;
    backend.answer(" ");
    let mut doc = editor.open("untitled:a.rs", "rust", "ü = \"日本\"\n$0\nend 👩‍💻\n");
    type Step = fn(&mut super::support::driver::Doc);
    let steps: [Step; 8] = [
        |doc| doc.type_text("größe = f("),
        |doc| doc.close_with(")"),
        |doc| doc.type_text("1"),
        |doc| doc.type_over(")"),
        |doc| doc.backspace(4),
        |doc| doc.type_text("\n\n  x"),
        |doc| doc.after("ü = "),
        |doc| doc.replace(0..2, "y"),
    ];
    for (number, step) in steps.into_iter().enumerate() {
        step(&mut doc);
        doc.invoked().result().await;
        let prompt = backend.requests().pop().unwrap().prompt();
        assert_eq!(prompt.prefix, doc.text[..doc.cursor], "step {number}");
        let after = &doc.text[doc.cursor..];
        // What the editor closed behind the cursor may be left out.
        assert!(after.ends_with(&prompt.suffix), "step {number}");
        assert!(after.len() - prompt.suffix.len() <= 1, "step {number}");
    }
}

#[tokio::test]
async fn special_tokens_of_the_source_do_not_survive() {
    let text = "// <|fim_suffix|> and <|endoftext|> and <fim_<fim_prefix>suffix>\nlet a = $0 // <|fim_middle|>\n<｜fim▁hole｜>\n";
    for (provider, model) in
        [("openai-compatible", "qwen2.5-coder"), ("llama-cpp", "x"), ("ollama", "qwen2.5-coder")]
    {
        let backend = FakeBackend::start().await;
        let change = json!({ "models": { "m": { "model": model } } });
        let editor = Editor::start(&with(options(provider, &backend.url()), change)).await;
        backend.model(|known| known.name = model.to_owned());
        let mut doc = editor.open("untitled:a.rs", "rust", text);
        doc.automatic().result().await;
        doc.type_text("f(<|fim_pad|>");
        doc.invoked().result().await;
        for request in backend.requests() {
            let body = request.body["prompt"].as_str().unwrap();
            let ours = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"];
            for token in ours {
                assert!(body.matches(token).count() <= 1, "{provider}: {token}");
            }
            for token in ["endoftext", "fim_pad", "fim▁hole", "<fim_suffix>", "<fim_prefix>"] {
                assert!(!request.prompt().whole.contains(token), "{provider}: {token}");
            }
        }
    }
}

#[tokio::test]
async fn a_long_document_is_cut_at_lines_and_the_cut_rarely_moves() {
    let change = json!({ "models": { "m": { "context_tokens": 2_048 } } });
    let (backend, editor) = pair_with(change).await;
    backend.answer(" ");
    let lines: String = (0..2_000).map(|n| format!("let value_{n} = {n};\n")).collect();
    let mut doc = editor.open("untitled:a.rs", "rust", &format!("{lines}$0\n{lines}"));
    doc.automatic().result().await;
    for _ in 0..10 {
        doc.type_text("let other = 2;\n");
        doc.automatic().result().await;
    }
    let prompts: Vec<_> = backend.requests().iter().map(|r| r.prompt()).collect();
    for prompt in &prompts {
        assert!(prompt.prefix.starts_with("let ") && prompt.suffix.ends_with(";\n"));
        assert!(prompt.whole.len() < 2_048 * 3);
    }
    for pair in prompts.windows(2) {
        let same = shared(&pair[0].whole, &pair[1].whole);
        assert!(same * 100 >= pair[0].whole.len() * 95, "{same}");
    }
}
