/** Lines from debug information: as LLVM finds them in what compilers write, and at worst none in anything else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findPlaces } from '../../src/driver/debug/line-program.js';
import { field, list } from '../../src/driver/json.js';
import { sourceLines } from '../../src/driver/source-lines.js';
import { chosenToolchain } from '../../src/driver/toolchain.js';
import { imageIn, sectionNamed } from '../../src/verify/image/container.js';
import { Random } from '../support/random.js';
import { Scratch } from '../support/scratch.js';

const scratch = new Scratch();
beforeAll(() => {
  scratch.file(
    'twice.h',
    'static inline int twice(int x) {\n  if (x > 7)\n    x -= 3;\n  return 2 * x;\n}\n',
  );
  scratch.file(
    'b.c',
    '#include "twice.h"\nint other(int x) {\n  int sum = 0;\n  while (x-- > 0)\n    sum ^= twice(x);\n  return sum;\n}\n',
  );
  scratch.file(
    'a.c',
    '#include "twice.h"\nint other(int);\nint main(int argc, char **argv) {\n  return other(twice(argc)) + twice(argv[0][0]);\n}\n',
  );
});
afterAll(() => {
  scratch.remove();
});

/** The image of the two files, and addresses of its code. */
function link(...flags: readonly string[]): {
  readonly image: Uint8Array;
  readonly addresses: readonly number[];
} {
  scratch.must(resolve('bin/tbx-cc'), ['-O1', ...flags, 'a.c', 'b.c', '-o', 'a']);
  const image = imageIn(readFileSync(scratch.path('a')));
  return { image, addresses: Array.from({ length: 1500 }, (_, index) => 0x1000_0000 + index) };
}

function accordingToLlvm(
  image: Uint8Array,
  addresses: readonly number[],
): ReadonlyMap<number, string> {
  const file = scratch.path('image');
  writeFileSync(file, image);
  const words = addresses.map((address) => `0x${address.toString(16)}`);
  const program = chosenToolchain(process.env).tool('llvm-symbolizer');
  const { stdout } = scratch.run(program, ['--output-style=JSON', `--obj=${file}`, ...words]);
  return new Map(
    list(JSON.parse(stdout)).flatMap((entry): [number, string][] => {
      const [symbol] = list(field(entry, 'Symbol'));
      const [name, line, column] = ['FileName', 'Line', 'Column'].map((key) => field(symbol, key));
      const isKnown = typeof name === 'string' && name !== '' && line !== 0;
      return isKnown
        ? [
            [
              Number(field(entry, 'Address')),
              `${resolve(name)}:${String(line)}:${String(column)}`.replace(/:0$/, ''),
            ],
          ]
        : [];
    }),
  );
}

test.each(['-g', '-g -gz=zlib', '-gdwarf-4', '-gdwarf-5 -gdwarf64'])(
  '%s: each address has the line that LLVM finds',
  async (flags) => {
    const { image, addresses } = link(...flags.split(' '));
    const found = [...(await sourceLines(image, addresses))].map(
      ([address, place]) => [address, resolve(scratch.folder, place)] as const,
    );
    expect(new Map(found)).toEqual(accordingToLlvm(image, addresses));
    expect(found.length).toBeGreaterThan(50);
  },
);

test('what is no debug information has no lines, and does not stay in the terminal', async () => {
  const { image, addresses } = link('-g', '-fdebug-prefix-map=/tmp=\u001b]0;title\u0007');
  const places = [...(await sourceLines(image, addresses)).values()];
  expect(places[0]).toMatch(/\?]0;title\?/);
  expect(await sourceLines(link().image, addresses)).toEqual(new Map());
  expect(await sourceLines(new Uint8Array(100), addresses)).toEqual(new Map());
});

/** Damaged bytes give some lines or none, and soon. */
test('damaged debug information', () => {
  const { image, addresses } = link('-g');
  const section = (name: string): Uint8Array =>
    Uint8Array.from(sectionNamed(image, name)?.bytes ?? []);
  const [lines, lineStrings] = [section('.debug_line'), section('.debug_line_str')];
  const random = new Random(1);
  for (let trial = 0; trial < 500; trial++) {
    const damaged = Uint8Array.from(
      lines.subarray(0, trial % 4 === 0 ? random.below(lines.length) : undefined),
    );
    for (let count = random.below(4); count >= 0; count--)
      damaged[random.below(Math.min(damaged.length, trial % 2 === 0 ? 200 : damaged.length))] =
        random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    const found = findPlaces({ lines: damaged, lineStrings, strings: lineStrings }, addresses);
    expect(found.size).toBeLessThanOrEqual(addresses.length);
  }
});

/** A header that says it has 2^63 files of no bytes each. */
test('files without fields', () => {
  const header = [5, 0, 8, 0, 20, 0, 0, 0, 1, 1, 1, 0xfb, 14, 1];
  const tables = [0, 0, 0, ...Array<number>(9).fill(0xff), 0x7f];
  const unit = [header.length + tables.length, 0, 0, 0, ...header, ...tables];
  const none = new Uint8Array();
  const sections = { lines: Uint8Array.from(unit), lineStrings: none, strings: none };
  expect(findPlaces(sections, [1]).size).toBe(0);
});

/** 7 bits a byte: of 200 bytes, the last would be multiplied by more than there are numbers for, and zero by that is none. */
test('a number of 200 bytes', () => {
  const header = [2, 0, 7, 0, 0, 0, 1, 1, 1, 14, 1, 0, 0];
  const program = [0, ...Array<number>(200).fill(0x80), 0, 1, 0, 1, 1];
  const unit = [header.length + program.length, 0, 0, 0, ...header, ...program];
  const none = new Uint8Array();
  const sections = { lines: Uint8Array.from(unit), lineStrings: none, strings: none };
  expect(findPlaces(sections, [1]).size).toBe(0);
});
