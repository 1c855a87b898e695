//! Neovim itself, on a terminal or without one, in the words of someone who uses it.
//!
//! Keys go in as a user presses them; buffers, ghost text and state are asked for over Neovim's
//! own socket (`nvim --server … --remote-expr`).

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::process::{kill, run};
use crate::support::screen::{PATIENCE, Screen, Size};

use super::setting::{GHOST, Place, Setting};

const SIZE: Size = Size { columns: 90, rows: 24 };
const INTERVAL: Duration = Duration::from_millis(10);
/// All ghost text of the current buffer, from whichever namespace.
const GHOST_TEXT: &str = "
  local function plain(chunks)
    return table.concat(vim.tbl_map(function(chunk) return chunk[1] end, chunks or {}))
  end
  local first, more = '', {}
  for name, id in pairs(vim.api.nvim_get_namespaces()) do
    if name:find('inline_completion') or name:find('foretype') then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, id, 0, -1, { details = true })) do
        first = first .. plain(mark[4].virt_text)
        vim.list_extend(more, vim.tbl_map(plain, mark[4].virt_lines or {}))
      end
    end
  end
  return table.concat({ first, unpack(more) }, '\\n')";
const TEXT: &str =
    "return { vim.api.nvim_buf_get_lines(0, 0, -1, true), vim.api.nvim_win_get_cursor(0) }";
const ATTACHED: &str = "
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'foretype' })[1]
  return client ~= nil and client.initialized == true";

/// A running Neovim; it ends with this value.
pub struct Neovim {
    program: Command,
    server: PathBuf,
    project: PathBuf,
    /// The server's.
    log: PathBuf,
    /// Where it draws, if it does.
    pub screen: Option<Screen>,
    child: Option<Child>,
    /// Neovim's own process: behind a terminal it is a child of the one that draws.
    pid: u32,
}

impl Neovim {
    pub fn start(setting: &Setting, place: Place) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // One that ends removes its socket, be it another's by then.
        let server = setting.home.path().join(format!("nvim{count}.sock"));
        let mut command = setting.command();
        command.arg("--listen").arg(&server);
        let (screen, child) = match place {
            Place::Screen => (Some(setting.editor.tmux.open(&command, SIZE)), None),
            Place::Embedded => {
                command.arg("--headless").stdin(Stdio::null());
                command.stdout(Stdio::null()).stderr(Stdio::null());
                (None, Some(command.spawn().unwrap()))
            }
        };
        let project = setting.home.project();
        let log = setting.home.log_folder().join("foretype.log");
        let program = setting.command();
        let mut nvim = Self { program, server, project, log, screen, child, pid: 0 };
        nvim.until_true("Neovim to listen", || nvim.server.exists());
        nvim.until("Neovim to have started", "return vim.v.vim_did_enter == 1");
        let pid = nvim.lua("return vim.fn.getpid()").as_u64().unwrap();
        nvim.pid = u32::try_from(pid).unwrap();
        nvim
    }

    /// Opens a file of the project and enters insert mode; `$0` in the text is the cursor. Waits
    /// until the server is attached.
    #[track_caller]
    pub fn open(&self, name: &str, text: &str) {
        self.open_quietly(name, text);
        self.until("the server to be attached", ATTACHED);
    }

    /// As `open`, without waiting for a server.
    #[track_caller]
    pub fn open_quietly(&self, name: &str, text: &str) {
        let at = text.find("$0").expect("a cursor");
        let text = text.replacen("$0", "", 1);
        fs::write(self.project.join(name), &text).unwrap();
        let before = &text[..at];
        let (row, column) =
            (before.matches('\n').count() + 1, at - before.rfind('\n').map_or(0, |end| end + 1));
        self.lua(&format!(
            "vim.cmd.edit('{name}')
             vim.o.virtualedit = 'onemore'
             vim.api.nvim_win_set_cursor(0, {{ {row}, {column} }})"
        ));
        self.type_text("i");
        self.until("insert mode", "return vim.api.nvim_get_mode().mode:sub(1, 1) == 'i'");
        self.lua("vim.o.virtualedit = ''");
    }

    /// Types literal text.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        match &self.screen {
            Some(screen) => screen.type_text(text),
            None => self.input(&text.replace('<', "<lt>")),
        }
    }

    /// Types literal text and waits until it stands before the cursor.
    #[track_caller]
    pub fn type_seen(&self, text: &str) {
        let wanted = self.before_cursor() + text;
        self.type_text(text);
        self.until_true(&format!("`{text}` to be typed"), || self.before_cursor() == wanted);
    }

    /// Presses keys in Vim's notation, separated by blanks: `<Tab>`, `<M-]>`, `u`.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        match &self.screen {
            Some(screen) => {
                let names: Vec<String> = keys.split(' ').map(tmux_name).collect();
                screen.press(&names.join(" "));
            }
            None => self.input(&keys.replace(' ', "")),
        }
    }

    /// Back to normal mode.
    #[track_caller]
    pub fn escape(&self) {
        self.press("<Esc>");
        self.until("normal mode", "return vim.api.nvim_get_mode().mode == 'n'");
    }

    /// Runs an Ex command.
    #[track_caller]
    pub fn command(&self, command: &str) -> String {
        let code =
            format!("return vim.api.nvim_exec2([==[{command}]==], {{ output = true }}).output");
        self.lua(&code).as_str().unwrap_or_default().to_owned()
    }

    /// The ghost text in the buffer, its lines joined; empty where there is none.
    #[track_caller]
    pub fn ghost_text(&self) -> String {
        self.lua(GHOST_TEXT).as_str().expect("a text").to_owned()
    }

    /// The ghost text on the real screen: what is drawn in its colour.
    pub fn ghost_on_screen(&self) -> String {
        let shown = self.screen.as_ref().expect("a screen").shown();
        let rows: Vec<String> = shown.coloured(GHOST).into_iter().map(|(_, text)| text).collect();
        rows.join("\n")
    }

    /// Waits for this ghost text, in the buffer and on the screen if there is one.
    #[track_caller]
    pub fn until_ghost(&self, wanted: &str) {
        self.until_is("the ghost text", wanted, || self.ghost_text());
        if self.screen.is_some() {
            // Blank ends and blank lines have no colour to be seen by.
            let visible = |text: &str| -> Vec<String> {
                let lines = text.lines().map(|line| line.trim_end().to_owned());
                lines.filter(|line| !line.trim().is_empty()).collect()
            };
            let wanted = visible(wanted).join("\n");
            self.until_is("the ghost text on the screen", &wanted, || {
                visible(&self.ghost_on_screen()).join("\n")
            });
        }
    }

    /// Waits until there is no ghost text.
    #[track_caller]
    pub fn until_no_ghost(&self) {
        self.until_ghost("");
    }

    /// The buffer's lines, joined, with `$0` at the cursor.
    #[track_caller]
    pub fn text(&self) -> String {
        let both = self.lua(TEXT);
        let mut lines = strings(&both[0]);
        let at = |index: usize| both[1][index].as_u64().unwrap() as usize;
        lines[at(0) - 1].insert_str(at(1), "$0");
        lines.join("\n")
    }

    #[track_caller]
    pub fn lines(&self) -> Vec<String> {
        strings(&self.lua(TEXT)[0])
    }

    /// Waits for this text, `$0` at the cursor.
    #[track_caller]
    pub fn until_text(&self, wanted: &str) {
        self.until_is("the text", wanted, || self.text());
    }

    fn before_cursor(&self) -> String {
        let text = self.text();
        text[..text.find("$0").unwrap()].to_owned()
    }

    /// Writes the file and returns its bytes.
    #[track_caller]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.command("silent write");
        fs::read(self.project.join(name)).unwrap()
    }

    /// Waits until a chunk of Lua returns true.
    #[track_caller]
    pub fn until(&self, what: &str, code: &str) {
        self.until_true(what, || self.try_lua(code).is_ok_and(|value| value == Value::Bool(true)));
    }

    /// Waits until a look gives what is wanted; fails with what it gave last.
    #[track_caller]
    pub fn until_is(&self, what: &str, wanted: &str, look: impl Fn() -> String) {
        let began = Instant::now();
        loop {
            let found = look();
            if found == wanted {
                return;
            }
            if began.elapsed() > PATIENCE {
                panic!("waited in vain for {what} {wanted:?}; it is {found:?}\n{}", self.state());
            }
            std::thread::sleep(INTERVAL);
        }
    }

    #[track_caller]
    pub fn until_true(&self, what: &str, mut check: impl FnMut() -> bool) {
        let began = Instant::now();
        while !check() {
            if began.elapsed() > PATIENCE {
                panic!("waited in vain for {what}\n{}", self.state());
            }
            std::thread::sleep(INTERVAL);
        }
    }

    /// The value that a chunk of Lua returns; an error in it fails the test.
    #[track_caller]
    pub fn lua(&self, code: &str) -> Value {
        self.try_lua(code).unwrap_or_else(|said| panic!("{said}\n{}", self.state()))
    }

    fn try_lua(&self, code: &str) -> Result<Value, String> {
        let quote = |text: &str| text.replace('\'', "''");
        let expression = format!(
            "json_encode(luaeval('(function() return assert(loadstring(_A))() end)()', '{}'))",
            quote(code)
        );
        let mut command = Command::new(self.program.get_program());
        for (name, value) in self.program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(["--clean", "--headless", "--server"]).arg(&self.server);
        let ran = run({
            command.arg("--remote-expr").arg(expression);
            command
        });
        let said = format!("{}{}", ran.stdout, ran.stderr);
        serde_json::from_str(said.trim()).map_err(|_| said)
    }

    fn input(&self, keys: &str) {
        let keys = serde_json::to_string(keys).unwrap();
        self.lua(&format!("vim.api.nvim_input(vim.json.decode([==[{keys}]==]))"));
    }

    /// What there is to know when a test fails.
    fn state(&self) -> String {
        let messages =
            self.try_lua("return vim.api.nvim_exec2('messages', { output = true }).output");
        let screen = self.screen.as_ref().map(|screen| screen.shown().to_string());
        format!(
            "messages: {}\nscreen:\n{}\nthe server's log:\n{}",
            messages.map_or_else(|said| said, |text| text.as_str().unwrap_or_default().to_owned()),
            screen.unwrap_or_default(),
            fs::read_to_string(&self.log).unwrap_or_default()
        )
    }
}

impl Drop for Neovim {
    fn drop(&mut self) {
        // Once in some hundred times it hangs when only its terminal is taken away.
        if self.pid != 0 {
            kill(self.pid);
        }
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// tmux's name of a key in Vim's notation.
fn tmux_name(key: &str) -> String {
    let Some(name) = key.strip_prefix('<').and_then(|name| name.strip_suffix('>')) else {
        return key.to_owned();
    };
    match name {
        "CR" => "Enter".to_owned(),
        "Esc" => "Escape".to_owned(),
        "BS" => "BSpace".to_owned(),
        "S-Tab" => "BTab".to_owned(),
        _ => name.replacen("A-", "M-", 1),
    }
}
