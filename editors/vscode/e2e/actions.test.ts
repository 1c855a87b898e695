/** Code actions by keyboard: what they leave in the document, and what the user sees meanwhile. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";

import { HOVER } from "./support/editor.ts";
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
    backend.chats.answer(["It adds `values` up.\n\n", "An empty list gives **0**.\n"]);
    await editor.open("hover.py", SOURCE.replace("‸", "").replace("def total", "def to‸tal"));
    await editor.hovers("def total(values)");
    await editor.hovers("It adds values up.");
    // The rest of it goes on, on a page that the hover leads to.
    await editor.page.locator(HOVER).getByText("It is still being written").click();
    await editor.showsPage("It adds values up.");
    backend.chats.goOn();
    await editor.showsPage("An empty list gives 0.");
    await editor.command("workbench.action.closeEditorsInOtherGroups");
    await editor.command("workbench.action.focusActiveEditorGroup");
    await editor.hovers("An empty list gives 0.");
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
      await editor.open("action_crlf.py", SOURCE.replaceAll("\n", "\r\n"));
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
    await editor.notifies("no problem is reported");
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

/** What a linter says of `last`: its second rule is the one that a careless fix breaks. */
const RULES = [
  { pattern: "return values\\[-1\\]$", message: "may be empty", code: "E42" },
  { pattern: "None$", message: "must not be nothing", code: "E43" },
];
const CARELESS = ["```python\ndef last(values):\n", "    return values[-1] if values else None\n```\n"] as const;

test(
  "A fix that leaves an error is tried once more, with what the linter says of it",
  inSharedWindow(async ({ editor, backend }) => {
    for (const second of ["0", "(None or None)\n    return None"]) {
      backend.chats.asked = [];
      backend.chats.answer([...CARELESS]);
      const name = second === "0" ? "again.py" : "in_vain.py";
      await editor.open(name, BEFORE.replace("    return values[-1]", "‸    return values[-1]"));
      await editor.ask("check", { rules: RULES });
      await editor.codeAction("Fix: may be empty (E42)");
      await until("the first question", () => {
        const seen = backend.chats.asked.length;
        return { done: seen === 1, seen };
      });
      backend.chats.answer(`\`\`\`python\ndef last(values):\n    return values[-1] if values else ${second}\n\`\`\`\n`);
      backend.chats.goOn();
      await editor.hasText(BEFORE.replace("values[-1]", `values[-1] if values else ${second}`));
      const told = backend.chats.asked[1]?.told ?? "";
      // The error that it left, and what it was to mend.
      assert.match(told, /must not be nothing/u);
      assert.match(told, /may be empty/u);
      if (second === "0") await editor.notifiesNothing();
      else await editor.notifies("after the fix there is still an error");
      assert.equal(backend.chats.asked.length, 2);
      await editor.command("notifications.clearAll");
    }
  }),
);

test(
  "Refactor does what the user says",
  inSharedWindow(async ({ editor, backend }) => {
    backend.chats.answer(ANSWER);
    await editor.open("words.py", SOURCE);
    await editor.palette("foretype: Refactor with Your Words…");
    await editor.page.locator(".quick-input-title", { hasText: "Refactor" }).waitFor();
    await editor.type("use sum for it");
    await editor.press("Enter");
    await editor.hasText(AFTER);
    assert.match(backend.chats.asked[0]?.told ?? "", /use sum for it/u);
  }),
);

test(
  "Generate Tests makes a new file, once the user agrees",
  inSharedWindow(async ({ editor, backend, server }) => {
    server.write(join(editor.folder, "tests/test_other.py"), "def test_other():\n    assert True\n");
    backend.chats.answer(
      "```python\nfrom fresh import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n```\n",
    );
    await editor.open("fresh.py", SOURCE);
    await editor.palette("foretype: Generate Tests");
    // VS Code shows what is to be made, and waits for a yes.
    const panel = editor.page.locator(".part.panel");
    await panel.locator(".monaco-list-row", { hasText: "test_fresh.py" }).waitFor();
    await editor.notifiesNothing();
    await panel.locator(".monaco-list-row", { hasText: "test_fresh.py" }).locator(".edit-checkbox").click();
    await panel.getByRole("button", { name: "Apply" }).click();
    await until("the new file", async () => {
      const seen = await editor.ask("document");
      const named = String(seen["path"]).endsWith("test_fresh.py");
      return { done: named && String(seen["text"]).includes("assert total([1, 2]) == 3"), seen };
    });
    assert.match(backend.chats.asked[0]?.told ?? "", /pytest|unittest/u);
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
