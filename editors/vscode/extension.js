"use strict";

// Starts `rolecall lsp` for the editor. All that is known about files and findings is in the server.

const os = require("os");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");
const { find } = require("./binary");

/** @type {LanguageClient | undefined} */
let client;
let output;

async function start(context) {
  const found = find({
    set: vscode.workspace.getConfiguration("rolecall").get("path", "").trim(),
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    searchPath: process.env.PATH ?? "",
    extension: context.extensionPath,
    home: os.homedir(),
  });
  if (found.problem) {
    output.appendLine(found.problem);
    const settings = "Open the setting";
    const chosen = await vscode.window.showErrorMessage(
      `${found.problem} Install it (cargo install rolecall, or pip install rolecall), or say where it is.`,
      settings,
    );
    if (chosen === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "rolecall.path");
    }
    return;
  }
  output.appendLine(`Starting ${found.file}`);
  const run = { command: found.file, args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("rolecall", "rolecall", { run, debug: run }, {
    // The server looks at paths and contents itself; it logs what it leaves alone.
    documentSelector: [
      { scheme: "file", pattern: "**/*.{tf,tofu,tfvars,json,yaml,yml,template}" },
      { scheme: "untitled", language: "terraform" },
      { scheme: "untitled", language: "yaml" },
      { scheme: "untitled", language: "json" },
    ],
    outputChannel: output,
    initializationOptions: vscode.workspace.getConfiguration().get("rolecall"),
    synchronize: { configurationSection: "rolecall" },
  });
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(`rolecall did not start: ${error.message ?? error}`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop().catch(() => {});
}

async function activate(context) {
  output = vscode.window.createOutputChannel("rolecall");
  const run = (command, ...args) =>
    client?.sendRequest("workspace/executeCommand", { command, arguments: args });
  const commands = {
    "rolecall.restart": async () => {
      await stop();
      await start(context);
    },
    "rolecall.showOutput": () => output.show(),
    "rolecall.showState": async () => {
      output.appendLine((await run("rolecall.debugInfo")) ?? "The server does not run.");
      output.show();
    },
    "rolecall.showIdentityGraph": async () => {
      const editor = vscode.window.activeTextEditor;
      if (client && editor) {
        const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
        const page = await run("rolecall.showGraph", uri, "html");
        const column = vscode.ViewColumn.Beside;
        const panel = vscode.window.createWebviewPanel("rolecall.graph", "Identity graph", column, { enableScripts: true });
        panel.webview.html = page;
      }
    },
    "rolecall.fixFile": async () => {
      const editor = vscode.window.activeTextEditor;
      if (client && editor) {
        await run("rolecall.fixAll", client.code2ProtocolConverter.asUri(editor.document.uri));
      }
    },
  };
  for (const [name, command] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, command));
  }
  context.subscriptions.push(
    output,
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("rolecall.path")) {
        await commands["rolecall.restart"]();
      }
    }),
  );
  await start(context);
}

module.exports = { activate, deactivate: stop };
