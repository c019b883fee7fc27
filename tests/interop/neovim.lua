-- Neovim shows our findings, applies our fix, and shows our hover. Leaves with code 1 when anything is not as it should be.

local function fail(message)
  io.stdout:write("FAILED: " .. message .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(60000, condition, 50) then
    fail(what .. "; findings: " .. vim.inspect(vim.diagnostic.get(nil)))
  end
end

-- An error in this script must not leave the editor waiting for keys.
local ok, problem = xpcall(function()

local root = vim.env.WORKSPACE
vim.cmd("cd " .. vim.fn.fnameescape(root))
vim.cmd("edit main.tf")
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ name = "rolecall", cmd = { vim.env.ROLECALL, "lsp" }, root_dir = root })
if not id then
  fail("the server did not start")
end
vim.lsp.buf_attach_client(buffer, id)
local client = vim.lsp.get_client_by_id(id)

local function codes(name)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(nil)) do
    if vim.api.nvim_buf_get_name(diagnostic.bufnr):sub(-#name) == name then
      table.insert(found, diagnostic.code or (diagnostic.user_data and diagnostic.user_data.lsp.code))
    end
  end
  table.sort(found)
  return table.concat(found, " ")
end

wait("no finding in the open file", function() return codes("/main.tf") == "role-as-instance-profile" end)
wait("no finding in the other file", function() return codes("/iam.tf") == "profile-without-role" end)

-- Neovim counts bytes in its own positions, whatever was agreed on with the server.
local diagnostic = vim.diagnostic.get(buffer)[1]
local line = vim.api.nvim_buf_get_lines(buffer, diagnostic.lnum, diagnostic.lnum + 1, true)[1]
local at = line:find("aws_iam_role.web.name", 1, true) - 1
if diagnostic.col ~= at then
  fail("the finding begins at byte " .. diagnostic.col .. " and not " .. at)
end

local function request(method, parameters)
  local answers = vim.lsp.buf_request_sync(buffer, method, parameters, 60000)
  local answer = answers and answers[id]
  if not answer or answer.error then
    fail(method .. ": " .. vim.inspect(answers))
  end
  return answer.result
end

vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
local encoding = client.offset_encoding or "utf-16"
local position = vim.lsp.util.make_position_params(0, encoding)
local hover = request("textDocument/hover", position)
if not vim.inspect(hover):find("broken", 1, true) then
  fail("hover: " .. vim.inspect(hover))
end
local definition = request("textDocument/definition", position)
if not vim.inspect(definition):find("/iam.tf", 1, true) then
  fail("definition: " .. vim.inspect(definition))
end

local parameters = vim.lsp.util.make_range_params(0, encoding)
parameters.context = { diagnostics = {}, only = { "quickfix" } }
local actions = request("textDocument/codeAction", parameters)
local action
for _, offered in ipairs(actions) do
  if not offered.command then
    action = action or offered
  end
end
if not action then
  fail("no fix is offered: " .. vim.inspect(actions))
end
if not action.edit then
  action = request("codeAction/resolve", action)
end
vim.lsp.util.apply_workspace_edit(action.edit, encoding)
local now = vim.api.nvim_buf_get_lines(buffer, diagnostic.lnum, diagnostic.lnum + 1, true)[1]
if not now:find("aws_iam_instance_profile.web.name", 1, true) then
  fail("the fix left " .. now)
end
wait("the finding stayed after its fix", function() return codes("/main.tf") == "" end)

-- The undo brings it back.
vim.cmd("silent undo")
wait("no finding after the undo", function() return codes("/main.tf") == "role-as-instance-profile" end)
client.stop()
end, debug.traceback)
if not ok then
  fail(problem)
end
io.stdout:write("findings, hover, definition and fix are as they should be\n")
vim.cmd("qall!")
