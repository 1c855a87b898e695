/** A window of VS Code in a real browser, for tests that read like an editor's user. */
import { readdirSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Page } from "playwright-core";

import { ghostText } from "./ghost_text.ts";
import { until } from "./until.ts";

/** The cursor in a source that is written down. */
const CURSOR = "‸";
/** How long ghost text may take to come before a key is pressed again. */
const AGAIN_MS = 1_000;
/** How many looks the extension host may take before the workspace file is written again. */
const LOOKS_AGAIN = 40;

export class Editor {
  readonly page: Page;
  readonly folder: string;
  readonly #opened: string;
  readonly #windows: string;
  #port = 0;

  /**
   * A page with a folder, or a workspace file in it, as it was opened. Extension hosts announce
   * themselves in the folder `windows`.
   */
  constructor(page: Page, folder: string, opened: string, windows: string) {
    this.page = page;
    this.folder = folder;
    this.#opened = opened;
    this.#windows = windows;
  }

  /** Waits until the window can be worked in, with these folders where it is of several. */
  async ready(folders: string[] | undefined): Promise<this> {
    await this.page.waitForSelector(".monaco-workbench .part.statusbar", { timeout: 60_000 });
    let looks = 0;
    await until(
      "the extension host",
      async () => {
        const look = await this.#findHelper();
        looks += 1;
        // VS Code in a browser loses the workspace file when it comes before the window is made;
        // then there are no folders until the file changes.
        if (!look.done && folders !== undefined && looks % LOOKS_AGAIN === 0) {
          writeFileSync(this.#opened, workspaceOf(folders) + "\n".repeat(looks));
        }
        return look;
      },
      60_000,
    );
    return this;
  }

  /** Changes the workspace file that is open; done when the window has these folders. */
  async setFolders(names: string[]): Promise<void> {
    writeFileSync(this.#opened, workspaceOf(names));
    await until(`the folders ${names.join(", ")}`, async () => {
      const { names: seen } = await this.ask("folders");
      return { done: String(seen) === String(names), seen };
    });
  }

  /** Writes a file, with the cursor at `‸`, and opens it. */
  async open(name: string, source = CURSOR): Promise<void> {
    const offset = source.indexOf(CURSOR);
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source.replace(CURSOR, ""));
    await this.ask("open", { path, offset: Math.max(offset, 0) });
    await this.page.waitForSelector(".editor-group-container.active .monaco-editor.focused");
  }

  /** Waits for the walkthrough that a new profile begins with, and closes everything. */
  async welcomed(): Promise<this> {
    await this.page
      .locator(
        ".gettingStartedContainer .step-list-container, .gettingStartedContainer .getting-started-step",
      )
      .first()
      .waitFor({ timeout: 60_000 });
    await until("the walkthrough to close", async () => {
      await this.closeFiles();
      const seen = await this.page.locator(".gettingStartedContainer").count();
      return { done: seen === 0, seen };
    });
    return this;
  }

  /**
   * Waits until foretype is asked for suggestions. VS Code begins to ask only some time after an
   * editor has been made, so the file stays open: those that follow are shown in the same editor.
   */
  async served(): Promise<this> {
    await this.statusSays(/ready/iu);
    await this.open("first.txt");
    await until("the first request", async () => {
      await this.press("Space");
      const seen = await this.status();
      return { done: seen.includes('model'), seen };
    });
    return this;
  }

  /** Opens a notebook of these cells, all of them Python, and edits the last one. */
  async openNotebook(name: string, cells: string[]): Promise<void> {
    const path = join(this.folder, name);
    writeFileSync(path, notebook(cells));
    await this.ask("openNotebook", { path });
    await this.page.waitForSelector(".notebookOverlay .cell-list-container");
    await this.command("notebook.focusBottom");
    await this.command("notebook.cell.edit");
    await this.page.waitForSelector(".notebookOverlay .monaco-editor.focused");
    await this.press("Control+End");
  }

  /** Closes all files without saving. */
  async closeFiles(): Promise<void> {
    await this.ask("closeFiles");
  }

  /** Types key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** A command of the palette, by its id. */
  async command(id: string, ...args: unknown[]): Promise<unknown> {
    return (await this.ask("command", { id, args }))["value"];
  }

  /** A command of the palette, by its title, as a user finds it. */
  async palette(title: string): Promise<void> {
    await this.press("F1");
    const input = this.page.locator(".quick-input-widget:visible .quick-input-box input");
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title }).waitFor();
    await this.press("Enter");
    // The next question may stand in the same place already.
    await until("the palette to close", async () => {
      const seen = (await input.count()) === 0 ? "" : await input.inputValue();
      return { done: !seen.startsWith(">"), seen };
    });
  }

  /** Opens the menu of code actions by its key, and goes down it to this one. */
  async codeAction(title: string): Promise<void> {
    const rows = this.page.locator(".action-widget .monaco-list-row.action");
    let pressed = 0;
    await until(`the code action ${title}`, async () => {
      const seen = await rows.allTextContents();
      // A menu without it, or none: the document's diagnostics may have come just now.
      if (!seen.some((text) => text.includes(title)) && Date.now() - pressed > AGAIN_MS) {
        pressed = Date.now();
        await this.press("Escape", "Control+.");
      }
      return { done: seen.some((text) => text.includes(title)), seen };
    });
    await until(`${title} to be chosen`, async () => {
      const seen = await this.page.locator(".action-widget .monaco-list-row.action.focused").allTextContents();
      const done = seen.some((text) => text.includes(title));
      if (!done) await this.press("ArrowDown");
      return { done, seen };
    });
    await this.press("Enter");
    await rows.first().waitFor({ state: "hidden" });
  }

  /** The rendered pages on the screen, as text. */
  async previews(): Promise<string[]> {
    const texts = this.page.frames().map(async (frame) => {
      // Frames come and go while they are looked at.
      const look = () => document.querySelector<HTMLElement>(".markdown-body")?.innerText ?? "";
      return frame.evaluate(look).catch(() => "");
    });
    return (await Promise.all(texts)).filter((text) => text !== "");
  }

  /** Waits for a rendered page with this in it. */
  async showsPage(expected: string): Promise<void> {
    await until(`a page that says ${JSON.stringify(expected)}`, async () => {
      const seen = await this.previews();
      return { done: seen.some((text) => text.includes(expected)), seen };
    });
  }

  /** Waits for a notification with this in it. */
  async notifies(expected: string | RegExp): Promise<void> {
    await until(`the notification ${String(expected)}`, async () => {
      const seen = await this.notifications();
      const has = (text: string) =>
        typeof expected === "string" ? text.includes(expected) : expected.test(text);
      return { done: seen.some(has), seen };
    });
  }

  /** Waits until no notification is on the screen. */
  async notifiesNothing(): Promise<void> {
    await until("no notification", async () => {
      const seen = await this.notifications();
      return { done: seen.length === 0, seen };
    });
  }

  /** The ghost text on the screen, lines joined by `\n`; null where there is none. */
  ghostText(): Promise<string | null> {
    return ghostText(this.page);
  }

  async showsGhostText(expected: string): Promise<void> {
    await until(`the ghost text ${JSON.stringify(expected)}`, async () => {
      const seen = await this.ghostText();
      return { done: seen === expected, seen };
    });
  }

  /** As `showsGhostText`, where the first key may be too early: then types the last blank again. */
  async getsGhostText(expected: string): Promise<void> {
    let pressed = 0;
    await until(`the ghost text ${JSON.stringify(expected)}, some time`, async () => {
      const seen = await this.ghostText();
      if (seen !== expected && Date.now() - pressed > AGAIN_MS) {
        pressed = Date.now();
        await this.press("Backspace", "Space");
      }
      return { done: seen === expected, seen: [seen, await this.status()] };
    });
  }

  async showsNoGhostText(): Promise<void> {
    await until("no ghost text", async () => {
      const seen = await this.ghostText();
      return { done: seen === null, seen };
    });
  }

  /** Saves, and asserts what is then in the file. */
  async savesAs(expected: string): Promise<void> {
    const { path } = await this.ask("document");
    await this.press("Control+s");
    await until(`the document to be ${JSON.stringify(expected)}`, async () => {
      const seen = readFileSync(String(path), "utf8");
      const { dirty } = await this.ask("document");
      return { done: seen === expected && dirty === false, seen };
    });
  }

  /** The document's text as the editor has it, with the cursor in it. */
  async document(): Promise<string> {
    const { text, cursor } = await this.ask("document");
    return String(text).slice(0, Number(cursor)) + CURSOR + String(text).slice(Number(cursor));
  }

  async hasDocument(expected: string): Promise<void> {
    await until(`the document ${JSON.stringify(expected)}`, async () => {
      const seen = await this.document();
      return { done: seen === expected, seen };
    });
  }

  /** As `hasDocument`, wherever the cursor is. */
  async hasText(expected: string): Promise<void> {
    await until(`the text ${JSON.stringify(expected)}`, async () => {
      const seen = (await this.document()).replace(CURSOR, "");
      return { done: seen === expected, seen };
    });
  }

  /** What foretype's status-bar item says, its tooltip included; empty where there is none. */
  async status(): Promise<string> {
    const item = this.page.locator('.statusbar-item[id^="foretype.foretype"]').first();
    if ((await item.count()) === 0) return "";
    const label = item.locator("[aria-label]").first();
    const hidden = (await label.count()) > 0 ? await label.getAttribute("aria-label") : "";
    return `${(await item.textContent()) ?? ""} ${hidden ?? ""}`.replaceAll("\u00a0", " ").trim();
  }

  /** As `statusSays`, where the first key may be too early: then types the last blank again. */
  async saysOnAsking(pattern: RegExp): Promise<void> {
    let pressed = Date.now();
    await until(`the status ${String(pattern)}, some time`, async () => {
      const seen = await this.status();
      const done = pattern.test(seen);
      if (!done && Date.now() - pressed > AGAIN_MS) {
        pressed = Date.now();
        await this.press("Backspace", "Space");
      }
      return { done, seen };
    });
  }

  async statusSays(pattern: RegExp): Promise<void> {
    await until(`the status ${String(pattern)}`, async () => {
      const seen = await this.status();
      return { done: pattern.test(seen), seen };
    });
  }

  /** Changes a setting of the user's, as the Settings editor does; `undefined` takes it back. */
  async set(name: string, value: unknown): Promise<void> {
    await this.ask("set", { name, value });
  }

  /** Waits until a setting has arrived in the window. */
  async hasSetting(name: string, expected: unknown): Promise<void> {
    await until(`the setting ${name}`, async () => {
      const { value } = await this.ask("setting", { name });
      return { done: value === expected, seen: value };
    });
  }

  /** The notifications on the screen. */
  notifications(): Promise<string[]> {
    return this.page.locator(".notification-toast .notification-list-item-message").allTextContents();
  }

  /** Asks the helper extension inside the editor. */
  async ask(action: string, given: object = {}): Promise<Record<string, unknown>> {
    // VS Code may start its extension host anew when a workspace gets its folders: the helper of
    // the old one still listens for a moment, but what it asks the window for is cancelled.
    let answer: Record<string, unknown> | undefined;
    await until(`${action} in a living extension host`, async () => {
      try {
        answer = await this.#askHelper(action, given);
        return { done: true, seen: undefined };
      } catch (error) {
        if (!isGone(error)) throw error;
        await this.#findHelper();
        return { done: false, seen: String(error) };
      }
    });
    return answer ?? {};
  }

  async #askHelper(action: string, given: object = {}): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${String(this.#port)}`, {
      method: "POST",
      body: JSON.stringify({ action, ...given }),
    });
    const said = await response.text();
    if (!response.ok) throw new Error(`${action}: ${said}`);
    return JSON.parse(said) as Record<string, unknown>;
  }

  /** The extension host that has announced itself for what this window has open. */
  async #findHelper(): Promise<{ done: boolean; seen: unknown }> {
    const announced = readdirSync(this.#windows).filter((file) => file.endsWith(".json"));
    const hosts = announced.map((name) => {
      const said = readFileSync(join(this.#windows, name), "utf8");
      return JSON.parse(said) as { opened: string; port: number };
    });
    for (const { opened, port } of hosts) {
      if (opened !== this.#opened) continue;
      this.#port = port;
      const alive = await this.#askHelper("trusted").catch(() => undefined);
      if (alive !== undefined) return { done: true, seen: hosts };
    }
    return { done: false, seen: hosts };
  }
}

/** Nobody listens there any more, or somebody whose window has turned away. */
function isGone(error: unknown): boolean {
  const { cause, message } = error as { cause?: { code?: string }; message?: string };
  const codes = ["ECONNREFUSED", "ECONNRESET", "UND_ERR_SOCKET"];
  return codes.includes(cause?.code ?? "") || /\bCanceled\b/u.test(message ?? "");
}

/** A `.code-workspace` file of these folders, which lie beside it. */
export function workspaceOf(folders: string[]): string {
  return JSON.stringify({ folders: folders.map((path) => ({ path })) });
}

/** The file format of Jupyter notebooks, version 4. */
function notebook(cells: string[]): string {
  return JSON.stringify({
    cells: cells.map((source) => ({
      cell_type: "code",
      execution_count: null,
      metadata: {},
      outputs: [],
      source: [source],
    })),
    metadata: { language_info: { name: "python" } },
    nbformat: 4,
    nbformat_minor: 2,
  });
}
