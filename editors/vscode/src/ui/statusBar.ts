/** The status bar item. */

import * as vscode from "vscode";

import { Calm } from "../pure/calm.ts";
import { remoteNote } from "../pure/remote.ts";
import { isBusy, LINKED, paused, render, type View } from "../pure/view.ts";
import type { Server } from "../server.ts";
import type { Settings } from "../settings.ts";
import { pausedWhere } from "./pausing.ts";

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #calm: Calm<View>;
  readonly #subscriptions: vscode.Disposable[];

  constructor(server: Server, settings: Settings) {
    this.#item = vscode.window.createStatusBarItem("foretype.status", vscode.StatusBarAlignment.Right, 100);
    this.#item.name = "foretype";
    this.#item.command = "foretype.menu";
    this.#calm = new Calm(isBusy, (view) => {
      this.#show(view);
    });
    const update = () => {
      this.#calm.set(paused(server.view, pausedWhere(settings)));
    };
    update();
    this.#subscriptions = [
      server.onDidChangeView(update),
      settings.onDidChange(update),
      vscode.window.onDidChangeActiveTextEditor(update),
    ];
    this.#item.show();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#calm.dispose();
    this.#item.dispose();
  }

  #show(view: View): void {
    const { text, tooltip, label, severity } = render(view, remoteNote(vscode.env.remoteName));
    const markdown = new vscode.MarkdownString(tooltip, true);
    markdown.isTrusted = { enabledCommands: Object.values(LINKED) };
    this.#item.text = text;
    this.#item.tooltip = markdown;
    this.#item.accessibilityInformation = { label, role: "button" };
    this.#item.backgroundColor =
      severity === "none"
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${severity}Background`);
  }
}
