/** Commands of the palette that ask, keep and show. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { inSharedWindow } from "./support/suite.ts";
import { until } from "./support/until.ts";

const KEY = "sk-scripted-0123456789";

test(
  "A key that is set reaches the model's server and no file",
  inSharedWindow(async ({ editor, backend, server }) => {
    const { page } = editor;
    const input = page.locator(".quick-input-widget:visible input:visible").first();
    const title = (text: string) => page.locator(".quick-input-title", { hasText: text }).waitFor();
    backend.answer(({ bearer }) => {
      return bearer === KEY ? "with()" : bearer === undefined ? "without()" : "other()";
    });
    await editor.open("key.py", "‸\n");
    await editor.type("x = ");
    await editor.getsGhostText("without()");
    const before = server.servers();

    // Not awaited: it ends when the key has been given.
    const set = editor.command("foretype.setApiKey");
    await title("Set an API Key");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "scripted" }).waitFor();
    await editor.press("Enter");
    await title("API Key for scripted");
    assert.equal(await input.getAttribute("type"), "password");
    await input.fill(KEY);
    await editor.press("Enter");
    await set;
    try {
      await until("a server with the key", () => {
        const seen = server.servers();
        return { done: seen.some((pid) => !before.includes(pid)), seen };
      });
      await editor.statusSays(/ready/iu);
      await editor.open("key2.py", "‸\n");
      await editor.type("y = ");
      await editor.getsGhostText("with()");
      assert.ok(server.filesWith(backend.url).length > 0, "what is in a file is found");
      assert.deepEqual(server.filesWith(KEY), []);
    } finally {
      const deleted = editor.command("foretype.deleteApiKey");
      await title("Delete an API Key");
      await editor.press("Enter");
      await deleted;
    }
    await editor.open("key3.py", "‸\n");
    await editor.type("z = ");
    await editor.getsGhostText("without()");
  }),
);

test(
  "The Doctor's report opens, and says how the model is",
  inSharedWindow(async ({ editor, backend }) => {
    backend.answer("alpha()");
    await editor.command("foretype.runDoctor");
    await until("the report", async () => {
      const seen = await editor.document();
      return { done: seen.includes("scripted") && seen.includes(backend.url), seen };
    });
    assert.ok(await editor.page.locator(".tab.active", { hasText: "foretype doctor.txt" }).isVisible());
  }),
);
