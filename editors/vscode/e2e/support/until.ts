/** Waiting for a condition, never for a time. */
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 25;

/** One look: whether it is so, and what was seen instead. */
export interface Look {
  done: boolean;
  seen: unknown;
}

/** Looks until `done`; fails loudly with what was seen last. */
export async function until(
  what: string,
  look: () => Look | Promise<Look>,
  patience = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    const { done, seen } = await look();
    if (done) return;
    if (Date.now() > deadline) {
      throw new Error(`waited ${String(patience / 1000)} s for ${what}; seen: ${JSON.stringify(seen)}`);
    }
    await pause(LOOK_EVERY_MS);
  }
}
