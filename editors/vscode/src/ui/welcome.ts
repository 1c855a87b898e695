/** The walkthrough: opened at the first run, and on demand. */

import * as vscode from "vscode";

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
  return server.onDidChangeView(({ phase }) => {
    if (phase !== "running" || looked) return;
    looked = true;
    void discover(server).then((found) => setContext("localServer", found.length > 0));
  });
}

async function setContext(name: string, value: boolean): Promise<void> {
  await vscode.commands.executeCommand("setContext", `foretype.${name}`, value);
}
