/** The few messages that pop up: what only the user can mend. A failing model is not among them. */

import * as vscode from "vscode";

import type { Notice, Server } from "../server.ts";

export function showNotices(server: Server): vscode.Disposable {
  const said = new Set<string>();
  return server.onDidNotice((notice) => {
    const text = notice.kind === "missing" ? notice.problem : notice.kind;
    // Crashes are told of once in a row of them, problems once in a window.
    if (notice.kind === "missing" && said.has(text)) return;
    said.add(text);
    void show(notice);
  });
}

async function show(notice: Notice): Promise<void> {
  if (notice.kind === "missing") {
    const path = { title: "Set Path", command: "foretype.setPath" };
    const help = { title: "Open Walkthrough", command: "foretype.openWalkthrough" };
    const message = `${notice.problem} Install foretype, or set the path of the program.`;
    await run(await vscode.window.showErrorMessage(message, path, help));
    return;
  }
  const output = { title: "Show Output", command: "foretype.openOutput" };
  const restart = { title: "Restart Now", command: "foretype.restart" };
  const message = "The foretype server keeps ending. It is started again at longer and longer intervals.";
  await run(await vscode.window.showWarningMessage(message, output, restart));
}

async function run(button: { command: string } | undefined): Promise<void> {
  if (button !== undefined) await vscode.commands.executeCommand(button.command);
}
