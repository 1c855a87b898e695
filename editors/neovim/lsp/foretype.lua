-- What `vim.lsp.enable('foretype')` starts. Your own `vim.lsp.config('foretype', { … })` is merged
-- over it.
require('foretype.engine').start()
return require('foretype.server').config()
