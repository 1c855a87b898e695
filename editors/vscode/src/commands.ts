/** The commands of the palette and the menus. The server's own are `foretype.info` and its like. */

import { existsSync } from "node:fs";

import * as vscode from "vscode";

import type { ApiKeys } from "./apiKeys.ts";
import { isPage, OPEN_PAGE, showPage } from "./pages.ts";
import { paused, type View } from "./pure/view.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";
import { act, ASKED, followUp, refactor } from "./ui/actions.ts";
import type { Doctor } from "./ui/doctor.ts";
import { deleteApiKey, setApiKey } from "./ui/keys.ts";
import { showMenu } from "./ui/menu.ts";
import { info, pickModel } from "./ui/models.ts";
import { everywhere, here, language, pausedWhere, type Pausing } from "./ui/pausing.ts";
import { editSetting, openSettings } from "./ui/reveal.ts";
import { lookAgain, openWalkthrough } from "./ui/welcome.ts";

export interface Parts {
  extension: string;
  server: Server;
  settings: Settings;
  keys: ApiKeys;
  doctor: Doctor;
  output: vscode.LogOutputChannel;
}

export function registerCommands(parts: Parts): vscode.Disposable[] {
  const { extension, server, settings, keys, doctor, output } = parts;
  const commands: Record<string, () => unknown> = {
    menu: () => showMenu(server, settings),
    trigger: () => builtIn("editor.action.inlineSuggest.trigger"),
    acceptWord: () => builtIn("editor.action.inlineSuggest.acceptNextWord"),
    acceptLine: () => builtIn("editor.action.inlineSuggest.acceptNextLine"),
    explain: () => act(server, ASKED.explain),
    review: () => act(server, ASKED.review),
    document: () => act(server, ASKED.document),
    generateTests: () => act(server, ASKED.generateTests),
    fix: () => act(server, ASKED.fix),
    actions: () => act(server, ASKED.actions),
    refactor: () => refactor(server),
    askFollowUp: () => followUp(server),
    why: () => why(paused(server.view, pausedWhere(settings))),
    togglePauseHere: () => toggle(here(settings)),
    togglePauseLanguage: () => toggle(language(settings)),
    togglePauseEverywhere: () => toggle(everywhere(settings)),
    pickModel: () => pickModel(server, settings),
    lookForModels: () => lookAgain(server),
    setApiKey: () => setApiKey(server, settings, keys),
    deleteApiKey: () => deleteApiKey(keys),
    runDoctor: () => doctor.run(),
    openLog: () => openLog(server, output),
    openOutput: () => {
      output.show(true);
    },
    restart: () => server.restart(),
    openSettings: () => openSettings(`@ext:${extension}`),
    configureModel: () => editSetting("foretype.models"),
    openWalkthrough: () => openWalkthrough(extension),
    setPath: () => openSettings("foretype.path"),
  };
  return [
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`foretype.${name}`, run),
    ),
    vscode.commands.registerCommand(OPEN_PAGE, (uri: string) => openPage(uri)),
  ];
}

/** Of a link in a hover. */
async function openPage(text: string): Promise<void> {
  const uri = vscode.Uri.parse(text);
  if (isPage(uri)) await showPage(uri);
}

function builtIn(command: string): Thenable<unknown> {
  return vscode.commands.executeCommand(command);
}

/** Says what became of it: where it was asked for by the palette nothing else may show it. */
async function toggle(pausing: Pausing | undefined): Promise<void> {
  if (pausing === undefined) {
    vscode.window.setStatusBarMessage("foretype: no editor is open", 5_000);
    return;
  }
  await pausing.toggle();
  const what = pausing.paused ? "resumed" : "paused";
  vscode.window.setStatusBarMessage(`foretype: ${what} ${pausing.what}`, 5_000);
}

async function why(view: View): Promise<void> {
  const reason = view.phase === "running" ? view.status?.reason : undefined;
  const message =
    view.phase !== "running"
      ? `foretype is not running: ${"problem" in view ? view.problem : view.phase}`
      : reason === undefined
        ? "The last request had a suggestion, or none was made yet."
        : `The last time there was no suggestion: ${reason}`;
  const buttons = { Doctor: "foretype.runDoctor", "Open Log": "foretype.openLog" } as const;
  const picked = await vscode.window.showInformationMessage(message, "Doctor", "Open Log");
  if (picked !== undefined) await vscode.commands.executeCommand(buttons[picked]);
}

/** The server's log file, or the output of this window where it is not to be had. */
async function openLog(server: Server, output: vscode.LogOutputChannel): Promise<void> {
  const log = (await info(server))?.log;
  if (log === undefined || !existsSync(log)) {
    output.show(true);
    return;
  }
  await vscode.window.showTextDocument(vscode.Uri.file(log));
}
