/** What became of a suggestion is told to the server. */
import { describe, test } from "node:test";

import type { CodeServer } from "./support/code_server.ts";
import type { Editor } from "./support/editor.ts";
import { inSharedWindow } from "./support/suite.ts";
import { until } from "./support/until.ts";

interface Events {
  /** Waits for a new suggestion to be shown. */
  shown(): Promise<void>;
  /** Waits until the server has heard this, and nothing else, of that suggestion. */
  heard(kinds: string): Promise<void>;
}

/** No suggestion has a number as high. */
let mark = 1_000_000_000;

/**
 * The events of the file that was opened last. What an earlier file's suggestion came to may be
 * under way still: all of it is logged before the event that is made here.
 */
async function eventsFromNow(editor: Editor, server: CodeServer): Promise<Events> {
  mark += 1;
  const line = ` suggestion id=${String(mark)} kind=Accepted`;
  await editor.command("foretype.accepted", mark);
  await until("the mark in the log", () => ({ done: server.log().includes(line), seen: line }));
  const before = server.log().indexOf(line) + line.length;
  const read = () => {
    const lines = server
      .log()
      .slice(before)
      .matchAll(/ suggestion id=(\d+) kind=(\w+)/gu);
    return [...lines].map(([, id, kind]) => ({ id, kind }));
  };
  let suggestion: string | undefined;
  return {
    shown: () =>
      until("a suggestion to be shown", () => {
        suggestion = read().find(({ kind }) => kind === "Shown")?.id;
        return { done: suggestion !== undefined, seen: read() };
      }),
    heard: (kinds) =>
      until(`the events ${kinds}`, () => {
        const seen = read().filter(({ id }) => id === suggestion);
        return { done: seen.map(({ kind }) => kind).join(", ") === kinds, seen };
      }),
  };
}

describe("The server hears what was", () => {
  test(
    "shown and accepted",
    inSharedWindow(async ({ editor, backend, server }) => {
      backend.answer(({ prefix }) => (prefix.endsWith("x = ") ? "alpha()" : ""));
      await editor.open("accepted.py", "‸\n");
      const events = await eventsFromNow(editor, server);
      await editor.type("x = ");
      await editor.showsGhostText("alpha()");
      await events.shown();
      await editor.press("Tab");
      await events.heard("Shown, Accepted");
    }),
  );

  test(
    "taken in part",
    inSharedWindow(async ({ editor, backend, server }) => {
      backend.answer(({ prefix }) => (prefix.endsWith("we ") ? "read file now" : ""));
      await editor.open("partial.txt", "‸\n");
      const events = await eventsFromNow(editor, server);
      await editor.type("we ");
      await editor.showsGhostText("read file now");
      await events.shown();
      await editor.press("Control+ArrowRight");
      await editor.showsGhostText(" file now");
      await events.heard("Shown, Partial");
    }),
  );

  test(
    "rejected by what was typed instead",
    inSharedWindow(async ({ editor, backend, server }) => {
      backend.answer(({ prefix }) => (prefix.endsWith("x = ") ? "alpha()" : ""));
      await editor.open("rejected.py", "‸\n");
      const events = await eventsFromNow(editor, server);
      await editor.type("x = ");
      await editor.showsGhostText("alpha()");
      await events.shown();
      await editor.type("b");
      await events.heard("Shown, Rejected");
    }),
  );
});
