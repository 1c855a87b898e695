/** Several candidates, parts of one, and the suggestion popup. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { inSharedWindow } from "./support/suite.ts";

describe("Several candidates", () => {
  test(
    "come when asked for by hand, and can be gone through",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer(["alpha(1)", "beta(2)", "gamma(3)"]);
      await editor.open("cycle.py", "x = ‸\n");
      await editor.press("Alt+\\");
      await editor.showsGhostText("alpha(1)");
      await editor.press("Alt+]");
      await editor.showsGhostText("beta(2)");
      await editor.press("Alt+]");
      await editor.showsGhostText("gamma(3)");
      await editor.press("Alt+[");
      await editor.showsGhostText("beta(2)");
      await editor.press("Tab");
      await editor.savesAs("x = beta(2)\n");
      assert.ok(backend.prompts.some((prompt) => prompt.candidates > 1));
    }),
  );
});

describe("A part is accepted:", () => {
  test(
    "word by word, and the rest stays",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer("read file now");
      await editor.open("word.txt", "we ‸\n");
      await editor.command("editor.action.inlineSuggest.trigger");
      await editor.showsGhostText("read file now");
      const asked = backend.requests;
      for (const left of [" file now", "file now", " now"]) {
        await editor.press("Control+ArrowRight");
        await editor.showsGhostText(left);
      }
      assert.equal(backend.requests, asked);
      await editor.savesAs("we read file\n");
    }),
  );

  test(
    "line by line",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer("a = 1\n    b = 2\n    return a + b");
      await editor.open("lines.py", "def f():‸\n");
      await editor.type("\n");
      await editor.showsGhostText("a = 1\n    b = 2\n    return a + b");
      await editor.command("editor.action.inlineSuggest.acceptNextLine");
      await editor.hasDocument("def f():\n    a = 1\n‸\n");
      await editor.showsGhostText("    b = 2\n    return a + b");
      // Before an indentation, VS Code's Tab indents; the ghost text stays.
      await editor.press("Tab");
      await editor.showsGhostText("b = 2\n    return a + b");
      await editor.press("Tab");
      await editor.savesAs("def f():\n    a = 1\n    b = 2\n    return a + b\n");
    }),
  );
});

describe("With the suggestion popup open", () => {
  test(
    "ghost text goes on from its item",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer(({ prefix }) => (prefix.endsWith("console") ? "(1, 2)" : ""));
      await editor.open("first.popup.txt", "‸\n");
      await editor.type("con");
      await editor.press("Control+Space");
      await editor.page.waitForSelector(".suggest-widget.visible .monaco-list-row.focused");
      await editor.showsGhostText("sole(1, 2)");
      await editor.press("Tab");
      await editor.hasDocument("console‸\n");
      await editor.showsGhostText("(1, 2)");
      await editor.press("Tab");
      await editor.savesAs("console(1, 2)\n");
    }),
  );

  test(
    "ghost text follows the chosen item",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer(({ prefix }) => (prefix.endsWith("console.log") ? '("x")' : "(1)"));
      await editor.open("second.popup.txt", "‸\n");
      await editor.type("con");
      await editor.press("Control+Space");
      await editor.showsGhostText("sole(1)");
      await editor.press("ArrowDown");
      await editor.showsGhostText('sole.log("x")');
      await editor.press("Enter");
      await editor.hasDocument("console.log‸\n");
      await editor.showsGhostText('("x")');
      await editor.press("Tab");
      await editor.savesAs('console.log("x")\n');
    }),
  );
});
