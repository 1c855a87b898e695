import assert from "node:assert/strict";
import { test } from "node:test";

import { Suggestions, type Change, type Event, type Place } from "../src/pure/suggestions.ts";

/** A document with one cursor, which tells like VS Code: the change first, the cursor after it. */
class Editor {
  readonly told: string[] = [];
  readonly suggestions = new Suggestions((event) => this.told.push(name(event)));
  text: string;
  cursor: number;

  /** `$0` is the cursor. */
  constructor(source: string) {
    this.cursor = source.indexOf("$0");
    this.text = source.replace("$0", "");
  }

  /** An answer: suggestions for the cursor, ids counted from `id`; `typed` lies within them. */
  answer(id: number, texts: string[], typed = ""): this {
    const items = texts.map((text, index) => ({ id: id + index, text, typed }));
    this.suggestions.answered("a", this.place(), items);
    return this;
  }

  /** Inserts at the cursor, which goes `back` from the end of it. */
  type(text: string, back = 0): this {
    return this.replace(0, text, back);
  }

  /** Every character a change of its own. */
  keys(text: string): this {
    for (const key of text) this.type(key);
    return this;
  }

  replace(before: number, text: string, back = 0, behind = 0): this {
    this.change(before, text, behind);
    this.cursor -= back;
    this.suggestions.moved("a", this.place());
    return this;
  }

  /** Without the cursor's move, which is late. */
  change(before: number, text: string, behind = 0): this {
    const from = this.cursor - before;
    const change: Change = { start: this.place(from), end: this.place(this.cursor + behind), text };
    this.text = this.text.slice(0, from) + text + this.text.slice(this.cursor + behind);
    this.cursor = from + text.length;
    this.suggestions.changed("a", [change]);
    return this;
  }

  move(to: number): this {
    this.cursor = to;
    this.suggestions.moved("a", this.place());
    return this;
  }

  place(at = this.cursor): Place {
    const lines = this.text.slice(0, at).split("\n");
    return { line: lines.length - 1, character: lines.at(-1)?.replace(/\r$/, "").length ?? 0 };
  }

  /** All that was told, the last rejection included. */
  all(): string {
    this.suggestions.settle();
    return this.told.join(", ");
  }
}

function name({ id, kind, length, unit }: Event): string {
  return kind === "partial" ? `partial ${String(id)} ${String(length)} ${String(unit)}` : `${kind} ${String(id)}`;
}

const cases: [string, (editor: Editor) => Editor, string][] = [
  ["nothing is told of an empty answer", (e) => e.answer(1, []), ""],
  ["the first is shown", (e) => e.answer(1, ["print(x)", "pass"]), "shown 1"],
  ["what does not fit the text before the cursor is not", (e) => e.answer(1, ["pass", "print"], "pr"), "shown 2"],
  ["what is there already is not", (e) => e.answer(1, ["pr"], "pr"), ""],
  ["typing through keeps it", (e) => e.answer(1, ["print(x)"]).keys("prin"), "shown 1"],
  ["typed to its end it is neither", (e) => e.answer(1, ["ab"]).keys("ab").move(0), "shown 1"],
  ["a key that does not fit rejects it", (e) => e.answer(1, ["print"]).keys("px"), "shown 1, rejected 1"],
  ["the cursor's leaving rejects it", (e) => e.answer(1, ["print"]).move(0), "shown 1, rejected 1"],
  ["it is rejected once", (e) => e.answer(1, ["print"]).move(0).move(1).keys("x"), "shown 1, rejected 1"],
  ["a word", (e) => e.answer(1, ["return x + y"]).type("return "), "shown 1, partial 1 1 word"],
  ["two words", (e) => e.answer(1, ["return x"]).type("return ").type("x"), "shown 1, partial 1 1 word"],
  ["words one by one", (e) => e.answer(1, ["return xs + y"]).type("return ").type("xs "), "shown 1, partial 1 1 word, partial 1 1 word"],
  ["a line", (e) => e.answer(1, ["a\nb\nc"]).type("a\n"), "shown 1, partial 1 1 line"],
  ["a word of punctuation", (e) => e.answer(1, ["...x"]).type("..."), "shown 1, partial 1 1 word"],
  ["the Enter key indents", (e) => e.answer(1, ["\n    return"]).type("\n    "), "shown 1"],
  ["the Tab key is typing", (e) => e.answer(1, ["    return"]).type("    "), "shown 1"],
  ["a closed bracket is typing", (e) => e.answer(1, ["(a, b):"]).type("()", 1).keys("a,"), "shown 1"],
  ["a closed bracket that the suggestion has too", (e) => e.answer(1, ["() {"]).type("()", 1), "shown 1"],
  ["a closed quote, and on at once", (e) => inside(e.answer(1, ['"abc"']).change(0, '""')).keys("ab"), "shown 1"],
  ["a bracket that does not fit", (e) => e.answer(1, ["[a]"]).type("()", 1), "shown 1, rejected 1"],
  ["pasted text that goes astray", (e) => e.answer(1, ["abc"]).type("abx"), "shown 1, rejected 1"],
  ["accepting tells nothing", (e) => accept(e.answer(1, ["print(x)"]).type("print(x)")), "shown 1"],
  ["accepting with text behind replaced", (e) => accept(e.answer(1, ["a, b)"]).replace(0, "a, b)", 0, 1)), "shown 1"],
  ["accepting in two edits", (e) => accept(e.answer(1, ["a, b)"]).change(0, "a").move(6)), "shown 1"],
  ["backspace within what was typed", (e) => e.answer(1, ["print"]).keys("pri").replace(2, "").keys("ri"), "shown 1"],
  ["backspace before it", (e) => e.answer(1, ["print"]).replace(1, ""), "shown 1, rejected 1"],
  ["the popup's item agrees", (e) => e.answer(1, ["print(x)"], "p").replace(1, "print"), "shown 1"],
  ["the popup's item does not", (e) => e.answer(1, ["print(x)"], "p").replace(1, "pass"), "shown 1, rejected 1"],
  ["the rest of it under a new id is not shown again", (e) => e.answer(1, ["print"]).keys("p").answer(2, ["rint"]).answer(3, ["print"], "p"), "shown 1"],
  ["another one in its place is", (e) => e.answer(1, ["print"]).keys("p").answer(2, ["ass"]), "shown 1, shown 2"],
  ["events carry the newest id", (e) => e.answer(1, ["print"]).keys("p").answer(2, ["rint"]).move(0), "shown 1, rejected 2"],
  ["an empty answer ends it", (e) => e.answer(1, ["print"]).answer(2, []).move(0), "shown 1"],
  ["an edit behind the cursor does not matter", (e) => edit(e.answer(1, ["print"]), 1), "shown 1"],
  ["an edit above moves it away", (e) => edit(e.answer(1, ["print"]), -1), "shown 1, rejected 1"],
  ["emoji are one key", (e) => e.answer(1, ["😀 ok"]).type("😀"), "shown 1"],
  ["a selection", (e) => { e.answer(1, ["x"]).suggestions.moved("a", undefined); return e; }, "shown 1, rejected 1"],
  ["another editor", (e) => { e.answer(1, ["x"]).suggestions.left(); return e; }, "shown 1, rejected 1"],
  ["another document's change", (e) => { e.answer(1, ["x"]).suggestions.changed("b", []); return e; }, "shown 1"],
  ["a word of another one", (e) => e.answer(1, ["alpha one", "beta two"]).type("beta "), "shown 1, partial 2 1 word"],
  ["a word of another one, which is then turned down", (e) => e.answer(1, ["alpha", "beta two"]).type("beta ").move(0), "shown 1, partial 2 1 word, rejected 2"],
  ["a word that several begin with is the first one's", (e) => e.answer(1, ["x a", "x b"]).type("x ").type("b"), "shown 1, partial 1 1 word"],
  ["a second word tells which it is", (e) => e.answer(1, ["x a1", "x bb c"]).type("x ").type("bb "), "shown 1, partial 1 1 word, partial 2 1 word"],
  ["a line of another one", (e) => e.answer(1, ["a\nb", "c\nd"]).type("c\n"), "shown 1, partial 2 1 line"],
  ["typing through another one", (e) => e.answer(1, ["alpha", "beta"]).keys("bet").move(0), "shown 1, rejected 2"],
  ["another one typed to its end", (e) => e.answer(1, ["alpha", "be"]).keys("be").move(0), "shown 1"],
  ["a short one does not end a longer one", (e) => e.answer(1, ["alpha", "a"]).keys("alx"), "shown 1, rejected 1"],
  ["accepting another one tells nothing", (e) => accept(e.answer(1, ["alpha", "beta"]).type("beta")), "shown 1"],
  ["none of them fits", (e) => e.answer(1, ["alpha", "beta"]).keys("x"), "shown 1, rejected 1"],
  ["the popup's item agrees with another one", (e) => e.answer(1, ["pass", "print(x)"], "p").replace(1, "print").move(0), "shown 1, rejected 2"],
  ["CRLF in the answer", (e) => e.answer(1, ["a\r\nb\r\nc"]).type("a\n").keys("b"), "shown 1, partial 1 1 line"],
];

/** The cursor is one back, but the editor has not told of it yet. */
function inside(editor: Editor): Editor {
  editor.cursor -= 1;
  return editor;
}

function accept(editor: Editor): Editor {
  editor.suggestions.accepted();
  return editor;
}

/** Elsewhere in the line: this far from the cursor. */
function edit(editor: Editor, away: number): Editor {
  const at = editor.place(editor.cursor + away);
  editor.suggestions.changed("a", [{ start: at, end: at, text: "y" }]);
  return editor;
}

for (const [says, act, told] of cases) {
  test(says, () => {
    assert.equal(act(new Editor("x = $0)")).all(), told);
  });
}
