import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Refreshing, type Spot } from "../src/pure/refreshing.ts";

const HERE: Spot = { uri: "file:///a.py", version: 3, line: 1, character: 4 };

interface World {
  refreshing: Refreshing;
  /** Where the user is. */
  spot: Spot | undefined;
  /** Whether a suggestion is on the screen: then the editor asks when it is told to. */
  visible: boolean;
  /** How often the editor was told to. */
  told: number;
  /** The requests that the editor made: ours or the user's. */
  asked: boolean[];
}

function world(): World {
  const world: World = {
    refreshing: new Refreshing({
      spot: () => world.spot,
      again: () => {
        world.told += 1;
        // As VS Code does: it says that it is done before it asks.
        setTimeout(() => {
          if (world.visible && world.spot !== undefined) world.asked.push(world.refreshing.asks(world.spot));
        }, 20);
      },
    }),
    spot: HERE,
    visible: true,
    told: 0,
    asked: [],
  };
  return world;
}

/** What happens while it is told that there is more; `later`: after so many ms. */
async function more(world: World, uri = HERE.uri, later: Record<number, () => void> = {}): Promise<World> {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const waiting = world.refreshing.more(uri);
    for (let ms = 0; ms <= 1_000; ms += 10) {
      later[ms]?.();
      mock.timers.tick(10);
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
    await waiting;
  } finally {
    mock.timers.reset();
  }
  return world;
}

test("where the answer still stands the editor asks once more, and not for the user", async () => {
  const all = world();
  all.refreshing.answered(HERE, true);
  assert.deepEqual((await more(all)).asked, [true]);
  assert.equal(all.told, 1);
  // What the user asks for there afterwards is theirs.
  assert.equal(all.refreshing.asks(HERE), false);
});

test("what was typed, moved to or selected since is left alone", async () => {
  for (const spot of [
    { ...HERE, version: 4 },
    { ...HERE, character: 5 },
    { ...HERE, line: 2 },
    { ...HERE, uri: "file:///b.py" },
    undefined,
  ]) {
    const all = world();
    all.refreshing.answered(HERE, true);
    all.spot = spot;
    assert.equal((await more(all)).told, 0, JSON.stringify(spot));
  }
});

test("another document's news, and an answer with nothing in it, are nothing", async () => {
  const all = world();
  all.refreshing.answered(HERE, true);
  assert.equal((await more(all, "file:///b.py")).told, 0);
  all.refreshing.answered(HERE, false);
  assert.equal((await more(all)).told, 0);
});

test("what was dismissed is not asked for: the editor shows nothing, and is left alone soon", async () => {
  const all = world();
  all.refreshing.answered(HERE, true);
  all.visible = false;
  await more(all);
  assert.deepEqual([all.asked, all.told], [[], 3]);
});

test("news that are there before the answer is on the screen wait for it", async () => {
  const late = world();
  const answered = (): void => { late.refreshing.answered(HERE, true); };
  assert.deepEqual((await more(late, HERE.uri, { 30: answered })).asked, [true]);
  const slow = world();
  slow.refreshing.answered(HERE, true);
  slow.visible = false;
  assert.deepEqual((await more(slow, HERE.uri, { 100: () => { slow.visible = true; } })).asked, [true]);
});

test("an accept that comes in between ends it", async () => {
  const all = world();
  all.refreshing.answered(HERE, true);
  all.visible = false;
  const accepted = (): void => {
    all.spot = { ...HERE, version: 4, character: 20 };
    all.visible = true;
  };
  await more(all, HERE.uri, { 30: accepted });
  assert.deepEqual([all.asked, all.told], [[], 1]);
});
