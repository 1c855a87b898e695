/** Feeds what VS Code tells into `Suggestions`, and its events to the server. */

import * as vscode from "vscode";

import { Suggestions, type Event, type Item, type Place } from "./pure/suggestions.ts";

/** How long the accept command may take to come after the change that it made. */
const SETTLE_MS = 250;

export class Tracking implements vscode.Disposable {
  readonly #suggestions: Suggestions;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (event: Event) => void) {
    this.#suggestions = new Suggestions(send);
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        const changes = contentChanges.map(({ range, text }) => {
          return { start: place(range.start), end: place(range.end), text };
        });
        this.#suggestions.changed(document.uri.toString(), changes);
        this.#settleLater();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        if (textEditor !== vscode.window.activeTextEditor) return;
        this.#suggestions.moved(textEditor.document.uri.toString(), onlyCursor(selections));
        this.#settleLater();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#suggestions.left();
        this.#settleLater();
      }),
    ];
  }

  /** An answer goes to the editor, for this place. */
  answered(
    document: vscode.TextDocument,
    position: vscode.Position,
    items: readonly vscode.InlineCompletionItem[],
  ): void {
    const editor = vscode.window.activeTextEditor;
    const cursor = editor?.document === document ? onlyCursor(editor.selections) : undefined;
    // The user has gone on in the meantime: the editor throws the answer away.
    if (cursor?.line !== position.line || cursor.character !== position.character) return;
    const known = items.flatMap((item) => toItem(document, position, item) ?? []);
    this.#suggestions.answered(document.uri.toString(), cursor, known);
  }

  /** The accept command of the suggestion ran. */
  accepted(): void {
    this.#suggestions.accepted();
  }

  /** The server is gone, and the ids with it. */
  forget(): void {
    this.#suggestions.accepted();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #settleLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#suggestions.settle();
    }, SETTLE_MS);
  }
}

function toItem(
  document: vscode.TextDocument,
  position: vscode.Position,
  item: vscode.InlineCompletionItem,
): Item | undefined {
  const id: unknown = item.command?.arguments?.[0];
  if (typeof id !== "number") return undefined;
  const text = typeof item.insertText === "string" ? item.insertText : item.insertText.value;
  const start = item.range?.start ?? position;
  const typed = start.isBefore(position)
    ? document.getText(new vscode.Range(start, position))
    : "";
  return { id, text, typed };
}

function onlyCursor(selections: readonly vscode.Selection[]): Place | undefined {
  const [selection] = selections;
  return selections.length === 1 && selection?.isEmpty === true
    ? place(selection.active)
    : undefined;
}

function place({ line, character }: vscode.Position): Place {
  return { line, character };
}
