//! The `foretype` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    foretype::cli::main()
}
