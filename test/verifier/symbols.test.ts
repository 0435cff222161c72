import { expect, test } from '@jest/globals';
import { readSymbols } from '../../src/verify/image/symbols.js';

/** Symbol tables are as hostile as the image that has them, and are looked at when it is refused. */
const [HEADER, SYMBOL] = [64, 24];
const [SHT_SYMTAB, FUNCTION, OBJECT] = [2, 2, 1];

interface Symbol {
  readonly name: number;
  readonly address: bigint;
  readonly type?: number;
  readonly section?: number;
}

/** A file that is nothing but a symbol table and its names. */
function fileOf(symbols: readonly Symbol[], names: Uint8Array): Uint8Array {
  const [table, namesAt] = [3 * HEADER, 3 * HEADER + symbols.length * SYMBOL];
  const file = Buffer.alloc(namesAt + names.length);
  file.writeBigUInt64LE(BigInt(HEADER), 40);
  file.writeUInt16LE(2, 60);
  writeSection(file, HEADER, { type: SHT_SYMTAB, at: table, size: namesAt - table, link: 1 });
  writeSection(file, 2 * HEADER, { type: 3, at: namesAt, size: names.length, link: 0 });
  symbols.forEach(({ name, address, type = FUNCTION, section = 1 }, index) => {
    const at = table + index * SYMBOL;
    file.writeUInt32LE(name, at);
    file[at + 4] = type;
    file.writeUInt16LE(section, at + 6);
    file.writeBigUInt64LE(address, at + 8);
  });
  file.set(names, namesAt);
  return file;
}

function writeSection(
  file: Buffer,
  header: number,
  section: { type: number; at: number; size: number; link: number },
): void {
  file.writeUInt32LE(section.type, header + 4);
  file.writeBigUInt64LE(BigInt(section.at), header + 24);
  file.writeBigUInt64LE(BigInt(section.size), header + 32);
  file.writeUInt32LE(section.link, header + 40);
}

const NAMES = Buffer.from('\0first\0second\0bad\x1b[31m\0', 'latin1');
const [NONE, FIRST, SECOND, BAD] = [0, 1, 7, 14];

test('an address is in the last function in front of it', () => {
  const symbols = readSymbols(
    fileOf(
      [
        { name: SECOND, address: 0x2000n },
        { name: FIRST, address: 0x1000n },
        { name: NONE, address: 0x2800n },
        { name: FIRST, address: 0x2900n, type: OBJECT },
        { name: FIRST, address: 0x2a00n, section: 0 },
        { name: 99, address: 0x2b00n },
        { name: BAD, address: 0x3000n },
        { name: FIRST, address: 0x1_0000_3000n },
      ],
      NAMES,
    ),
  );
  expect(symbols.at(0xfff)).toBeUndefined();
  expect(symbols.at(0x1000)).toEqual({ name: 'first', offset: 0 });
  expect(symbols.at(0x1fff)).toEqual({ name: 'first', offset: 0xfff });
  expect(symbols.at(0x2fff)).toEqual({ name: 'second', offset: 0xfff });
  expect(symbols.at(0xffff_ffff)).toEqual({ name: 'bad?[31m', offset: 0xffff_cfff });
});

test('of several at one address the last counts', () => {
  const symbols = [FIRST, SECOND].map((name) => ({ name, address: 0x1000n }));
  expect(readSymbols(fileOf(symbols, NAMES)).at(0x1001)?.name).toBe('second');
});

test('half a million names in one megabyte cost no memory', () => {
  const names = new Uint8Array(1 << 20).fill(0x41);
  const symbols = Array.from({ length: 500_000 }, (_, index) => ({
    name: index,
    address: BigInt(index),
  }));
  const file = fileOf(symbols, names);
  const before = process.memoryUsage();
  const table = readSymbols(file);
  const after = process.memoryUsage();
  // Eight bytes a symbol, where the names would be hundreds of megabytes at least.
  const grown = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
  expect(grown).toBeLessThan(64 << 20);
  expect(table.at(250_000)).toEqual({ name: 'A'.repeat(200), offset: 0 });
});
