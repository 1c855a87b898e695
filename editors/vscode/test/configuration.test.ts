import assert from "node:assert/strict";
import { test } from "node:test";

import manifest from "../package.json" with { type: "json" };
import { folderSettings, RESOURCE_KEYS, userSettings, type Inspected } from "../src/pure/configuration.ts";
import { environment, parseKeys, variables, withKeys } from "../src/pure/keys.ts";

const properties = manifest.contributes.configuration.properties as Record<string, { scope: string }>;
const keys = Object.keys(properties).map((name) => name.replace("foretype.", ""));

function inspect(all: Record<string, Inspected>): (key: string) => Inspected | undefined {
  return (key) => all[key];
}

test("the answer without a scope holds the user's values, and no defaults", () => {
  const all = {
    enabled: { defaultValue: true },
    "completion.model": { globalValue: "" },
    "completion.maxLines": { globalValue: 7, defaultValue: 40 },
    models: { globalValue: { a: { provider: "ollama" } } },
  };
  const want = { completion: { maxLines: 7 }, models: { a: { provider: "ollama" } } };
  assert.deepEqual(userSettings(keys, inspect(all)), want);
});

test("a workspace's values are never in it", () => {
  const evil = { workspaceValue: "http://evil", workspaceFolderValue: "http://evil" };
  const all = Object.fromEntries(keys.map((key) => [key, evil]));
  assert.deepEqual(userSettings(keys, inspect(all)), {});
});

test("the extension's own settings are no business of the server's", () => {
  const all = { path: { globalValue: "/x" }, "trace.server": { globalValue: "verbose" } };
  assert.deepEqual(userSettings(keys, inspect(all)), {});
});

test("a folder's answer holds only the keys that narrow, the nearest value of each", () => {
  const all = {
    ...Object.fromEntries(keys.map((key) => [key, { workspaceValue: "w" }])),
    "completion.model": { globalValue: "u", workspaceValue: "w", workspaceFolderValue: "f" },
    "completion.enabled": { globalValue: false },
  };
  assert.deepEqual(folderSettings(inspect(all)), {
    enabled: "w",
    completion: { enabled: false, model: "f", fallback: "w", debounceMs: "w", disabledLanguages: "w", ignore: "w" },
    chat: { model: "w", fallback: "w" },
    hover: { mode: "w" },
  });
});

test("the manifest gives a workspace the keys that narrow, and no others", () => {
  const open = keys.filter((key) => properties[`foretype.${key}`]?.scope === "resource");
  assert.deepEqual(open.sort(), [...RESOURCE_KEYS].sort());
  const closed = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  assert.deepEqual([...closed].sort(), Object.keys(properties).filter((name) => properties[name]?.scope === "machine").sort());
});

test("the key's variable is named for its model, never the same for two", () => {
  assert.deepEqual([...variables(["b", "a.b", "a-b", "ä"]).entries()], [
    ["a-b", "FORETYPE_KEY_A_B"],
    ["a.b", "FORETYPE_KEY_A_B_2"],
    ["b", "FORETYPE_KEY_B"],
    ["ä", "FORETYPE_KEY__"],
  ]);
});

test("keys go into the environment, and only their variables' names into an answer", () => {
  const stored = { gateway: "sk-secret" };
  assert.deepEqual(environment(stored), { FORETYPE_KEY_GATEWAY: "sk-secret" });
  const answer = withKeys({ models: { gateway: { url: "u" }, other: {} } }, stored, new Set());
  assert.deepEqual(answer, {
    models: { gateway: { url: "u", apiKey: { env: "FORETYPE_KEY_GATEWAY" } }, other: {} },
  });
  assert.doesNotMatch(JSON.stringify(answer), /sk-secret/);
});

test("a model of the configuration file gets its key too", () => {
  assert.deepEqual(withKeys({}, { g: "k" }, new Set(["g"])), { models: { g: { apiKey: { env: "FORETYPE_KEY_G" } } } });
});

test("a key without a model makes up none", () => {
  assert.deepEqual(withKeys({ enabled: true }, { gone: "k" }, new Set()), { enabled: true });
});

test("a key that the user configured stays", () => {
  for (const own of [{ apiKey: { env: "MINE" } }, { api_key: { env: "MINE" } }]) {
    assert.deepEqual(withKeys({ models: { g: own } }, { g: "k" }, new Set(["g"])), { models: { g: own } });
  }
});

test("what the secret storage holds is read leniently", () => {
  for (const [stored, want] of [
    [undefined, {}],
    ["nonsense", {}],
    ["[]", {}],
    ['{"a":"k","b":1,"c":""}', { a: "k" }],
  ] as const) {
    assert.deepEqual(parseKeys(stored), want);
  }
});
