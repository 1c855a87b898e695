//! The way to a server: TLS with authorities and certificates of one's own, proxies, redirects. The
//! program is the real one, and so are the servers and the proxy, all on this machine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "support"]
mod support {
    pub mod fake_backend;
    pub mod lsp;
    pub mod process;
}

#[path = "network"]
mod network {
    mod authority;
    mod certificates;
    mod front;
    mod proxy;
    mod redirects;
    mod through;
}
