---`:checkhealth foretype`
local builtin = require('foretype.builtin')
local client = require('foretype.client')
local config = require('foretype.config')
local health = vim.health

local M = {}

local INSTALL = 'cargo install --locked --path . (in the repository), or vim.g.foretype = { cmd = { "/path/to/foretype" } }'

---@param cmd string[]
---@param argument string
---@return string? text
local function output(cmd, argument)
  local all = vim.list_extend(vim.deepcopy(cmd), { argument })
  local ok, process = pcall(vim.system, all, { text = true })
  local out = ok and process:wait(30000)
  return out and vim.trim((out.stdout or '') .. (out.stderr or '')) or nil
end

---@return boolean whether it is new enough for the rest
local function neovim()
  health.start('Neovim')
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Neovim 0.11 or later is needed')
    return false
  end
  health.ok(('Neovim %s'):format(vim.version()))
  local engine = config.get().engine
  if engine == 'builtin' and not vim.lsp.inline_completion then
    health.warn("engine = 'builtin' needs Neovim 0.12; the plugin draws the suggestions itself")
  elseif engine == 'builtin' then
    health.ok('suggestions are drawn by vim.lsp.inline_completion')
  else
    health.ok('suggestions are drawn by the plugin')
  end
  return true
end

---@return string[]?
local function program()
  health.start('Program')
  local cmd = config.command()
  if not cmd then
    local own = config.get().cmd
    local what = own and ('`%s` cannot be run'):format(type(own) == 'table' and own[1] or own)
    health.error(what or '`foretype` is neither on the PATH nor in ~/.cargo/bin', INSTALL)
    return nil
  end
  health.ok(vim.fn.exepath(cmd[1]))
  local version = output(cmd, '--version')
  if version then
    health.ok(version)
  else
    health.error(('`%s --version` does not run'):format(cmd[1]), INSTALL)
  end
  return cmd
end

local function server()
  health.start('Server')
  if not vim.lsp.is_enabled(client.name) then
    health.warn('it is not enabled', "vim.lsp.enable('foretype')")
  end
  local clients = vim.lsp.get_clients({ name = client.name })
  if #clients == 0 then
    return health.warn('it is not running', 'open a file; :Foretype log says why it ended')
  end
  for _, one in ipairs(clients) do
    local bufs = vim.tbl_count(one.attached_buffers)
    health.ok(('client %d: %d buffer(s), %s'):format(one.id, bufs, one.root_dir or 'no folder'))
    if not builtin.offered(one) then
      health.error('it offers no inline completion', 'is `foretype` the right program?')
    end
  end
  local status = require('foretype.status').any()
  if status then
    local report = status.state == 'error' and health.warn or health.ok
    report(('state: %s'):format(status.state))
    health.info(('model: %s'):format(status.model or 'none asked yet'))
    if status.reason then
      health.info(('last silence: %s'):format(status.reason))
    end
  end
end

local function keys()
  health.start('Keys')
  local wanted = config.get().keys
  if not wanted then
    health.info("none are mapped by the plugin; `keys = 'default'` or `<Plug>(foretype-accept)` do")
  end
  for action, key in vim.spairs(require('foretype.keys').chosen()) do
    local map = vim.fn.maparg(key, 'i', false, true)
    if vim.startswith(map.desc or '', 'foretype: ') then
      health.ok(('%s: %s'):format(key, action))
    else
      health.warn(
        ('%s is mapped by something else (%s)'):format(key, map.desc or map.rhs or 'no description'),
        'map <Plug>(foretype-' .. action .. ') to another key, or call setup() after that mapping'
      )
    end
  end
  local mappers = vim.tbl_filter(function(name)
    return package.loaded[name] ~= nil
  end, { 'cmp', 'blink.cmp', 'copilot', 'supermaven-nvim', 'minuet' })
  if #mappers > 0 then
    health.info(
      ('loaded as well: %s. A key of theirs goes first; theirs to call is require("foretype").accept()'):format(
        table.concat(mappers, ', ')
      )
    )
  end
end

---@param cmd string[]
local function doctor(cmd)
  health.start('Configuration and models (foretype doctor)')
  for line in vim.gsplit(output(cmd, 'doctor') or 'it does not run', '\n') do
    local word, rest = line:match('^%s+(%a+)%s+(.*)')
    if word == 'BAD' then
      health.error(rest)
    elseif word == 'ok' then
      health.ok(rest)
    else
      health.info(vim.trim(line))
    end
  end
end

function M.check()
  if not neovim() then
    return
  end
  local cmd = program()
  server()
  keys()
  if cmd then
    doctor(cmd)
  end
end

return M
