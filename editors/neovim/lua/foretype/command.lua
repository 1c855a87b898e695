---`:Foretype` and its subcommands.
local client = require('foretype.client')

local M = {}

local SCOPES = { 'buffer', 'language' }

---@type table<string, { run: fun(argument?: string), complete?: string[], any?: true }>
local subcommands = {
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
    local subcommand = subcommands[name or 'status']
    if not subcommand then
      return client.warn(('there is no `:Foretype %s`'):format(name))
    end
    local known = subcommand.any or vim.list_contains(subcommand.complete or {}, argument)
    if more or (argument and not known) then
      return client.warn(('`:Foretype %s` does not take `%s`'):format(name, more or argument))
    end
    subcommand.run(argument)
  end, { nargs = '*', complete = complete, desc = 'AI suggestions: state and settings' })
end

return M
