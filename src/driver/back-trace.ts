/** Places in the source for the fault that ended a run: what the runner reports, looked up in the program's image. */

import { field, list } from './json.js';
import { LARGEST_IMAGE, readPlain } from './read-bytes.js';
import { sourceLines } from './source-lines.js';

/**
 * The lines of a back trace, innermost first; none where the run did not end by a fault, or where the program has no
 * debug information.
 *
 * @param report the file that the runner wrote (`--report`)
 */
export async function backTrace(report: string, program: string): Promise<readonly string[]> {
  const fault = field(readReport(report), 'fault');
  const at = field(fault, 'code_offset');
  if (typeof at !== 'string') return [];
  // A return address is behind the call, perhaps on another line.
  const callers = list(field(fault, 'trace')).map((offset) => Number(offset) - 1);
  const file = readPlain(program, LARGEST_IMAGE);
  if (file === undefined) return [];
  const { imageIn } = await import('../verify/prove.js');
  const addresses = [Number(at), ...callers];
  const places = await sourceLines(imageIn(file), addresses);
  return addresses.flatMap((address) => {
    const place = places.get(address);
    return place === undefined ? [] : [`  at ${place}`];
  });
}

/** What the runner wrote; undefined where it cannot be read back, as from a terminal, a pipe or /dev/null. */
function readReport(report: string): unknown {
  try {
    return JSON.parse(readPlain(report)?.toString('utf8') ?? 'null');
  } catch {
    return undefined; // what stood there before
  }
}
