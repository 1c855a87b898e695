//! `foretype key`: keys in the operating system's keyring.

use std::io::{IsTerminal, Read};
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::args::{Key, KeyCommand};
use super::print;
use crate::config::api_key::{ApiKey, is_header_text, keyring};

/// The longest key that is read, bytes.
const LONGEST: u64 = 64 * 1024;

/// Stores or removes a key. The key is never an argument: those are seen by all of a machine's
/// users and kept in the shell's history.
///
/// # Errors
/// If there is no key, or the keyring cannot be used.
pub fn run(key: &Key) -> Result<ExitCode> {
    match &key.what {
        KeyCommand::Set { name } => {
            // What the configuration refuses, or cannot have between its quotes.
            if name.trim().is_empty()
                || name.contains(|c: char| c.is_control() || c == '"' || c == '\\')
            {
                bail!("this is no name for a key; choose another, such as `openai`");
            }
            let secret = read(name)?;
            keyring::store(name, &secret)?;
            print(&format!("stored; use it by `api_key = {{ keyring = \"{name}\" }}`\n"))?;
        }
        KeyCommand::Remove { name } => {
            keyring::remove(name)?;
            print("removed\n")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// From the terminal without an echo, else the first line of standard input.
fn read(name: &str) -> Result<ApiKey> {
    let text = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("key for {name} (it is not shown): "))?
    } else {
        let mut text = String::new();
        std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text)?;
        // Cut, it would be another key.
        if text.len() as u64 > LONGEST {
            bail!("this is longer than 64 KiB, as no key is; pipe in the key alone");
        }
        text.lines().next().unwrap_or("").to_owned()
    };
    let text = text.trim();
    if text.is_empty() {
        bail!("no key was given; type it, or pipe it in");
    }
    if !is_header_text(text) {
        bail!("this has characters that no key has");
    }
    Ok(ApiKey::new(text))
}
