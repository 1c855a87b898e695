---What the user's other tools say of a document, and whether they have looked at it: `foretype/diagnostics`.
local M = {}

---Tools that say nothing for so long (ms) have come to rest.
local QUIET = 500

---@type table<integer, integer> the text (`changedtick`) that was there when something was said of it
local said = {}
---@type table<fun(buf: integer), true>
local listeners = {}

---Whether something was said of a buffer's text as it is.
---@param buf integer
---@return boolean
local function fresh(buf)
  return said[buf] == vim.api.nvim_buf_get_changedtick(buf)
end

---Calls `done` once something was said of a buffer and no more comes, after `patience` ms at the latest.
---@param buf integer
---@param patience integer
---@param done fun()
local function rest(buf, patience, done)
  local quiet = assert(vim.uv.new_timer())
  local last = assert(vim.uv.new_timer())
  local look
  local ended = false
  local over = vim.schedule_wrap(function()
    if not ended then
      ended = true
      listeners[look] = nil
      quiet:close()
      last:close()
      done()
    end
  end)
  look = function(of)
    if of == buf and not ended and fresh(buf) then
      quiet:start(QUIET, 0, over)
    end
  end
  listeners[look] = true
  last:start(patience, 0, over)
  look(buf)
end

---The handler of `foretype/diagnostics`. A request of a server's runs in a coroutine of its own, so that
---it may wait.
---@param params { textDocument: { uri: string }, waitMs: integer }
---@param ctx lsp.HandlerContext
function M.handle(_, params, ctx)
  local client = vim.lsp.get_client_by_id(ctx.client_id)
  local buf = vim.uri_to_bufnr(params.textDocument.uri)
  if not client or not vim.api.nvim_buf_is_loaded(buf) then
    return { diagnostics = {}, changed = false }
  end
  local here = coroutine.running()
  if params.waitMs > 0 and here then
    rest(buf, params.waitMs, function()
      coroutine.resume(here)
    end)
    coroutine.yield()
  end
  local whole = { start = { line = 0 }, ['end'] = { line = math.huge } }
  return { diagnostics = require('foretype.action').findings(client, buf, whole), changed = fresh(buf) }
end

---Listens to the tools.
function M.setup()
  vim.api.nvim_create_autocmd('DiagnosticChanged', {
    group = vim.api.nvim_create_augroup('foretype.tools', {}),
    callback = function(event)
      said[event.buf] = vim.api.nvim_buf_get_changedtick(event.buf)
      for look in pairs(listeners) do
        look(event.buf)
      end
    end,
  })
end

return M
