---Neovim 0.12's own inline completion in place of our engine: `engine = 'builtin'`. It is used as it
---is, but for two defects: it takes a suggestion at the place it was made for, though more was typed
---since, and it leaves one on the screen that does not fit until the next answer.
local client_of = require('foretype.client').of
local client = require('foretype.client')
local config = require('foretype.config')
local switch = require('foretype.switch')

local M = {}

local marks = vim.api.nvim_create_namespace('nvim.lsp.inline_completion')
local stale = false

---@return boolean
function M.there()
  return vim.lsp.inline_completion ~= nil
end

---@return boolean
function M.wanted()
  return M.there() and config.get().engine == 'builtin'
end

---@param one vim.lsp.Client
function M.enable(one)
  vim.lsp.inline_completion.enable(true, { client_id = one.id })
end

local kept_off = {} ---@type table<integer, true> clients whose offer only we know of

---Where we draw, everything would be on the screen twice if a user has it on, for all servers or
---for those that offer it: Neovim does not ask one that offers nothing.
---@param one vim.lsp.Client
function M.keep_off(one)
  if not M.wanted() and one.server_capabilities.inlineCompletionProvider then
    kept_off[one.id] = true
    one.server_capabilities.inlineCompletionProvider = nil
  end
end

---@param one vim.lsp.Client
---@return boolean whether the server offers inline completion
function M.offered(one)
  return kept_off[one.id] or one:supports_method('textDocument/inlineCompletion')
end

---Whether it shows something at the cursor.
---@return boolean
function M.visible()
  local at = vim.api.nvim_win_get_cursor(0)
  local here = { at[1] - 1, at[2] }
  return #vim.api.nvim_buf_get_extmarks(0, marks, here, here, {}) > 0
end

---Takes what is shown, or a part of it.
---@param take fun(suggestion: foretype.Suggestion) inserts what is wanted
---@return boolean
function M.get(take)
  if not M.visible() then
    return false
  end
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local one = vim.lsp.get_client_by_id(item.client_id)
      local row, col, end_row, end_col = item.range:to_extmark()
      local here = require('foretype.suggestion').here()
      if not one or type(item.insert_text) ~= 'string' or row ~= here.row or end_row ~= here.row then
        return
      end
      local suggestion = require('foretype.suggestion').at(here, {
        client_id = one.id,
        command = item.command,
        text = item.insert_text,
        first = col,
        last = math.max(end_col, here.col),
      })
      if suggestion then
        take(suggestion)
      end
      -- It was put in by us, as one step of undo.
      return nil
    end,
  })
end

---@return boolean
function M.dismiss()
  return M.get(function(suggestion)
    client.event(suggestion, 'rejected')
  end)
end

local function hide()
  vim.api.nvim_buf_clear_namespace(0, marks, 0, -1)
end

---@param group integer
function M.start(group)
  local function on(event, callback)
    vim.api.nvim_create_autocmd(event, { group = group, callback = callback })
  end
  on('InsertCharPre', function()
    local at = vim.api.nvim_win_get_cursor(0)
    local here = { at[1] - 1, at[2] }
    local mark = vim.api.nvim_buf_get_extmarks(0, marks, here, here, { details = true })[1]
    local text = mark and vim.tbl_get(mark, 4, 'virt_text', 1, 1) or ''
    stale = not vim.startswith(text, vim.v.char)
  end)
  on('TextChangedI', function()
    if stale or (client_of() and not switch.on(0)) then
      hide()
    end
  end)
  on('LspRequest', function()
    stale = false
  end)
end

return M
