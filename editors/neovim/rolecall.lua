-- rolecall for Neovim 0.11 and newer: copy this file to `lsp/rolecall.lua` in your configuration, and put
-- `vim.lsp.enable("rolecall")` into `init.lua`.
return {
  cmd = { "rolecall", "lsp" },
  filetypes = { "terraform", "terraform-vars", "opentofu", "opentofu-vars", "hcl", "tf", "yaml", "json", "cloudformation" },
  root_markers = { ".rolecall.yaml", ".git" },
}
