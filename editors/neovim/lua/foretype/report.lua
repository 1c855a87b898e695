---What the server tells about itself, in a buffer or a menu.
local client = require('foretype.client')
local config = require('foretype.config')
local switch = require('foretype.switch')

local M = {}

---A model's server that runs on this machine, which no configuration need name.
local AUTO = { name = 'auto', usable = true, found = true }

---Why a file is not in the index of the workspace.
local WHY = {
  noRoom = 'without room',
  notWritten = 'that nobody wrote',
  tooLarge = 'over 1 MiB',
  unreadable = 'unreadable',
}

local models = {} ---@type string[]

---@param info table what `foretype.info` answers
---@return table[] the configured models, and `auto`
local function choices(info)
  local all = vim.deepcopy(info.models or {})
  all[#all + 1] = AUTO
  return all
end

---Names for completion: those that were listed last. Asks for the next time.
---@return string[]
function M.known_models()
  local one = client.any()
  if one then
    local answer = one:request_sync('workspace/executeCommand', { command = 'foretype.info' }, 500)
    models = vim.tbl_map(function(model)
      return model.name
    end, choices(answer and answer.result or {}))
  end
  return models
end

---@param name string
---@param text string
local function show(name, text)
  vim.cmd.new()
  local buf = vim.api.nvim_get_current_buf()
  vim.bo[buf].buftype, vim.bo[buf].bufhidden, vim.bo[buf].swapfile = 'nofile', 'wipe', false
  pcall(vim.api.nvim_buf_set_name, buf, ('foretype://%s/%d'):format(name, buf))
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(vim.trim(text), '\r?\n'))
  vim.bo[buf].modifiable = false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buf, desc = 'Close' })
end

---@param arguments string[]
---@param done fun(text: string)
local function program(arguments, done)
  local cmd = config.command()
  if not cmd then
    return client.warn('the program is not there; see :checkhealth foretype')
  end
  vim.system(vim.list_extend(vim.deepcopy(cmd), arguments), { text = true, timeout = 60000 }, vim.schedule_wrap(function(out)
    done((out.stdout or '') .. (out.stderr or ''))
  end))
end

---Tests configuration and models; the answer opens in a buffer when it is there.
function M.doctor()
  local one = client.any()
  local offered = one and vim.tbl_get(one.server_capabilities, 'executeCommandProvider', 'commands')
  vim.notify('foretype: the doctor is at work')
  if one and vim.list_contains(offered or {}, 'foretype.doctor') then
    return client.run('foretype.doctor', function(result)
      show('doctor', result.text)
    end, one)
  end
  program({ 'doctor' }, function(text)
    show('doctor', text)
  end)
end

---What the server is, and what it works with.
function M.info()
  client.run('foretype.info', function(info)
    local lines = { 'foretype ' .. info.version, '' }
    for name, path in vim.spairs(info.paths or {}) do
      lines[#lines + 1] = ('%-8s %s'):format(name, path)
    end
    lines[#lines + 1] = ''
    for _, model in ipairs(info.models or {}) do
      local state = model.usable and '' or '  ' .. (model.reason or 'not usable')
      lines[#lines + 1] = ('%-16s %s  %s%s'):format(model.name, model.provider or '', model.url or '', state)
    end
    local index = info.index or {}
    local left_out = {}
    for what, files in vim.spairs(index.leftOut or {}) do
      if files > 0 then
        left_out[#left_out + 1] = ('%d %s'):format(files, WHY[what] or what)
      end
    end
    local known = index.files and ('%d files'):format(index.files) or ''
    local without = #left_out > 0 and 'left out: ' .. table.concat(left_out, ', ') or ''
    lines[#lines + 1] = ''
    lines[#lines + 1] = vim.trim(('workspace %s  %s  %s'):format(index.state or '', known, without))
    show('info', table.concat(lines, '\n'))
  end)
end

---Opens the server's log, at its end.
function M.log()
  program({ 'paths' }, function(text)
    local path = text:match('log%s+([^\n]+)')
    if not path then
      return client.warn('`foretype paths` names no log')
    end
    vim.cmd.split(vim.fn.fnameescape(vim.trim(path)))
    vim.bo.readonly, vim.bo.autoread = true, true
    vim.cmd.normal({ 'G', bang = true })
  end)
end

---Chooses the model for this session.
---@param name? string asked for where it is missing
function M.model(name)
  if name then
    return switch.model(name)
  end
  client.run('foretype.info', function(info)
    local completion = info.completion or {}
    local using = completion.model == 'auto' and 'auto' or completion.using
    vim.ui.select(choices(info), {
      prompt = 'Model for suggestions',
      format_item = function(model)
        local mark = model.name == using and '* ' or '  '
        if model.found then
          return mark .. 'auto (a server that runs on this machine)'
        end
        return mark .. model.name .. (model.usable and '' or ' (' .. (model.reason or 'not usable') .. ')')
      end,
    }, function(choice)
      if choice then
        switch.model(choice.name)
      end
    end)
  end)
end

return M
