---Draws the rest of a suggestion at the cursor.
local text = require('foretype.text')

local M = {}

local space = vim.api.nvim_create_namespace('foretype')
local drawn ---@type integer?

---The highlight groups, for users and colour schemes to change.
function M.highlight()
  local native = vim.fn.hlexists('ComplHint') == 1
  local set = vim.api.nvim_set_hl
  set(0, 'ForetypeSuggestion', { default = true, link = native and 'ComplHint' or 'NonText' })
  set(0, 'ForetypeCount', { default = true, link = native and 'ComplHintMore' or 'MoreMsg' })
end

function M.clear()
  if drawn and vim.api.nvim_buf_is_valid(drawn) then
    vim.api.nvim_buf_clear_namespace(drawn, space, 0, -1)
  end
  drawn = nil
end

---What a piece right of the cursor is drawn with. It takes nothing of the text that it pushes aside,
---which may be a bracket that `matchparen` has marked; but the cursor's line goes through it.
---@param group string
---@return string|string[]
local function look(group)
  local through = vim.wo.cursorline and vim.wo.cursorlineopt ~= 'number'
  return through and { 'CursorLine', group } or group
end

---@param place foretype.Place
---@param at integer bytes right of the cursor
---@param opts vim.api.keyset.set_extmark
local function mark(place, at, opts)
  opts.hl_mode = 'replace'
  vim.api.nvim_buf_set_extmark(place.buf, space, place.row, place.col + at, opts)
end

---@param place foretype.Place
---@param rest string
---@param covered string text right of the cursor that `rest` repeats
---@param hint? string such as `2/3`
function M.draw(place, rest, covered, hint)
  M.clear()
  drawn = place.buf
  local tabstop = vim.bo[place.buf].tabstop
  local lines = vim.split(rest, '\n', { plain = true })
  local column = vim.fn.virtcol({ place.row + 1, place.col }) -- of the character before the cursor
  local first = text.expand(lines[1], column, tabstop)
  local count = hint and { (' (%s)'):format(hint), look('ForetypeCount') }

  local chunks = {} ---@type [string, string][][]
  for index = 2, #lines do
    chunks[index - 1] = { { text.expand(lines[index], 0, tabstop), 'ForetypeSuggestion' } }
  end
  if count and #chunks > 0 then
    table.insert(chunks[#chunks], { count[1], 'ForetypeCount' })
    count = nil
  end
  if #chunks > 0 then
    mark(place, 0, { virt_lines = chunks })
  end

  local pieces = text.pieces(first, covered)
  if not pieces then
    -- What stands there will go: hidden as far as it is replaced, the rest follows it.
    local width = vim.fn.strdisplaywidth(covered, column)
    local over = vim.fn.strcharpart(first, 0, vim.fn.strcharlen(covered))
    local blank = (' '):rep(width - vim.fn.strdisplaywidth(over))
    mark(place, 0, {
      virt_text = { { over .. blank, look('ForetypeSuggestion') } },
      virt_text_pos = 'overlay',
    })
    pieces = { { at = #covered, text = first:sub(#over + 1) } }
  end
  for index, piece in ipairs(pieces) do
    local virt_text = { { piece.text, look('ForetypeSuggestion') } }
    if count and index == #pieces then
      table.insert(virt_text, count)
    end
    mark(place, piece.at, { virt_text = virt_text, virt_text_pos = 'inline' })
  end
end

return M
