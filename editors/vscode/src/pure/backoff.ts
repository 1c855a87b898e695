/** When a server that ended by itself is started again. */

const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
const HEALTHY_MS = 60_000;
const MANY = 3;

export interface Next {
  delayMs: number;
  /** The user should hear of it: once in a row of crashes. */
  tell: boolean;
}

export class Backoff {
  #crashes = 0;

  /** The server ended after so long a life. */
  crashed(livedMs: number): Next {
    if (livedMs >= HEALTHY_MS) this.#crashes = 0;
    const delayMs = DELAYS_MS[Math.min(this.#crashes, DELAYS_MS.length - 1)] ?? 0;
    this.#crashes += 1;
    return { delayMs, tell: this.#crashes === MANY };
  }

  /** The user asked for a new start. */
  reset(): void {
    this.#crashes = 0;
  }
}
