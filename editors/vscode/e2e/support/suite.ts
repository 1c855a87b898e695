/** What all tests share: one code-server, one browser, one backend, and a window for most of them. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";

import { chromium, type Browser } from "playwright-core";

import { Backend, MODEL } from "./backend.ts";
import { CodeServer, fromEnvironment } from "./code_server.ts";
import { Editor, workspaceOf } from "./editor.ts";

export interface Scene {
  editor: Editor;
  backend: Backend;
  server: CodeServer;
}

/** A window of its own. */
export interface Window {
  /** The folder's name; a fresh one. */
  folder: string;
  /** Files that are there before the window opens: path → text. */
  files?: Record<string, string>;
  /** The user's settings while it is open, besides the usual ones. */
  settings?: Record<string, unknown>;
  /** Its size in CSS pixels. */
  width?: number;
  height?: number;
  /** The machine's settings while it is open. */
  machine?: Record<string, unknown>;
  /** foretype is not to be started there. */
  untrusted?: boolean;
  /** Opens these folders in it, by a workspace file, in place of itself. */
  folders?: string[];
}

interface World {
  backend: Backend;
  server: CodeServer;
  browser: Browser;
}

let world: Promise<World> | undefined;
let shared: Promise<Editor> | undefined;

async function begin(): Promise<World> {
  const backend = await new Backend().start();
  const server = new CodeServer();
  const browser = await chromium.launch({
    executablePath: fromEnvironment("FORETYPE_E2E_CHROMIUM"),
    args: ["--no-sandbox", "--force-device-scale-factor=1"],
  });
  await server.start(configuration(backend.url));
  return { backend, server, browser };
}

after(async () => {
  const all = await world?.catch(() => undefined);
  await all?.browser.close();
  all?.server.stop();
  await all?.backend.stop();
});

// Ended from outside: what was started outlives nobody.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    void world
      ?.then(({ server }) => {
        server.stop();
      })
      .finally(() => process.exit(1));
  });
}

/** foretype's own configuration: one model and no other, no debounce, a log that says everything. */
function configuration(url: string): string {
  return `[models.scripted]
provider = "openai-compatible"
url = "${url}"
model = "${MODEL}"

[completion]
debounce_ms = 0
fallback = []

[log]
level = "debug"
`;
}

/**
 * A window that foretype answers in. VS Code in a browser sometimes comes up half, whatever is
 * installed: then the window is closed and opened once more, as its user would.
 */
async function openWindow(all: World, window: Window): Promise<Editor> {
  try {
    return await openOnce(all, window);
  } catch (error) {
    console.error(`the window ${window.folder} is opened again: ${String(error)}`);
    return openOnce(all, window);
  }
}

async function openOnce({ backend, server, browser }: World, window: Window): Promise<Editor> {
  const folder = server.folder(window.folder);
  for (const [name, text] of Object.entries(window.files ?? {})) {
    server.write(join(folder, name), text);
  }
  const context = await browser.newContext({
    viewport: { width: window.width ?? 1000, height: window.height ?? 640 },
  });
  const page = await context.newPage();
  const opened = window.folders === undefined ? folder : join(folder, "several.code-workspace");
  if (window.folders !== undefined) {
    for (const name of window.folders) mkdirSync(join(folder, name), { recursive: true });
    server.write(opened, workspaceOf(window.folders));
  }
  await page.goto(server.window(opened));
  const editor = new Editor(page, folder, opened, server.windows);
  try {
    await seen(editor, () => prepare(editor, window, backend));
  } catch (error) {
    await context.close();
    server.forget(opened);
    throw error;
  }
  return editor;
}

/** Until foretype answers in the window. */
async function prepare(editor: Editor, window: Window, backend: Backend): Promise<void> {
  await editor.ready(window.folders);
  if (window.untrusted === true) return;
  await editor.welcomed();
  await editor.served();
  if (window.machine === undefined) {
    // The first file of a language may be shown before VS Code asks about it.
    backend.answer("warm()");
    await editor.open("second.py");
    await editor.type("x = ");
    await editor.getsGhostText("warm()");
  }
}

/** A test in the window that most tests share. */
export function inSharedWindow(run: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    world ??= begin();
    const all = await world;
    shared ??= openWindow(all, { folder: "shared" });
    const editor = await shared;
    await editor.command("notifications.clearAll");
    await play(all, editor, run);
  };
}

/** A test in a window of its own, which nobody has seen before. */
export function inOwnWindow(window: Window, run: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    world ??= begin();
    const all = await world;
    all.server.settings(window.settings ?? {});
    all.server.machineSettings(window.machine ?? {});
    const editor = await openWindow(all, window);
    try {
      await play(all, editor, run);
    } finally {
      await editor.page.context().close();
      all.server.settings({});
      all.server.machineSettings({});
    }
  };
}

async function play(all: World, editor: Editor, run: (scene: Scene) => Promise<void>) {
  const { backend, server } = all;
  await backend.reset();
  await seen(editor, () => run({ editor, backend, server }));
}

/** Where it fails, there is a picture of the window. */
async function seen(editor: Editor, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const folder = process.env["FORETYPE_E2E_FAILURES"];
    if (folder !== undefined && folder !== "") {
      mkdirSync(folder, { recursive: true });
      await editor.page.screenshot({ path: join(folder, `${String(Date.now())}.png`) });
    }
    throw error;
  }
}
