//! Beside Neovim's own completion menu, and beside another language server.

use super::accept::quiet;
use super::setting::{PLUGIN, Place, each};

/// Another server, inside Neovim: it offers two words of its own, in a menu that opens by itself.
const OTHER: &str = "
local function other(dispatchers)
  local closing = false
  return {
    request = function(method, _, reply)
      local answers = {
        initialize = { capabilities = { completionProvider = { triggerCharacters = { '.' } } } },
        ['textDocument/completion'] = { { label = 'append' }, { label = 'apply' } },
      }
      vim.schedule(function() reply(nil, answers[method] or vim.NIL) end)
      return true, 1
    end,
    notify = function(method)
      if method == 'exit' then dispatchers.on_exit(0, 0) end
    end,
    is_closing = function() return closing end,
    terminate = function() closing = true end,
  }
end
vim.o.completeopt = 'menu,menuone,noselect'
vim.api.nvim_create_autocmd('FileType', { callback = function(ev)
  vim.lsp.start({ name = 'other', cmd = other }, { bufnr = ev.buf })
end })
vim.api.nvim_create_autocmd('LspAttach', { callback = function(ev)
  local client = vim.lsp.get_client_by_id(ev.data.client_id)
  if client.name == 'other' then
    vim.lsp.completion.enable(true, client.id, ev.buf, { autotrigger = true })
  end
end })
";

#[test]
fn beside_another_server() {
    each(|setting| {
        setting.init(&format!("{OTHER}{PLUGIN}"));
        setting.backend.answer("");
        let nvim = setting.start(Place::Screen);
        nvim.open("other.py", "items = []\n$0\n");
        assert_eq!(nvim.lua("return #vim.lsp.get_clients({ bufnr = 0 })"), 2);
        setting.backend.answer("append(3)");
        nvim.type_seen("items.");
        nvim.until("the menu", "return vim.fn.pumvisible() == 1");
        nvim.until_ghost("append(3)");
        nvim.screen.as_ref().unwrap().until("both", |shown| {
            shown.row(1).starts_with("items.append(3)") && shown.row(2).contains("append")
        });
        // The suggestion, as no entry is chosen.
        nvim.press("<Tab>");
        nvim.until_text("items = []\nitems.append(3)$0");
        quiet(&nvim);
    });
}

#[test]
fn with_the_menu_open() {
    each(|setting| {
        setting.backend.answer("betic_order()");
        let nvim = setting.start(Place::Screen);
        nvim.lua("vim.o.completeopt = 'menu,menuone,noselect'");
        nvim.open("menu.py", "alphabet = alphabets = 1\n$0\n");
        nvim.type_seen("alpha");
        nvim.press("<C-x> <C-n>");
        nvim.until("the menu", "return vim.fn.pumvisible() == 1");
        nvim.until_ghost("betic_order()");
        nvim.screen.as_ref().unwrap().until("both", |s| {
            s.row(1).contains("alphabetic_order()") && s.row(2).contains("alphabet")
        });
        nvim.press("<Tab>");
        nvim.until_text("alphabet = alphabets = 1\nalphabetic_order()$0");
        nvim.until("no menu", "return vim.fn.pumvisible() == 0");
        quiet(&nvim);
    });
}

#[test]
fn a_chosen_entry_has_the_key() {
    each(|setting| {
        setting.backend.answer("()");
        let nvim = setting.start(Place::Screen);
        nvim.open("menu.py", "alphabet = alphabets = 1\n$0\n");
        nvim.type_seen("alpha");
        nvim.press("<C-n>");
        nvim.until_text("alphabet = alphabets = 1\nalphabet$0");
        nvim.press("<C-n>");
        nvim.until_text("alphabet = alphabets = 1\nalphabets$0");
        nvim.press("<Tab>");
        nvim.until_true("a tab", || nvim.lines()[1] != "alphabets");
        assert!(!nvim.lines()[1].contains('('), "{:?}", nvim.lines());
        quiet(&nvim);
    });
}
