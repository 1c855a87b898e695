//! Watching the editor's process: a client may die without closing its pipes.
//!
//! Only a process that is visible and an ancestor of ours at start is watched. In a container the
//! client's process id means nothing, or another process; ending because of it would be wrong.

use std::time::Duration;

const EVERY: Duration = Duration::from_secs(2);
/// After the editor is gone, the process ends with this code.
const GONE: i32 = 1;

/// Watches the client's process, if it can be.
pub fn watch(process: i32) {
    let Ok(process) = u32::try_from(process) else { return };
    let Some(born) = ancestor(process) else {
        tracing::debug!(process, "the client's process is not an ancestor; not watched");
        return;
    };
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            if birth(process) != Some(born) {
                tracing::info!(process, "the client's process is gone");
                std::process::exit(GONE);
            }
        }
    });
}

/// The process's birth if it is visible and an ancestor.
#[cfg(target_os = "linux")]
fn ancestor(process: u32) -> Option<u64> {
    let mut current = std::process::id();
    for _ in 0..64 {
        current = parent(current)?;
        if current == process {
            return birth(process);
        }
        if current <= 1 {
            return None;
        }
    }
    None
}

/// The fields of `/proc/PID/stat` after the command's name (proc_pid_stat(5)).
#[cfg(target_os = "linux")]
fn stat(process: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<String> = fields.split_whitespace().map(str::to_owned).collect();
    // A zombie is gone; only nobody has collected it yet.
    (fields.first()? != "Z").then_some(fields)
}

#[cfg(target_os = "linux")]
fn parent(process: u32) -> Option<u32> {
    stat(process)?.get(1)?.parse().ok()
}

/// When it was started, in clock ticks: a process id that is given again is another process.
#[cfg(target_os = "linux")]
fn birth(process: u32) -> Option<u64> {
    stat(process)?.get(19)?.parse().ok()
}

/// Without `/proc` only the parent itself is known: orphaned, we get another.
#[cfg(all(unix, not(target_os = "linux")))]
fn ancestor(process: u32) -> Option<u64> {
    birth(process)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn birth(process: u32) -> Option<u64> {
    (std::os::unix::process::parent_id() == process).then_some(0)
}

/// On Windows a dead client closes its pipes.
#[cfg(not(unix))]
fn ancestor(_: u32) -> Option<u64> {
    None
}

#[cfg(not(unix))]
fn birth(_: u32) -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_visible_ancestors_count() {
        let own = std::process::id();
        assert!(parent(own).is_some_and(|parent| ancestor(parent).is_some()));
        assert_eq!(ancestor(own), None);
        assert_eq!(ancestor(4_000_000), None);
        assert!(birth(own).is_some());
    }
}
