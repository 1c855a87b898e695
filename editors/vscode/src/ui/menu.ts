/** The menu behind the status bar item. */

import * as vscode from "vscode";

import { paused, render } from "../pure/view.ts";
import type { Server } from "../server.ts";
import type { Settings } from "../settings.ts";
import { everywhere, here, language, pausedWhere, type Pausing } from "./pausing.ts";

interface Entry extends vscode.QuickPickItem {
  run?: () => Thenable<unknown>;
}

export async function showMenu(server: Server, settings: Settings): Promise<void> {
  const { view } = server;
  const placeHolder = render(paused(view, pausedWhere(settings))).label;
  const entries = view.phase === "untrusted" ? untrusted() : [...first(server), ...usual(settings)];
  const picked = await vscode.window.showQuickPick(entries, { title: "foretype", placeHolder });
  await picked?.run?.();
}

/** What the state of the server calls for. */
function first(server: Server): Entry[] {
  const { view } = server;
  switch (view.phase) {
    case "missing":
      return [command("file-binary", "Set the program's path", "foretype.setPath", view.problem)];
    case "crashed":
    case "stopped":
      return [command("refresh", "Start the server now", "foretype.restart")];
    case "running": {
      const reason = view.status?.reason;
      if (reason === undefined) return [];
      return [command("question", "Why no suggestion?", "foretype.why", reason)];
    }
    default:
      return [];
  }
}

function usual(settings: Settings): Entry[] {
  const [one, all] = [language(settings), everywhere(settings)];
  return [
    pausing(here(settings)),
    ...(one === undefined ? [] : [pausing(one)]),
    pausing(all),
    separator,
    command("server-environment", "Pick a model…", "foretype.pickModel"),
    command("key", "Set an API key…", "foretype.setApiKey"),
    separator,
    command("pulse", "Doctor: test configuration and models", "foretype.runDoctor"),
    command("output", "Open the log", "foretype.openLog"),
    command("settings-gear", "Settings", "foretype.openSettings"),
    command("book", "Walkthrough", "foretype.openWalkthrough"),
    command("refresh", "Restart the server", "foretype.restart"),
  ];
}

function untrusted(): Entry[] {
  return [
    command("shield", "Manage workspace trust", "workbench.trust.manage"),
    command("settings-gear", "Settings", "foretype.openSettings"),
    command("book", "Walkthrough", "foretype.openWalkthrough"),
  ];
}

const separator: Entry = { label: "", kind: vscode.QuickPickItemKind.Separator };

function command(icon: string, label: string, id: string, detail?: string): Entry {
  return {
    label: `$(${icon}) ${label}`,
    ...(detail === undefined ? {} : { detail }),
    run: () => vscode.commands.executeCommand(id),
  };
}

function pausing({ paused, what, toggle }: Pausing): Entry {
  return {
    label: paused ? `$(debug-start) Resume ${what}` : `$(debug-pause) Pause ${what}`,
    run: toggle,
  };
}
