/** API keys in SecretStorage: one entry for all of them, by model. */

import * as vscode from "vscode";

import { parseKeys, type Keys } from "./pure/keys.ts";

const ENTRY = "foretype.apiKeys";

export class ApiKeys implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  /** A key was set or deleted, in this window or another. */
  readonly onDidChange = this.#changed.event;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
    this.#subscription = secrets.onDidChange(({ key }) => {
      if (key === ENTRY) this.#changed.fire();
    });
  }

  async all(): Promise<Keys> {
    return parseKeys(await this.#secrets.get(ENTRY));
  }

  async set(model: string, key: string): Promise<void> {
    await this.#secrets.store(ENTRY, JSON.stringify({ ...(await this.all()), [model]: key }));
  }

  async delete(model: string): Promise<void> {
    const rest = Object.entries(await this.all()).filter(([name]) => name !== model);
    if (rest.length === 0) await this.#secrets.delete(ENTRY);
    else await this.#secrets.store(ENTRY, JSON.stringify(Object.fromEntries(rest)));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
