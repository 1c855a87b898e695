---Asks for suggestions while you type, keeps the one that is shown true to the text, and forgets it
---the moment it is not.
local Suggestion = require('foretype.suggestion')
local builtin = require('foretype.builtin')
local client_of = require('foretype.client').of
local config = require('foretype.config')
local event = require('foretype.client').event
local ghost = require('foretype.ghost')
local standin = require('foretype.standin')
local switch = require('foretype.switch')

local M = {}

local METHOD = 'textDocument/inlineCompletion'
local INVOKED, AUTOMATIC = 1, 2

---@class foretype.Shown
---@field items foretype.Suggestion[]
---@field index integer
---@field invoked boolean the server was asked for all that it has

local shown ---@type foretype.Shown?
local pending ---@type { client: vim.lsp.Client, id: integer }?
local waiting = assert(vim.uv.new_timer())
local asked = 0 -- the number of the last question: an answer to an older one is dropped
local counted ---@type integer? the id last told as shown
local foreseen ---@type integer? a buffer whose next change is one that the drawing allows for
local watched = {} ---@type table<integer, boolean?>

local function inserting()
  return vim.api.nvim_get_mode().mode:sub(1, 1) == 'i'
end

---The suggestion on the screen, and what is left of it.
---@return foretype.Suggestion? suggestion
---@return string? rest
---@return foretype.Place? place
function M.current()
  local suggestion = shown and shown.items[shown.index]
  if not suggestion or not inserting() or not vim.bo.modifiable then
    return nil
  end
  local rest, place = suggestion:rest()
  if rest then
    return suggestion, rest, place
  end
end

local function forget()
  shown = nil
  ghost.clear()
end

local function stop_asking()
  asked = asked + 1
  waiting:stop()
  if pending then
    pending.client:cancel_request(pending.id)
    pending = nil
  end
end

---@param suggestion foretype.Suggestion
---@param rest string
---@param place foretype.Place
local function draw(suggestion, rest, place)
  local several = shown and shown.invoked and #shown.items > 1
  local hint = shown and several and ('%d/%d'):format(shown.index, #shown.items) or nil
  ghost.draw(place, rest, suggestion.tail:sub(1, suggestion.covered), hint)
end

---Draws what is left of the suggestion, or removes it where it does not fit any more.
function M.refresh()
  local suggestion, rest, place = M.current()
  if not suggestion or not shown then
    return forget()
  end
  ---@cast rest string
  ---@cast place foretype.Place
  draw(suggestion, rest, place)
  if suggestion.id and suggestion.id ~= counted then
    counted = suggestion.id
    event(suggestion, 'shown')
  end
end

---@param items foretype.Suggestion[]
---@param invoked boolean
---@param move integer
local function take(items, invoked, move)
  if #items == 0 then
    return forget()
  end
  local now, before = M.current()
  local index = 1
  if move ~= 0 and now then
    -- The one that is shown stays one of them.
    items = vim.tbl_filter(function(item)
      return item:rest() ~= before
    end, items)
    table.insert(items, 1, now)
    index = move % #items + 1
  end
  shown = { items = items, index = index, invoked = invoked }
  M.refresh()
end

---@param kind integer
---@param move integer how many suggestions to go on by, once they are there
local function ask(kind, move)
  stop_asking()
  local buf = vim.api.nvim_get_current_buf()
  local client = client_of(buf)
  if not client or not builtin.offered(client) or not inserting() or not vim.bo[buf].modifiable then
    return
  end
  if not switch.on(buf) then
    return forget()
  end
  local place, number = Suggestion.here(), asked
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = kind }
  local answered = false
  local sent, id = client:request(METHOD, params, function(err, result)
    answered = true
    if number ~= asked then
      return
    end
    pending = nil
    if err or not inserting() or not vim.deep_equal(place, Suggestion.here()) then
      return
    end
    local items = {}
    for _, item in ipairs(result and (result.items or result) or {}) do
      items[#items + 1] = Suggestion.new(item, client, place)
    end
    take(items, kind == INVOKED, move)
  end, buf)
  pending = sent and id and not answered and { client = client, id = id } or nil
end

local function ask_soon()
  stop_asking()
  if vim.fn.reg_executing() ~= '' then
    return
  end
  waiting:start(config.get().wait_ms, 0, vim.schedule_wrap(function()
    ask(AUTOMATIC, 0)
  end))
end

---Asks at once, for more than one suggestion. Nothing waits for you to type.
function M.trigger()
  ask(INVOKED, 0)
end

---@param by integer
function M.cycle(by)
  if not shown or not M.current() then
    return M.trigger()
  end
  if not shown.invoked then
    return ask(INVOKED, by)
  end
  shown.index = (shown.index - 1 + by) % #shown.items + 1
  M.refresh()
end

---Removes the suggestion; nothing comes back before the text or the cursor changes.
---@param rejected boolean the user did not want it
---@return boolean whether one was shown
function M.dismiss(rejected)
  local suggestion = M.current()
  stop_asking()
  forget()
  if suggestion and rejected then
    event(suggestion, 'rejected')
  end
  return suggestion ~= nil
end

---After a part of the suggestion was taken: what comes next is asked for when the cursor moves.
function M.taken()
  stop_asking()
  M.refresh()
end

local function on_change()
  if builtin.wanted() then
    return
  end
  if shown then
    M.refresh()
  end
  if client_of() then
    ask_soon()
  end
end

---A key takes the suggestion away, or its first letter, before the key itself is on the screen.
local function on_key()
  if not shown then
    return
  end
  local suggestion, rest, place = M.current()
  if not suggestion or not rest or not place or not vim.startswith(rest, vim.v.char) then
    return forget()
  end
  draw(suggestion, rest:sub(#vim.v.char + 1), place)
  foreseen = place.buf
end

---Any other change of the text moves what is drawn, maybe to where it is wrong: away with it until
---the next event, which knows the cursor.
---@param buf integer
local function watch(buf)
  if watched[buf] then
    return
  end
  watched[buf] = vim.api.nvim_buf_attach(buf, false, {
    on_lines = function()
      if foreseen ~= buf and shown then
        ghost.clear()
      end
      foreseen = nil
    end,
    on_detach = function()
      watched[buf] = nil
    end,
  })
end

---The server came, or came back, maybe while somebody was typing.
---@param client vim.lsp.Client
---@param buf integer
local function on_attach(client, buf)
  vim.schedule(standin.leave)
  if builtin.wanted() then
    return builtin.enable(client)
  end
  watch(buf)
  if buf == vim.api.nvim_get_current_buf() then
    ask_soon()
  end
end

---A model that is there at last is asked without waiting for the next key.
function M.loaded()
  if not shown and not builtin.wanted() and client_of() then
    ask_soon()
  end
end

---A slower model has answered where another one's suggestion stands: that one may be better. What the
---user has dismissed, or chooses from, is left as it is.
---@param uri string
function M.more(uri)
  local wanted = not builtin.wanted() and vim.uri_from_bufnr(0) == uri
  if wanted and shown and not shown.invoked and M.current() then
    ask(AUTOMATIC, 0)
  end
end

---Listens to what happens in the editor. Safe to call again.
function M.start()
  if M.started then
    return
  end
  M.started = true
  ghost.highlight()
  local group = vim.api.nvim_create_augroup('foretype', {})
  local on = function(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, callback = callback })
  end
  on({ 'InsertEnter', 'CursorMovedI', 'TextChangedI', 'TextChangedP' }, on_change)
  on('InsertCharPre', on_key)
  on('InsertLeavePre', function()
    M.dismiss(true)
  end)
  on({ 'InsertLeave', 'BufLeave', 'WinLeave', 'BufUnload' }, function()
    M.dismiss(false)
  end)
  on('LspAttach', function(ev)
    local client = vim.lsp.get_client_by_id(ev.data.client_id)
    if client and client.name == 'foretype' then
      on_attach(client, ev.buf)
    end
  end)
  on('ColorScheme', ghost.highlight)
  if builtin.wanted() then
    builtin.start(group)
  end
end

return M
