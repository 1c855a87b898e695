---One suggestion and the place in a buffer that it was made for.
local text = require('foretype.text')

---@class foretype.Suggestion
---@field client_id integer
---@field command? lsp.Command
---@field id? integer the server's name for it
---@field buf integer
---@field row integer where it begins, from 0
---@field col integer where it begins, in bytes
---@field text string all of it, lines end in LF
---@field head string what stands before it on its line
---@field tail string what stands right of the cursor
---@field covered integer how many bytes of `tail` it replaces
local Suggestion = {}
Suggestion.__index = Suggestion

---@class foretype.Place
---@field buf integer
---@field row integer from 0
---@field col integer in bytes
---@field tick integer

---@return foretype.Place
function Suggestion.here()
  local buf = vim.api.nvim_get_current_buf()
  local at = vim.api.nvim_win_get_cursor(0)
  return { buf = buf, row = at[1] - 1, col = at[2], tick = vim.b[buf].changedtick }
end

---The server's item as a suggestion for the cursor's place; nil for one that cannot be shown there.
---@param item lsp.InlineCompletionItem
---@param client vim.lsp.Client
---@param place foretype.Place
---@return foretype.Suggestion?
function Suggestion.new(item, client, place)
  if type(item.insertText) ~= 'string' then
    return nil
  end
  local line = vim.api.nvim_buf_get_lines(place.buf, place.row, place.row + 1, false)[1] or ''
  local first, last = place.col, place.col
  if item.range then
    local from, to = item.range.start, item.range['end']
    if from.line ~= place.row or to.line ~= place.row then
      return nil
    end
    first = vim.str_byteindex(line, client.offset_encoding, from.character, false)
    last = vim.str_byteindex(line, client.offset_encoding, to.character, false)
    if first > place.col or last < place.col then
      return nil
    end
  end
  return Suggestion.at(place, {
    client_id = client.id,
    command = item.command,
    text = item.insertText,
    first = first,
    last = last,
  })
end

---@class foretype.Item
---@field client_id integer
---@field command? lsp.Command
---@field text string
---@field first integer where it begins on the cursor's line, in bytes
---@field last integer where what it replaces ends

---@param place foretype.Place
---@param item foretype.Item
---@return foretype.Suggestion?
function Suggestion.at(place, item)
  local line = vim.api.nvim_buf_get_lines(place.buf, place.row, place.row + 1, false)[1] or ''
  local self = setmetatable({
    client_id = item.client_id,
    command = item.command,
    id = item.command and vim.tbl_get(item.command, 'arguments', 1),
    buf = place.buf,
    row = place.row,
    col = item.first,
    text = (item.text:gsub('\r\n?', '\n')),
    head = line:sub(1, item.first),
    tail = line:sub(place.col + 1),
    covered = item.last - place.col,
  }, Suggestion)
  return self:rest() and self or nil
end

---What is still to be typed of it, with the cursor where it is; nil where it no longer fits.
---@return string? rest
---@return foretype.Place? place
function Suggestion:rest()
  local here = Suggestion.here()
  local inside = here.row > self.row or (here.row == self.row and here.col >= self.col)
  if here.buf ~= self.buf or not inside then
    return nil
  end
  local lines = vim.api.nvim_buf_get_lines(self.buf, self.row, here.row + 1, false)
  if #lines ~= here.row - self.row + 1 then
    return nil
  end
  if lines[1]:sub(1, self.col) ~= self.head or lines[#lines]:sub(here.col + 1) ~= self.tail then
    return nil
  end
  lines[#lines] = lines[#lines]:sub(1, here.col)
  lines[1] = lines[1]:sub(self.col + 1)
  local typed = table.concat(lines, '\n')
  if not vim.startswith(self.text, typed) or #typed == #self.text then
    return nil
  end
  return self.text:sub(#typed + 1), here
end

---Puts `taken`, the beginning of `rest`, at the cursor: one step of undo, apart from what was typed
---before it and what will be typed after it.
---@param taken string
---@param rest string
---@param place foretype.Place
function Suggestion:insert(taken, rest, place)
  local covered = self.tail:sub(1, self.covered)
  local used = text.used(taken, rest:sub(#taken + 1), covered)
  local lines = vim.split(taken, '\n', { plain = true })
  -- Setting it, even to what it is, ends the undo step.
  vim.go.undolevels = vim.go.undolevels
  vim.api.nvim_buf_set_text(self.buf, place.row, place.col, place.row, place.col + used, lines)
  local column = (#lines == 1 and place.col or 0) + #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { place.row + #lines, column })
  self.covered = self.covered - used
  self.tail = self.tail:sub(used + 1)
  if vim.api.nvim_get_mode().mode:sub(1, 1) == 'i' then
    local apart = vim.api.nvim_replace_termcodes('<C-g>u', true, true, true)
    vim.api.nvim_feedkeys(apart, 'ni', false)
  end
end

return Suggestion
