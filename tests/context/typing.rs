//! Typing on keeps the beginning of the prompt, which a model's server has read already.

use serde_json::json;

use super::*;

/// Keys in a row that change nothing of what is shown: then everything is read.
const SETTLED: usize = 5;

/// What two prompts share at their beginning, of the later one, in hundredths.
fn share(old: &str, new: &str) -> usize {
    let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    same * 100 / new.len().max(1)
}

/// Types on until what is shown stays: a busy machine finds some of it only after the first prompt, which
/// waits for nothing. Answers the last prompt.
async fn settle(editor: &Editor, backend: &FakeBackend, doc: &mut Doc, first: Prompt) -> String {
    let began = Instant::now();
    let mut last = first.whole;
    let mut stayed = 0;
    while stayed < SETTLED {
        assert!(began.elapsed() < PATIENCE, "it still changes: {last}");
        doc.type_text("x");
        let now = prompt(editor, backend, doc).await.whole;
        stayed = if share(&last, &now) >= 95 { stayed + 1 } else { 0 };
        last = now;
    }
    doc.type_text(" = 1\n    ");
    prompt(editor, backend, doc).await.whole
}

#[tokio::test]
async fn a_hundred_keys_at_one_place_share_their_prompts_beginnings() {
    let sources = ["stack", "dependencies", "usages", "similar", "diagnostics", "edits"];
    let on: serde_json::Map<String, Value> =
        sources.iter().map(|source| ((*source).to_owned(), json!(true))).collect();
    let more = (0..40)
        .map(|n| format!("def helper_{n}(cart, item):\n    return cart.add_item(item, {n})\n\n\n"))
        .collect::<String>();
    let backend = FakeBackend::start().await;
    let files = [
        ("shop/helpers.py", more.as_str()),
        ("pyproject.toml", "[project]\nname = \"a\"\ndependencies = [\"requests>=2\"]\n"),
    ];
    let editor = shop(&backend, &files).options(json!({ "context": on })).open().await;
    let _other = editor.open("shop/helpers.py", "python", &format!("{more}$0"));
    let text = format!(
        "from shop.cart import Cart\nfrom shop import helpers\n\n\n{}def buy(cart: Cart):\n    $0\n",
        "# filler that was written before\n".repeat(40)
    );
    let (mut doc, first) = until(&editor, &backend, &text, some).await;
    let typed = "if cart.add_item(helpers):\n    helper_3(cart, 12)\n    for item in cart:\n        cart.add_item(item)\n";
    assert!(typed.len() >= 100);
    let mut last = settle(&editor, &backend, &mut doc, first).await;
    let mut worst = Vec::new();
    for key in typed.chars() {
        doc.type_text(&key.to_string());
        let now = prompt(&editor, &backend, &doc).await.whole;
        worst.push(share(&last, &now));
        last = now;
    }
    worst.sort_unstable();
    assert!(some(&Prompt { whole: last.clone(), ..Prompt::default() }), "{last}");
    assert!(worst[0] >= 95, "{worst:?}");
    editor.finish().await;
}
