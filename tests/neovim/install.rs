//! From a clean profile to the first ghost text, in the ways that the documentation tells.

use super::accept::quiet;
use super::nvim::Neovim;
use super::setting::{Place, Setting, VERSIONS, bare};

/// Whether Neovim's own inline completion is at work in the buffer; it asks 200 ms after a key.
const BUILTIN_AT_WORK: &str = "
  local group = 'nvim.lsp.inline_completion:' .. vim.api.nvim_get_current_buf()
  local ok, events = pcall(vim.api.nvim_get_autocmds, { group = group })
  return ok and #events > 0";

/// The whole repository as a package, as plugin managers clone it.
#[test]
fn the_whole_repository() {
    for version in VERSIONS {
        bare(version, |setting| {
            setting.install("plugin", "plugin");
            setting.install("editors/neovim", "editors/neovim");
            setting.init("vim.g.foretype = { keys = 'default' }");
            works(&setting, "<Tab>", "name = alpha$0");
        });
    }
}

/// The folder alone on the `runtimepath`, and no keys but one of the user's own.
#[test]
fn the_folder_with_a_key_of_ones_own() {
    for version in VERSIONS {
        bare(version, |setting| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/neovim");
            setting.init(&format!(
                "vim.opt.runtimepath:append('{folder}')
                 vim.keymap.set('i', '<C-l>', '<Plug>(foretype-accept-word)')"
            ));
            works(&setting, "<C-l>", "name = alpha$0");
        });
    }
}

/// Neovim 0.12's own completion turned on for every server: each suggestion stands there once.
#[test]
fn the_builtin_turned_on_as_well() {
    for (when, filter) in [
        ("before", "nil"),
        ("with the server", "{ bufnr = ev.buf }"),
        ("with the server", "{ client_id = ev.data.client_id }"),
    ] {
        bare("neovim-0.12", |setting| {
            setting.install("editors/neovim", "");
            let enable = format!("vim.lsp.inline_completion.enable(true, {filter})");
            let enable = match when {
                "before" => enable,
                _ => format!(
                    "vim.api.nvim_create_autocmd('LspAttach', {{ callback = function(ev) {enable} end }})"
                ),
            };
            setting.init(&format!("vim.g.foretype = {{ keys = 'default' }}\n{enable}"));
            setting.backend.answer("alpha");
            let nvim = setting.start(Place::Screen);
            nvim.open("twice.py", "$0\n");
            nvim.type_seen("name = ");
            nvim.until_ghost("alpha");
            assert_eq!(nvim.lua(BUILTIN_AT_WORK), false, "enabled {when}, {filter}");
            nvim.press("<Tab>");
            nvim.until_text("name = alpha$0");
            quiet(&nvim);
        });
    }
}

/// Neovim 0.12's own completion in place of the plugin's.
#[test]
fn the_builtin_engine() {
    bare("neovim-0.12", |setting| {
        setting.install("editors/neovim", "");
        setting.init("vim.g.foretype = { keys = 'default', engine = 'builtin' }");
        let nvim = works(&setting, "<Tab>", "name = alpha$0");
        assert_eq!(nvim.lua(BUILTIN_AT_WORK), true);
    });
}

fn works(setting: &Setting, key: &str, after: &str) -> Neovim {
    setting.backend.answer("alpha");
    let nvim = setting.start(Place::Screen);
    nvim.open("name.py", "$0\n");
    nvim.type_seen("name = ");
    nvim.until_ghost("alpha");
    nvim.press(&key.replace("<C-l>", "C-l"));
    nvim.until_text(after);
    quiet(&nvim);
    nvim
}
