/** Has VS Code ask again for what is better than the suggestion on the screen. */

import * as vscode from "vscode";

import { Refreshing, type Spot } from "./pure/refreshing.ts";

export function refreshing(): Refreshing {
  return new Refreshing({ spot, again });
}

/** A place in a document as it is now. */
export function spotAt(document: vscode.TextDocument, { line, character }: vscode.Position): Spot {
  return { uri: document.uri.toString(), version: document.version, line, character };
}

function spot(): Spot | undefined {
  const editor = vscode.window.activeTextEditor;
  const [selection] = editor?.selections ?? [];
  if (editor === undefined || selection?.isEmpty !== true || editor.selections.length !== 1) return undefined;
  return spotAt(editor.document, selection.active);
}

/**
 * Going to the next one asks every provider anew, and of all commands that do is the one that needs a
 * suggestion on the screen: what was dismissed with Escape stays away. Back again, so that of several
 * providers' suggestions the one that was shown stays; that asks nobody.
 */
async function again(): Promise<void> {
  const before = spot();
  await vscode.commands.executeCommand("editor.action.inlineSuggest.showNext");
  const after = spot();
  const still = after?.version === before?.version && after?.uri === before?.uri;
  if (still) await vscode.commands.executeCommand("editor.action.inlineSuggest.showPrevious");
}
