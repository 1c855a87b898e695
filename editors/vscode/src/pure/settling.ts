/** Whether the tools that look at documents have come to rest since they were last edited. */

const QUIET_MS = 500;

export class Settling {
  /** The documents of which something was said since their last edit. */
  readonly #fresh = new Set<string>();
  readonly #listeners = new Set<(document: string) => void>();
  readonly #quiet: number;

  constructor(quiet = QUIET_MS) {
    this.#quiet = quiet;
  }

  /** A document was edited, or is gone: what is said of it is old. */
  edited(document: string): void {
    this.#fresh.delete(document);
    for (const listener of this.#listeners) listener(document);
  }

  /** A tool said something of a document. */
  said(document: string): void {
    this.#fresh.add(document);
    for (const listener of this.#listeners) listener(document);
  }

  /** Once the tools have spoken and are quiet, after `patience` ms at the latest: whether they have spoken. */
  async rest(document: string, patience: number): Promise<boolean> {
    if (patience <= 0) return this.#fresh.has(document);
    await new Promise<void>((resolve) => {
      let quiet: ReturnType<typeof setTimeout> | undefined;
      const end = (): void => {
        clearTimeout(timer);
        clearTimeout(quiet);
        this.#listeners.delete(look);
        resolve();
      };
      const look = (about: string): void => {
        if (about !== document) return;
        clearTimeout(quiet);
        if (this.#fresh.has(document)) quiet = setTimeout(end, this.#quiet);
      };
      const timer = setTimeout(end, patience);
      this.#listeners.add(look);
      look(document);
    });
    return this.#fresh.has(document);
  }
}
