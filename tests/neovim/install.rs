//! From a clean profile to the first ghost text, in the ways that the documentation tells.

use super::accept::quiet;
use super::setting::{Place, Setting, VERSIONS, bare};

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

/// Neovim 0.12's own completion in place of the plugin's.
#[test]
fn the_builtin_engine() {
    bare("neovim-0.12", |setting| {
        setting.install("editors/neovim", "");
        setting.init("vim.g.foretype = { keys = 'default', engine = 'builtin' }");
        works(&setting, "<Tab>", "name = alpha$0");
    });
}

fn works(setting: &Setting, key: &str, after: &str) {
    setting.backend.answer("alpha");
    let nvim = setting.start(Place::Screen);
    nvim.open("name.py", "$0\n");
    nvim.type_seen("name = ");
    nvim.until_ghost("alpha");
    nvim.press(&key.replace("<C-l>", "C-l"));
    nvim.until_text(after);
    quiet(&nvim);
}
