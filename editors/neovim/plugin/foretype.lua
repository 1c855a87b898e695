-- Loaded by Neovim at its start: the command, the `<Plug>` maps and, unless told otherwise, the
-- server itself, so that installing the plugin is enough.
if vim.g.loaded_foretype then
  return
end
vim.g.loaded_foretype = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify_once('foretype needs Neovim 0.11 or later', vim.log.levels.WARN)
  return
end

require('foretype.keys').plugs()
require('foretype.command').create()

-- Not before `init.lua` has been read, which may set options after this file.
local function start()
  require('foretype').start()
end
if vim.v.vim_did_enter == 1 then
  vim.schedule(start)
else
  vim.api.nvim_create_autocmd('VimEnter', { once = true, callback = start })
end
