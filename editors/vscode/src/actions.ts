/** What is asked for at a place in the code: the server's code actions, by kind, and doing them. */

import * as vscode from "vscode";
import {
  CodeActionRequest,
  CodeActionTriggerKind,
  ExecuteCommandRequest,
  WorkDoneProgress,
  type LanguageClient,
} from "vscode-languageclient/node";

import { parseOffers, type Offer } from "./pure/offers.ts";

let works = 0;

/** What the server offers at a range, disabled ones included. Empty `kind`: everything. */
export async function offersAt(
  client: LanguageClient,
  document: vscode.TextDocument,
  range: vscode.Range,
  kind: string,
): Promise<Offer[]> {
  const to = client.code2ProtocolConverter;
  const near = vscode.languages.getDiagnostics(document.uri).filter((one) => one.range.intersection(range));
  const context = {
    diagnostics: await to.asDiagnostics(near),
    triggerKind: CodeActionTriggerKind.Invoked,
    ...(kind === "" ? {} : { only: [kind] }),
  };
  const textDocument = to.asTextDocumentIdentifier(document);
  const params = { textDocument, range: to.asRange(range), context };
  return parseOffers(await client.sendRequest(CodeActionRequest.type, params));
}

/**
 * Runs one of the server's commands that ask the model, with progress that can be cancelled. The
 * edit comes as `workspace/applyEdit`, which checks the document's version; what goes wrong the
 * server says itself.
 */
export async function perform(client: LanguageClient, command: string, args: unknown[]): Promise<void> {
  works += 1;
  const workDoneToken = `foretype-vscode-${String(works)}`;
  const options = { location: vscode.ProgressLocation.Notification, title: "foretype", cancellable: true };
  await vscode.window.withProgress(options, async (progress, token) => {
    let what = "";
    const told = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind === "begin") what = value.title.replace(/^foretype: /u, "");
      if (value.kind === "end") return;
      progress.report({ message: [what, value.message ?? ""].filter((part) => part !== "").join(" · ") });
    });
    try {
      const params = { command, arguments: args, workDoneToken };
      await client.sendRequest(ExecuteCommandRequest.type, params, token);
    } catch (error) {
      if (!token.isCancellationRequested) throw error;
    } finally {
      told.dispose();
    }
  });
}
