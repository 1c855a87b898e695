/** The commands that ask for one kind of action where the cursor is. */

import * as vscode from "vscode";

import { offersAt, perform } from "../actions.ts";
import { currentPage } from "../pages.ts";
import { ACTION, FOLLOW_UP, type Offer } from "../pure/offers.ts";
import { asRecord } from "../pure/keys.ts";
import type { Server } from "../server.ts";

interface Asked {
  /** The kind of code action; empty for all. */
  kind: string;
  /** What is said where none is offered. */
  none: string;
  /** The whole line counts where nothing is selected. */
  line?: boolean;
  /** Only what asks the model. */
  asks?: boolean;
}

const HERE = "foretype: there is nothing to do here.";

/** By the names of the commands. */
export const ASKED = {
  explain: { kind: "foretype.explain", none: HERE },
  review: { kind: "foretype.review", none: HERE },
  document: {
    kind: "refactor.rewrite.document",
    none: "foretype: no function, class, type or field stands here to document.",
  },
  generateTests: {
    kind: "refactor.rewrite.tests",
    none: "foretype: no function or class stands here to test.",
  },
  fix: {
    kind: "quickfix",
    none: "foretype: no problem is reported on this line.",
    line: true,
    asks: true,
  },
  actions: { kind: "", none: HERE, line: true },
} satisfies Record<string, Asked>;

/** Asks for an action of a kind at the cursor or the selection, and does it. */
export async function act(server: Server, asked: Asked): Promise<void> {
  const offer = await offered(server, asked);
  if (offer !== undefined) await perform(server.running(), offer.command, offer.args);
}

/** As the user says in words. */
export async function refactor(server: Server): Promise<void> {
  const kind = "refactor.rewrite";
  const none = "foretype: no code stands here to refactor.";
  const all = await enabled(server, { kind, none });
  if (all.length === 0) return;
  // Any refactoring names the code that the words are about.
  const offer = all.find(({ args }) => /^refactor\./u.test(String(asRecord(args[0])["task"])));
  if (offer === undefined) {
    void vscode.window.showWarningMessage(none);
    return;
  }
  const words = await vscode.window.showInputBox({
    title: "foretype: Refactor",
    prompt: "What should change?",
    placeHolder: "return early, use a map, make it async …",
  });
  if (words === undefined || words.trim() === "") return;
  const argument = { ...asRecord(offer.args[0]), words };
  await perform(server.running(), ACTION, [argument]);
}

/** Goes on with the conversation of an explanation. */
export async function followUp(server: Server): Promise<void> {
  const page = currentPage();
  if (page === undefined) {
    void vscode.window.showInformationMessage("foretype: explain something first; then you can ask on.");
    return;
  }
  const words = await vscode.window.showInputBox({
    title: "foretype: Follow Up",
    prompt: "About the explanation",
    placeHolder: "shorter, why not a map, what if it is empty …",
  });
  if (words === undefined || words.trim() === "") return;
  await perform(server.running(), FOLLOW_UP, [{ page: page.toString(), words }]);
}

/** The action to do; of several the user chooses. */
async function offered(server: Server, asked: Asked): Promise<Offer | undefined> {
  const offers = await enabled(server, asked);
  if (offers.length <= 1) return offers[0];
  const items = offers.map((offer) => ({ label: offer.title, offer }));
  return (await vscode.window.showQuickPick(items, { title: "foretype" }))?.offer;
}

/** What can be done; where nothing can, the user is told why. */
async function enabled(server: Server, { kind, none, line = false, asks = false }: Asked): Promise<Offer[]> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    void vscode.window.showInformationMessage("foretype: no editor is open.");
    return [];
  }
  const { document, selection } = editor;
  const range = line && selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
  const all = await offersAt(server.running(), document, range, kind);
  const offers = all.filter(({ command }) => !asks || command === ACTION);
  const good = offers.filter(({ disabled }) => disabled === undefined);
  if (good.length === 0) {
    void vscode.window.showWarningMessage(offers[0]?.disabled ?? none);
  }
  return good;
}
