---Keeps Neovim's record of a buffer's changes alive while the server is away. Neovim drops it with
---the first change that no client is there for, and never takes it up again: the next server would
---be told nothing of what is typed.
local M = {}

local NAME = 'foretype (starting again)'

---A client without a process.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
local function nobody(dispatchers)
  local closed = false
  local function close()
    if not closed then
      closed = true
      dispatchers.on_exit(0, 0)
    end
  end
  return {
    request = function(method, _, callback)
      callback(nil, method == 'initialize' and { capabilities = {} } or nil)
      return true, 1
    end,
    notify = function(method)
      if method == 'exit' then
        close()
      end
      return true
    end,
    is_closing = function()
      return closed
    end,
    terminate = close,
  }
end

---@param bufs integer[]
function M.hold(bufs)
  for _, buf in ipairs(bufs) do
    if vim.api.nvim_buf_is_loaded(buf) then
      vim.lsp.start({ name = NAME, cmd = nobody }, { bufnr = buf, silent = true })
    end
  end
end

function M.leave()
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    client:stop()
  end
end

return M
