//! The operating system's keyring: the Secret Service on Linux (GNOME Keyring, KWallet, KeePassXC),
//! the Keychain on macOS, the Credential Manager on Windows. All of it may wait for the user to
//! unlock it, so that everything here has a time box.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::KeyError;

/// Unlocking by a dialog takes its time.
const TIME: Duration = Duration::from_secs(30);

/// The key that is kept under a name.
pub(super) fn read(name: &str) -> Result<String, KeyError> {
    within(name, TIME, imp::read)
}

/// Keeps a key under a name, in place of the one that was there.
///
/// # Errors
/// If the keyring cannot be used.
pub fn store(name: &str, key: &super::ApiKey) -> Result<(), KeyError> {
    let key = key.clone();
    within(name, TIME, move |name| imp::store(name, key.expose()))
}

/// Forgets the key of a name.
///
/// # Errors
/// If there is none, or the keyring cannot be used.
pub fn remove(name: &str) -> Result<(), KeyError> {
    within(name, TIME, imp::remove)
}

/// Does something on a thread of its own, which is left behind if it takes too long.
fn within<T: Send + 'static>(
    name: &str,
    time: Duration,
    work: impl FnOnce(&str) -> Result<T, KeyError> + Send + 'static,
) -> Result<T, KeyError> {
    let (send, receive) = mpsc::channel();
    let owned = name.to_owned();
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || send.send(work(&owned)))
        .map_err(|error| KeyError::Keyring(error.kind().to_string()))?;
    match receive.recv_timeout(time) {
        Ok(done) => done,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(KeyError::KeyringTimedOut(time.as_secs())),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(KeyError::Keyring("it failed without a word".to_owned()))
        }
    }
}

#[cfg(all(
    feature = "keyring",
    any(target_os = "linux", target_os = "macos", target_os = "windows")
))]
mod imp {
    use std::sync::Arc;

    use keyring_core::{CredentialStore, Entry, Error};

    use super::KeyError;

    /// What all of foretype's entries are kept under.
    const SERVICE: &str = "foretype";

    pub(super) fn read(name: &str) -> Result<String, KeyError> {
        let entry = entry(&system()?, name)?;
        entry.get_password().map_err(|error| said(name, &error))
    }

    pub(super) fn store(name: &str, key: &str) -> Result<(), KeyError> {
        let entry = entry(&system()?, name)?;
        entry.set_password(key).map_err(|error| said(name, &error))
    }

    pub(super) fn remove(name: &str) -> Result<(), KeyError> {
        let entry = entry(&system()?, name)?;
        entry.delete_credential().map_err(|error| said(name, &error))
    }

    pub(super) fn entry(store: &Arc<CredentialStore>, name: &str) -> Result<Entry, KeyError> {
        store.build(SERVICE, name, None).map_err(|error| said(name, &error))
    }

    fn system() -> Result<Arc<CredentialStore>, KeyError> {
        #[cfg(target_os = "linux")]
        let made = zbus_secret_service_keyring_store::Store::new();
        #[cfg(target_os = "macos")]
        let made = apple_native_keyring_store::keychain::Store::new();
        #[cfg(target_os = "windows")]
        let made = windows_native_keyring_store::Store::new();
        made.map(|store| store as Arc<CredentialStore>).map_err(|error| said("", &error))
    }

    /// An error without what is stored: `Error` holds bytes of it where they are not text.
    pub(super) fn said(name: &str, error: &Error) -> KeyError {
        match error {
            Error::NoEntry => KeyError::NotInKeyring(name.to_owned()),
            Error::BadEncoding(_) | Error::BadDataFormat(..) => {
                KeyError::Malformed(format!("the keyring's `{name}`"))
            }
            Error::NoStorageAccess(_) => KeyError::Keyring("it is locked".to_owned()),
            Error::Ambiguous(_) => {
                KeyError::Keyring(format!("it has several entries `{name}` of foretype"))
            }
            Error::PlatformFailure(why) => {
                let deepest = why.source().map_or_else(|| why.to_string(), ToString::to_string);
                KeyError::Keyring(deepest.chars().filter(|c| !c.is_control()).take(200).collect())
            }
            Error::TooLong(what, _) | Error::Invalid(what, _) => {
                KeyError::Keyring(format!("it does not take this {what}"))
            }
            _ => KeyError::Keyring("it does not do that".to_owned()),
        }
    }
}

#[cfg(not(all(
    feature = "keyring",
    any(target_os = "linux", target_os = "macos", target_os = "windows")
)))]
mod imp {
    use super::KeyError;

    fn none<T>() -> Result<T, KeyError> {
        Err(KeyError::Keyring("this foretype was built without it".to_owned()))
    }

    pub(super) fn read(_: &str) -> Result<String, KeyError> {
        none()
    }

    pub(super) fn store(_: &str, _: &str) -> Result<(), KeyError> {
        none()
    }

    pub(super) fn remove(_: &str) -> Result<(), KeyError> {
        none()
    }
}

#[cfg(all(test, feature = "keyring", target_os = "linux"))]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use std::sync::Arc;

    use keyring_core::{CredentialStore, Error, mock};

    use super::*;

    const FAKE: &str = concat!("not-a-", "real-key");

    #[test]
    fn a_key_is_kept_read_and_forgotten() {
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();
        let entry = imp::entry(&store, "claude").unwrap();
        let read = || entry.get_password().map_err(|error| imp::said("claude", &error));
        assert_eq!(read(), Err(KeyError::NotInKeyring("claude".into())));
        entry.set_password(FAKE).unwrap();
        assert_eq!(read().as_deref(), Ok(FAKE));
        entry.delete_credential().unwrap();
        assert_eq!(read(), Err(KeyError::NotInKeyring("claude".into())));
    }

    #[test]
    fn no_error_has_what_is_stored() {
        for (error, part) in [
            (Error::NoEntry, "`foretype key set claude`"),
            (Error::BadEncoding(FAKE.into()), "characters that no key has"),
            (Error::BadDataFormat(FAKE.into(), "x".into()), "characters that no key has"),
            (Error::NoStorageAccess("locked".into()), "it is locked"),
            (Error::PlatformFailure("no bus".into()), "(no bus); use `env` or `command`"),
            (Error::NoDefaultStore, "cannot be used"),
        ] {
            let said = imp::said("claude", &error).to_string();
            assert!(said.contains(part), "{said}");
            assert!(!said.contains(FAKE) && !said.contains(&format!("{:?}", FAKE.as_bytes())));
        }
    }

    #[test]
    fn a_keyring_that_waits_is_left_behind() {
        let (gate, held) = mpsc::channel::<()>();
        let waits = move |_: &str| {
            let _ = held.recv();
            Ok(())
        };
        let got = within("claude", Duration::from_millis(1), waits);
        assert_eq!(got, Err(KeyError::KeyringTimedOut(0)));
        drop(gate);
    }
}
