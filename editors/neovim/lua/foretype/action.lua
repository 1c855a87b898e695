---What is asked for at a place in the code: the server's code actions, by kind.
local client = require('foretype.client')
local page = require('foretype.page')

local M = {}

---The server's command that does what a code action's `data` says.
local ACTION = 'foretype.action'

---@class foretype.Ask
---@field kind string the kind of code action; empty: all
---@field none string what is said where none is offered
---@field asks? true only what asks the model
---@field line? true the whole line counts where nothing is selected

local HERE = 'there is nothing to do here'

---@type table<string, foretype.Ask>
M.asks = {
  explain = { kind = 'foretype.explain', none = HERE },
  review = { kind = 'foretype.review', none = HERE },
  document = { kind = 'refactor.rewrite.document', none = 'there is nothing to document here' },
  tests = { kind = 'refactor.rewrite.tests', none = 'there is nothing to test here' },
  fix = { kind = 'quickfix', none = 'no problem is reported on this line', line = true, asks = true },
  actions = { kind = '', none = HERE, line = true },
}

---@class foretype.Range
---@field first integer[] row from 1, column in bytes from 0
---@field last integer[] the last character, inclusive

---The lines that a command was given, or what was selected, where those are its lines.
---@param args vim.api.keyset.create_user_command.command_args
---@return foretype.Range?
function M.range(args)
  if args.range == 0 then
    return nil
  end
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  local selected = from[2] == args.line1 and to[2] == args.line2
  if selected and vim.fn.visualmode() == 'v' then
    local line = vim.fn.getline(to[2])
    return { first = { from[2], from[3] - 1 }, last = { to[2], math.min(to[3], math.max(#line, 1)) - 1 } }
  end
  return { first = { args.line1, 0 }, last = { args.line2, math.max(#vim.fn.getline(args.line2) - 1, 0) } }
end

local asking = false -- the request is our own

---Neovim 0.11 knows nothing of actions that cannot be chosen.
---@return boolean
local function knows_disabled()
  local own = vim.lsp.protocol.make_client_capabilities()
  return vim.tbl_get(own, 'textDocument', 'codeAction', 'disabledSupport') == true
end

---@param handler lsp.Handler
---@return lsp.Handler
local function without_disabled(handler)
  return function(err, result, ...)
    local why
    local good = vim.tbl_filter(function(offer)
      why = why or vim.tbl_get(offer, 'disabled', 'reason')
      return offer.disabled == nil
    end, result or {})
    if why and #good == 0 then
      client.warn((why:gsub('^foretype: ', '')))
    end
    return handler(err, result and good, ...)
  end
end

---Keeps what cannot be chosen out of Neovim's own list where it does not know of that.
---@param one vim.lsp.Client
function M.adapt(one)
  if knows_disabled() then
    return
  end
  local request = one.request
  ---@diagnostic disable-next-line: duplicate-set-field
  one.request = function(self, method, params, handler, ...)
    if method == 'textDocument/codeAction' and handler and not asking then
      handler = without_disabled(handler)
    end
    return request(self, method, params, handler, ...)
  end
end

---@param one vim.lsp.Client
---@param command string
---@param argument any
local function perform(one, command, argument)
  local params = { command = command, arguments = { argument } }
  one:request('workspace/executeCommand', params, function(err)
    -- What was cancelled needs no words.
    if err and err.code ~= vim.lsp.protocol.ErrorCodes.RequestCancelled and err.code ~= -32800 then
      client.warn(err.message)
    end
  end, vim.api.nvim_get_current_buf())
end

---@param one vim.lsp.Client
---@param ask foretype.Ask
---@param range? foretype.Range
---@param done fun(offers: table[])
local function offers(one, ask, range, done)
  local buf, encoding = vim.api.nvim_get_current_buf(), one.offset_encoding
  if not range and ask.line then
    local row = vim.api.nvim_win_get_cursor(0)[1]
    range = { first = { row, 0 }, last = { row, math.max(#vim.fn.getline(row) - 1, 0) } }
  end
  local params = range and vim.lsp.util.make_given_range_params(range.first, range.last, buf, encoding)
    or vim.lsp.util.make_range_params(0, encoding)
  params.context = {
    diagnostics = {},
    only = ask.kind ~= '' and { ask.kind } or nil,
    triggerKind = vim.lsp.protocol.CodeActionTriggerKind.Invoked,
  }
  asking = true
  one:request('textDocument/codeAction', params, function(err, result)
    if err then
      return client.warn(err.message)
    end
    local why, good = nil, {}
    for _, offer in ipairs(result or {}) do
      why = why or vim.tbl_get(offer, 'disabled', 'reason')
      local command = offer.data and ACTION or vim.tbl_get(offer, 'command', 'command')
      local argument = offer.data or vim.tbl_get(offer, 'command', 'arguments', 1)
      if not offer.disabled and argument and (command == ACTION or not ask.asks) then
        good[#good + 1] = { title = offer.title, command = command, argument = argument }
      end
    end
    if #good == 0 then
      return client.warn(((why or ask.none):gsub('^foretype: ', '')))
    end
    done(good)
  end, buf)
  asking = false
end

---@return vim.lsp.Client?
local function of_buffer()
  local one = client.of()
  if not one then
    client.warn('it is not attached to this buffer; see :checkhealth foretype')
  end
  return one
end

---Asks for an action, and does it; of several the user chooses.
---@param name string one of `asks`
---@param range? foretype.Range
function M.run(name, range)
  local one = of_buffer()
  if not one then
    return
  end
  offers(one, M.asks[name], range, function(good)
    if #good == 1 then
      return perform(one, good[1].command, good[1].argument)
    end
    vim.ui.select(good, {
      prompt = 'foretype',
      format_item = function(offer)
        return offer.title
      end,
    }, function(offer)
      if offer then
        perform(one, offer.command, offer.argument)
      end
    end)
  end)
end

---@param words string
---@param prompt string
---@param done fun(words: string)
local function with_words(words, prompt, done)
  if words ~= '' then
    return done(words)
  end
  vim.ui.input({ prompt = prompt }, function(typed)
    if typed and vim.trim(typed) ~= '' then
      done(typed)
    end
  end)
end

---Rewrites as the user says.
---@param words string empty: asked for
---@param range? foretype.Range
function M.refactor(words, range)
  local one = of_buffer()
  if not one then
    return
  end
  local ask = { kind = 'refactor.rewrite', none = 'there is nothing to refactor here' }
  offers(one, ask, range, function(good)
    -- Any refactoring names the code that the words are about.
    local offer = vim.iter(good):find(function(each)
      return vim.startswith(each.argument.task or '', 'refactor.')
    end)
    if not offer then
      return client.warn(ask.none)
    end
    with_words(words, 'Refactor: ', function(said)
      perform(one, ACTION, vim.tbl_extend('force', offer.argument, { words = said }))
    end)
  end)
end

---Goes on with the conversation of an explanation.
---@param words string empty: asked for
function M.ask(words)
  local uri, one = page.current(), client.any()
  if not uri or not one then
    return client.warn('explain something first; then you can ask on')
  end
  with_words(words, 'Ask: ', function(said)
    perform(one, 'foretype.followUp', { page = uri, words = said })
  end)
end

return M
