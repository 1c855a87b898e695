/** A cell of a notebook is a document, with the cells before it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { inSharedWindow } from "./support/suite.ts";
import { until } from "./support/until.ts";

test(
  "A cell of a notebook gets ghost text, and the cells before it are known",
  inSharedWindow(async ({ editor, backend }) => {
    backend.answer("radius ** 2 * math.pi");
    await editor.openNotebook("circle.ipynb", ["import math\n\nradius = 3", ""]);
    await editor.type("area = ");
    await editor.getsGhostText("radius ** 2 * math.pi");
    assert.ok(backend.prompts.at(-1)?.prefix.includes("import math"), "the first cell is in the prompt");
    await editor.press("Tab");
    await editor.press("Control+s");
    const path = join(editor.folder, "circle.ipynb");
    await until("the saved cell", () => {
      const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: { source: string[] }[] };
      const seen = cells.map(({ source }) => source.join(""));
      return { done: seen[1] === "area = radius ** 2 * math.pi", seen };
    });
  }),
);
