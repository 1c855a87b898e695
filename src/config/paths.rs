//! Where foretype keeps its files: the platform's own folders (XDG on Linux,
//! Library on macOS, the known folders on Windows), XDG's variables on all of them
//! where they are set, and two variables of ours.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use etcetera::app_strategy::{AppStrategy, AppStrategyArgs, choose_native_strategy};

const NAME: &str = "foretype";
const CONFIG_FILE: &str = "config.toml";

/// The places of one user. A place that is not known is `None`: then nothing is
/// read or written there, rather than in a folder that others can write to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    /// The user's configuration.
    pub config_file: Option<PathBuf>,
    /// The folder of the log.
    pub log_dir: Option<PathBuf>,
    /// The folder of what should outlive a restart.
    pub state_dir: Option<PathBuf>,
    /// The folder of what can be made again.
    pub cache_dir: Option<PathBuf>,
    /// Why a place is not known, or not the one that was asked for.
    pub reason: Option<String>,
}

impl Paths {
    /// The folder of the pages that explanations are written to.
    #[must_use]
    pub fn pages(&self) -> Option<PathBuf> {
        Some(self.state_dir.as_ref()?.join("answers"))
    }

    /// The places, from the environment. `FORETYPE_HOME` is one folder for all of
    /// them, `FORETYPE_CONFIG` another file for the configuration.
    pub fn discover() -> Self {
        Self::from(|name| env::var_os(name), native)
    }

    fn from(
        env: impl Fn(&str) -> Option<OsString>,
        native: impl FnOnce() -> Result<Folders, String>,
    ) -> Self {
        // The XDG specification and we ignore what is not absolute: it would
        // depend on where the editor was started.
        let absolute = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let xdg = |name: &str| absolute(name).map(|folder| folder.join(NAME));

        let (folders, reason) = match absolute("FORETYPE_HOME") {
            Some(home) => (Folders::under(home), None),
            None => {
                let (native, reason) = match native() {
                    Ok(folders) => (folders, None),
                    Err(reason) => (Folders::default(), Some(reason)),
                };
                let folders = Folders {
                    config: xdg("XDG_CONFIG_HOME").or(native.config),
                    state: xdg("XDG_STATE_HOME").or(native.state),
                    cache: xdg("XDG_CACHE_HOME").or(native.cache),
                };
                (folders, reason)
            }
        };
        let config_file = absolute("FORETYPE_CONFIG")
            .or_else(|| folders.config.map(|folder| folder.join(CONFIG_FILE)));
        let relative = ["FORETYPE_CONFIG", "FORETYPE_HOME"]
            .into_iter()
            .find(|name| env(name).is_some_and(|path| !path.is_empty()) && absolute(name).is_none())
            .map(|name| format!("{name} is ignored, for it is not an absolute path"));
        let all_known = config_file.is_some() && folders.state.is_some() && folders.cache.is_some();
        Self {
            config_file,
            log_dir: folders.state.as_ref().map(|folder| folder.join("log")),
            state_dir: folders.state,
            cache_dir: folders.cache,
            reason: relative.or(reason.filter(|_| !all_known)),
        }
    }
}

/// The three folders that everything else is in.
#[derive(Debug, Default)]
struct Folders {
    config: Option<PathBuf>,
    state: Option<PathBuf>,
    cache: Option<PathBuf>,
}

impl Folders {
    fn under(home: PathBuf) -> Self {
        Self {
            state: Some(home.join("state")),
            cache: Some(home.join("cache")),
            config: Some(home),
        }
    }
}

fn native() -> Result<Folders, String> {
    let strategy = choose_native_strategy(AppStrategyArgs {
        app_name: NAME.to_owned(),
        ..AppStrategyArgs::default()
    })
    .map_err(|_| "no home folder is known; set HOME or FORETYPE_HOME".to_owned())?;
    // Apple keeps Preferences for property lists and has no folder for state.
    let config =
        if cfg!(target_os = "macos") { strategy.data_dir() } else { strategy.config_dir() };
    let state = strategy.state_dir().unwrap_or_else(|| strategy.data_dir().join("state"));
    Ok(Folders { config: Some(config), state: Some(state), cache: Some(strategy.cache_dir()) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// An absolute path on every platform.
    fn at(path: &str) -> PathBuf {
        let root = if cfg!(windows) { "C:\\" } else { "/" };
        PathBuf::from(root).join(path)
    }

    fn paths(set: &[(&str, PathBuf)], home: bool) -> Paths {
        let env = |name: &str| {
            set.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.clone().into_os_string())
        };
        Paths::from(env, || {
            if home {
                Ok(Folders { config: Some(at("c")), state: Some(at("s")), cache: Some(at("k")) })
            } else {
                Err("no home".to_owned())
            }
        })
    }

    #[test]
    fn places() {
        let xdg = [("XDG_CONFIG_HOME", at("x"))];
        let home = [("FORETYPE_HOME", at("h")), ("XDG_CONFIG_HOME", at("x"))];
        let file = [("FORETYPE_CONFIG", at("f.toml")), ("FORETYPE_HOME", at("h"))];
        let relative = [("FORETYPE_HOME", "h".into()), ("XDG_CONFIG_HOME", "x".into())];
        for (set, config, state) in [
            (&[][..], at("c").join("config.toml"), at("s")),
            (&xdg[..], at("x").join("foretype").join("config.toml"), at("s")),
            (&home[..], at("h").join("config.toml"), at("h").join("state")),
            (&file[..], at("f.toml"), at("h").join("state")),
            (&relative[..], at("c").join("config.toml"), at("s")),
        ] {
            let paths = paths(set, true);
            assert_eq!(paths.config_file, Some(config), "{set:?}");
            assert_eq!(paths.state_dir, Some(state.clone()), "{set:?}");
            assert_eq!(paths.log_dir, Some(state.join("log")), "{set:?}");
            let ignored = set == &relative[..];
            assert_eq!(paths.reason.is_some(), ignored, "{set:?}");
        }
    }

    #[test]
    fn without_a_home_nothing_is_guessed() {
        let none = paths(&[], false);
        assert_eq!(none, Paths { reason: Some("no home".into()), ..Paths::default() });
        let one = paths(&[("FORETYPE_CONFIG", at("f.toml"))], false);
        assert_eq!(one.config_file, Some(at("f.toml")));
        assert!(one.reason.is_some());
        let home = paths(&[("FORETYPE_HOME", at("h"))], false);
        assert_eq!(home.reason, None);
    }
}
