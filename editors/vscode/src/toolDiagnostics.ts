/** Answers the server what the user's other tools say of a document. */

import * as vscode from "vscode";
import type { ClientCapabilities, LanguageClient, StaticFeature } from "vscode-languageclient/node";

import { Settling } from "./pure/settling.ts";

interface Question {
  textDocument: { uri: string };
  waitMs: number;
}

/** Announces `foretype/diagnostics`, and answers it. */
export class ToolDiagnostics implements StaticFeature {
  readonly #client: LanguageClient;
  readonly #settling = new Settling();
  #subscriptions: vscode.Disposable[] = [];

  constructor(client: LanguageClient) {
    this.#client = client;
  }

  fillClientCapabilities(capabilities: ClientCapabilities): void {
    const experimental = capabilities.experimental as Record<string, unknown> | undefined;
    capabilities.experimental = { ...experimental, foretypeDiagnostics: true };
  }

  initialize(): void {
    this.clear();
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#settling.edited(document.uri.toString());
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.#settling.edited(uri.toString()); }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) this.#settling.said(uri.toString());
      }),
      this.#client.onRequest("foretype/diagnostics", (question: Question) => this.#answer(question)),
    ];
  }

  getState(): { kind: "static" } {
    return { kind: "static" };
  }

  clear(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }

  async #answer({ textDocument, waitMs }: Question): Promise<unknown> {
    const uri = this.#client.protocol2CodeConverter.asUri(textDocument.uri);
    const changed = await this.#settling.rest(uri.toString(), waitMs);
    const diagnostics = vscode.languages.getDiagnostics(uri);
    return { diagnostics: await this.#client.code2ProtocolConverter.asDiagnostics(diagnostics), changed };
  }
}
