/** What became of a suggestion is told to the server. */
import { describe, test } from "node:test";

import type { CodeServer } from "./support/code_server.ts";
import { inSharedWindow } from "./support/suite.ts";
import { until } from "./support/until.ts";

interface Events {
  /** Waits for a new suggestion to be shown. */
  shown(): Promise<void>;
  /** Waits until the server has heard this, and nothing else, of that suggestion. */
  then(kinds: string): Promise<void>;
}

/** The events that the server logs from now on. */
function eventsFromNow(server: CodeServer): Events {
  const before = server.log().length;
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
    then: (kinds) =>
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
      const events = eventsFromNow(server);
      backend.answer(({ prefix }) => (prefix.endsWith("x = ") ? "alpha()" : ""));
      await editor.open("accepted.py", "‸\n");
      await editor.type("x = ");
      await editor.showsGhostText("alpha()");
      await events.shown();
      await editor.press("Tab");
      await events.then("Shown, Accepted");
    }),
  );

  test(
    "taken in part",
    inSharedWindow(async ({ editor, backend, server }) => {
      const events = eventsFromNow(server);
      backend.answer(({ prefix }) => (prefix.endsWith("we ") ? "read file now" : ""));
      await editor.open("partial.txt", "‸\n");
      await editor.type("we ");
      await editor.showsGhostText("read file now");
      await events.shown();
      await editor.press("Control+ArrowRight");
      await editor.showsGhostText(" file now");
      await events.then("Shown, Partial");
    }),
  );

  test(
    "rejected by what was typed instead",
    inSharedWindow(async ({ editor, backend, server }) => {
      const events = eventsFromNow(server);
      backend.answer(({ prefix }) => (prefix.endsWith("x = ") ? "alpha()" : ""));
      await editor.open("rejected.py", "‸\n");
      await editor.type("x = ");
      await editor.showsGhostText("alpha()");
      await events.shown();
      await editor.type("b");
      await events.then("Shown, Rejected");
    }),
  );
});
