import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Backoff } from "../src/pure/backoff.ts";
import { Calm } from "../src/pure/calm.ts";
import { nameFor, parseInfo, parseLocals } from "../src/pure/info.ts";
import { remote, remoteNote } from "../src/pure/remote.ts";
import { LINKED, paused, render, type View } from "../src/pure/view.ts";
import manifest from "../package.json" with { type: "json" };

const states: [View, string, string, string][] = [
  [{ phase: "running" }, "$(sparkle) foretype", "foretype: Ready.", "none"],
  [{ phase: "running", status: { state: "idle", model: "qwen" } }, "$(sparkle) qwen", "foretype, model qwen: Ready.", "none"],
  [{ phase: "running", status: { state: "busy", model: "qwen" } }, "$(loading~spin) qwen", "foretype, model qwen: Asking the model.", "none"],
  [{ phase: "running", status: { state: "loading", model: "q", reason: "it loads" } }, "$(loading~spin) q", "foretype, model q: it loads", "none"],
  [{ phase: "running", status: { state: "off", reason: "off here" } }, "$(circle-slash) foretype", "foretype: off here", "none"],
  [{ phase: "running", status: { state: "error", reason: "no server" } }, "$(warning) foretype", "foretype: no server", "warning"],
  [{ phase: "untrusted" }, "$(shield) foretype", "foretype: Off until you trust this workspace.", "none"],
  [{ phase: "missing", problem: "p" }, "$(error) foretype", "foretype: p", "error"],
  [{ phase: "crashed", problem: "SIGKILL" }, "$(sync) foretype", "foretype: The server ended (SIGKILL) and is being started again.", "warning"],
  [{ phase: "starting" }, "$(loading~spin) foretype", "foretype: Starting.", "none"],
];

for (const [view, text, label, severity] of states) {
  test(`${label} is rendered`, () => {
    const rendered = render(view);
    assert.deepEqual([rendered.text, rendered.label, rendered.severity], [text, label, severity]);
  });
}

test("paused counts more than the last request, but not more than a server that is not there", () => {
  const view: View = { phase: "running", status: { state: "error", reason: "down", model: "q" } };
  assert.equal(render(paused(view, "for python")).label, "foretype, model q: Paused for python.");
  assert.equal(render(paused(view, undefined)).label, "foretype, model q: down");
  assert.equal(paused({ phase: "untrusted" }, "everywhere").phase, "untrusted");
});

test("the tooltip tells the last silence's reason, as text", () => {
  const view: View = { phase: "running", status: { state: "idle", reason: "[x](command:evil) $(zap) <b>" } };
  const { tooltip } = render(view, "a note");
  assert.match(tooltip, /No suggestion last time: \\\[x\\\]\\\(command:evil\\\) \\\$\\\(zap\\\) \\<b\\>/);
  assert.match(tooltip, /a note/);
});

test("a tooltip links only to commands that there are", () => {
  const ours = manifest.contributes.commands.map(({ command }) => command);
  for (const command of Object.values(LINKED)) {
    assert.ok(command.startsWith("workbench.") || ours.includes(command), command);
  }
});

test("a short request does not flicker, a long one is shown", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const shown: string[] = [];
  const calm = new Calm<string>((value) => value === "busy", (value) => shown.push(value));
  calm.set("idle");
  calm.set("busy");
  mock.timers.tick(299);
  calm.set("idle");
  mock.timers.tick(1_000);
  assert.deepEqual(shown, ["idle", "idle"]);
  calm.set("busy");
  mock.timers.tick(200);
  calm.set("busy");
  mock.timers.tick(100);
  assert.deepEqual(shown, ["idle", "idle", "busy"]);
  mock.timers.reset();
});

test("crashes are answered more and more slowly, and told of once", () => {
  const backoff = new Backoff();
  const delays = Array.from({ length: 8 }, () => backoff.crashed(10));
  assert.deepEqual(delays.map(({ delayMs }) => delayMs), [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  assert.deepEqual(delays.map(({ tell }) => tell), [false, false, true, false, false, false, false, false]);
  assert.deepEqual(backoff.crashed(60_000), { delayMs: 500, tell: false });
});

test("where a model on the laptop is, is said in remote windows only", () => {
  assert.equal(remoteNote(undefined), undefined);
  assert.match(remoteNote("ssh-remote") ?? "", /the SSH host.*ssh -R 8012:127\.0\.0\.1:8012/);
  assert.match(remoteNote("dev-container") ?? "", /host\.docker\.internal/);
  assert.equal(remote("something-new")?.where, "the remote machine");
});

test("the server's answers are read leniently", () => {
  assert.deepEqual(parseInfo(null), { version: "", models: [] });
  const model = { name: "q", provider: "ollama", model: null, url: "http://h", local: true, usable: false, reason: "no" };
  const answer = { version: "1", paths: { log: "/l" }, completion: { using: "q" }, models: [model, {}] };
  assert.deepEqual(parseInfo(answer), {
    version: "1",
    log: "/l",
    using: "q",
    models: [{ name: "q", provider: "ollama", url: "http://h", local: true, usable: false, reason: "no" }],
  });
  assert.deepEqual(parseLocals([{ provider: "ollama", url: "u", models: ["a", 1] }, {}]), [
    { provider: "ollama", url: "u", models: ["a"] },
  ]);
});

test("a found model gets a short name of its own", () => {
  const local = { provider: "llama-cpp", url: "u", models: [] };
  assert.equal(nameFor(local, "/models/Qwen2.5-Coder-1.5B-Q8_0.gguf", []), "qwen2-5-coder-1-5b");
  assert.equal(nameFor(local, "granite.gguf", []), "granite");
  assert.equal(nameFor(local, "qwen2.5-coder:1.5b", ["qwen2-5-coder-1-5b"]), "qwen2-5-coder-1-5b-2");
  assert.equal(nameFor(local, undefined, []), "llama-cpp");
});
