/** Who waits for less than this need not be told that something happens. */
const FIRST_SHOWN_MS = 1000;

/** How often the count is shown; a terminal shows no more than a person reads. */
const INTERVAL_MS = 200;

/** A running count on a terminal, in one line that goes away; nothing elsewhere. */
export class Progress {
  readonly #what: string;
  #next = performance.now() + FIRST_SHOWN_MS;
  #shown = false;

  constructor(what: string) {
    this.#what = what;
  }

  /** Says how far it is, unless it said so just now. */
  show(done: number, total: number): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now < this.#next) return;
    this.#next = now + INTERVAL_MS;
    this.#shown = true;
    process.stderr.write(`\r${this.#what}: ${done} of ${total}`);
  }

  /** Takes the line away: before something else is printed, and at the end. */
  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}
