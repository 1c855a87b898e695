---Taking a suggestion, or a part of it.
local builtin = require('foretype.builtin')
local client = require('foretype.client')
local engine = require('foretype.engine')
local text = require('foretype.text')

local M = {}

---@param cut fun(rest: string): string
---@param unit? 'word'|'line'
---@param suggestion foretype.Suggestion
---@param rest string
---@param place foretype.Place
---@return boolean whether all of it was taken
local function put(cut, unit, suggestion, rest, place)
  local taken = cut(rest)
  suggestion:insert(taken, rest, place)
  if #taken == #rest then
    client.accepted(suggestion)
    return true
  end
  client.event(suggestion, 'partial', unit)
  return false
end

---@param cut fun(rest: string): string
---@param unit? 'word'|'line'
---@return boolean whether there was a suggestion
local function take(cut, unit)
  if builtin.wanted() then
    return builtin.get(function(suggestion)
      local rest, place = suggestion:rest()
      if rest and place then
        put(cut, unit, suggestion, rest, place)
      end
    end)
  end
  local suggestion, rest, place = engine.current()
  if not suggestion or not rest or not place then
    return false
  end
  if put(cut, unit, suggestion, rest, place) then
    engine.dismiss(false)
  else
    engine.taken()
  end
  return true
end

---As `take`, also from a mapping with `<expr>`, where text cannot be changed before it ends.
---@param cut fun(rest: string): string
---@param unit? 'word'|'line'
---@return boolean
local function take_now_or_soon(cut, unit)
  local ok, result = pcall(take, cut, unit)
  if ok then
    return result
  end
  if not tostring(result):find('E565', 1, true) then
    error(result, 0)
  end
  vim.schedule(function()
    take(cut, unit)
  end)
  return true
end

---@return boolean
function M.all()
  return take_now_or_soon(function(rest)
    return rest
  end)
end

---@return boolean
function M.word()
  return take_now_or_soon(text.word, 'word')
end

---@return boolean
function M.line()
  return take_now_or_soon(text.line, 'line')
end

return M
