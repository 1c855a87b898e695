/** Once with a real model on the real llama.cpp: what it says is not foreseen, only that it says it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";

import { inOwnWindow } from "./support/suite.ts";
import { until } from "./support/until.ts";

const ROOT = join(import.meta.dirname, "../../..");
const SCRIPT = join(ROOT, "scripts/real-model");
/** Its exit code where there is no network, no Python or no wheel for this platform. */
const NOT_TO_BE_HAD = 75;
const PATIENCE_MS = 60_000;

/** Starts the server; undefined where it is not to be had. */
async function serve(context: TestContext): Promise<string | undefined> {
  const child = spawn(SCRIPT, ["serve"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  context.after(async () => {
    child.stdin.end();
    await ended;
  });
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^listening (\S+)$/u.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  const [code] = (await ended) as [number];
  assert.equal(code, NOT_TO_BE_HAD, "scripts/real-model serve");
  return undefined;
}

test("A real model: ghost text comes and is accepted", async (context) => {
  const url = await serve(context);
  if (url === undefined) {
    context.skip("the real model is not to be had here");
    return;
  }
  await until(
    "the model to be loaded",
    async () => {
      const response = await fetch(`${url}/health`).catch(() => undefined);
      return { done: response?.ok === true, seen: response?.status };
    },
    PATIENCE_MS,
  );
  const machine = {
    "foretype.models": { small: { provider: "llama-cpp", url, maxOutputTokens: 24 } },
    "foretype.completion.model": "small",
  };
  const source = readFileSync(join(ROOT, "fixtures/try/mean.py"), "utf8").trimEnd();
  await inOwnWindow({ folder: "real", machine }, async ({ editor, backend }) => {
    await editor.open("mean.py", `${source}‸\n`);
    await editor.type(" ");
    let shown: string | null = null;
    let looks = 0;
    await until(
      "ghost text from the real model",
      async () => {
        shown = await editor.ghostText();
        looks += 1;
        // The first file of a language may be shown before VS Code asks about it.
        if (shown === null && looks % 200 === 0) await editor.press("Backspace", "Space");
        return { done: shown !== null, seen: await editor.status() };
      },
      PATIENCE_MS,
    );
    const text = String(shown);
    await editor.press("Tab");
    await editor.hasDocument(`${source} ${text}‸\n`);
    assert.equal(backend.requests, 0, "the scripted model was not asked");
  })();
});
