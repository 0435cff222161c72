import fsExtra from 'fs-extra';
import { type Exit, SUCCESS } from '../../driver/process.js';
import { imageIn } from '../../verify/image/container.js';
import type { Refusal } from '../../verify/image/rules.js';
import { readSymbols, type SymbolTable } from '../../verify/image/symbols.js';
import { type Verdict, verifyImage } from '../../verify/image/verify.js';
import { writeResult } from '../streams.js';
import { EXIT } from '../terminal.js';

/** More say the same over and over. */
const MAX_SHOWN = 20;

/** `tme-box verify`: proves that an image, or the image in a program, cannot reach outside. */
export async function verifyCommand(file: string, json: boolean): Promise<Exit> {
  const image = imageIn(file === '-' ? fsExtra.readFileSync(0) : fsExtra.readFileSync(file));
  const verdict = await verifyImage(image);
  if (json) writeResult('-', `${JSON.stringify({ file, ...verdict }, undefined, 2)}\n`);
  else if (verdict.level !== undefined) writeResult('-', `${file}: ${summary(verdict)}\n`);
  if (verdict.refusals.length === 0) return SUCCESS;
  const symbols = readSymbols(image);
  const shown = verdict.refusals.slice(0, MAX_SHOWN);
  for (const refusal of shown) process.stderr.write(`${describe(file, refusal, symbols)}\n`);
  const hidden = verdict.refusals.length - shown.length;
  const more = hidden > 0 ? `, of which ${hidden} are not shown` : '';
  process.stderr.write(`${file}: refused, for ${verdict.refusals.length} reasons${more}\n`);
  return { kind: 'code', code: EXIT.verification };
}

/** What was proven, in one line. */
function summary({ level, statistics }: Verdict): string {
  const { codeBytes, instructions, jumpTables, assumedCalls } = statistics;
  const size = `${instructions} instructions in ${codeBytes} bytes, ${jumpTables} jump tables`;
  return level === 'code+data'
    ? `verified, code+data: accesses and control flow proven (${size})`
    : `verified, data: accesses proven; ${assumedCalls} indirect calls assumed to go to functions (${size})`;
}

/** As compilers show errors, with a place in the image for a place in a source. */
function describe(
  file: string,
  { rule, address, instruction, message }: Refusal,
  symbols: SymbolTable,
): string {
  if (address === undefined) return `${file}: error: ${message} [${rule}]`;
  const symbol = symbols.at(address);
  const place = symbol === undefined ? '' : ` <${symbol.name}+0x${symbol.offset.toString(16)}>`;
  const text = instruction === undefined ? '' : `\n    ${instruction}`;
  return `${file}:0x${address.toString(16)}${place}: error: ${message} [${rule}]${text}`;
}
