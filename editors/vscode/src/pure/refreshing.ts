/**
 * `foretype/refresh`: a slower model has answered where the built-in one had at once. The editor is
 * made to ask again, as long as it shows there what came at once.
 */

/** The cursor in a version of a document. */
export interface Spot {
  uri: string;
  version: number;
  line: number;
  character: number;
}

export interface Screen {
  /** Where the user is; `undefined`: in no document, or with a selection or several cursors. */
  spot(): Spot | undefined;
  /** Has the editor ask once more, some time soon, if a suggestion is on the screen; else does nothing. */
  again(): void;
}

/**
 * The answer may not be on the screen yet when there is more: how long each try has until the editor
 * must have asked, in ms.
 */
const TRIES_MS = [50, 200, 400];

export class Refreshing {
  readonly #screen: Screen;
  /** Where the newest answer with anything in it belongs. */
  #answered: Spot | undefined;
  /** Where the editor is being made to ask. */
  #asking: Spot | undefined;
  #asked = 0;
  #turn = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** The editor asks; whether it was made to, which for the server is no request of the user's. */
  asks(at: Spot): boolean {
    const ours = same(at, this.#asking);
    if (ours) {
      this.#asked += 1;
      this.#asking = undefined;
    }
    return ours;
  }

  /** An answer went to the editor, and has something to show or not. */
  answered(at: Spot, something: boolean): void {
    this.#answered = something ? at : undefined;
  }

  /** The server has more for this document. */
  async more(uri: string): Promise<void> {
    this.#turn += 1;
    const [turn, before] = [this.#turn, this.#asked];
    for (const wait of TRIES_MS) {
      const at = this.#screen.spot();
      // What was typed since has been asked for anew, and what is being accepted is not touched.
      if (at?.uri === uri && same(at, this.#answered)) {
        this.#asking = at;
        this.#screen.again();
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (turn !== this.#turn || this.#asked !== before) return;
      this.#asking = undefined;
    }
  }
}

function same(a: Spot, b: Spot | undefined): boolean {
  return (
    a.uri === b?.uri &&
    a.version === b.version &&
    a.line === b.line &&
    a.character === b.character
  );
}
