/** Opens a setting where it can be changed. */

import * as vscode from "vscode";

/**
 * The settings page for a search. Most settings are the machine's: in a remote window they are on
 * the page of the remote machine, and the user's page does not show them.
 */
export async function openSettings(query: string): Promise<void> {
  const page = isRemote() ? "workbench.action.openRemoteSettings" : "workbench.action.openSettings";
  await vscode.commands.executeCommand(page, { query });
}

/** The settings file, at a setting that the page has no form for. */
export async function editSetting(key: string): Promise<void> {
  const file = isRemote() ? "workbench.action.openRemoteSettingsFile" : "workbench.action.openSettingsJson";
  await vscode.commands.executeCommand(file, { revealSetting: { key, edit: true } });
}

function isRemote(): boolean {
  return vscode.env.remoteName !== undefined;
}
