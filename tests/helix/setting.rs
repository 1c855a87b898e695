//! A Helix that a user has set up: the shipped `languages.toml`, foretype on the PATH, and in the
//! place of rust-analyzer a language server that always has the same items.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::fake_backend::FakeBackend;
use crate::support::process::{Home, backend};
use crate::support::screen::{Screen, Shown, Size};
use crate::support::terminal_editor::TerminalEditor;

/// What users copy.
pub const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/helix/languages.toml");
/// The other language server's items.
pub const NEIGHBOURS: [&str; 3] = ["total_alpha", "total_beta", "total_gamma"];
const NEIGHBOUR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/helix/neighbour.py");
/// The page that users read; its key map is tried here.
const PAGE: &str = include_str!("../../docs/editors/helix.md");
/// A user who sees nothing asks again after this time.
const AGAIN: Duration = Duration::from_millis(1_500);
const SIZE: Size = Size { columns: 100, rows: 20 };

/// Helix, a home for it, and the model that foretype asks.
pub struct Setting {
    pub editor: TerminalEditor,
    pub home: Home,
    pub backend: FakeBackend,
    /// Programs of other language servers.
    pub beside: Vec<PathBuf>,
}

/// A file that is open in Helix, in insert mode.
pub struct Helix {
    pub screen: Screen,
    file: PathBuf,
    log: PathBuf,
}

/// `None`, and a loud line, where there is no Helix.
pub fn setting() -> Option<Setting> {
    let editor = TerminalEditor::found("helix", "scripts/test-helix")?;
    let backend = backend();
    let home = Home::with_backend(&backend);
    let shipped = std::fs::read_to_string(SHIPPED).unwrap();
    let items = NEIGHBOURS.map(|item| format!(", \"{item}\"")).concat();
    let neighbour = format!(
        "\n[language-server.rust-analyzer]\ncommand = \"python3\"\nargs = [\"{NEIGHBOUR}\"{items}]\n"
    );
    let setting = Setting { editor, home, backend, beside: Vec::new() };
    std::fs::create_dir_all(setting.config_folder()).unwrap();
    setting.languages(&(shipped + &neighbour));
    std::fs::write(setting.config_folder().join("config.toml"), key_map()).unwrap();
    Some(setting)
}

/// The page's block that maps a key.
fn key_map() -> &'static str {
    let mut blocks = PAGE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains("[keys.insert]")).expect("a key map")
}

impl Setting {
    pub fn config_folder(&self) -> PathBuf {
        self.home.path().join("config/helix")
    }

    /// Writes the user's `languages.toml`.
    pub fn languages(&self, toml: &str) {
        std::fs::write(self.config_folder().join("languages.toml"), toml).unwrap();
    }

    /// Helix, or a script that asks it, with foretype on the PATH and nothing of this machine's
    /// own configuration.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        self.home.environment(&mut command);
        command.env("XDG_CONFIG_HOME", self.home.path().join("config"));
        command.env("XDG_CACHE_HOME", self.home.path().join("cache"));
        let ours = Path::new(env!("CARGO_BIN_EXE_foretype")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let beside = self.beside.iter().filter_map(|program| Some(program.parent()?.to_owned()));
        let all = std::iter::once(ours).chain(beside).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(all).unwrap());
        command.current_dir(self.home.project());
        command
    }

    /// Opens a file with this content, goes to `$0` and into insert mode, once every server has
    /// the file: `foretype`, and for Rust the other one as well.
    pub fn open(&self, name: &str, before: &str) -> Helix {
        let (head, tail) = before.split_once("$0").expect("the cursor's place");
        let file = self.home.file(name, format!("{head}{tail}"));
        let line = head.matches('\n').count() + 1;
        // Helix counts what is seen as one character.
        let line_head = head.rsplit('\n').next().unwrap();
        let column = line_head.chars().filter(|&c| c != '\u{301}').count() + 1;
        let log = self.home.path().join(format!("{name}.log"));
        let mut command = self.command(&self.editor.program);
        command.args(["-v", "--log"]).arg(&log).arg(format!("{name}:{line}:{column}"));
        let screen = self.editor.tmux.open(&command, SIZE);
        let helix = Helix { screen, file, log };
        helix.screen.until("the file", |shown| shown.has(" NOR "));
        helix.opened("foretype");
        let rust = name.ends_with(".rs");
        if rust {
            helix.opened("rust-analyzer");
        }
        helix.press("i");
        helix.screen.until("insert mode", |shown| shown.has(" INS "));
        if rust {
            // Helix asks after a blank or a bracket at once. What is typed before that menu opens
            // would be taken for what its items replace.
            helix.until(NEIGHBOURS[0]);
        }
        helix
    }
}

impl Helix {
    pub fn press(&self, keys: &str) {
        self.screen.press(keys);
    }

    pub fn type_text(&self, text: &str) {
        self.screen.type_text(text);
    }

    /// Types key by key, as fast as the screen shows it.
    #[track_caller]
    pub fn type_by_hand(&self, text: &str) {
        for key in text.chars() {
            let before = self.screen.shown().cursor;
            self.type_text(&key.to_string());
            self.screen.until("the key to be seen", |shown| shown.cursor != before);
        }
    }

    /// Waits for something, as a user does: by and by the documented key opens the menu anew.
    #[track_caller]
    pub fn ask_until(&self, what: &str, check: impl Fn(&Shown) -> bool) -> Shown {
        let asked = Cell::new(Instant::now());
        self.screen.until(what, |shown| {
            if asked.get().elapsed() > AGAIN {
                self.press("C-Space");
                asked.set(Instant::now());
            }
            check(shown)
        })
    }

    /// Waits for a text on the screen, such as an item of the menu.
    #[track_caller]
    pub fn until(&self, text: &str) -> Shown {
        self.screen.until(text, |shown| shown.has(text))
    }

    /// Waits for a text in the row of the cursor, the number of the line left out.
    #[track_caller]
    pub fn until_line(&self, text: &str) -> Shown {
        self.screen.until(text, |shown| {
            let row = shown.row(shown.cursor.1);
            row.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim() == text
        })
    }

    /// Waits for foretype's item, chooses it and takes it.
    #[track_caller]
    pub fn accept(&self, label: &str) {
        let shown = self.ask_until(label, |shown| has_item(shown, label));
        // Helix's own completion of words stands below it.
        let words = (0..SIZE.rows).filter(|&row| shown.row(row).ends_with(" word")).count();
        for _ in 0..=words {
            self.press("BTab");
        }
        // Helix draws `detail` and the whole text beside the item that is chosen.
        self.screen.until("the item to be chosen", |shown| shown.has("foretype"));
        self.press("Enter");
        self.screen.until("the menu to close", |shown| !shown.has("foretype"));
    }

    /// Leaves insert mode, saves, and gives the file's bytes as text.
    #[track_caller]
    pub fn saved(&self) -> String {
        self.normal_mode();
        self.type_text(":w");
        self.press("Enter");
        self.screen.until("the file to be written", |shown| shown.has("written"));
        String::from_utf8(std::fs::read(&self.file).unwrap()).unwrap()
    }

    #[track_caller]
    pub fn normal_mode(&self) {
        // Where there is nothing to leave, Escape and the next key would be read as one with Alt.
        if self.screen.shown().has(" INS ") {
            self.press("Escape");
        }
        self.screen.until("normal mode", |shown| shown.has(" NOR "));
    }

    /// Waits until a language server has sent its diagnostics of the file.
    #[track_caller]
    pub fn diagnosed(&self, server: &str) {
        let received = format!("{server} <- ");
        self.screen.until(&format!("{server}'s diagnostics"), |_| {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let said = |line: &str| {
                let published = line.contains("publishDiagnostics") || line.contains("\"items\"");
                line.contains(&received) && published && line.contains("\"message\"")
            };
            log.lines().any(said)
        });
    }

    /// Nothing stands in the line where Helix tells errors.
    #[track_caller]
    pub fn says_nothing(&self) {
        let shown = self.screen.shown();
        assert_eq!(shown.row(SIZE.rows - 1), "", "Helix says something:\n{shown}");
    }

    /// Waits until Helix has sent the file to a language server.
    fn opened(&self, server: &str) {
        let sent = format!("{server} -> ");
        self.screen.until(&format!("{server} to have the file"), |_| {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            log.lines().any(|line| line.contains(&sent) && line.contains("textDocument/didOpen"))
        });
    }
}

/// Whether foretype's item with this label stands in the menu.
pub fn has_item(shown: &Shown, label: &str) -> bool {
    let ours = |row: String| {
        let after = row.split_once(label).map(|(_, after)| after.trim_start().to_owned());
        after.is_some_and(|kind| kind == "text" || kind.starts_with("text "))
    };
    (0..SIZE.rows).any(|row| ours(shown.row(row)))
}
