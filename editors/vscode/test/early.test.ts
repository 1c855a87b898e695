import assert from "node:assert/strict";
import { test } from "node:test";

import { early } from "../src/pure/early.ts";

test("what comes in time is had, and nothing comes late", async () => {
  const late: string[] = [];
  assert.equal(await early(Promise.resolve("keys"), 60_000, (value) => late.push(value)), "keys");
  assert.deepEqual(late, []);
});

test("what is awaited too long comes late, once", async () => {
  let resolve: (value: string) => void = () => undefined;
  const work = new Promise<string>((done) => (resolve = done));
  const late: string[] = [];
  assert.equal(await early(work, 1, (value) => late.push(value)), undefined);
  resolve("keys");
  await work;
  assert.deepEqual(late, ["keys"]);
});

test("a failure in time is told", async () => {
  await assert.rejects(early(Promise.reject(new Error("locked")), 60_000, () => { assert.fail(); }), /locked/);
});
