//! Whatever a handler does, the connection goes on. The server here is one made to panic.

use foretype::server::framing::Framing;
use foretype::server::transport::{self, Ended};
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;
use tower_lsp::{LanguageServer, LspService};

use crate::support::editor::wire::{PATIENCE, pipe};

struct Fragile;

impl LanguageServer for Fragile {
    async fn initialize(&self, _: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        Ok(lsp::InitializeResult::default())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

impl Fragile {
    async fn at_once(&self, _: Value) -> Result<Value> {
        panic!("a handler panics before its first await")
    }

    async fn later(&self, _: Value) -> Result<Value> {
        tokio::task::yield_now().await;
        panic!("a handler panics after its first await")
    }

    async fn told(&self, _: Value) {
        panic!("a notification's handler panics")
    }

    async fn fine(&self, params: Value) -> Result<Value> {
        tokio::task::yield_now().await;
        Ok(params)
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_the_connection_goes_on() {
    let (outbox, queue) = transport::outbox();
    let (service, socket) = LspService::build(|_| Fragile)
        .custom_method("test/atOnce", Fragile::at_once)
        .custom_method("test/later", Fragile::later)
        .custom_method("test/told", Fragile::told)
        .custom_method("test/fine", Fragile::fine)
        .finish();
    let (wire, serving) = pipe(|reader, writer| async move {
        let framing = Framing::Resynchronise;
        transport::serve(reader, writer, service, socket, framing, (outbox, queue)).await
    });
    let id = wire.request("initialize", json!({ "capabilities": {} }));
    assert!(wire.reply(&id).await["result"].is_object());
    for _ in 0..3 {
        wire.notify("test/told", json!({}));
        let panicking: Vec<_> = ["test/atOnce", "test/later"]
            .into_iter()
            .map(|method| wire.request(method, json!({})))
            .collect();
        let fine = wire.request("test/fine", json!({ "still": "here" }));
        for id in panicking {
            let reply = wire.reply(&id).await;
            assert_eq!(reply["error"]["code"], -32603, "{reply}");
            assert!(!reply.to_string().contains("panics"), "{reply}");
        }
        assert_eq!(wire.reply(&fine).await["result"], json!({ "still": "here" }));
    }
    let id = wire.request("shutdown", Value::Null);
    wire.reply(&id).await;
    wire.notify("exit", Value::Null);
    let ended = tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap();
    assert_eq!(ended, Ended::Exit { after_shutdown: true });
    assert!(wire.faults().is_empty(), "{:?}", wire.faults());
}
