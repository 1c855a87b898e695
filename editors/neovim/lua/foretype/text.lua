---Pieces of a suggestion's text. Nothing here knows of buffers.
local M = {}

---The first word with the blanks and line breaks before it, or the first run of signs.
---@param text string
---@return string
function M.word(text)
  local word = vim.fn.matchstr(text, [=[\v^\_s*(\k+|[^[:keyword:][:space:]]+)]=])
  return word ~= '' and word or text
end

---What is left of the first line; the next line where the first is used up.
---@param text string
---@return string
function M.line(text)
  return text:match('^\n?[^\n]*')
end

---How many bytes of `covered` (text right of the cursor that the suggestion repeats) are used up
---when `taken` is inserted and `rest` is still to come.
---@param taken string
---@param rest string
---@param covered string
---@return integer
function M.used(taken, rest, covered)
  if rest == '' then
    return #covered
  end
  if covered == '' or vim.endswith(rest, covered) then
    return 0
  end
  local used = 0
  for _, char in ipairs(vim.fn.split(taken, '\\zs')) do
    if covered:sub(used + 1, used + #char) == char then
      used = used + #char
    end
  end
  return used
end

---@class foretype.Piece
---@field at integer bytes right of the cursor
---@field text string

---How `line` comes about by inserting pieces between what stands there; nil where it does not.
---@param line string
---@param covered string
---@return foretype.Piece[]?
function M.pieces(line, covered)
  if vim.endswith(line, covered) then
    return { { at = 0, text = line:sub(1, #line - #covered) } }
  end
  local pieces, at, start = {}, 0, 1
  local offset = 1
  for _, char in ipairs(vim.fn.split(line, '\\zs')) do
    if at < #covered and covered:sub(at + 1, at + #char) == char then
      if offset > start then
        pieces[#pieces + 1] = { at = at, text = line:sub(start, offset - 1) }
      end
      at = at + #char
      start = offset + #char
    end
    offset = offset + #char
  end
  if at < #covered then
    return nil
  end
  if start <= #line then
    pieces[#pieces + 1] = { at = at, text = line:sub(start) }
  end
  return pieces
end

---Tabs as blanks, as wide as they are when `text` begins in the screen column `column`.
---@param text string
---@param column integer from 0
---@param tabstop integer
---@return string
function M.expand(text, column, tabstop)
  if not text:find('\t', 1, true) then
    return text
  end
  local out = {}
  for part, tab in text:gmatch('([^\t]*)(\t?)') do
    out[#out + 1] = part
    column = column + vim.fn.strdisplaywidth(part)
    if tab ~= '' then
      local width = tabstop - column % tabstop
      out[#out + 1] = (' '):rep(width)
      column = column + width
    end
  end
  return table.concat(out)
end

return M
