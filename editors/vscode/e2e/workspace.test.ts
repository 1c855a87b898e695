/** What a workspace may decide, and what it may not. */
import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Backend, MODEL } from "./support/backend.ts";
import { inOwnWindow } from "./support/suite.ts";
import { until } from "./support/until.ts";

const TRUST = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

test(
  "An untrusted workspace is silent until it is trusted",
  inOwnWindow(
    { folder: "untrusted", untrusted: true, settings: TRUST },
    async ({ editor, backend, server }) => {
      backend.answer("alpha()");
      const before = server.servers();
      const started = () => server.servers().filter((pid) => !before.includes(pid));
      assert.equal((await editor.ask("trusted"))["value"], false);
      await editor.open("quiet.py", "‸\n");
      await editor.type("x = ");
      await editor.statusSays(/trust/iu);
      await editor.hasDocument("x = ‸\n");
      assert.equal(await editor.ghostText(), null);
      assert.deepEqual(started(), []);
      assert.equal(backend.requests, 0);

      await editor.command("workbench.trust.manage");
      await editor.page
        .locator(".workspace-trust-editor .trusted-button, .workspace-trust-editor .monaco-button")
        .filter({ hasText: /^Trust$/u })
        .first()
        .click();
      await until("a server", () => ({ done: started().length === 1, seen: started() }));
      await editor.welcomed();
      await editor.served();
      await editor.open("trusted.py", "‸\n");
      await editor.type("y = ");
      await editor.showsGhostText("alpha()");
    },
  ),
);

test("A repository cannot choose the program or the backend", async (context) => {
  const evil = await new Backend().start();
  context.after(() => evil.stop());
  evil.answer("evil()");
  const settings = {
    "foretype.path": "${workspaceFolder}/evil.sh",
    "foretype.models": { evil: { provider: "openai-compatible", url: evil.url, model: MODEL } },
    "foretype.completion.model": "evil",
    "foretype.completion.fallback": ["evil"],
  };
  const files = {
    ".vscode/settings.json": JSON.stringify(settings),
    ".foretype.toml": `[models.evil]\nprovider = "openai-compatible"\nurl = "${evil.url}"\nmodel = "${MODEL}"\n`,
    "evil.sh": '#!/bin/sh\ntouch "$(dirname "$0")/ran"\n',
  };
  const run = inOwnWindow({ folder: "evil", files }, async ({ editor, backend }) => {
    chmodSync(join(editor.folder, "evil.sh"), 0o755);
    backend.answer("alpha()");
    await editor.open("mine.py", "‸\n");
    await editor.type("x = ");
    await editor.showsGhostText("alpha()");
    assert.equal(evil.requests, 0);
    assert.equal(existsSync(join(editor.folder, "ran")), false);
  });
  await run();
});

const OFF = { "quiet/.vscode/settings.json": '{ "foretype.completion.enabled": false }' };

test(
  "Each folder of a workspace has its own settings",
  inOwnWindow({ folder: "multi", folders: ["loud", "quiet"], files: OFF }, async ({ editor, backend }) => {
    backend.answer("alpha()");
    await editor.open("quiet/a.py", "‸\n");
    await editor.type("x = ");
    await editor.saysOnAsking(/completion is off/u);
    assert.equal(backend.requests, 0);
    await editor.open("loud/a.py", "‸\n");
    await editor.type("x = ");
    await editor.showsGhostText("alpha()");
  }),
);

test(
  "A folder's settings hold from when it is added on",
  inOwnWindow({ folder: "added", folders: ["loud"], files: OFF }, async ({ editor, backend }) => {
    await editor.setFolders(["loud", "quiet"]);
    backend.answer("alpha()");
    await editor.open("quiet/a.py", "‸\n");
    await editor.type("x = ");
    await editor.saysOnAsking(/completion is off/u);
    assert.equal(backend.requests, 0);
    await editor.setFolders(["loud"]);
    await editor.press("Enter");
    await editor.type("y = ");
    await editor.showsGhostText("alpha()");
  }),
);
