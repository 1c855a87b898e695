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
 * Going to the next one asks every provider anew, puts what they say behind what is shown and goes one
 * further: to what we say then, or nowhere where that is the same. Of all commands that ask it is the one
 * that needs a suggestion on the screen, so that what was dismissed with Escape stays away. It does not
 * wait for what it asks.
 */
function again(): void {
  void vscode.commands.executeCommand("editor.action.inlineSuggest.showNext");
}
