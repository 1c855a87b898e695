---AI ghost text from the model you choose. `:help foretype`
local builtin = require('foretype.builtin')

local M = {}

---Options, where `vim.g.foretype` is not enough. Calling it is not needed.
---@param opts? foretype.Options
function M.setup(opts)
  require('foretype.config').set(opts)
  if vim.v.vim_did_enter == 1 then
    M.start()
  end
end

---What the plugin does once Neovim has started.
function M.start()
  local server = require('foretype.server')
  require('foretype.engine').start()
  require('foretype.keys').apply()
  if require('foretype.config').get().enabled then
    server.enable()
  end
  vim.api.nvim_create_autocmd('InsertEnter', {
    group = vim.api.nvim_create_augroup('foretype.plain', {}),
    callback = server.attach_plain,
  })
end

---Takes the suggestion.
---@return boolean whether there was one
function M.accept()
  return require('foretype.accept').all()
end

---Takes its next word.
---@return boolean
function M.accept_word()
  return require('foretype.accept').word()
end

---Takes the rest of its line.
---@return boolean
function M.accept_line()
  return require('foretype.accept').line()
end

---@param by integer
local function cycle(by)
  if builtin.wanted() then
    return vim.lsp.inline_completion.select({ count = by })
  end
  require('foretype.engine').cycle(by)
end

---The next suggestion; asks for more where only one is known.
function M.next()
  cycle(1)
end

---The previous suggestion.
function M.prev()
  cycle(-1)
end

---Away with it.
---@return boolean whether there was one
function M.dismiss()
  return builtin.wanted() and builtin.dismiss() or require('foretype.engine').dismiss(true)
end

---Asks now. With `engine = 'builtin'` nothing happens: Neovim has no such function.
function M.trigger()
  if builtin.wanted() then
    return
  end
  require('foretype.engine').trigger()
end

---Whether a suggestion is on the screen.
---@return boolean
function M.visible()
  if builtin.wanted() then
    return builtin.visible()
  end
  return require('foretype.engine').current() ~= nil
end

---For a status line.
---@return string
function M.statusline()
  return require('foretype.status').line()
end

---State, model and the reason of the last silence; nil where the buffer has no server.
---@return foretype.Status?
function M.status()
  return require('foretype.status').get()
end

---@param on? boolean default: true
---@param scope? 'buffer'|'language' default: everywhere
function M.enable(on, scope)
  require('foretype.switch').set(on ~= false, scope)
end

---@param scope? 'buffer'|'language' default: everywhere
function M.toggle(scope)
  require('foretype.switch').toggle(scope)
end

return M
