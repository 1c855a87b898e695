//! `foretype serve`: the language server.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;

use super::args::Serve;
use super::stopped::stopped;
use crate::config::Paths;
use crate::server::framing::Framing;
use crate::server::transport::{self, Ended};
use crate::server::{self, listen, parent, stdio};
use crate::services::Services;

/// Serves until the connection, or for a socket the process, ends.
///
/// # Errors
/// If the address to listen on cannot be had.
pub async fn run(paths: Paths, args: Serve) -> Result<ExitCode> {
    crate::log::start(paths.log_dir.as_deref());
    if let Some(address) = &args.listen {
        let services = Arc::new(Services::new(paths, false));
        listen::run(services, address, args.token_file.as_deref()).await?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(process) = args.client_process_id {
        parent::watch(process);
    }
    if std::io::stdin().is_terminal() {
        eprintln!(
            "foretype is a language server: an editor starts it and speaks to it here. `foretype --help` shows what else it does, `foretype doctor` whether it is ready. Ctrl-C ends."
        );
    }
    let services = Arc::new(Services::new(paths, true));
    let (reader, writer) = stdio::open();
    let (outbox, queue) = transport::outbox();
    let (service, socket) = server::connection(Arc::clone(&services), outbox.clone());
    let framing = Framing::Resynchronise;
    let serving = transport::serve(reader, writer, service, socket, framing, (outbox, queue));
    let ended = tokio::select! {
        biased;
        ended = serving => ended,
        code = stopped() => return Ok(code),
    };
    services.finish().await;
    // LSP 3.17, "Exit Notification": 0 after `shutdown`, else 1.
    Ok(match ended {
        Ended::Exit { after_shutdown: true } | Ended::Eof => ExitCode::SUCCESS,
        Ended::Exit { after_shutdown: false } | Ended::Malformed => ExitCode::FAILURE,
    })
}
