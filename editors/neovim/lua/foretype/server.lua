---The language server as Neovim starts it, and starts it again.
local action = require('foretype.action')
local builtin = require('foretype.builtin')
local client = require('foretype.client')
local config = require('foretype.config')
local page = require('foretype.page')
local standin = require('foretype.standin')
local status = require('foretype.status')
local switch = require('foretype.switch')
local tools = require('foretype.tools')
local work = require('foretype.work')

local M = {}

local ends = 0 -- how often it ended by itself of late
local MOST = 5
local restarting = {} ---@type table<integer, true> clients that end to be started anew

---Starts it for every buffer that should have it.
function M.enable()
  tools.setup()
  vim.lsp.enable(client.name)
  M.attach_plain()
end

---Buffers without a name have the same address, and a server can have one of them only.
---@param buf integer
---@return boolean
local function has_twin(buf)
  local name = vim.api.nvim_buf_get_name
  return name(buf) == '' and vim.iter(vim.api.nvim_list_bufs()):any(function(other)
    return other ~= buf and name(other) == '' and client.of(other) ~= nil
  end)
end

---Neovim starts servers by file type; a buffer without one is text all the same.
function M.attach_plain()
  local buf = vim.api.nvim_get_current_buf()
  if vim.bo[buf].filetype ~= '' or vim.bo[buf].buftype ~= '' or client.of(buf) then
    return
  end
  local resolved = vim.lsp.is_enabled(client.name) and vim.lsp.config[client.name]
  if resolved and config.command() and not has_twin(buf) then
    local own = vim.deepcopy(resolved)
    own.root_dir = vim.fs.root(buf, '.git')
    vim.lsp.start(own, { bufnr = buf })
  end
end

local function again_later()
  ends = ends + 1
  if ends > MOST then
    standin.leave()
    return client.warn('the server keeps ending; :Foretype log says why, :Foretype restart tries again')
  end
  local seconds = 2 ^ (ends - 1)
  client.warn(('the server ended; starting it again in %d s'):format(seconds))
  vim.defer_fn(M.enable, seconds * 1000)
  vim.defer_fn(function()
    ends = math.max(0, ends - 1)
  end, 60000)
end

local ended_well = true -- the server that ended last

---The server's command, as Neovim's LSP starts it. A bad end is kept from Neovim, whose own message
---on it is longer than a line and holds the user up until a key is pressed; `on_exit` tells of it.
---@param cmd string[]
---@return fun(dispatchers: vim.lsp.rpc.Dispatchers, resolved: vim.lsp.ClientConfig): vim.lsp.rpc.PublicClient
local function starts(cmd)
  return function(dispatchers, resolved)
    local on_exit = dispatchers.on_exit
    return vim.lsp.rpc.start(
      cmd,
      vim.tbl_extend('force', dispatchers, {
        on_exit = function(code, signal)
          ended_well = code == 0 and signal == 0
          on_exit(0, 0)
        end,
      }),
      { cwd = resolved.cmd_cwd, env = resolved.cmd_env, detached = resolved.detached }
    )
  end
end

---@param code integer
---@param signal integer
---@param client_id integer
local function on_exit(code, signal, client_id)
  local one = vim.lsp.get_client_by_id(client_id)
  local bufs = one and vim.tbl_keys(one.attached_buffers) or {}
  local meant = ended_well and code == 0 and signal == 0
  vim.schedule(function()
    local again = restarting[client_id]
    restarting[client_id] = nil
    local wanted = vim.v.exiting == vim.NIL and vim.lsp.is_enabled(client.name)
    work.gone(client_id)
    status.gone(client_id, not meant and not again and 'the server ended' or nil)
    if not wanted or (meant and not again) then
      return
    end
    standin.hold(bufs)
    if again then
      M.enable()
    else
      again_later()
    end
  end)
end

---Ends it and starts it anew.
function M.restart()
  ends = 0
  local clients = vim.lsp.get_clients({ name = client.name })
  for _, one in ipairs(clients) do
    restarting[one.id] = true
    standin.hold(vim.tbl_keys(one.attached_buffers))
    one:stop()
    vim.defer_fn(function()
      if restarting[one.id] then
        one:stop(true)
      end
    end, 2000)
  end
  if #clients == 0 then
    M.enable()
  end
end

---An edit without its label, which Neovim would print.
---@param err? lsp.ResponseError
---@param params lsp.ApplyWorkspaceEditParams
---@param ctx lsp.HandlerContext
local function apply(err, params, ctx)
  params.label = nil
  return vim.lsp.handlers['workspace/applyEdit'](err, params, ctx)
end

---@param buf integer
---@param on_dir fun(root?: string)
local function root_dir(buf, on_dir)
  if vim.bo[buf].buftype ~= '' then
    return
  end
  if not config.command() then
    return vim.notify_once(
      'foretype: there is no program of that name; :checkhealth foretype says how to get it',
      vim.log.levels.WARN
    )
  end
  on_dir(vim.fs.root(buf, '.git'))
end

---@return vim.lsp.Config
function M.config()
  return {
    cmd = starts(config.command() or { 'foretype' }),
    root_dir = root_dir,
    settings = { foretype = config.get().settings },
    -- Changes are told at once: an edit for text that the server has not heard of yet would be taken
    -- for one of the newest version.
    flags = { debounce_text_changes = 0 },
    capabilities = {
      textDocument = {
        inlineCompletion = { dynamicRegistration = false },
        codeAction = { disabledSupport = true },
      },
      experimental = {
        foretypeDiagnostics = true,
        foretypeRefresh = true,
        foretypeReloads = true,
        foretypeStatus = true,
      },
    },
    get_language_id = function(_, filetype)
      return filetype ~= '' and filetype or 'plaintext'
    end,
    handlers = {
      ['foretype/diagnostics'] = tools.handle,
      ['foretype/refresh'] = function(_, more)
        require('foretype.engine').more(more.uri)
      end,
      ['foretype/status'] = status.handle,
      ['window/showDocument'] = page.handle,
      ['window/showMessage'] = client.said,
      ['workspace/applyEdit'] = apply,
      ['$/progress'] = work.handle,
    },
    on_init = function(one)
      action.adapt(one)
      builtin.keep_off(one)
      tools.hand_on(one)
      one.settings = switch.applied(one.config.settings or {})
    end,
    on_exit = on_exit,
  }
end

return M
