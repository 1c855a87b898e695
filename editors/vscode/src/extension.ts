/** foretype in VS Code: the language client, its status, and what the user does with it. */

import * as vscode from "vscode";

import { ApiKeys } from "./apiKeys.ts";
import { registerCommands } from "./commands.ts";
import { early } from "./pure/early.ts";
import type { Keys } from "./pure/keys.ts";
import { Server } from "./server.ts";
import { Settings } from "./settings.ts";
import { Doctor } from "./ui/doctor.ts";
import { showNotices } from "./ui/notices.ts";
import { StatusBar } from "./ui/statusBar.ts";
import { lookForModels, welcome } from "./ui/welcome.ts";

/** How long the start may wait for the keys. Where none is stored they are read at once. */
const KEYS_MS = 1_000;

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
  settings.apiKeys = await keysAtStart(keys, output, async (late) => {
    settings.apiKeys = late;
    await server.restart();
  });
  await server.start();
  await welcome(context);
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** The keys that are to be had at once; a keyring may first ask the user, which `late` is for. */
async function keysAtStart(
  keys: ApiKeys,
  output: vscode.LogOutputChannel,
  late: (keys: Keys) => Promise<void>,
): Promise<Keys> {
  const reading = keys.all().catch((error: unknown): Keys => {
    // Without a keyring on the system: models that need no key work all the same.
    output.warn(`The secret storage cannot be read: ${String(error)}`);
    return {};
  });
  const known = await early(reading, KEYS_MS, (all) => {
    if (Object.keys(all).length > 0) void late(all);
  });
  return known ?? {};
}
