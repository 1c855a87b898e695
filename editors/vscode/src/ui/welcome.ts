/** The walkthrough: opened at the first run, and on demand. */

import * as vscode from "vscode";

import type { Local } from "../pure/info.ts";
import type { Server } from "../server.ts";
import { discover } from "./models.ts";

const SEEN = "walkthroughSeen";

export async function openWalkthrough(extension: string): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extension}#start`, false);
}

/** At the first run in a workspace that is trusted: before that there is nothing to start with. */
export async function welcome(context: vscode.ExtensionContext): Promise<void> {
  await setContext("remote", vscode.env.remoteName !== undefined);
  if (!vscode.workspace.isTrusted) return;
  if (context.globalState.get<boolean>(SEEN) === true) return;
  await openWalkthrough(context.extension.id);
  // After that: VS Code may end this extension host and start another while a workspace opens.
  await context.globalState.update(SEEN, true);
}

/** Tells the walkthrough whether a model's server is running here, as soon as that is known. */
export function lookForModels(server: Server): vscode.Disposable {
  let looked = false;
  const first = server.onDidChangeView(({ phase }) => {
    if (phase !== "running" || looked) return;
    looked = true;
    void look(server);
  });
  // Back from the terminal in which one was started, perhaps.
  const again = vscode.window.onDidChangeWindowState(({ focused }) => {
    if (focused && server.view.phase === "running" && showsPage()) void look(server);
  });
  return vscode.Disposable.from(first, again);
}

/** Looks now, and says what was found. */
export async function lookAgain(server: Server): Promise<void> {
  const found = await look(server);
  const places = found.map(({ provider, url }) => `${provider} at ${url}`).join(", ");
  const message =
    found.length > 0
      ? `Running on this machine: ${places}.`
      : "No llama.cpp or Ollama server is running on this machine.";
  void vscode.window.showInformationMessage(message);
}

async function look(server: Server): Promise<Local[]> {
  const found = await discover(server);
  await setContext("localServer", found.length > 0);
  return found;
}

/** Whether a page of VS Code's own is open, as a walkthrough is: it tells no more of them. */
function showsPage(): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => {
    return activeTab !== undefined && activeTab.input === undefined;
  });
}

async function setContext(name: string, value: boolean): Promise<void> {
  await vscode.commands.executeCommand("setContext", `foretype.${name}`, value);
}
