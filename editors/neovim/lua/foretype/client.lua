---The connection to the server.
local M = {}

M.name = 'foretype'

---The client of a buffer.
---@param buf? integer default: the current one
---@return vim.lsp.Client?
function M.of(buf)
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = buf or 0, name = M.name })) do
    if not client:is_stopped() then
      return client
    end
  end
end

---The current buffer's client, or else any.
---@return vim.lsp.Client?
function M.any()
  return M.of() or vim.lsp.get_clients({ name = M.name })[1]
end

---Tells the server what became of a suggestion.
---@param suggestion foretype.Suggestion
---@param kind 'shown'|'partial'|'rejected'
---@param unit? 'word'|'line'
function M.event(suggestion, kind, unit)
  local client = vim.lsp.get_client_by_id(suggestion.client_id)
  if client and suggestion.id then
    local length = unit and 1 or nil
    client:notify('foretype/event', {
      id = suggestion.id,
      kind = kind,
      length = length,
      unit = unit,
    })
  end
end

---Tells the server that a suggestion was taken as a whole.
---@param suggestion foretype.Suggestion
function M.accepted(suggestion)
  local client = vim.lsp.get_client_by_id(suggestion.client_id)
  if client and suggestion.command then
    client:exec_cmd(suggestion.command, { bufnr = suggestion.buf }, function() end)
  end
end

---Runs a command of the server's.
---@param command string
---@param done fun(result: any)
---@param client? vim.lsp.Client
function M.run(command, done, client)
  client = client or M.any()
  if not client then
    return M.warn('the server is not running; see :checkhealth foretype')
  end
  local offered = vim.tbl_get(client.server_capabilities, 'executeCommandProvider', 'commands')
  if not vim.list_contains(offered or {}, command) then
    return M.warn(('this server does not know %s; a newer one does'):format(command))
  end
  client:request('workspace/executeCommand', { command = command }, function(err, result)
    if err then
      return M.warn(err.message)
    end
    done(result)
  end)
end

---What the server said last, whole.
---@type string?
M.last = nil

---The handler of `window/showMessage`.
---@param params lsp.ShowMessageParams
function M.said(_, params)
  local levels = { vim.log.levels.ERROR, vim.log.levels.WARN }
  M.last = params.message
  M.warn((params.message:gsub('^foretype: ', '')), levels[params.type] or vim.log.levels.INFO)
end

---A message on one line: a longer one would hold the user up until a key is pressed, in the midst of
---typing. `:Foretype status` and the log have all of it.
---@param message string
---@param level? integer
function M.warn(message, level)
  message = 'foretype: ' .. message:gsub('%s*\n%s*', ' ')
  if vim.fn.strdisplaywidth(message) > vim.v.echospace then
    message = vim.fn.strcharpart(message, 0, vim.v.echospace - 1) .. '…'
  end
  vim.notify(message, level or vim.log.levels.WARN)
end

return M
