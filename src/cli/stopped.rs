//! Being told to end. What is under way is dropped then, so that what it used is noted.

use std::process::ExitCode;

/// Waits for SIGINT (Ctrl-C) or SIGTERM. Answers the code that shells give to a process that a
/// signal has ended: 128 and the signal's number (POSIX.1-2024, shell command language, 2.8.2).
pub async fn stopped() -> ExitCode {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            return tokio::select! {
                Some(()) = terminate.recv() => ExitCode::from(143),
                code = interrupted() => code,
            };
        }
    }
    interrupted().await
}

async fn interrupted() -> ExitCode {
    if tokio::signal::ctrl_c().await.is_err() {
        // It cannot be caught: then it ends us without a word of ours.
        std::future::pending::<()>().await;
    }
    ExitCode::from(130)
}
