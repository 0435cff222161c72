/** What a user is told of a verdict. */
import type { Refusal } from './image/rules.js';
import { readSymbols, type SymbolTable } from './image/symbols.js';
import type { Verdict } from './image/verify.js';

/** Finds places in the source, `a.c:3:5`, for addresses of an image; an address that has none is not in the result. */
export type SourceLines = (
  image: Uint8Array,
  addresses: readonly number[],
) => Promise<ReadonlyMap<number, string>>;

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
export async function refusalLines(
  name: string,
  image: Uint8Array,
  verdict: Verdict,
  sourceLines: SourceLines,
): Promise<readonly string[]> {
  const { refusals } = verdict;
  const first = refusals.slice(0, MAX_SHOWN);
  const addresses = first.flatMap(({ address }) => (address === undefined ? [] : [address]));
  const lines = addresses.length === 0 ? new Map() : await sourceLines(image, addresses);
  const places = { symbols: readSymbols(image), lines };
  const shown = first.map((refusal) => describe(name, refusal, places));
  const hidden = refusals.length - shown.length;
  const more = hidden > 0 ? `, of which ${hidden} are not shown` : '';
  return [...shown, `${name}: refused, for ${refusals.length} reasons${more}`];
}

/** What is known of addresses, for people. */
interface Places {
  readonly symbols: SymbolTable;
  readonly lines: ReadonlyMap<number, string>;
}

/** As compilers show errors, with a place in the image for a place in a source. */
function describe(
  name: string,
  { rule, address, instruction, message }: Refusal,
  { symbols, lines }: Places,
): string {
  if (address === undefined) return `${name}: error: ${message} [${rule}]`;
  const symbol = symbols.at(address);
  const place = symbol === undefined ? '' : ` <${symbol.name}+0x${symbol.offset.toString(16)}>`;
  const text = instruction === undefined ? '' : `\n    ${instruction}`;
  const line = lines.get(address);
  const source = line === undefined ? '' : `\n    at ${line}`;
  return `${name}:0x${address.toString(16)}${place}: error: ${message} [${rule}]${text}${source}`;
}
