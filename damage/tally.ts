import { readFile, writeFile } from 'node:fs/promises';

/**
 * What became of the damages to one image or to many: how often each outcome was had in each group of damages, and what
 * must not have been. Kept in a file, so that a run that was cut off, or whose images have not all changed, goes on.
 */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #failures: string[] = [];

  add(group: string, outcome: string, count = 1): void {
    const counts = this.#counts.get(group) ?? new Map<string, number>();
    this.#counts.set(group, counts);
    counts.set(outcome, (counts.get(outcome) ?? 0) + count);
  }

  /** Something that must not have been, in one line. */
  fail(failure: string): void {
    this.#failures.push(failure);
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  get groups(): readonly string[] {
    return [...this.#counts.keys()];
  }

  addAll(other: Tally): void {
    for (const [group, counts] of other.#counts) {
      for (const [outcome, count] of counts) this.add(group, outcome, count);
    }
    this.#failures.push(...other.#failures);
  }

  /** The counts of a group, in words. */
  describe(group: string): string {
    const counts = this.#counts.get(group) ?? new Map<string, number>();
    return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  }

  /** Writes the tally to a file that says what it is the tally of. */
  async write(path: string, key: string): Promise<void> {
    const counts = [...this.#counts].flatMap(([group, outcomes]) =>
      [...outcomes].map(([outcome, count]) => [COUNT, group, outcome, count].join('\t')),
    );
    const failures = this.#failures.map((failure) => [FAILURE, failure].join('\t'));
    await writeFile(path, `${[key, ...counts, ...failures].join('\n')}\n`);
  }

  /** Reads a tally back, if it was written and is of `key`. */
  static async read(path: string, key: string): Promise<Tally | undefined> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const [found, ...lines] = text.trimEnd().split('\n');
    if (found !== key) return undefined;
    const tally = new Tally();
    for (const line of lines) {
      const [kind, group = '', outcome = '', count = ''] = line.split('\t');
      if (kind === COUNT) tally.add(group, outcome, Number(count));
      else tally.fail(group);
    }
    return tally;
  }
}

const COUNT = 'count';
const FAILURE = 'failure';
