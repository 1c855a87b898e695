/** `completion.instant`: the built-in model's word at once, the slower model's in its place. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Editor } from "./support/editor.ts";
import { inOwnWindow, type Scene } from "./support/suite.ts";
import { until } from "./support/until.ts";

const AT_ONCE = "Settings.from_environment(environment, name)";
const SLOWER = "Settings.from_the_model()";

/** A file in which the line stands three times, and begins once more. */
function source(): string {
  const body = `(environment):\n    settings = ${AT_ONCE}\n    return settings\n\n\n`;
  const above = ["first", "second", "third"].map((name) => `def ${name}${body}`).join("");
  return `${above}def begun(environment):\n    settings =‸\n`;
}

/** The built-in model has spoken and the other one, which thinks, has been asked. */
async function spoken(editor: Editor, backend: Scene["backend"], name: string): Promise<void> {
  backend.hold();
  backend.answer(SLOWER);
  await editor.open(name, source());
  await editor.type(" ");
  await editor.getsGhostText(AT_ONCE);
  await until("the slower model to be asked", () => ({ done: backend.requests > 0, seen: backend.requests }));
}

const WINDOW = { machine: { "foretype.completion.instant": true } };

describe("What is said at once", () => {
  test(
    "gives way to what the slower model says, without a key",
    inOwnWindow({ ...WINDOW, folder: "instant" }, async ({ editor, backend }) => {
      await spoken(editor, backend, "shown.py");
      const asked = backend.requests;
      backend.release();
      await editor.showsGhostText(SLOWER);
      // It was asked once, for one suggestion: nobody asked by hand.
      assert.equal(backend.requests, asked);
      assert.ok(backend.prompts.every(({ candidates }) => candidates === 1));
      await editor.press("Tab");
      await editor.savesAs(source().replace("‸", ` ${SLOWER}`));
    }),
  );

  test(
    "stays away where it was dismissed",
    inOwnWindow({ ...WINDOW, folder: "dismissed" }, async ({ editor, backend, server }) => {
      await spoken(editor, backend, "dismissed.py");
      await editor.press("Escape");
      await editor.showsNoGhostText();
      const before = server.log().length;
      backend.release();
      await until("the slower model's answer", () => {
        const seen = server.log().slice(before);
        return { done: seen.includes("a slower model has answered"), seen };
      });
      // Longer than the extension looks for it.
      for (let looks = 0; looks < 40; looks++) {
        assert.equal(await editor.ghostText(), null);
        await editor.ask("document");
      }
      await editor.savesAs(source().replace("‸", " "));
    }),
  );
});
