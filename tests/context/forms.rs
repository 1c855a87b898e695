//! How other files are written: as files where the format knows them, else as comments.

use serde_json::json;

use super::*;

#[tokio::test]
async fn formats_without_files_get_comments_before_the_prefix() {
    for (model, template) in
        [("codellama", "codellama"), ("deepseek-coder", "deepseek"), ("anything", "suffix")]
    {
        let backend = FakeBackend::start().await;
        let change = json!({ "models": { "fake": { "model": model, "template": template } } });
        let editor = shop(&backend, &[]).options(change).open().await;
        let (doc, prompt) = until(&editor, &backend, MAIN, some).await;
        let comments = "# Path: shop/cart.py\n# # What is bought\n# class Cart\n\
                        #     def add_item(self, item, count=1)\n";
        // Before it may stand what was opened in vain.
        let end = format!("{comments}{}", doc.before());
        assert!(prompt.prefix.ends_with(&end), "{template}: {}", prompt.prefix);
        assert_eq!(prompt.suffix, doc.after(), "{template}");
        editor.finish().await;
    }
}

#[tokio::test]
async fn infill_gets_each_snippet_as_a_file() {
    let backend = FakeBackend::start().await;
    let change = json!({ "models": { "fake": { "provider": "llama-cpp", "template": "auto" } } });
    let editor = shop(&backend, &[]).options(change).open().await;
    until(&editor, &backend, MAIN, some).await;
    let body = backend.requests().pop().unwrap().body;
    let extra = body["input_extra"].as_array().unwrap();
    let cart: Vec<_> = extra.iter().filter(|it| it["filename"] == "shop/cart.py").collect();
    assert_eq!(cart.len(), 1, "{extra:?}");
    assert!(cart[0]["text"].as_str().unwrap().contains("def add_item(self, item, count=1)\n"));
    editor.finish().await;
}
