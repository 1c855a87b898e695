import assert from "node:assert/strict";
import { test } from "node:test";

import { parseOffers } from "../src/pure/offers.ts";

test("Offers are done by their data or their command, or cannot be chosen", () => {
  const data = { task: "document" };
  const command = { title: "t", command: "foretype.clearFindings", arguments: ["file:///a.py"] };
  const reply = [
    { title: "by data", data },
    { title: "by command", command },
    { title: "not now", disabled: { reason: "no model" } },
    { title: "an edit alone", edit: {} },
    { title: "no arguments", command: { command: "x" } },
    "nonsense",
    null,
  ];
  assert.deepEqual(parseOffers(reply), [
    { title: "by data", disabled: undefined, command: "foretype.action", args: [data] },
    { title: "by command", disabled: undefined, command: "foretype.clearFindings", args: ["file:///a.py"] },
    { title: "not now", disabled: "no model", command: "foretype.action", args: [] },
  ]);
  assert.deepEqual(parseOffers(null), []);
});
