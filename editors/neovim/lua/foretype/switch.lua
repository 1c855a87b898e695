---On and off: everywhere, for a language, for a buffer; and the model chosen for this session. All
---but the buffer's is told to the server as settings.
local M = {}

local NAME = 'foretype'
local all_off = false
local languages = {} ---@type table<string, boolean> true: off here; false: on, whatever was configured
local model ---@type string?

---@param buf integer
---@return string
function M.language(buf)
  local client = vim.lsp.get_clients({ bufnr = buf, name = NAME })[1]
  local filetype = vim.bo[buf].filetype
  return client and client.get_language_id(buf, filetype) or filetype
end

---Why a buffer gets no suggestions, if it was turned off here.
---@param buf integer
---@return string?
function M.why_off(buf)
  if all_off then
    return 'paused everywhere (:Foretype enable)'
  elseif vim.b[buf].foretype == false then
    return 'paused in this buffer (:Foretype enable buffer)'
  elseif languages[M.language(buf)] then
    return ('paused for %s (:Foretype enable language)'):format(M.language(buf))
  end
end

---@param buf integer
---@return boolean
function M.on(buf)
  return M.why_off(buf) == nil
end

---@param settings table<string, any>
---@param old string
---@param new string
local function rename(settings, old, new)
  if settings[old] ~= nil and settings[new] == nil then
    settings[new], settings[old] = settings[old], nil
  end
end

---The settings as the user gave them, with what was switched since.
---@param given table
---@return table
function M.applied(given)
  local settings = vim.deepcopy(given)
  local own = settings.foretype or {}
  local completion = own.completion or {}
  rename(completion, 'disabledLanguages', 'disabled_languages')
  local off = {}
  for _, language in ipairs(completion.disabled_languages or {}) do
    if languages[language] == nil then
      off[#off + 1] = language
    end
  end
  for language, is_off in vim.spairs(languages) do
    if is_off then
      off[#off + 1] = language
    end
  end
  if next(languages) then
    completion.disabled_languages = off
  end
  if model then
    completion.model = model
  end
  if all_off then
    own.enabled = false
  end
  own.completion = next(completion) and completion or nil
  settings.foretype = own
  return settings
end

---Gives a client its settings.
---@param client vim.lsp.Client
function M.send(client)
  client.settings = M.applied(client.config.settings or {})
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
end

local function changed()
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    M.send(client)
  end
  require('foretype.engine').dismiss(false)
  require('foretype.status').outdated()
end

---@param on boolean
---@param scope? 'buffer'|'language' default: everywhere
function M.set(on, scope)
  local buf = vim.api.nvim_get_current_buf()
  if scope == 'buffer' then
    vim.b[buf].foretype = on
  elseif scope == 'language' then
    languages[M.language(buf)] = not on
  else
    all_off = not on
  end
  changed()
end

---@param scope? 'buffer'|'language'
function M.toggle(scope)
  local buf = vim.api.nvim_get_current_buf()
  if scope == 'buffer' then
    M.set(vim.b[buf].foretype == false, scope)
  elseif scope == 'language' then
    M.set(languages[M.language(buf)] == true, scope)
  else
    M.set(all_off)
  end
end

---@param name string
function M.model(name)
  model = name
  changed()
end

return M
