/** The settings as VS Code holds them, and what of them the server is told. */

import * as vscode from "vscode";

import { folderSettings, OWN_KEYS, userSettings } from "./pure/configuration.ts";
import { asRecord, withKeys, type Keys } from "./pure/keys.ts";

const SECTION = "foretype";
const PAUSED = "pausedFolders";
/** The window, where no folder is open. */
const NO_FOLDER = "";

export class Settings implements vscode.Disposable {
  readonly #keys: readonly string[];
  readonly #state: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly #known = new Set<string>();
  /** Something changed that the server should ask for. */
  readonly onDidChange = this.#changed.event;
  /** The stored API keys; only the names of their variables are ever told. */
  apiKeys: Keys = {};

  constructor(context: vscode.ExtensionContext) {
    const manifest = asRecord(context.extension.packageJSON);
    const { properties } = asRecord(asRecord(manifest["contributes"])["configuration"]);
    this.#keys = Object.keys(asRecord(properties)).map((key) => key.slice(SECTION.length + 1));
    this.#state = context.workspaceState;
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      const ours = this.#keys.filter((key) => !OWN_KEYS.includes(key));
      if (ours.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) {
        this.#changed.fire();
      }
    });
  }

  /** What holds for everything: the user's own values. */
  forUser(): Record<string, unknown> {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    const all = userSettings(this.#keys, (key) => configuration.inspect(key));
    const paused = this.isPausedHere(undefined) ? { enabled: false } : {};
    return withKeys({ ...all, ...paused }, this.apiKeys, this.#known);
  }

  /** Models that the server knows; new ones among them may want their keys. */
  know(models: readonly string[]): void {
    const fresh = models.filter((model) => !this.#known.has(model));
    for (const model of fresh) this.#known.add(model);
    if (fresh.some((model) => model in this.apiKeys)) this.#changed.fire();
  }

  /** What holds in a folder. */
  forFolder(uri: vscode.Uri): Record<string, unknown> {
    const configuration = vscode.workspace.getConfiguration(SECTION, uri);
    const all = folderSettings((key) => configuration.inspect(key));
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return this.isPausedHere(folder) ? { ...all, enabled: false } : all;
  }

  /** The value of a setting that is a text. */
  text(key: string, scope?: vscode.ConfigurationScope): string | undefined {
    return vscode.workspace.getConfiguration(SECTION, scope).get<string>(key);
  }

  /** The user's own value. */
  user(key: string): unknown {
    return vscode.workspace.getConfiguration(SECTION).inspect(key)?.globalValue;
  }

  async setUser(key: string, value: unknown): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    await configuration.update(key, value, vscode.ConfigurationTarget.Global);
  }

  /** Kept in this machine's memory of the folder, not in a file of the repository. */
  isPausedHere(folder: vscode.WorkspaceFolder | undefined): boolean {
    return this.#paused().includes(folder?.uri.toString() ?? NO_FOLDER);
  }

  async pauseHere(folder: vscode.WorkspaceFolder | undefined, pause: boolean): Promise<void> {
    const name = folder?.uri.toString() ?? NO_FOLDER;
    const others = this.#paused().filter((other) => other !== name);
    await this.#state.update(PAUSED, pause ? [...others, name] : others);
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #paused(): string[] {
    return this.#state.get<string[]>(PAUSED, []);
  }
}
