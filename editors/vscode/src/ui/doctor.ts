/** The report of `foretype doctor`, in an editor of its own. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import * as vscode from "vscode";

import { asRecord } from "../pure/keys.ts";
import { remoteNote } from "../pure/remote.ts";
import type { Server } from "../server.ts";

const SCHEME = "foretype-report";

export class Doctor implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #server: Server;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly #uri = vscode.Uri.from({ scheme: SCHEME, path: "foretype doctor.txt" });
  readonly onDidChange = this.#changed.event;
  #text = "";

  constructor(server: Server) {
    this.#server = server;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async run(): Promise<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: "foretype: testing the configuration and the models",
      cancellable: true,
    };
    const text = await vscode.window.withProgress(options, (_, token) => this.#report(token));
    if (text === undefined) return;
    const note = wrap(remoteNote(vscode.env.remoteName)?.replaceAll("`", ""));
    this.#text = note === undefined ? text : `${text.trimEnd()}\n\n${note}\n`;
    this.#changed.fire(this.#uri);
    const document = await vscode.workspace.openTextDocument(this.#uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #report(token: vscode.CancellationToken): Promise<string | undefined> {
    const { view } = this.#server;
    if (view.phase === "untrusted") return "foretype is off until you trust this workspace.\n";
    if (view.phase === "running") {
      try {
        const { text } = asRecord(await this.#server.execute("foretype.doctor", [], token));
        if (typeof text === "string") return text;
      } catch (error) {
        this.#server.log(`foretype.doctor: ${String(error)}`);
      }
      if (token.isCancellationRequested) return undefined;
    }
    return this.#byProgram(token);
  }

  /** Without a running server: what the program says of the configuration file. */
  async #byProgram(token: vscode.CancellationToken): Promise<string | undefined> {
    const program = this.#server.program();
    if (!program.found) return `${program.problem}\n`;
    const abort = new AbortController();
    token.onCancellationRequested(() => {
      abort.abort();
    });
    const options = { env: this.#server.environment(), signal: abort.signal, timeout: 60_000 };
    const head = "Of the configuration file alone, without VS Code's settings:\n\n";
    try {
      const { stdout } = await promisify(execFile)(program.file, ["doctor"], options);
      return head + stdout;
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      // It ends with an error code where it found something to mend.
      const { stdout } = asRecord(error);
      const found = typeof stdout === "string" && stdout !== "";
      return found ? head + stdout : `${program.file} could not be run. The output of foretype says why.\n`;
    }
  }
}

/** The report is plain text, which editors do not wrap. */
function wrap(text: string | undefined): string | undefined {
  return text?.replaceAll(/(.{1,80})( |$)/g, "$1\n").trimEnd();
}
