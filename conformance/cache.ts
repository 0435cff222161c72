/**
 * Answers of LLVM's tools by the content that they were asked about: a line for each, so that a run that is cut short
 * keeps what it has.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export class Cache {
  readonly #path: string;
  readonly #answers = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const [key, answer] = line.split('\t');
      // The last line of a run that was killed may be cut.
      if (key !== undefined && answer?.endsWith('.') === true) {
        this.#answers.set(key, decodeURIComponent(answer.slice(0, -1)));
      }
    }
  }

  /** The answer that is known, or the one that `ask` gives. */
  async answer(key: string, ask: () => Promise<string>): Promise<string> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = await ask();
    this.#answers.set(key, answer);
    appendFileSync(this.#path, `${key}\t${encodeURIComponent(answer)}.\n`);
    return answer;
  }
}
