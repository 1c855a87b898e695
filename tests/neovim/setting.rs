//! What every test starts from: the versions of Neovim, a home as a user has it, and a backend.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::fake_backend::FakeBackend;
use crate::support::process::{self, Home};
use crate::support::terminal_editor::TerminalEditor;

use super::nvim::Neovim;

/// The versions that are supported.
pub const VERSIONS: [&str; 2] = ["neovim-0.12", "neovim-0.11"];
const HINT: &str = "scripts/test-neovim";
/// What ghost text is drawn in: no colour scheme has it.
pub const GHOST: &str = "#ff00fe";
/// Asked at once, one model and no other, and what a block lacks is waited for: no clock decides what a
/// test sees.
pub const AT_ONCE: &str = "debounce_ms = 0\nblock_after_ms = 60000\nfallback = []\n";

/// Where Neovim draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A terminal in tmux.
    Screen,
    /// Nowhere: `--headless`, driven over its socket.
    Embedded,
}

/// One Neovim's surroundings.
pub struct Setting {
    pub version: &'static str,
    pub editor: TerminalEditor,
    pub home: Home,
    pub backend: FakeBackend,
}

/// Runs a test with each version there is, the plugin installed and its keys mapped; versions that
/// are not to be had are told of and left out.
pub fn each(test: impl Fn(Setting)) {
    for version in VERSIONS {
        bare(version, |setting| {
            setting.install("editors/neovim", "");
            setting.init(PLUGIN);
            test(setting);
        });
    }
}

/// Runs a test with one version, without the plugin.
pub fn bare(version: &'static str, test: impl FnOnce(Setting)) {
    let Some(editor) = TerminalEditor::found(version, HINT) else { return };
    eprintln!("with {version}:");
    let backend = process::backend();
    let home = Home::new();
    home.configure(&(process::model(&backend.url()) + AT_ONCE));
    test(Setting { version, editor, home, backend });
}

/// The opt-in keys, and colours that tell ghost text apart.
pub const PLUGIN: &str = "require('foretype').setup({ keys = 'default' })\n";

impl Setting {
    /// Writes init.lua: these lines, and the colours by which tests know ghost text.
    pub fn init(&self, lines: &str) {
        let config = self.home.path().join(".config/nvim");
        fs::create_dir_all(&config).unwrap();
        let colours = format!(
            "vim.g.loaded_python3_provider = 0 -- looking for it takes seconds\n\
             vim.o.termguicolors = true\nvim.o.swapfile = false\n\
             for _, group in ipairs({{ 'ComplHint', 'ComplHintMore', 'ForetypeSuggestion', 'ForetypeCount' }}) do\n  \
             vim.api.nvim_set_hl(0, group, {{ fg = '{GHOST}' }})\nend\n"
        );
        fs::write(config.join("init.lua"), colours + lines).unwrap();
    }

    /// Where Neovim's own package manager has the plugin.
    pub fn pack(&self) -> PathBuf {
        self.home.path().join(".local/share/nvim/site/pack/tests/start/foretype")
    }

    /// Puts a folder of the repository there, or into a folder there.
    pub fn install(&self, folder: &str, into: &str) {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &self.pack().join(into));
    }

    pub fn start(&self, place: Place) -> Neovim {
        Neovim::start(self, place)
    }

    /// Neovim with a home and a PATH of its own.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.editor.program);
        self.home.environment(&mut command);
        for (name, folder) in [
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_STATE_HOME", ".local/state"),
            ("XDG_CACHE_HOME", ".cache"),
        ] {
            command.env(name, self.home.path().join(folder));
        }
        for name in ["NVIM", "NVIM_APPNAME", "NVIM_LOG_FILE", "VIM", "VIMRUNTIME", "VIMINIT"] {
            command.env_remove(name);
        }
        let program = PathBuf::from(env!("CARGO_BIN_EXE_foretype"));
        let mut folders = vec![program.parent().unwrap().to_owned()];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        command.env("PATH", std::env::join_paths(folders).unwrap());
        command.current_dir(self.home.project());
        command
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
