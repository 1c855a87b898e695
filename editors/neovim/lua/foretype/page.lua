---Explanations: Markdown files of the server's that grow, shown in a split.
local M = {}

local latest ---@type string?
local watched = {} ---@type table<integer, uv.uv_fs_event_t>

---Whether it is a page that the server writes.
---@param uri string
---@return boolean
function M.is(uri)
  return vim.startswith(uri, 'file:') and uri:find('/answers/[^/]+%.md$') ~= nil
end

---The page in this buffer, else the one that was shown last.
---@return string?
function M.current()
  local uri = vim.uri_from_bufnr(0)
  return M.is(uri) and uri or latest
end

---@param buf integer
local function reload(buf)
  if vim.api.nvim_buf_is_loaded(buf) then
    vim.cmd.checktime({ buf, mods = { silent = true } })
  end
end

---Reads it anew whenever the server has written.
---@param buf integer
---@param path string
local function watch(buf, path)
  vim.bo[buf].autoread = true
  local event = not watched[buf] and vim.uv.new_fs_event()
  if not event then
    return
  end
  watched[buf] = event
  -- The folder: a file that is put in the place of another is another one to its own watcher.
  event:start(vim.fs.dirname(path), {}, vim.schedule_wrap(function()
    reload(buf)
  end))
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWipeout' }, {
    buffer = buf,
    once = true,
    callback = function()
      event:stop()
      if not event:is_closing() then
        event:close()
      end
      watched[buf] = nil
    end,
  })
end

---Shows a page in a split, where it is not on the screen yet; the cursor stays where it is.
---@param uri string
---@return boolean
function M.show(uri)
  latest = uri
  local buf = vim.uri_to_bufnr(uri)
  vim.fn.bufload(buf)
  vim.bo[buf].buflisted = true
  reload(buf)
  watch(buf, vim.uri_to_fname(uri))
  if #vim.fn.win_findbuf(buf) > 0 then
    return true
  end
  local wide = vim.o.columns >= 160
  local win = vim.api.nvim_open_win(buf, false, { split = wide and 'right' or 'below', win = 0 })
  vim.wo[win].wrap, vim.wo[win].linebreak, vim.wo[win].breakindent = true, true, true
  vim.wo[win].conceallevel, vim.wo[win].number, vim.wo[win].relativenumber = 2, false, false
  vim.wo[win].signcolumn = 'no'
  vim.api.nvim_win_call(win, function()
    vim.cmd.filetype('detect')
  end)
  return true
end

---The handler of `window/showDocument`.
---@param err? lsp.ResponseError
---@param params lsp.ShowDocumentParams
---@param ctx lsp.HandlerContext
function M.handle(err, params, ctx)
  if not params.external and M.is(params.uri) then
    return { success = M.show(params.uri) }
  end
  return vim.lsp.handlers['window/showDocument'](err, params, ctx)
end

return M
