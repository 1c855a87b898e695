/** Code actions by keyboard: what they leave in the document, and what the user sees meanwhile. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { inOwnWindow, inSharedWindow } from "./support/suite.ts";
import { until } from "./support/until.ts";

const SOURCE = `import os

def total(values):
    result = 0
    for value in values:
        result = result + value‸
    return result

def last(values):
    return values[-1]
`;
const BEFORE = SOURCE.replace("‸", "");
const ANSWER = "```python\ndef total(values):\n    return sum(values)\n```\n";
const AFTER = `import os

def total(values):
    return sum(values)

def last(values):
    return values[-1]
`;

test(
  "An explanation opens rendered beside the code, and grows",
  inSharedWindow(async ({ editor, backend }) => {
    backend.chats.answer(["It adds `values` up.\n\n", "An empty list gives **0**.\n"]);
    await editor.open("explain.py", SOURCE);
    await editor.palette("foretype: Explain");
    await editor.showsPage("It adds values up.");
    await editor.notifies("explain");
    assert.match(backend.chats.asked[0]?.told ?? "", /def total\(values\):/u);
    // The keyboard is still in the code.
    await editor.type(" ");
    await editor.hasDocument(SOURCE.replace("‸", " ‸"));
    backend.chats.goOn();
    await editor.showsPage("An empty list gives 0.");
    await editor.notifiesNothing();

    // The conversation goes on, on the same page.
    backend.chats.answer("A sum.\n");
    await editor.palette("foretype: Follow Up on the Explanation…");
    await editor.page.locator(".quick-input-title", { hasText: "Follow Up" }).waitFor();
    await editor.type("shorter");
    await editor.press("Enter");
    await editor.showsPage("A sum.");
    await editor.showsPage("shorter");
    assert.match(backend.chats.asked[1]?.told ?? "", /An empty list gives \*\*0\*\*/u);
    await editor.notifiesNothing();
    await editor.command("workbench.action.closeEditorsInOtherGroups");
  }),
);

test(
  "A hover has the signature, and what the model says, asked once",
  inSharedWindow(async ({ editor, backend }) => {
    const { page } = editor;
    const hover = page.locator(".monaco-hover:visible .hover-contents");
    const hovers = async (part: string) => {
      let pressed = 0;
      await until(`a hover with ${JSON.stringify(part)}`, async () => {
        if (Date.now() - pressed > 3_000) {
          pressed = Date.now();
          await editor.press("Escape", "Control+k", "Control+i");
        }
        const seen = await hover.allInnerTexts();
        return { done: seen.join("\n").replaceAll("\u00a0", " ").includes(part), seen };
      });
    };
    backend.chats.answer(["It adds `values` up.\n\n", "An empty list gives **0**.\n"]);
    await editor.open("hover.py", SOURCE.replace("‸", "").replace("def total", "def to‸tal"));
    await hovers("def total(values)");
    await hovers("It adds values up.");
    // The rest of it goes on, on a page that the hover leads to.
    await hover.getByText("It is still being written").click();
    await editor.showsPage("It adds values up.");
    backend.chats.goOn();
    await editor.showsPage("An empty list gives 0.");
    await editor.command("workbench.action.closeEditorsInOtherGroups");
    await editor.command("workbench.action.focusActiveEditorGroup");
    await hovers("An empty list gives 0.");
    assert.equal(backend.chats.asked.length, 1);
    await editor.press("Escape");
  }),
);

describe("An edit", () => {
  test(
    "of an action in the menu is taken back in one step",
    inSharedWindow(async ({ editor, backend }) => {
      backend.chats.answer(ANSWER);
      await editor.open("menu.py", SOURCE);
      await editor.codeAction("Make `total` more idiomatic");
      await editor.hasText(AFTER);
      await editor.press("Control+z");
      await editor.hasDocument(SOURCE);
    }),
  );

  test(
    "joins what is typed while the model writes",
    inSharedWindow(async ({ editor, backend }) => {
      backend.chats.answer(["```python\ndef total(values):\n", "    return sum(values)\n```\n"]);
      await editor.open("typing.py", SOURCE);
      await editor.codeAction("Make `total` more idiomatic");
      await editor.notifies("idiomatic");
      await editor.press("Control+Home", "End");
      await editor.type(", sys");
      await editor.hasDocument(BEFORE.replace("import os", "import os, sys‸"));
      backend.chats.goOn();
      await editor.hasDocument(AFTER.replace("import os", "import os, sys‸"));
    }),
  );

  test(
    "is not made over lines that were changed meanwhile",
    inSharedWindow(async ({ editor, backend }) => {
      backend.chats.answer(["```python\ndef total(values):\n", "    return sum(values)\n```\n"]);
      await editor.open("touched.py", SOURCE);
      await editor.codeAction("Make `total` more idiomatic");
      await editor.notifies("idiomatic");
      await editor.type(" * 2");
      await editor.hasDocument(SOURCE.replace("‸", " * 2‸"));
      backend.chats.goOn();
      await editor.notifies(/changed/u);
      await editor.hasDocument(SOURCE.replace("‸", " * 2‸"));
    }),
  );

  test(
    "keeps CRLF, and what is not saved yet",
    inSharedWindow(async ({ editor, backend }) => {
      backend.chats.answer(ANSWER.replace("sum(values)", "sum(values)  # 😀"));
      await editor.open("crlf.py", SOURCE.replaceAll("\n", "\r\n"));
      await editor.type(" + 0");
      await editor.codeAction("Make `total` more idiomatic");
      const after = AFTER.replace("sum(values)", "sum(values)  # 😀").replaceAll("\n", "\r\n");
      await editor.hasText(after);
      assert.match(backend.chats.asked[0]?.told ?? "", /result \+ value \+ 0/u);
      await editor.savesAs(after);
    }),
  );

  test(
    "that is cancelled never comes, and its connection is closed",
    inSharedWindow(async ({ editor, backend }) => {
      backend.chats.answer(["```python\ndef total(values):\n", "    return sum(values)\n```\n"]);
      await editor.open("cancel.py", SOURCE);
      await editor.codeAction("Make `total` more idiomatic");
      await editor.notifies("idiomatic");
      await editor.page
        .locator(".notification-toast", { hasText: "idiomatic" })
        .getByRole("button", { name: "Cancel" })
        .click();
      await until("the connection to be closed", () => {
        const seen = backend.chats.asked;
        return { done: seen[0]?.left === true, seen };
      });
      await editor.hasDocument(SOURCE);
      await editor.notifiesNothing();
    }),
  );
});

test(
  "Document writes above the function",
  inSharedWindow(async ({ editor, backend }) => {
    backend.chats.answer('```python\ndef last(values):\n    """The last of `values`."""\n    return values[-1]\n```\n');
    await editor.open("document.py", BEFORE.replace("values[-1]", "values[-1]‸"));
    await editor.palette("foretype: Document");
    const wanted = '    """The last of `values`."""\n    return values[-1]';
    await editor.hasText(BEFORE.replace("    return values[-1]", wanted));
  }),
);

test(
  "Fix mends what another extension reports on the line",
  inSharedWindow(async ({ editor, backend }) => {
    backend.chats.answer("```python\ndef last(values):\n    return values[-1] if values else None\n```\n");
    await editor.open("fix.py", BEFORE.replace("    return values[-1]", "‸    return values[-1]"));
    await editor.palette("foretype: Fix");
    await editor.notifies("no problem is reported on this line");
    assert.equal(backend.chats.asked.length, 0);
    await editor.command("notifications.clearAll");
    const from = BEFORE.indexOf("values[-1]");
    await editor.ask("diagnose", { from, to: from + 10, message: "may be empty", code: "E42" });
    // By the command, and by VS Code's own key.
    const after = BEFORE.replace("values[-1]", "values[-1] if values else None");
    for (const way of ["palette", "menu"]) {
      if (way === "palette") await editor.palette("foretype: Fix");
      else await editor.codeAction("Fix: may be empty (E42)");
      await editor.hasText(after);
      assert.match(backend.chats.asked.at(-1)?.told ?? "", /may be empty/u);
      await editor.press("Control+z");
      await editor.hasDocument(BEFORE.replace("    return values[-1]", "‸    return values[-1]"));
    }
  }),
);

test(
  "Without a model for chat the reason is seen",
  inOwnWindow({ folder: "no-chat", settings: { "foretype.chat.model": "none" } }, async ({ editor, backend }) => {
    await editor.open("reason.py", SOURCE);
    await editor.palette("foretype: Explain");
    await editor.notifies(/there is no model `none`/u);
    // VS Code shows what cannot be chosen in its own menu of refactorings.
    await editor.press("Control+Shift+r");
    await editor.page.locator(".action-widget .option-disabled", { hasText: "Make `total`" }).waitFor();
    assert.equal(backend.chats.asked.length, 0);
  }),
);
