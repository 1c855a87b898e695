//! What the plugin says of itself, and what it does when something is off: paused, backend down,
//! server gone.

use std::net::TcpListener;

use crate::support::process;

use super::accept::quiet;
use super::nvim::Neovim;
use super::setting::{AT_ONCE, Place, each};

const SERVER_PID: &str = "
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    local process = vim.api.nvim_get_proc(pid)
    if process and process.name == 'foretype' then return pid end
  end";

#[test]
fn paused_and_not() {
    each(|setting| {
        setting.backend.answer("alpha");
        let nvim = setting.start(Place::Screen);
        nvim.open("pause.py", "name = $0\n");
        nvim.until_ghost("alpha");
        for scope in ["", "buffer", "language"] {
            let command = format!("Foretype toggle {scope}");
            nvim.command(&command);
            nvim.until_no_ghost();
            assert!(status(&nvim).contains("paused"), "{}", status(&nvim));
            // What is typed meanwhile no model hears of.
            nvim.type_seen("zz = ");
            assert_eq!(nvim.ghost_text(), "");
            nvim.press("<BS> <BS> <BS> <BS> <BS>");
            nvim.until_text("name = $0");
            nvim.command(&command);
            let now = status(&nvim);
            assert!(!now.contains("paused") && !now.contains("off"), "{now}");
            nvim.type_seen("(");
            nvim.until_ghost("alpha");
            nvim.press("<BS>");
            nvim.until_text("name = $0");
            nvim.until_ghost("alpha");
        }
        let asked = setting.backend.requests();
        assert!(asked.iter().all(|request| !request.prompt().prefix.contains("zz")));
    });
}

#[test]
fn the_backend_is_down() {
    each(|setting| {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        setting.home.configure(&(process::model(&format!("http://{address}")) + AT_ONCE));
        let nvim = setting.start(Place::Screen);
        nvim.open("down.py", "name = $0\n");
        nvim.type_seen("value + ");
        nvim.until_true("a word on it", || nvim.command("messages").contains("cannot reach"));
        nvim.until_true("the reason", || status(&nvim).contains(&address));
        nvim.type_seen("other + ");
        // Nothing covers the text, nothing waits for a key, and at most one line was said.
        let shown = nvim.screen.as_ref().unwrap().until("the text alone", |shown| {
            shown.row(0) == "name = value + other +" && shown.row(1) == "~"
        });
        assert_eq!(shown.rows.len(), 24, "{shown}");
        assert!(shown.has("-- INSERT --") || shown.has("foretype"), "{shown}");
        let state = nvim.lua(
            "return { vim.api.nvim_get_mode().blocking, #vim.api.nvim_list_wins(), vim.v.errmsg }",
        );
        assert_eq!(state, serde_json::json!([false, 1, ""]));
        let said = nvim.command("messages");
        let said: Vec<&str> = said.lines().filter(|line| !line.contains("last silence")).collect();
        assert!(said.len() <= 1, "{said:?}");
    });
}

/// Whoever has typed while the model was loaded gets the suggestion without another key.
#[test]
fn the_model_is_being_loaded() {
    each(|setting| {
        let url = setting.backend.url();
        let model = format!("[models.fake]\nprovider = \"llama-cpp\"\nurl = \"{url}\"\n");
        setting.home.configure(&format!("{model}[completion]\n{AT_ONCE}"));
        setting.backend.answer("alpha");
        setting.backend.loading();
        let nvim = setting.start(Place::Screen);
        nvim.open("load.py", "$0\n");
        nvim.type_seen("name = ");
        nvim.until_true("a word on it", || status(&nvim).contains("loading"));
        assert_eq!(nvim.ghost_text(), "");
        setting.backend.loaded();
        nvim.until_ghost("alpha");
        quiet(&nvim);
    });
}

#[test]
fn the_server_is_killed() {
    each(|setting| {
        setting.backend.answer("alpha");
        let nvim = setting.start(Place::Screen);
        nvim.open("killed.py", "name = $0\n");
        nvim.until_ghost("alpha");
        let pid = nvim.lua(SERVER_PID).as_u64().expect("the server's process");
        process::kill(u32::try_from(pid).unwrap());
        nvim.until_true("a word on it", || nvim.command("messages").contains("the server ended"));
        quiet_but_for(&nvim, "the server ended");
        nvim.until_true("another server", || {
            nvim.lua(SERVER_PID).as_u64().is_some_and(|now| now != pid)
        });
        nvim.until_ghost("alpha");
        nvim.type_seen("(");
        nvim.until_ghost("alpha");
        nvim.press("<Tab>");
        nvim.until_text("name = (alpha$0");
    });
}

/// Arguments that a command does not take, and the choice that there is without configured models.
#[test]
fn commands() {
    each(|setting| {
        setting.home.configure("");
        let nvim = setting.start(Place::Screen);
        nvim.open("commands.py", "name = $0\n");
        nvim.escape();
        for wrong in ["nonsense", "status x", "log x", "toggle x", "toggle buffer x", "model x y"] {
            let said = nvim.command(&format!("Foretype {wrong}"));
            assert!(
                said.contains("does not take") || said.contains("there is no"),
                "{wrong}: {said}"
            );
        }
        let models = nvim.lua("return vim.fn.getcompletion('Foretype model ', 'cmdline')");
        assert_eq!(models, serde_json::json!(["auto"]));
    });
}

/// Keys that are none are told of, and all else works.
#[test]
fn wrong_keys() {
    each(|setting| {
        setting.init("vim.g.foretype = { keys = 'defualt' }");
        setting.backend.answer("alpha");
        let nvim = setting.start(Place::Screen);
        nvim.open("keys.py", "name = $0\n");
        nvim.until_ghost("alpha");
        quiet_but_for(&nvim, "`keys` is 'default' or a table");
    });
}

/// Nothing can be accepted there.
#[test]
fn a_buffer_that_cannot_be_changed() {
    each(|setting| {
        setting.backend.answer("alpha");
        let nvim = setting.start(Place::Screen);
        nvim.open("fixed.py", "name = $0\n");
        nvim.until_ghost("alpha");
        nvim.lua("vim.bo.modifiable = false; require('foretype.engine').refresh()");
        nvim.until_no_ghost();
        assert_eq!(nvim.lua("return require('foretype').accept()"), false);
        quiet(&nvim);
    });
}

#[test]
fn health() {
    each(|setting| {
        let nvim = setting.start(Place::Screen);
        nvim.open("health.py", "name = $0\n");
        nvim.escape();
        nvim.command("checkhealth foretype");
        nvim.until("the report", "return vim.bo.filetype == 'checkhealth'");
        nvim.until_true("a report", || nvim.lines().len() > 5);
        let report = nvim.lines().join("\n");
        assert!(report.contains("OK") && !report.contains("ERROR"), "{report}");
        assert!(report.contains("foretype"), "{report}");
        quiet(&nvim);
    });
}

#[test]
fn help() {
    each(|setting| {
        let nvim = setting.start(Place::Screen);
        let pages = setting.pack().join("doc");
        nvim.command(&format!("helptags {}", pages.display()));
        nvim.command("help foretype");
        assert_eq!(nvim.lua("return vim.fn.expand('%:t')"), "foretype.txt");
        let page = nvim.lines().join("\n");
        // Each link leads somewhere.
        let links = page.split('|').skip(1).step_by(2);
        let is_link = |link: &&str| !link.is_empty() && !link.contains(char::is_whitespace);
        // What 0.12 has and 0.11 does not is for readers of 0.12.
        let new = |link: &str| setting.version == "neovim-0.11" && link.contains("inline_compl");
        let links: Vec<&str> = links.filter(is_link).filter(|link| !new(link)).collect();
        assert!(links.len() > 3, "{links:?}");
        for link in links {
            let code = format!("return {{ pcall(vim.cmd.help, [==[{link}]==]) }}");
            assert_eq!(nvim.lua(&code)[0], true, "{}", nvim.lua(&code));
        }
        // Each subcommand and each map is told of.
        let names = nvim.lua(
            "local maps = vim.tbl_map(function(map) return map.lhs end, vim.api.nvim_get_keymap('i'))
             maps = vim.tbl_filter(function(lhs) return lhs:find('foretype', 1, true) ~= nil end, maps)
             return vim.list_extend(maps, vim.fn.getcompletion('Foretype ', 'cmdline'))",
        );
        let names = names.as_array().unwrap();
        assert!(names.len() > 8, "{names:?}");
        for name in names {
            assert!(page.contains(name.as_str().unwrap()), "{name} is not in the help");
        }
    });
}

/// Neovim's own word on it would hold the user up.
#[track_caller]
fn quiet_but_for(nvim: &Neovim, expected: &str) {
    let said = nvim.command("messages");
    assert!(said.lines().all(|line| line.contains(expected)), "{said}");
}

fn status(nvim: &Neovim) -> String {
    nvim.command("Foretype status")
}
