/** Shows `busy` only where it lasts: a spinner at every key would flicker. */

const LASTS_MS = 300;

export class Calm<T> {
  readonly #show: (value: T) => void;
  readonly #isBusy: (value: T) => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown: T | undefined;

  constructor(isBusy: (value: T) => boolean, show: (value: T) => void) {
    this.#isBusy = isBusy;
    this.#show = show;
  }

  set(value: T): void {
    clearTimeout(this.#timer);
    const already = this.#shown !== undefined && this.#isBusy(this.#shown);
    if (this.#isBusy(value) && !already) {
      this.#timer = setTimeout(() => { this.#now(value); }, LASTS_MS);
    } else {
      this.#now(value);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #now(value: T): void {
    this.#shown = value;
    this.#show(value);
  }
}
