/**
 * What becomes of a suggestion, told from what stable VS Code API lets an extension see: the
 * answers it returns, changes of the document, the cursor, the active editor and the accept command.
 *
 * VS Code says nothing about Escape; a dismissed suggestion counts as rejected when something else
 * is typed or the cursor leaves.
 */

export interface Place {
  line: number;
  character: number;
}

/** A change of a document: `text` in place of start..end. */
export interface Change {
  start: Place;
  end: Place;
  text: string;
}

/** One item of an answer. */
export interface Item {
  /** The argument of its command. */
  id: number;
  /** All of what it inserts. */
  text: string;
  /** What stands between the start of its range and the cursor. */
  typed: string;
}

export interface Event {
  id: number;
  kind: "shown" | "partial" | "rejected";
  length?: number;
  unit?: "word" | "line";
}

/** The suggestion that is on the screen. */
interface Current {
  uri: string;
  id: number;
  /** All of it, LF line breaks. */
  text: string;
  /** How much of `text` stands in the document, in UTF-16 units. */
  taken: number;
  /** Where the rest of it stands, which is where the cursor must be. */
  at: Place;
  /** Several characters that came in at the cursor: what they are shows when the cursor moves. */
  inserted: string | undefined;
}

export class Suggestions {
  readonly #emit: (event: Event) => void;
  #current: Current | undefined;
  /** Rejected, unless the accept command comes yet: it runs after the change and the move. */
  #held: Event | undefined;

  constructor(emit: (event: Event) => void) {
    this.#emit = emit;
  }

  /** The id of the suggestion that is on the screen. */
  get current(): number | undefined {
    return this.#current?.id;
  }

  /** An answer that was not cancelled: what the editor shows of it at the cursor. */
  answered(uri: string, at: Place, items: readonly Item[]): void {
    this.settle();
    const old = this.#current?.uri === uri ? this.#current : undefined;
    const item = items.find(({ text, typed }) => {
      return lf(text).startsWith(lf(typed)) && lf(text) !== lf(typed);
    });
    if (item === undefined) {
      // It is gone, but the user did not turn it down.
      if (old !== undefined) this.#current = undefined;
      return;
    }
    const text = lf(item.text);
    const taken = lf(item.typed).length;
    // Every answer numbers its items anew: the rest of what is on the screen was shown before.
    const goesOn =
      old !== undefined && same(old.at, at) && old.text.slice(old.taken) === text.slice(taken);
    this.#current = { uri, id: item.id, text, taken, at, inserted: undefined };
    if (!goesOn) this.#emit({ id: item.id, kind: "shown" });
  }

  /** The document changed. The cursor follows by `moved`. */
  changed(uri: string, changes: readonly Change[]): void {
    this.settle();
    if (this.#current?.uri !== uri) return;
    // The next key can come before the cursor's move: it says where the cursor was.
    if (this.#current.inserted !== undefined) this.moved(uri, changes[0]?.end);
    const current = this.#current as Current | undefined;
    if (current === undefined) return;
    const before = changes.filter(({ start }) => !isAfter(start, current.at));
    const [change] = before;
    if (change === undefined) return;
    const text = lf(change.text);
    if (before.length > 1 || !same(change.end, current.at)) {
      this.#reject();
    } else if (same(change.start, current.at)) {
      this.#inserted(current, text);
    } else {
      this.#replaced(current, change, text);
    }
  }

  /** The cursor is here; `undefined`: there is a selection, or several cursors. */
  moved(uri: string, at: Place | undefined): void {
    const current = this.#current;
    if (current === undefined) return;
    if (current.uri !== uri || at === undefined) return this.#reject();
    const { inserted } = current;
    current.inserted = undefined;
    if (inserted === undefined) {
      if (!same(at, current.at)) this.#reject();
      return;
    }
    // Before the end of what came in: a bracket or quote, which the editor closed.
    const typed = upTo(current.at, inserted, at);
    if (typed === undefined || !rest(current).startsWith(typed)) return this.#reject();
    take(current, typed, at);
    if (typed === inserted && !isTyping(inserted)) this.#emit(partial(current.id, inserted));
  }

  /** The editor lost it: another one is active, or the document is closed. */
  left(): void {
    this.#reject();
  }

  /** Its command ran: all of it was accepted, which the server hears from the command itself. */
  accepted(): void {
    this.#held = undefined;
    this.#current = undefined;
  }

  /** Nothing more is to be expected of the last change. */
  settle(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#emit(held);
  }

  #inserted(current: Current, text: string): void {
    const left = rest(current);
    if (text === left) this.#current = undefined;
    else if (text === "") return;
    else if (!left.startsWith(firstOf(text))) this.#reject();
    else if (firstOf(text) === text) take(current, text, after(current.at, text));
    else current.inserted = text;
  }

  /** A deletion back from the cursor, or what replaces it: the popup's item, an input method. */
  #replaced(current: Current, { start, end }: Change, text: string): void {
    const deleted = end.character - start.character;
    const gone = current.text.slice(Math.max(0, current.taken - deleted), current.taken);
    if (start.line !== end.line || deleted > current.taken || gone.includes("\n")) {
      return this.#reject();
    }
    current.taken -= deleted;
    current.at = start;
    if (text === rest(current)) this.#current = undefined;
    else if (rest(current).startsWith(text)) take(current, text, after(start, text));
    else this.#reject();
  }

  #reject(): void {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    this.settle();
    this.#held = { id: current.id, kind: "rejected" };
  }
}

function rest(current: Current): string {
  return current.text.slice(current.taken);
}

function take(current: Current, text: string, at: Place): void {
  current.taken += text.length;
  current.at = at;
}

/** Whole lines, or else words. */
function partial(id: number, text: string): Event {
  if (text.endsWith("\n")) {
    return { id, kind: "partial", length: text.split("\n").length - 1, unit: "line" };
  }
  const words = text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;
  return { id, kind: "partial", length: Math.max(1, words), unit: "word" };
}

/** Blank text is the Tab key's, or the Enter key's with the indentation of the new line. */
function isTyping(text: string): boolean {
  return text.trim() === "";
}

function lf(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function same(a: Place, b: Place): boolean {
  return a.line === b.line && a.character === b.character;
}

function isAfter(a: Place, b: Place): boolean {
  return a.line > b.line || (a.line === b.line && a.character > b.character);
}

/** The place behind `text` that begins at `from`. */
function after(from: Place, text: string): Place {
  const lines = text.split("\n");
  const last = lines.at(-1)?.length ?? 0;
  return lines.length === 1
    ? { line: from.line, character: from.character + last }
    : { line: from.line + lines.length - 1, character: last };
}

/** The beginning of `text`, standing at `from`, that ends at `at`; `undefined` outside of it. */
function upTo(from: Place, text: string, at: Place): string | undefined {
  for (let length = 1; length <= text.length; length++) {
    const start = text.slice(0, length);
    if (same(after(from, start), at)) return start;
  }
  return undefined;
}
