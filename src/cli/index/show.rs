//! What is printed.

use std::fmt::Write as _;
use std::time::Duration;

use crate::retrieval::shared::schema::Found;
use crate::retrieval::shared::{Collected, Rights, Status};
use crate::retrieval::vectors::Scope;
use crate::retrieval::vectors::push::{Progress, Pushed};

pub(super) fn progress(progress: &Progress) -> String {
    let Progress { embedded, waiting, pause, .. } = progress;
    let mut text = format!("{embedded} embedded");
    if *waiting > 0 {
        let _ = write!(text, ", {waiting} by others");
    }
    if let Some(left) = pause {
        let _ = write!(text, "; {}", self::pause(*left));
    }
    text
}

pub(super) fn pause(left: Duration) -> String {
    let left = left.as_secs_f64().ceil();
    format!("waiting for the embedding model: it goes on in {left} s (Ctrl-C ends)")
}

pub(super) fn pushed(scope: &Scope, pushed: &Pushed) -> String {
    let Pushed { files, chunks, contents, embedded, by_others, tokens, .. } = pushed;
    let Scope { repository, branch } = scope;
    let others = match by_others {
        0 => String::new(),
        count => format!(", {count} by others meanwhile"),
    };
    format!(
        "{repository} {branch}: {files} files, {chunks} chunks of {contents} contents; {embedded} embedded now ({tokens} tokens){others}\n"
    )
}

pub(super) fn collected(collected: &Collected) -> String {
    let mut text = String::new();
    for branch in &collected.branches {
        let _ = writeln!(text, "forgot {branch}");
    }
    let Collected { chunks, vectors, .. } = collected;
    let _ = writeln!(text, "deleted {chunks} chunks and {vectors} vectors");
    text
}

pub(super) fn migrated(name: &str, before: Found) -> String {
    match before {
        Found::Nothing => format!("{name}: made\n"),
        _ => format!("{name}: up to date\n"),
    }
}

pub(super) fn status(name: &str, status: &Status) -> String {
    let Status { server, vector, step, rights, models, repository, branches, claims } = status;
    let may = match rights {
        Rights::Owner => "own it",
        Rights::Writer => "push",
        Rights::Reader => "search",
        Rights::None => "not even search",
    };
    let mut text = format!(
        "{name}: PostgreSQL {server}, pgvector {vector}, schema {step}; this user may {may}\n"
    );
    for model in models {
        let _ = writeln!(
            text,
            "model  {}: {} numbers, about {} vectors, {} MiB with their index",
            model.model,
            model.dimension,
            model.vectors,
            model.bytes / (1024 * 1024)
        );
    }
    if branches.is_empty() {
        let _ = writeln!(text, "{repository}: nothing was pushed yet");
    }
    for branch in branches {
        let _ = writeln!(
            text,
            "{repository} {}: {} chunks, pushed {} UTC by {}",
            branch.branch, branch.chunks, branch.pushed_at, branch.pushed_by
        );
    }
    if *claims > 0 {
        let _ =
            writeln!(text, "{claims} contents are being embedded, or were when a push was killed");
    }
    text
}
