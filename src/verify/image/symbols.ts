/**
 * Names of functions, from the symbol table, for messages only. The table is as hostile as the file: what is odd in it
 * is left out, and nothing depends on it. Of what it has by the million, only addresses are kept; names, which may all
 * be the same megabyte, are read for the few places that messages are about.
 */

/** A function and the place in it. */
export interface SymbolHit {
  readonly name: string;
  readonly offset: number;
}

export interface SymbolTable {
  at(address: number): SymbolHit | undefined;
}

const SECTION_HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;
const SHT_SYMTAB = 2;
const MAX_NAME = 200;
/** Symbols with higher numbers are left out. */
const MAX_SYMBOLS = 2 ** 21;
/** Addresses of an image are below this; times the number of symbols that is exact in a double. */
const WINDOW = 2 ** 32;
const [STT_NOTYPE, STT_FUNC] = [0, 2];

interface Section {
  readonly type: number;
  readonly link: number;
  readonly bytes: Uint8Array;
}

/**
 * The functions that the symbol table of an ELF file names. `wanted` says which: it reads all names, so it is for files
 * that are trusted.
 */
export function readSymbols(file: Uint8Array, wanted?: (name: string) => boolean): SymbolTable {
  const names = new Names(sectionsOf(file));
  const found = names.functions(wanted);
  return {
    at: (address) => {
      const at = lastBelow(found, (address + 1) * MAX_SYMBOLS);
      if (at === undefined) return undefined;
      const name = names.name(at % MAX_SYMBOLS);
      return { name, offset: address - Math.floor(at / MAX_SYMBOLS) };
    },
  };
}

/** The largest of sorted numbers that is below a limit. */
function lastBelow(sorted: Float64Array, limit: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A 64-bit field; offsets above 2^53 come out inexact, and are outside the file anyway. */
function word(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function sectionsOf(file: Uint8Array): readonly Section[] {
  if (file.length < SECTION_HEADER_SIZE) return [];
  const view = viewOf(file);
  const table = word(view, 40);
  const count = view.getUint16(60, true);
  if (table + count * SECTION_HEADER_SIZE > file.length) return [];
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * SECTION_HEADER_SIZE;
    const [offset, size] = [word(view, at + 24), word(view, at + 32)];
    const isInside = offset + size <= file.length;
    return {
      type: view.getUint32(at + 4, true),
      link: view.getUint32(at + 40, true),
      bytes: isInside ? file.subarray(offset, offset + size) : new Uint8Array(),
    };
  });
}

/** A symbol table and the section with its names. */
class Names {
  readonly #symbols: DataView;
  readonly #names: Uint8Array;

  constructor(sections: readonly Section[]) {
    const symbols = sections.find(({ type }) => type === SHT_SYMTAB);
    this.#symbols = viewOf(symbols?.bytes ?? new Uint8Array());
    this.#names = sections[symbols?.link ?? sections.length]?.bytes ?? new Uint8Array();
  }

  /** Address and number of each function in one number, sorted by address: no object for each. */
  functions(wanted?: (name: string) => boolean): Float64Array {
    const count = Math.min(Math.floor(this.#symbols.byteLength / SYMBOL_SIZE), MAX_SYMBOLS);
    const found = new Float64Array(count);
    let end = 0;
    for (let symbol = 0; symbol < count; symbol++) {
      const address = word(this.#symbols, symbol * SYMBOL_SIZE + 8);
      if (address >= WINDOW || !this.#isFunction(symbol)) continue;
      if (wanted !== undefined && !wanted(this.name(symbol))) continue;
      found[end++] = address * MAX_SYMBOLS + symbol;
    }
    return found.subarray(0, end).sort();
  }

  #isFunction(symbol: number): boolean {
    const at = symbol * SYMBOL_SIZE;
    const type = this.#symbols.getUint8(at + 4) & 15;
    const isDefined = this.#symbols.getUint16(at + 6, true) !== 0;
    const hasName = (this.#names[this.#symbols.getUint32(at, true)] ?? 0) !== 0;
    return isDefined && hasName && (type === STT_FUNC || type === STT_NOTYPE);
  }

  name(symbol: number): string {
    return nameAt(this.#names, this.#symbols.getUint32(symbol * SYMBOL_SIZE, true));
  }
}

/** Printable, since it goes to a terminal. */
function nameAt(names: Uint8Array, start: number): string {
  let name = '';
  for (let at = start; at < names.length && name.length < MAX_NAME; at++) {
    const byte = names[at] ?? 0;
    if (byte === 0) return name;
    name += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return name;
}
