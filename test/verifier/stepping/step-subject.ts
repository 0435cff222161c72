/** One program, analysed, and stepped in each of its uses. */
import { readFileSync } from 'node:fs';
import { imageIn } from '../../../src/verify/image/container.js';
import { readImage } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import { readSymbols } from '../../../src/verify/image/symbols.js';
import { analyseImage, mustAccept } from '../property/analysed.js';
import { compareRecords, type Tally } from './records.js';
import type { Subject } from './subjects.js';
import { type Sampling, tableOf } from './table.js';
import { trace } from './tracer.js';

/** What came of a use, and the place of an instruction for messages. */
export interface SteppedUse {
  readonly tally: Tally;
  readonly place: (at: number) => string;
  readonly stdout: Buffer;
}

/**
 * Steps all uses of a program, whose functions are claimed about as the verifier analyses them and in full detail.
 *
 * @throws when the verifier refuses the program, or it does not start
 */
export async function* stepSubject(
  iced: Iced,
  tracer: string,
  folder: string,
  { name, program, commands }: Subject,
  sampling: Sampling,
): AsyncGenerator<SteppedUse, void> {
  const bytes = imageIn(readFileSync(program));
  const refuse = mustAccept(name);
  const image = readImage(bytes, refuse);
  if (image === undefined) throw new Error(`${name} is no image`);
  const analysed = analyseImage(iced, image, { detail: 'coarse' }, refuse);
  const claims = [analysed.claims, analyseImage(iced, image, { detail: 'full' }, refuse).claims];
  const table = tableOf(analysed, claims, sampling);
  const symbols = readSymbols(bytes);
  const place = (at: number): string => {
    const address = analysed.code.address[at] ?? 0;
    const hit = symbols.at(address);
    return `0x${address.toString(16)} ${hit === undefined ? '' : `${hit.name}+${hit.offset}`}`;
  };
  for (const command of commands) {
    const { outcome, records } = await trace(tracer, table, folder, command);
    if (outcome.status !== 0) throw new Error(`${name}: ${outcome.stderr.toString('latin1')}`);
    yield {
      tally: compareRecords(records, analysed.code, claims),
      place,
      stdout: outcome.stdout,
    };
  }
}
