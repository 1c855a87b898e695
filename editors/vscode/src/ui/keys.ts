/** Setting and deleting API keys. */

import * as vscode from "vscode";

import type { ApiKeys } from "../apiKeys.ts";
import type { Server } from "../server.ts";
import type { Settings } from "../settings.ts";
import { asRecord } from "../pure/keys.ts";
import { info } from "./models.ts";

export async function setApiKey(server: Server, settings: Settings, keys: ApiKeys): Promise<void> {
  const known = (await info(server))?.models ?? [];
  const names = new Set([...known.map(({ name }) => name), ...Object.keys(asRecord(settings.user("models")))]);
  if (names.size === 0) {
    const add = "Pick a Model";
    const message = "A key belongs to a model, and none is configured yet.";
    if ((await vscode.window.showInformationMessage(message, add)) === add) {
      await vscode.commands.executeCommand("foretype.pickModel");
    }
    return;
  }
  const stored = await keys.all();
  const items = [...names].sort().map((label) => {
    const url = known.find(({ name }) => name === label)?.url;
    return {
      label,
      ...(url === undefined ? {} : { description: url }),
      ...(stored[label] === undefined ? {} : { detail: "$(key) has a key, which is replaced" }),
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: "Set an API Key",
    placeHolder: "The model that the key is for",
  });
  if (picked === undefined) return;
  const key = await vscode.window.showInputBox({
    title: `API Key for ${picked.label}`,
    prompt: "Kept in VS Code's secret storage. It is sent to this model's address only.",
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (/^\s*\S+\s*$/.test(value) ? undefined : "A key has no blanks in it."),
  });
  if (key !== undefined) await keys.set(picked.label, key.trim());
}

export async function deleteApiKey(keys: ApiKeys): Promise<void> {
  const names = Object.keys(await keys.all()).sort();
  if (names.length === 0) {
    void vscode.window.showInformationMessage("No API key is stored.");
    return;
  }
  const picked = await vscode.window.showQuickPick(names, {
    title: "Delete an API Key",
    placeHolder: "The model whose key is deleted",
  });
  if (picked !== undefined) await keys.delete(picked);
}
