//! What is needed is there, as it is now.

use serde_json::json;

use super::*;
use crate::support::editor::options_for;

#[tokio::test]
async fn the_signature_of_what_is_imported_is_in_the_prompt() {
    let backend = FakeBackend::start().await;
    let editor = shop(&backend, &[]).open().await;
    let (doc, prompt) = until(&editor, &backend, MAIN, some).await;
    let file = "<|file_sep|>shop/cart.py\n# What is bought\nclass Cart\n    \
                def add_item(self, item, count=1)\n<|file_sep|>main";
    assert!(prompt.whole.contains(file), "{}", prompt.whole);
    assert!(prompt.whole.starts_with("<|repo_name|>"), "{}", prompt.whole);
    assert_eq!(prompt.prefix, doc.before());
    editor.finish().await;
}

#[tokio::test]
async fn the_same_state_gives_the_same_prompt() {
    let mut prompts = Vec::new();
    for _ in 0..50 {
        let backend = FakeBackend::start().await;
        let editor = shop(&backend, &[]).open().await;
        read(&editor, 1).await;
        let doc = editor.open("main.py", "python", MAIN);
        let prompt = prompt(&editor, &backend, &doc).await;
        editor.finish().await;
        // A busy machine may need longer than a request waits.
        if some(&prompt) {
            prompts.push(prompt.whole);
        }
        if prompts.len() == 3 {
            break;
        }
    }
    assert!(prompts[0] == prompts[1] && prompts[1] == prompts[2], "{prompts:#?}");
}

#[tokio::test]
async fn it_can_be_turned_off() {
    for off in
        [json!({ "enabled": false }), json!({ "definitions": false }), json!({ "tokens": 0 })]
    {
        let backend = FakeBackend::start().await;
        let editor = shop(&backend, &[]).open().await;
        let (mut doc, _) = until(&editor, &backend, MAIN, some).await;
        doc.type_text("a");
        doc.type_text("b");
        assert!(some(&prompt(&editor, &backend, &doc).await));
        let mut options = options_for(&backend);
        options["models"]["fake"]["context_tokens"] = json!(8_192);
        options["context"] = off.clone();
        let settings = json!({ "settings": { "foretype": options } });
        editor.notify("workspace/didChangeConfiguration", settings);
        doc.type_text("c");
        let alone = prompt(&editor, &backend, &doc).await.whole;
        let (before, after) = (doc.before(), doc.after());
        let (before, typed) = before.split_at(before.rfind('\n').unwrap() + 1);
        let bare = format!("<|fim_prefix|>{before}<|fim_suffix|>{after}<|fim_middle|>{typed}");
        assert_eq!(alone, bare, "{off}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn what_is_typed_in_another_file_is_known_soon() {
    let backend = FakeBackend::start().await;
    let editor = shop(&backend, &[]).open().await;
    until(&editor, &backend, MAIN, some).await;
    let mut other = editor.open("shop/cart.py", "python", &format!("{CART}$0"));
    other.type_text("\n    def remove_item(self, item):\n        return self\n");
    let began = Instant::now();
    until(&editor, &backend, MAIN, |prompt| prompt.whole.contains("remove_item")).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    editor.finish().await;
}

#[tokio::test]
async fn what_changes_on_disk_is_known_once_the_editor_tells() {
    let backend = FakeBackend::start().await;
    let editor = shop(&backend, &[]).open().await;
    until(&editor, &backend, MAIN, some).await;
    let tell = |editor: &Editor| {
        let changes = json!([{ "uri": editor.uri("shop/cart.py"), "type": 2 }]);
        editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    };
    editor.write("shop/cart.py", &CART.replace("add_item", "put_item"));
    tell(&editor);
    let new = |prompt: &Prompt| prompt.whole.contains("put_item");
    let (_, prompt) = until(&editor, &backend, MAIN, new).await;
    assert!(!some(&prompt), "{}", prompt.whole);
    std::fs::remove_file(editor.path("shop/cart.py")).unwrap();
    tell(&editor);
    until(&editor, &backend, MAIN, |prompt| !new(prompt)).await;
    editor.finish().await;
}
