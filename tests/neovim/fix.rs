//! Fixes of what other tools say: the plugin says what they make of a fix.

use super::setting::{Place, each};

const SOURCE: &str = "def half(x):\n    return y$0 / 2\n";
/// A tool that knows of two errors, and looks at every text.
const TOOL: &str = "
  local space = vim.api.nvim_create_namespace('tool')
  local function look()
    local all = {}
    for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
      local at = line:find('y / 2', 1, true) or line:find('z / 2', 1, true)
      if at then
        local name = line:sub(at, at)
        all[1] = { lnum = row - 1, col = at - 1, end_col = at, severity = 1, source = 'tool',
          code = 'undefined', message = name .. ' is not defined' }
      end
    end
    vim.diagnostic.set(space, 0, all)
  end
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI' }, { callback = look })
  look()";

#[test]
fn a_fix_that_leaves_an_error_is_tried_once_more() {
    each(|setting| {
        setting.backend.when("A first fix has changed", "def half(x):\n    return x / 2\n");
        setting.backend.when("Mend what is said", "def half(x):\n    return z / 2\n");
        let nvim = setting.start(Place::Screen);
        nvim.open("half.py", SOURCE);
        nvim.lua(TOOL);
        nvim.lua("vim.lsp.buf.code_action({ context = { only = { 'quickfix' } }, apply = true })");
        nvim.until_is("the second try", "def half(x):\n    return x / 2", || {
            nvim.lines().join("\n")
        });
    });
}
