//! The `foretype` program.

use std::process::ExitCode;

/// The system's allocator keeps what a closed document's tree leaves behind.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    foretype::cli::main()
}
