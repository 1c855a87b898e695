-- A plugin manager takes the whole repository; Neovim's plugin is in editors/neovim.
if vim.g.loaded_foretype then
  return
end
if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('foretype needs Neovim 0.11 or later', vim.log.levels.WARN)
  return
end
local here = vim.fs.dirname(vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, 'S').source:sub(2))))
local plugin = vim.fs.joinpath(here, 'editors', 'neovim')
vim.opt.runtimepath:append(plugin)
local doc = vim.fs.joinpath(plugin, 'doc')
if not vim.uv.fs_stat(vim.fs.joinpath(doc, 'tags')) then
  pcall(vim.cmd.helptags, vim.fn.fnameescape(doc))
end
vim.cmd.source(vim.fn.fnameescape(vim.fs.joinpath(plugin, 'plugin', 'foretype.lua')))
