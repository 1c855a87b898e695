import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const path = vscode.workspace.getConfiguration("foretype").get<string>("path");
  const command = path !== undefined && path !== "" ? path : "foretype";
  client = new LanguageClient(
    "foretype",
    "foretype",
    { command, transport: TransportKind.stdio },
    {
      documentSelector: ["file", "untitled", "vscode-notebook-cell", "vscode-remote"].map(
        (scheme) => ({ scheme }),
      ),
      connectionOptions: {},
    },
  );
  context.subscriptions.push(client);
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
