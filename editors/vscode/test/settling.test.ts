import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Settling } from "../src/pure/settling.ts";

/** What is known, and when, of `document` with these things happening at these times. */
async function rest(events: [number, (settling: Settling) => void][], patience: number): Promise<[boolean, number]> {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const settling = new Settling(500);
    let ended: [boolean, number] | undefined;
    let now = 0;
    const waiting = settling.rest("a", patience).then((spoken) => (ended = [spoken, now]));
    for (; now <= patience + 100 && ended === undefined; now += 100) {
      for (const [at, event] of events) if (at === now) event(settling);
      mock.timers.tick(100);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
    await waiting;
    return ended ?? assert.fail();
  } finally {
    mock.timers.reset();
  }
}

const said = (document = "a") => (settling: Settling): void => { settling.said(document); };
const edited = (document = "a") => (settling: Settling): void => { settling.edited(document); };

test("the tools are waited for until they are quiet", async () => {
  assert.deepEqual(await rest([[1_000, said()]], 4_000), [true, 1_400]);
  assert.deepEqual(await rest([[1_000, said()], [1_300, said()]], 4_000), [true, 1_700]);
});

test("patience ends, whatever they do", async () => {
  assert.deepEqual(await rest([], 4_000), [false, 3_900]);
  const always = Array.from({ length: 60 }, (_, n): [number, (settling: Settling) => void] => [n * 100, said()]);
  assert.deepEqual(await rest(always, 4_000), [true, 3_900]);
  assert.equal(await new Settling().rest("a", 0), false);
});

test("what was said before an edit, or of another document, is nothing", async () => {
  assert.deepEqual(await rest([[100, said()], [200, edited()]], 1_000), [false, 900]);
  assert.deepEqual(await rest([[100, said("b")]], 1_000), [false, 900]);
  assert.deepEqual(await rest([[100, said()], [200, edited("b")]], 1_000), [true, 500]);
});
