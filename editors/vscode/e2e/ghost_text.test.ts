/** Ghost text on the screen, and what accepting it leaves in the file. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { inSharedWindow } from "./support/suite.ts";

interface Case {
  what: string;
  file: string;
  /** The file with the cursor at `‸`. */
  source: string;
  type: string;
  answer: string;
  ghost: string;
  /** The file after Tab. */
  then: string;
}

const CASES: Case[] = [
  {
    what: "the rest of a line",
    file: "line.py",
    source: "values = [1, 2]\n‸\n",
    type: "total = ",
    answer: "sum(values)",
    ghost: "sum(values)",
    then: "values = [1, 2]\ntotal = sum(values)\n",
  },
  {
    what: "a block",
    file: "block.py",
    source: "def mean(values):\n    ‸\n",
    type: "total",
    answer: " = 0\n    for value in values:\n        total += value\n    return total / len(values)",
    ghost: " = 0",
    then: "def mean(values):\n    total = 0\n",
  },
  {
    what: "a block on an empty line",
    file: "empty.py",
    source: "def mean(values):‸\n",
    type: "\n",
    answer: "total = 0\n    for value in values:\n        total += value\n    return total / len(values)",
    ghost: "total = 0\n    for value in values:\n        total += value\n    return total / len(values)",
    then: "def mean(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)\n",
  },
  {
    what: "emoji before the cursor",
    file: "emoji.py",
    source: 's = "👩‍👩‍👧é𝄞"; ‸\n',
    type: "t = ",
    answer: 's + "🎉ü"',
    ghost: 's + "🎉ü"',
    then: 's = "👩‍👩‍👧é𝄞"; t = s + "🎉ü"\n',
  },
  {
    what: "a block in a file with CRLF",
    file: "crlf.py",
    source: "import os\r\n\r\ndef f(xs):‸\r\n",
    type: "\n",
    answer: "for x in xs:\n        print(x)",
    ghost: "for x in xs:\n        print(x)",
    then: "import os\r\n\r\ndef f(xs):\r\n    for x in xs:\r\n        print(x)\r\n",
  },
  {
    what: "the middle of a line",
    file: "middle.rs",
    source: "fn main() { ‸ }\n",
    type: "let x = ",
    answer: "1;",
    ghost: "1;",
    then: "fn main() { let x = 1; }\n",
  },
];

describe("Tab accepts exactly what is shown:", () => {
  for (const { what, file, source, type, answer, ghost, then } of CASES) {
    test(
      what,
      inSharedWindow(async ({ editor, backend }) => {
        backend.answer(answer);
        await editor.open(file, source);
        await editor.type(type);
        await editor.showsGhostText(ghost);
        await editor.press("Tab");
        await editor.savesAs(then);
      }),
    );
  }
});

describe("Ghost text", () => {
  test(
    "stays while what it says is typed, and nothing more is asked",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer("open(path, mode)");
      await editor.open("typed.py", "‸\n");
      await editor.type("file = ");
      await editor.showsGhostText("open(path, mode)");
      const asked = backend.requests;
      for (const [key, left] of [
        ["o", "pen(path, mode)"],
        ["p", "en(path, mode)"],
        ["e", "n(path, mode)"],
      ]) {
        await editor.type(String(key));
        await editor.showsGhostText(String(left));
      }
      assert.equal(backend.requests, asked);
      await editor.press("Tab");
      await editor.savesAs("file = open(path, mode)\n");
    }),
  );

  test(
    "stays through brackets and quotes that close themselves",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer('open("notes.txt")');
      await editor.open("closed.py", "‸\n");
      await editor.type("file = ");
      await editor.showsGhostText('open("notes.txt")');
      const asked = backend.requests;
      await editor.type("open");
      await editor.showsGhostText('("notes.txt")');
      await editor.type("(");
      await editor.hasDocument("file = open(‸)\n");
      await editor.showsGhostText('"notes.txt"');
      await editor.type('"');
      await editor.hasDocument('file = open("‸")\n');
      await editor.showsGhostText("notes.txt");
      await editor.type("no");
      await editor.showsGhostText("tes.txt");
      assert.equal(backend.requests, asked);
      await editor.press("Tab");
      await editor.savesAs('file = open("notes.txt")\n');
    }),
  );

  test(
    "goes when another key is typed, before the model has answered again",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer("alpha()");
      await editor.open("stale.py", "‸\n");
      await editor.type("x = ");
      await editor.showsGhostText("alpha()");
      backend.hold();
      backend.answer("eta()");
      await editor.type("b");
      await editor.showsNoGhostText();
      await editor.hasDocument("x = b‸\n");
      backend.release();
      await editor.showsGhostText("eta()");
    }),
  );

  test(
    "goes with Escape and leaves the document alone",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer("alpha()");
      await editor.open("escape.py", "‸\n");
      await editor.type("x = ");
      await editor.showsGhostText("alpha()");
      await editor.press("Escape");
      await editor.showsNoGhostText();
      await editor.savesAs("x = \n");
    }),
  );

  test(
    "is one step of undo",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer("x = 1\n    return x");
      await editor.open("undo.py", "def f():‸\n");
      await editor.type("\n");
      await editor.showsGhostText("x = 1\n    return x");
      await editor.press("Tab");
      await editor.hasDocument("def f():\n    x = 1\n    return x‸\n");
      await editor.press("Control+z");
      await editor.savesAs("def f():\n    \n");
    }),
  );
});
