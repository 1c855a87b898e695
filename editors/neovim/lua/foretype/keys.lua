---`<Plug>` maps for every action, and a preset of keys for those who want one.
local config = require('foretype.config')

local M = {}

local ACTIONS = {
  accept = 'Accept the suggestion',
  ['accept-word'] = 'Accept a word of the suggestion',
  ['accept-line'] = 'Accept a line of the suggestion',
  next = 'Next suggestion',
  prev = 'Previous suggestion',
  dismiss = 'Dismiss the suggestion',
  trigger = 'Ask for suggestions',
}

---@type table<string, string>
M.default = {
  accept = '<Tab>',
  ['accept-word'] = '<M-Right>',
  ['accept-line'] = '<M-Down>',
  next = '<M-]>',
  prev = '<M-[>',
  dismiss = '<C-]>',
  trigger = '<M-\\>',
}

---@param action string
---@return string
local function run(action)
  return ("<Cmd>lua require('foretype').%s()<CR>"):format((action:gsub('-', '_')))
end

function M.plugs()
  for action, description in pairs(ACTIONS) do
    vim.keymap.set('i', ('<Plug>(foretype-%s)'):format(action), run(action), {
      desc = description,
    })
  end
end

---What a key did before it was ours.
---@param key string
---@return table<string, any>?
local function mapped_before(key)
  local map = vim.fn.maparg(key, 'i', false, true)
  if map.buffer == 1 or vim.tbl_isempty(map) then
    return nil
  end
  return not vim.startswith(map.desc or '', 'foretype: ') and map or nil
end

---Does what the key did before.
---@param key string
---@param map? table<string, any>
local function otherwise(key, map)
  local keys, remap = key, false
  if map then
    local result = map.rhs
    if map.callback then
      result = map.callback()
    elseif map.expr == 1 then
      result = vim.api.nvim_eval(map.rhs)
    else
      remap = map.noremap == 0
    end
    if map.callback and map.expr ~= 1 then
      return
    end
    keys = type(result) == 'string' and result or ''
    keys = keys:gsub('<SID>', ('<SNR>%d_'):format(map.sid or 0))
    if (map.expr == 1 or map.callback) and map.replace_keycodes ~= 1 then
      return vim.api.nvim_feedkeys(keys, 'ni', false)
    end
    -- A key that stands for itself and more is not mapped again.
    remap = remap and not vim.startswith(keys:lower(), key:lower())
  end
  local codes = vim.api.nvim_replace_termcodes(keys, true, true, true)
  vim.api.nvim_feedkeys(codes, remap and 'mi' or 'ni', false)
end

---An entry of the popup menu that is chosen has the key to itself.
---@return boolean
local function popup_has_it()
  return vim.fn.pumvisible() == 1 and vim.fn.complete_info({ 'selected' }).selected >= 0
end

---@param key string
---@param action string
local function map(key, action)
  local before = mapped_before(key)
  vim.keymap.set('i', key, function()
    if require('foretype').visible() and not popup_has_it() then
      return require('foretype')[(action:gsub('-', '_'))]()
    end
    if action == 'trigger' then
      return require('foretype').trigger()
    end
    otherwise(key, before)
  end, { desc = 'foretype: ' .. ACTIONS[action] })
end

---The keys that the options ask for, by action.
---@return table<string, string>
function M.chosen()
  local keys, chosen = config.get().keys, {}
  if keys == 'default' then
    keys = M.default
  elseif keys and type(keys) ~= 'table' then
    local message = "foretype: `keys` is 'default' or a table, not %s"
    vim.notify_once(message:format(vim.inspect(keys)), vim.log.levels.WARN)
    keys = nil
  end
  for action, key in pairs(keys or {}) do
    action = action:gsub('_', '-')
    if ACTIONS[action] and type(key) == 'string' then
      chosen[action] = key
    end
  end
  return chosen
end

---Maps them, once.
function M.apply()
  if config.get().keys and not M.applied then
    M.applied = true
    for action, key in vim.spairs(M.chosen()) do
      map(key, action)
    end
  end
end

return M
