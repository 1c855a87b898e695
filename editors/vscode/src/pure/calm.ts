/** Shows `busy` only where it lasts: a spinner at every key would flicker. */

const LASTS_MS = 300;

export class Calm<T> {
  readonly #show: (value: T) => void;
  readonly #isBusy: (value: T) => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest: T | undefined;
  #showsBusy = false;

  constructor(isBusy: (value: T) => boolean, show: (value: T) => void) {
    this.#isBusy = isBusy;
    this.#show = show;
  }

  set(value: T): void {
    this.#latest = value;
    if (!this.#isBusy(value) || this.#showsBusy) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#now(value);
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        if (this.#latest !== undefined) this.#now(this.#latest);
      }, LASTS_MS);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #now(value: T): void {
    this.#showsBusy = this.#isBusy(value);
    this.#show(value);
  }
}
