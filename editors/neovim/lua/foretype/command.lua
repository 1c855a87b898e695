---`:Foretype` and its subcommands.
local client = require('foretype.client')

local M = {}

local SCOPES = { 'buffer', 'language' }

---@class foretype.Subcommand
---@field run fun(argument?: string, range?: foretype.Range)
---@field complete? string[]
---@field any? true it takes a word that is not in `complete`
---@field words? true it takes any number of words
---@field range? true it takes lines

---@type table<string, foretype.Subcommand>
local subcommands = {
  refactor = {
    words = true,
    range = true,
    run = function(words, range)
      require('foretype.action').refactor(words or '', range)
    end,
  },
  ask = {
    words = true,
    run = function(words)
      require('foretype.action').ask(words or '')
    end,
  },
  cancel = {
    run = function()
      require('foretype.work').cancel()
    end,
  },
  toggle = {
    complete = SCOPES,
    run = function(scope)
      require('foretype').toggle(scope)
      vim.notify(require('foretype.status').sentence())
    end,
  },
  enable = {
    complete = SCOPES,
    run = function(scope)
      require('foretype').enable(true, scope)
    end,
  },
  disable = {
    complete = SCOPES,
    run = function(scope)
      require('foretype').enable(false, scope)
    end,
  },
  status = {
    run = function()
      vim.notify(require('foretype.status').sentence())
    end,
  },
  model = {
    any = true,
    run = function(name)
      require('foretype.report').model(name)
    end,
  },
  trigger = {
    run = function()
      require('foretype').trigger()
    end,
  },
  log = {
    run = function()
      require('foretype.report').log()
    end,
  },
  doctor = {
    run = function()
      require('foretype.report').doctor()
    end,
  },
  info = {
    run = function()
      require('foretype.report').info()
    end,
  },
  restart = {
    run = function()
      require('foretype.server').restart()
    end,
  },
}

for name in pairs(require('foretype.action').asks) do
  subcommands[name] = {
    range = true,
    run = function(_, range)
      require('foretype.action').run(name, range)
    end,
  }
end

---@param line string
---@return string[]
local function complete(lead, line)
  local words = vim.split(vim.trim(line:gsub('^.*Foretype', '')), '%s+')
  local first = #words <= 1 and (lead ~= '' or words[1] == '')
  local all = vim.tbl_keys(subcommands)
  if not first then
    local name = words[1]
    all = name == 'model' and require('foretype.report').known_models()
      or (subcommands[name] or {}).complete
      or {}
    all = vim.deepcopy(all)
  end
  table.sort(all)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, all)
end

function M.create()
  vim.api.nvim_create_user_command('Foretype', function(args)
    local name, argument, more = unpack(args.fargs)
    local range = require('foretype.action').range(args)
    local subcommand = subcommands[name or 'status']
    if not subcommand then
      return client.warn(('there is no `:Foretype %s`'):format(name))
    end
    if range and not subcommand.range then
      return client.warn(('`:Foretype %s` takes no lines'):format(name or 'status'))
    end
    if subcommand.words then
      return subcommand.run(vim.trim(args.args:sub(#name + 1)), range)
    end
    local known = subcommand.any or vim.list_contains(subcommand.complete or {}, argument)
    if more or (argument and not known) then
      return client.warn(('`:Foretype %s` does not take `%s`'):format(name, more or argument))
    end
    subcommand.run(argument, range)
  end, { nargs = '*', range = true, complete = complete, desc = 'AI suggestions and code actions' })
end

return M
