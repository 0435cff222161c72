/** What a user is told of a verdict. */
import type { Refusal } from './image/rules.js';
import { readSymbols, type SymbolTable } from './image/symbols.js';
import type { Verdict } from './image/verify.js';

/** More say the same over and over. */
const MAX_SHOWN = 20;

/** What was proven, in one line. */
export function summary({ level, statistics }: Verdict): string {
  const { codeBytes, instructions, jumpTables, assumedCalls } = statistics;
  const size = `${instructions} instructions in ${codeBytes} bytes, ${jumpTables} jump tables`;
  return level === 'code+data'
    ? `verified, code+data: accesses and control flow proven (${size})`
    : `verified, data: accesses proven; ${assumedCalls} indirect calls assumed to go to functions (${size})`;
}

/** The refusals of `image`, which the user knows as `name`; the last line counts them. */
export function refusalLines(name: string, image: Uint8Array, verdict: Verdict): readonly string[] {
  const symbols = readSymbols(image);
  const { refusals } = verdict;
  const shown = refusals.slice(0, MAX_SHOWN).map((refusal) => describe(name, refusal, symbols));
  const hidden = refusals.length - shown.length;
  const more = hidden > 0 ? `, of which ${hidden} are not shown` : '';
  return [...shown, `${name}: refused, for ${refusals.length} reasons${more}`];
}

/** As compilers show errors, with a place in the image for a place in a source. */
function describe(
  name: string,
  { rule, address, instruction, message }: Refusal,
  symbols: SymbolTable,
): string {
  if (address === undefined) return `${name}: error: ${message} [${rule}]`;
  const symbol = symbols.at(address);
  const place = symbol === undefined ? '' : ` <${symbol.name}+0x${symbol.offset.toString(16)}>`;
  const text = instruction === undefined ? '' : `\n    ${instruction}`;
  return `${name}:0x${address.toString(16)}${place}: error: ${message} [${rule}]${text}`;
}
