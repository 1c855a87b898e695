---What the user chose: `vim.g.foretype`, and over it what `setup()` was given.
local M = {}

---@class foretype.Options
---@field enabled? boolean start the server by itself (default: true)
---@field cmd? string[] the server's command (default: `foretype`, from the PATH or ~/.cargo/bin)
---@field keys? 'default'|table<string, string|false> keys to map; none by default
---@field settings? table foretype's own settings, as in its configuration file
---@field engine? 'auto'|'own'|'builtin' who draws the ghost text
---@field wait_ms? integer how long to wait after a key before the server is asked
---@field notify? boolean say once what only the user can mend (default: true)

---@type foretype.Options
local defaults = {
  enabled = true,
  engine = 'auto',
  settings = {},
  wait_ms = 10,
  notify = true,
}

---@type foretype.Options
local given = {}

---@param opts? foretype.Options
function M.set(opts)
  vim.validate('opts', opts, 'table', true)
  given = vim.tbl_deep_extend('force', given, opts or {})
end

---@return foretype.Options
function M.get()
  local global = vim.g.foretype
  return vim.tbl_deep_extend('force', defaults, type(global) == 'table' and global or {}, given)
end

---The command that starts the server; nil where there is none.
---@return string[]?
function M.command()
  local cmd = M.get().cmd
  if cmd then
    cmd = type(cmd) == 'string' and { cmd } or cmd
    return vim.fn.executable(cmd[1]) == 1 and cmd or nil
  end
  for _, program in ipairs({ 'foretype', vim.fs.normalize('~/.cargo/bin/foretype') }) do
    if vim.fn.executable(program) == 1 then
      return { program }
    end
  end
end

return M
