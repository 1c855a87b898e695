---What the server says about itself: `foretype/status`.
local client = require('foretype.client')
local config = require('foretype.config')
local switch = require('foretype.switch')

local M = {}

---@class foretype.Status
---@field state 'idle'|'busy'|'loading'|'off'|'error'|'stopped'
---@field reason? string why there was no suggestion last; for `error`, what to do
---@field model? string the configured name of the model

---@type table<integer, foretype.Status>
local by_client = {}
local loading = {} ---@type table<integer, true> clients whose model was not there yet
local ended ---@type string?
local told = {} ---@type table<string, true>

local function changed()
  vim.api.nvim_exec_autocmds('User', { pattern = 'ForetypeStatus', data = M.get(), modeline = false })
  vim.cmd.redrawstatus()
end

---The handler of `foretype/status`.
---@param params foretype.Status
---@param ctx lsp.HandlerContext
function M.handle(_, params, ctx)
  by_client[ctx.client_id] = params
  if params.state == 'loading' then
    loading[ctx.client_id] = true
  elseif params.state == 'idle' and loading[ctx.client_id] then
    loading[ctx.client_id] = nil
    require('foretype.engine').loaded()
  end
  ended = nil
  local reason = params.reason
  if params.state == 'error' and reason and not told[reason] and config.get().notify then
    told[reason] = true
    client.warn(reason)
  end
  changed()
end

---The server is gone.
---@param client_id integer
---@param why? string what the user should know
function M.gone(client_id, why)
  by_client[client_id], loading[client_id] = nil, nil
  ended = why
  changed()
end

---What the servers said last held before they were given other settings.
function M.outdated()
  for _, status in pairs(by_client) do
    if status.state == 'off' then
      status.state, status.reason = 'idle', nil
    end
  end
  changed()
end

---Status of the current buffer's server; nil where the buffer has none.
---@return foretype.Status?
function M.get()
  local own = client.of()
  if not own then
    return ended and { state = 'stopped', reason = ended } or nil
  end
  local status = vim.deepcopy(by_client[own.id] or { state = 'idle' })
  local off = switch.why_off(vim.api.nvim_get_current_buf())
  if off then
    status.state, status.reason = 'off', off
  end
  return status
end

---Status of some buffer's server, for where the current buffer has none.
---@return foretype.Status?
function M.any()
  local own = client.any()
  return M.get() or own and by_client[own.id]
end

---For a status line: the model, and the state where there is something to say; empty where
---foretype has nothing to do with the buffer.
---@return string
function M.line()
  local status = M.get()
  if not status then
    return ''
  end
  local work = require('foretype.work').sentence()
  if work then
    return work
  end
  local name = status.model or 'foretype'
  return status.state == 'idle' and name or ('%s: %s'):format(name, status.state)
end

---For `:Foretype status`.
---@return string
function M.sentence()
  local status = M.get()
  if not status then
    return 'foretype is not attached to this buffer; see :checkhealth foretype'
  end
  local words = { 'foretype: ' .. status.state }
  if status.model then
    words[#words + 1] = 'model ' .. status.model
  end
  if status.reason then
    words[#words + 1] = (status.state == 'idle' and 'last silence: ' or '') .. status.reason
  end
  if client.last then
    words[#words + 1] = 'last message: ' .. client.last:gsub('^foretype: ', '')
  end
  return table.concat(words, ' · ')
end

return M
