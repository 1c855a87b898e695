/** The walkthrough says whether a model's server is running here. */
import { createServer, type Server } from "node:http";
import { test, type TestContext } from "node:test";

import { inSharedWindow } from "./support/suite.ts";

/** Ollama's own port: the only one that it is looked for at. */
const PORT = 11_434;

test("The walkthrough looks again for a model's server", async (context) => {
  const ollama = fakeOllama();
  if (!(await listens(ollama, context))) return;
  const run = inSharedWindow(async ({ editor }) => {
    const { page } = editor;
    const step = (title: string) => {
      return page.locator(".gettingStartedContainer .step-title:visible", { hasText: title }).first();
    };
    await stop(ollama);
    await editor.command("foretype.openWalkthrough");
    await step("Choose a model").click();
    const link = page.locator(".gettingStartedContainer .monaco-button:visible, .gettingStartedContainer a:visible");
    await listens(ollama, context);
    await link.filter({ hasText: "Look Again" }).first().click();
    await step("A model is running here").waitFor();

    // The window loses the focus, and gets it again.
    await stop(ollama);
    const browser = await page.context().newCDPSession(page);
    const other = await page.context().newPage();
    await other.bringToFront();
    await browser.send("Emulation.setFocusEmulationEnabled", { enabled: false });
    await page.waitForFunction("!document.hasFocus()");
    await browser.send("Emulation.setFocusEmulationEnabled", { enabled: true });
    await page.bringToFront();
    await other.close();
    await step("Choose a model").waitFor();
    await editor.closeFiles();
  });
  try {
    await run();
  } finally {
    await stop(ollama);
  }
});

function fakeOllama(): Server {
  const said: Record<string, unknown> = {
    "/api/version": { version: "0.9.0" },
    "/api/tags": { models: [{ name: "qwen2.5-coder:1.5b" }] },
    "/api/ps": { models: [] },
  };
  return createServer((request, response) => {
    const answer = said[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
}

/** Whether it could listen; where a real one does, the test is skipped. */
async function listens(server: Server, context: TestContext): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(PORT, "127.0.0.1", resolve);
    });
    return true;
  } catch {
    context.skip(`port ${String(PORT)} is taken`);
    return false;
  }
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
