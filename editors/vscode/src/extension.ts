/** foretype in VS Code: the language client, its status, and what the user does with it. */

import * as vscode from "vscode";

import { ApiKeys } from "./apiKeys.ts";
import { registerCommands } from "./commands.ts";
import { Server } from "./server.ts";
import { Settings } from "./settings.ts";
import { Doctor } from "./ui/doctor.ts";
import { showNotices } from "./ui/notices.ts";
import { StatusBar } from "./ui/statusBar.ts";
import { lookForModels, welcome } from "./ui/welcome.ts";

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("foretype", { log: true });
  const settings = new Settings(context);
  const keys = new ApiKeys(context.secrets);
  const server = new Server(context.extensionPath, output, settings);
  const doctor = new Doctor(server);
  running = server;
  context.subscriptions.push(
    output,
    settings,
    keys,
    server,
    doctor,
    new StatusBar(server, settings),
    showNotices(server),
    lookForModels(server),
    ...registerCommands({ extension: context.extension.id, server, settings, keys, doctor, output }),
    keys.onDidChange(async () => {
      settings.apiKeys = await keys.all();
      await server.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      await server.start();
      await welcome(context);
    }),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("foretype.path")) await server.restart();
    }),
  );
  try {
    settings.apiKeys = await keys.all();
  } catch (error) {
    // Without a keyring on the system: models that need no key work all the same.
    output.warn(`The secret storage cannot be read: ${String(error)}`);
  }
  await server.start();
  await welcome(context);
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
