/** Pausing: in this folder, for this language, everywhere. */

import * as vscode from "vscode";

import type { Settings } from "../settings.ts";

export interface Pausing {
  paused: boolean;
  /** What it is about, for a menu. */
  what: string;
  toggle: () => Promise<void>;
}

/** In the folder of the active editor; in the window, where it is in none. */
export function here(settings: Settings): Pausing {
  // A window that is paused is so in its folders too, and is resumed as a whole.
  const folder = settings.isPausedHere(undefined) ? undefined : currentFolder();
  const paused = settings.isPausedHere(folder);
  return {
    paused,
    what: folder === undefined ? "in this window" : `in the folder ${folder.name}`,
    toggle: () => settings.pauseHere(folder, !paused),
  };
}

/** For the language of the active editor. */
export function language(settings: Settings): Pausing | undefined {
  const id = vscode.window.activeTextEditor?.document.languageId;
  if (id === undefined) return undefined;
  const set = settings.user("completion.disabledLanguages");
  const all = Array.isArray(set) ? set.filter((each) => typeof each === "string") : [];
  const paused = all.includes(id);
  return {
    paused,
    what: `for ${id}`,
    toggle: async () => {
      const others = all.filter((each) => each !== id);
      const next = paused ? others : [...others, id];
      await settings.setUser("completion.disabledLanguages", next.length === 0 ? undefined : next);
    },
  };
}

export function everywhere(settings: Settings): Pausing {
  const paused = settings.user("enabled") === false;
  return {
    paused,
    what: "everywhere",
    toggle: () => settings.setUser("enabled", paused ? undefined : false),
  };
}

/** Where the active editor is paused, if it is. */
export function pausedWhere(settings: Settings): string | undefined {
  return [here(settings), language(settings), everywhere(settings)].find((each) => each?.paused)?.what;
}

function currentFolder(): vscode.WorkspaceFolder | undefined {
  const document = vscode.window.activeTextEditor?.document;
  const ofNotebook = vscode.window.activeNotebookEditor?.notebook.uri;
  const uri = ofNotebook ?? document?.uri;
  // A document outside of the folders, or without a file, has nothing of their settings.
  if (uri !== undefined) return vscode.workspace.getWorkspaceFolder(uri);
  const folders = vscode.workspace.workspaceFolders;
  return folders?.length === 1 ? folders[0] : undefined;
}
