---What the server is at work on: told in the command line and the status line, and ended by
---`:Foretype cancel`.
local client = require('foretype.client')
local config = require('foretype.config')

local M = {}

---@class foretype.Work
---@field client_id integer
---@field token lsp.ProgressToken
---@field title string
---@field message? string

local works = {} ---@type foretype.Work[]

---@param ctx lsp.HandlerContext
---@param token lsp.ProgressToken
---@return foretype.Work?, integer?
local function find(ctx, token)
  for index, work in ipairs(works) do
    if work.client_id == ctx.client_id and work.token == token then
      return work, index
    end
  end
end

local function tell()
  vim.cmd.redrawstatus()
  if config.get().notify and vim.api.nvim_get_mode().mode:sub(1, 1) ~= 'c' then
    local text = M.sentence() or ''
    vim.api.nvim_echo({ { vim.fn.strcharpart(text, 0, vim.v.echospace) } }, false, {})
  end
end

---The handler of `$/progress`; whoever else listens hears of it all the same.
---@param err? lsp.ResponseError
---@param params lsp.ProgressParams
---@param ctx lsp.HandlerContext
function M.handle(err, params, ctx)
  local value = params.value
  local work, index = find(ctx, params.token)
  if value.kind == 'begin' then
    works[#works + 1] = {
      client_id = ctx.client_id,
      token = params.token,
      title = value.title,
      message = value.message,
    }
    tell()
  elseif work and value.kind == 'report' then
    work.message = value.message
    tell()
  elseif work and value.kind == 'end' then
    table.remove(works, index)
    tell()
  end
  return vim.lsp.handlers['$/progress'](err, params, ctx)
end

---The server is gone, and its work with it.
---@param client_id integer
function M.gone(client_id)
  works = vim.tbl_filter(function(work)
    return work.client_id ~= client_id
  end, works)
end

---What is being done; nil where nothing is.
---@return string?
function M.sentence()
  local work = works[#works]
  return work and table.concat({ work.title, work.message }, ' · ')
end

---Ends all of it.
function M.cancel()
  if #works == 0 then
    return client.warn('there is nothing to cancel')
  end
  for _, work in ipairs(works) do
    local one = vim.lsp.get_client_by_id(work.client_id)
    if one then
      one:notify('window/workDoneProgress/cancel', { token = work.token })
    end
  end
end

return M
