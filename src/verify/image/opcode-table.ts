/**
 * What iced-x86 says of all allowed opcodes, made when the program is bundled (opcode-survey.ts): to load the decoder,
 * and to ask it a thousand times, takes longer than most images do.
 */
import { Buffer } from 'node:buffer';
import { type AllowList, emptyAllowList } from './allow-list.js';
import { Siblings } from './modrm.js';
import { Opcodes } from './opcodes.js';

/** The table in base64; there is none where the program runs from its sources. */
declare const TBX_OPCODES: string | undefined;

export interface KnownOpcodes {
  readonly list: AllowList;
  readonly siblings: Siblings;
}

/** The opcodes that came with the program. */
export function knownOpcodes(): KnownOpcodes | undefined {
  return typeof TBX_OPCODES === 'string' ? readOpcodes(TBX_OPCODES) : undefined;
}

/** Writes all arrays, one behind the other. */
export function writeOpcodes(list: AllowList, opcodes: Opcodes): string {
  const bytes = arraysOf(list, opcodes).map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return Buffer.concat(bytes).toString('base64');
}

/** Reads what {@link writeOpcodes} wrote. */
export function readOpcodes(text: string): KnownOpcodes {
  const bytes = Buffer.from(text, 'base64');
  const list = emptyAllowList();
  const opcodes = new Opcodes();
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arraysOf(list, opcodes)) {
    new Uint8Array(buffer, byteOffset, byteLength).set(bytes.subarray(at, at + byteLength));
    at += byteLength;
  }
  return { list, siblings: new Siblings(list, opcodes) };
}

/** All arrays of facts, in the order of the fields. */
function arraysOf({ shape, ...list }: AllowList, opcodes: Opcodes): readonly ArrayBufferView[] {
  const fields = [list, shape, opcodes].flatMap((facts): readonly unknown[] =>
    Object.values(facts),
  );
  return fields.filter((field) => ArrayBuffer.isView(field));
}
