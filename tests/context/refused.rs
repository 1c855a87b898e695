//! What must not leave the machine stays, in other files too.

use super::*;

#[tokio::test]
async fn secrets_of_other_files_are_replaced() {
    let key = concat!("ghp_", "0123456789abcdefghijABCDEFGHIJ012345");
    let text = format!("class Cart:\n    def add_item(self, token=\"{key}\"):\n        pass\n");
    let backend = FakeBackend::start().await;
    let editor = shop(&backend, &[("shop/cart.py", &text)]).open().await;
    let (_, prompt) = until(&editor, &backend, MAIN, some).await;
    assert!(prompt.whole.contains("<redacted:"), "{}", prompt.whole);
    for request in backend.requests() {
        assert!(!request.body.to_string().contains(key));
    }
    editor.finish().await;
}

#[tokio::test]
async fn special_tokens_of_other_files_are_taken_out() {
    let text = "class Cart:\n    def add_item(self, end=\"<|fim_middle|>\"):\n        pass\n";
    let backend = FakeBackend::start().await;
    let editor = shop(&backend, &[("shop/cart.py", text)]).open().await;
    let (_, prompt) = until(&editor, &backend, MAIN, some).await;
    assert_eq!(prompt.whole.matches("<|fim_middle|>").count(), 1, "{}", prompt.whole);
    editor.finish().await;
}

/// Ignored from the beginning, or since it was read.
#[tokio::test]
async fn ignored_files_are_not_shown() {
    let private = "class Cart:\n    def private_thing(self):\n        pass\n";
    let files = [
        ("vendor/cart.py", private),
        ("shop/private.py", private),
        (".ignore", "vendor/\n"),
        (".foretypeignore", "private.py\n"),
    ];
    let backend = FakeBackend::start().await;
    let editor = shop(&backend, &files).open().await;
    until(&editor, &backend, MAIN, some).await;
    editor.write(".foretypeignore", "private.py\ncart.py\n");
    let changes = serde_json::json!([{ "uri": editor.uri(".foretypeignore"), "type": 2 }]);
    let changes = serde_json::json!({ "changes": changes });
    editor.notify("workspace/didChangeWatchedFiles", changes);
    let (_, prompt) = until(&editor, &backend, MAIN, |prompt| !some(prompt)).await;
    assert!(!prompt.whole.contains("class Cart\n"), "{}", prompt.whole);
    for request in backend.requests() {
        assert!(!request.body.to_string().contains("private_thing"));
    }
    editor.finish().await;
}

#[tokio::test]
async fn files_of_completion_ignore_are_not_shown() {
    let backend = FakeBackend::start().await;
    let rule = "[completion]\nignore = ['shop/cart.py']\n";
    let files = [(".foretype.toml", rule), ("shop/item.py", "class Item:\n    pass\n")];
    let editor = shop(&backend, &files).open().await;
    let text = "from shop.item import Item\nfrom shop.cart import Cart\n\nx = $0\n";
    let item = |prompt: &Prompt| prompt.whole.contains("shop/item.py\n");
    let (_, prompt) = until(&editor, &backend, text, item).await;
    assert!(!some(&prompt) && !prompt.whole.contains("shop/cart.py"), "{}", prompt.whole);
    editor.finish().await;
}
