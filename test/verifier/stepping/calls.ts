/** Functions of an image that nobody has loaded, called one by one with chosen registers under the stepper. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageFile } from '../../../src/verify/image/elf.js';
import { GPR } from '../../../src/verify/image/iced.js';

/** Where stepper.c has the window, and what it takes for the gate. */
const WINDOW = 0x3_0000_0000;
const GATE = 0x2000n;
const REGISTERS = 16;

/** A call: at most so many steps of the function at an address of the image. */
export interface Call {
  readonly entry: number;
  readonly registers: BigUint64Array;
  readonly mostSteps: number;
}

/** Memory of the window. */
export interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Makes all calls, one after the other in the same memory; the path of the records. */
export function call(
  stepper: string,
  folder: string,
  { image, table, memory }: { image: ImageFile; table: Buffer; memory: readonly Part[] },
  calls: readonly Call[],
): string {
  const [parts, tablePath, records] = ['parts', 'table', 'records'].map((name) =>
    join(folder, name),
  );
  if (parts === undefined || tablePath === undefined || records === undefined) return '';
  const { code, readOnly, data } = image;
  const constants = Buffer.from(readOnly.bytes);
  constants.writeBigUInt64LE(GATE);
  const inWindow = [readOnly, data].map(({ start, bytes }) => ({ offset: start, bytes }));
  writeFileSync(
    parts,
    Buffer.concat([
      ...part(code.start, code.bytes),
      ...part(readOnly.start, constants),
      ...[...inWindow, ...memory].flatMap(({ offset, bytes }) => part(WINDOW + offset, bytes)),
    ]),
  );
  writeFileSync(tablePath, table);
  const { status, stderr } = spawnSync(stepper, [parts, tablePath, records], {
    input: Buffer.concat(calls.map(requestOf)),
  });
  if (status !== 0) throw new Error(`stepper: ${status ?? 'killed'} ${stderr.toString()}`);
  return records;
}

function part(at: number, bytes: Uint8Array): readonly Uint8Array[] {
  return [Buffer.from(new BigUint64Array([BigInt(at), BigInt(bytes.length)]).buffer), bytes];
}

function requestOf({ entry, registers, mostSteps }: Call): Buffer {
  const words = new BigUint64Array(2 + REGISTERS);
  words[0] = BigInt(mostSteps);
  words[1] = BigInt(entry);
  words.set(registers.subarray(0, REGISTERS), 2);
  return Buffer.from(words.buffer);
}

/** Registers of a call: `word` for each. */
export function registersOf(word: () => bigint): BigUint64Array {
  const registers = new BigUint64Array(REGISTERS).map(() => word());
  registers[GPR.rsp] = 0n;
  return registers;
}
