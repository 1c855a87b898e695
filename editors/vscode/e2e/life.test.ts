/** Settings, the server and the backend come and go while the editor is open. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { inSharedWindow, type Scene } from "./support/suite.ts";
import { until } from "./support/until.ts";

/** Ways to change a setting; `undefined` takes it back. */
const WAYS: Record<string, (scene: Scene, value: false | undefined) => Promise<void> | void> = {
  "in the Settings editor": ({ editor }, value) => editor.set("foretype.completion.enabled", value),
  "in settings.json on the disk": ({ server }, value) => {
    server.machineSettings(value === undefined ? {} : { "foretype.completion.enabled": value });
  },
};

describe("A setting applies at once when it is changed", () => {
  for (const [way, change] of Object.entries(WAYS)) {
    test(
      way,
      inSharedWindow(async (scene) => {
        const { editor, backend } = scene;
        backend.answer("alpha()");
        await editor.open(`${way}.py`, "‸\n");
        await change(scene, false);
        try {
          await editor.hasSetting("foretype.completion.enabled", false);
          await editor.type("x = ");
          await editor.statusSays(/completion is off/u);
          await editor.hasDocument("x = ‸\n");
          assert.equal(await editor.ghostText(), null);
          assert.equal(backend.requests, 0);
        } finally {
          await change(scene, undefined);
        }
        await editor.hasSetting("foretype.completion.enabled", true);
        await editor.press("Enter");
        await editor.type("y = ");
        await editor.showsGhostText("alpha()");
        await editor.statusSays(/ready/iu);
      }),
    );
  }
});

test(
  "A server that is killed is started again, and the next suggestion comes",
  inSharedWindow(async ({ editor, backend, server }) => {
    backend.answer("alpha()");
    await editor.open("killed.py", "‸\n");
    await editor.type("x = ");
    await editor.showsGhostText("alpha()");
    await editor.press("Escape");
    const before = server.servers();
    assert.ok(before.length > 0, "a server is running");
    for (const pid of before) process.kill(pid, "SIGKILL");
    await until("a new server", () => {
      const seen = server.servers();
      return { done: seen.some((pid) => !before.includes(pid)), seen };
    });
    await editor.statusSays(/ready/iu);
    await editor.type("1\ny = ");
    await editor.showsGhostText("alpha()");
    await editor.press("Tab");
    await editor.savesAs("x = 1\ny = alpha()\n");
    assert.deepEqual(await editor.notifications(), []);
  }),
);

describe("A backend that fails is seen in the status and pops up nothing:", () => {
  test(
    "it is down, and comes back",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer("alpha()");
      await editor.open("down.py", "‸\n");
      await backend.stop();
      await editor.type("x = ");
      await editor.statusSays(/connect|reach/iu);
      await editor.hasDocument("x = ‸\n");
      assert.equal(await editor.ghostText(), null);
      assert.deepEqual(await editor.notifications(), []);
      await backend.start();
      await editor.getsGhostText("alpha()");
      await editor.statusSays(/ready/iu);
    }),
  );

  test(
    "it answers 500",
    inSharedWindow(async ({ editor, backend }) => {
      backend.answer({ status: 500 });
      await editor.open("broken.py", "‸\n");
      await editor.type("x = ");
      await editor.statusSays(/500|fail/iu);
      assert.ok(backend.requests > 0);
      assert.deepEqual(await editor.notifications(), []);
      backend.answer("alpha()");
      await editor.getsGhostText("alpha()");
    }),
  );
});
