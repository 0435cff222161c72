/** Where the analysis starts: the image's entry, and in images of level `data` all that may be a function pointer. */
import { type Code, kindAt } from './code.js';
import type { ImageFile, Segment } from './elf.js';
import { KINDS } from './kinds.js';
import type { Refuse } from './rules.js';
import { instructionAt } from './tables.js';

export interface Roots {
  /** Instruction number of the image's entry; undefined after a refusal. */
  readonly entry: number | undefined;
  /** Instruction numbers of the functions that the host calls by name. */
  readonly exports: readonly number[];
  /** Instruction numbers that may be functions to which only pointers lead, without repetition, in the order of addresses. */
  readonly candidates: readonly number[];
}

/** Where paths begin, beside the targets of direct calls and the slots of call tables. */
export function rootsOf(image: ImageFile, code: Code, refuse: Refuse): Roots {
  const entry = instructionAt(code, image.entry);
  if (entry < 0) {
    refuse('TBV0002', image.entry, 'no instruction starts at the entry of the image');
    return { entry: undefined, exports: [], candidates: [] };
  }
  const candidates =
    image.isolation === 'data' ? [...new Set(pointed(image, code))].sort((a, b) => a - b) : [];
  return { entry, exports: exportsOf(image, code, refuse), candidates };
}

function exportsOf(image: ImageFile, code: Code, refuse: Refuse): readonly number[] {
  const found = new Set<number>();
  for (const address of image.exports) {
    const at = instructionAt(code, address);
    if (at < 0) refuse('TBV0002', address, 'no instruction starts at an exported function');
    else found.add(at);
  }
  return [...found];
}

/**
 * Instructions whose address stands in the data of an image or in an immediate operand that is moved or pushed. Most are
 * functions; some are numbers that look like addresses, and the analysis tells them apart by how control reaches them
 * otherwise.
 */
function pointed(image: ImageFile, code: Code): readonly number[] {
  const found = [...pointersIn(image.readOnly, code), ...pointersIn(image.data, code)];
  for (let at = 0; at < code.count; at++) {
    const kind = kindAt(code, at);
    if (kind !== KINDS.moveImmediate && kind !== KINDS.push) continue;
    const target = instructionAt(code, code.immediate[at] ?? 0);
    if (target >= 0) found.push(target);
  }
  return found;
}

/** Pointers are aligned, and have an upper half of zero. */
function pointersIn({ bytes }: Segment, code: Code): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    if (view.getUint32(at + 4, true) !== 0) continue;
    const target = instructionAt(code, view.getUint32(at, true));
    if (target >= 0) found.push(target);
  }
  return found;
}
