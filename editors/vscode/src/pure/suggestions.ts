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

interface Candidate {
  id: number;
  /** All of it, LF line breaks. */
  text: string;
  /** How much of `text` stands in the document, in UTF-16 units. */
  taken: number;
}

/** What is on the screen. */
interface Current {
  uri: string;
  /** The one that the editor shows, and those that the user may go through to instead: nothing
   * tells of that until one of them is taken in part. */
  shown: Candidate;
  others: Candidate[];
  /** Where the rest of each stands, which is where the cursor must be. */
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
    return this.#current?.shown.id;
  }

  /** An answer that was not cancelled: what the editor shows of it at the cursor. */
  answered(uri: string, at: Place, items: readonly Item[]): void {
    this.settle();
    const old = this.#current?.uri === uri ? this.#current : undefined;
    const [shown, ...others] = items
      .map(({ id, text, typed }) => ({ id, text: lf(text), typed: lf(typed) }))
      .filter(({ text, typed }) => text.startsWith(typed) && text !== typed)
      .map(({ id, text, typed }): Candidate => ({ id, text, taken: typed.length }));
    if (shown === undefined) {
      // It is gone, but the user did not turn it down.
      if (old !== undefined) this.#current = undefined;
      return;
    }
    // Every answer numbers its items anew: the rest of what is on the screen was shown before.
    const goesOn = old !== undefined && same(old.at, at) && rest(old.shown) === rest(shown);
    this.#current = { uri, shown, others, at, inserted: undefined };
    if (!goesOn) this.#emit({ id: shown.id, kind: "shown" });
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
    if (typed === undefined || !take(current, typed, at)) return this.#reject();
    if (typed === inserted && !isTyping(inserted)) {
      this.#emit(partial(current.shown.id, inserted));
    }
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
    const first = firstOf(text);
    if (isRest(current, text)) this.#current = undefined;
    else if (text === "") return;
    else if (first === text) this.#typed(current, text, current.at);
    else if (candidates(current).some((one) => rest(one).startsWith(first))) current.inserted = text;
    else this.#reject();
  }

  /** A deletion back from the cursor, or what replaces it: the popup's item, an input method. */
  #replaced(current: Current, { start, end }: Change, text: string): void {
    const deleted = end.character - start.character;
    const kept = candidates(current).filter((one) => {
      const gone = one.text.slice(Math.max(0, one.taken - deleted), one.taken);
      return deleted <= one.taken && !gone.includes("\n");
    });
    if (start.line !== end.line || !keep(current, kept)) return this.#reject();
    for (const one of kept) one.taken -= deleted;
    if (isRest(current, text)) this.#current = undefined;
    else this.#typed(current, text, start);
  }

  #typed(current: Current, text: string, from: Place): void {
    if (!take(current, text, after(from, text))) this.#reject();
  }

  #reject(): void {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    this.settle();
    this.#held = { id: current.shown.id, kind: "rejected" };
  }
}

function rest({ text, taken }: Candidate): string {
  return text.slice(taken);
}

function candidates({ shown, others }: Current): Candidate[] {
  return [shown, ...others];
}

/** Whether this is all that is left of one. A single key goes on with those that are longer. */
function isRest(current: Current, text: string): boolean {
  const left = candidates(current).map(rest);
  if (!left.includes(text)) return false;
  const longer = left.some((one) => one !== text && one.startsWith(text));
  return !longer || left[0] === text || firstOf(text) !== text;
}

/** Only these are left; `false`: none. */
function keep(current: Current, [shown, ...others]: readonly Candidate[]): boolean {
  if (shown !== undefined) Object.assign(current, { shown, others });
  return shown !== undefined;
}

/** The cursor is behind `text` now, which those that are left begin with; `false`: none. */
function take(current: Current, text: string, at: Place): boolean {
  const left = candidates(current).filter((one) => {
    return rest(one).startsWith(text) && rest(one) !== text;
  });
  if (!keep(current, left)) return false;
  for (const one of left) one.taken += text.length;
  current.at = at;
  return true;
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
