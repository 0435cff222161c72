/**
 * Names of functions, from the symbol table, for messages only. The table is as hostile as the file: what is odd in it
 * is left out, and nothing depends on it.
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
const [STT_NOTYPE, STT_FUNC] = [0, 2];

interface FunctionSymbol {
  readonly address: number;
  readonly name: string;
}

interface Section {
  readonly type: number;
  readonly link: number;
  readonly bytes: Uint8Array;
}

/** The functions that the symbol table of an ELF file names, as far as `wanted` says. */
export function readSymbols(
  file: Uint8Array,
  wanted: (name: string) => boolean = () => true,
): SymbolTable {
  const found = functionsOf(sectionsOf(file))
    .filter(({ name }) => wanted(name))
    .sort((a, b) => a.address - b.address);
  return {
    at: (address) => {
      let low = 0;
      let high = found.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((found[middle]?.address ?? 0) <= address) low = middle + 1;
        else high = middle;
      }
      const symbol = found[low - 1];
      return symbol && { name: symbol.name, offset: address - symbol.address };
    },
  };
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

function functionsOf(sections: readonly Section[]): FunctionSymbol[] {
  const symbols = sections.find(({ type }) => type === SHT_SYMTAB);
  const names = sections[symbols?.link ?? sections.length]?.bytes;
  if (symbols === undefined || names === undefined) return [];
  const view = viewOf(symbols.bytes);
  const found: FunctionSymbol[] = [];
  for (let at = 0; at + SYMBOL_SIZE <= symbols.bytes.length; at += SYMBOL_SIZE) {
    const type = view.getUint8(at + 4) & 15;
    const isDefined = view.getUint16(at + 6, true) !== 0;
    const name = nameAt(names, view.getUint32(at, true));
    if (!isDefined || name === '' || (type !== STT_FUNC && type !== STT_NOTYPE)) continue;
    found.push({ address: word(view, at + 8), name });
  }
  return found;
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
