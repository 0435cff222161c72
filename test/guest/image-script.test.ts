/** The layout that image.ld gives, and what it refuses, with each lld that is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Scratch } from '../support/scratch.js';

const SCRIPT = resolve('runtime/guest/image.ld');
const PAGE = 4096;
const scratch = new Scratch();
afterAll(() => {
  scratch.remove();
});

function assemble(name: string, text: string): string {
  const source = scratch.file(`${name}.s`, text);
  const object = scratch.path(`${name}.o`);
  scratch.must('llvm-mc-22', ['-filetype=obj', '-triple=x86_64-linux-musl', source, '-o', object]);
  return object;
}

const gate = assemble('gate', readFileSync('runtime/guest/gate.s', 'latin1'));

/** A program with `count` functions whose addresses are taken, and one whose is not. */
function program(count: number, extra = ''): string {
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  const functions = [...names, 'unused'].map(
    (name) => `.section .text.${name},"ax"\n.globl ${name}\n${name}: ret
.section .tbx.icall.${name},"ax",@progbits\n.globl __tbx_ic.${name}\n.p2align 3, 0xcc
__tbx_ic.${name}: jmp ${name}\n.p2align 3, 0xcc`,
  );
  const taken = names.map((name) => `.quad __tbx_ic.${name}`).join('\n');
  return `${functions.join('\n')}
.section .data.taken,"aw"\ntaken: ${taken}
.section .bss.zeros,"aw",@nobits\nzeros: .zero 40
.section .init_array,"aw",@init_array\n.quad 0
.text\n.globl __tbx_start_c
__tbx_start_c: movl $taken, %eax\nmovl $zeros, %eax\nandl $__tbx_icall_mask, %eax
leaq __tbx_icall_table(%rip), %rcx\nleaq __tbx_code_base(%rip), %rdx\nret
${extra}\n`;
}

interface Segment {
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly flags: number;
  readonly offset: number;
}

/** A linked image, read by hand. */
class Image {
  readonly bytes: Buffer;
  readonly #symbols: ReadonlyMap<string, number>;

  constructor(path: string) {
    this.bytes = readFileSync(path);
    const lines = scratch.must('llvm-nm-22', [path]).trim().split('\n');
    this.#symbols = new Map(
      lines.map((line) => [line.split(' ')[2] ?? '', Number.parseInt(line.slice(0, 16), 16)]),
    );
  }

  symbol(name: string): number {
    const value = this.#symbols.get(name);
    if (value === undefined) throw new Error(`no symbol ${name}`);
    return value;
  }

  has(name: string): boolean {
    return this.#symbols.has(name);
  }

  segments(): readonly Segment[] {
    const at = Number(this.bytes.readBigUInt64LE(32));
    const headers = Array.from({ length: this.bytes.readUInt16LE(56) }, (_, i) => at + 56 * i);
    const loaded = headers.filter((header) => this.bytes.readUInt32LE(header) === 1);
    return loaded.map((header) => ({
      flags: this.bytes.readUInt32LE(header + 4),
      offset: Number(this.bytes.readBigUInt64LE(header + 8)),
      address: Number(this.bytes.readBigUInt64LE(header + 16)),
      fileSize: Number(this.bytes.readBigUInt64LE(header + 32)),
      memorySize: Number(this.bytes.readBigUInt64LE(header + 40)),
    }));
  }

  at(address: number, size: number): Buffer {
    const segment = this.segments().find(
      (candidate) =>
        address >= candidate.address && address < candidate.address + candidate.fileSize,
    );
    if (segment === undefined) throw new Error(`nothing at ${address.toString(16)}`);
    const offset = segment.offset + address - segment.address;
    return this.bytes.subarray(offset, offset + size);
  }
}

const LINKERS = ['ld.lld-22', 'ld.lld-19'].filter((name) => existsSync(`/usr/bin/${name}`));
const FLAGS = [
  '-static',
  '--gc-sections',
  '-z',
  'norelro',
  '-z',
  'max-page-size=4096',
  '-T',
  SCRIPT,
];

test('there is a linker to test', () => {
  expect(LINKERS).not.toEqual([]);
});

describe.each(LINKERS)('%s', (linker) => {
  function link(objects: readonly string[], flags: readonly string[] = []): Image {
    const path = scratch.path('image');
    const output = scratch.must(linker, [...FLAGS, ...flags, '-o', path, ...objects]);
    expect(output).toBe('');
    return new Image(path);
  }

  function refusal(text: string): string {
    const objects = [gate, assemble('refused', program(1, text))];
    const words = [...FLAGS, '--no-gc-sections', '-o', scratch.path('refused'), ...objects];
    const { status, stderr } = scratch.run(linker, words);
    expect(status).not.toBe(0);
    return stderr;
  }

  test('three segments in order, each in pages of its own', () => {
    const image = link([gate, assemble('layout', program(3))]);
    const segments = image.segments();
    expect(segments.map(({ flags }) => flags)).toEqual([5, 4, 6]);
    expect(segments[0]?.address).toBe(0x10000000);
    for (const { address } of segments) expect(address % PAGE).toBe(0);
    const [code, readOnly, data] = segments.map(({ address, memorySize }) => ({
      address,
      end: address + memorySize,
    }));
    expect(code?.end).toBeLessThanOrEqual(readOnly?.address ?? 0);
    expect(readOnly?.end).toBeLessThanOrEqual(data?.address ?? 0);
    expect(data?.end).toBeLessThanOrEqual(image.symbol('__tbx_end'));
    expect(image.symbol('__tbx_gate')).toBe(readOnly?.address);
    expect(image.at(image.symbol('__tbx_gate'), PAGE).every((byte) => byte === 0)).toBe(true);
    expect(image.symbol('__tbx_code_base')).toBe(0);
    expect(image.symbol('__init_array_end') - image.symbol('__init_array_start')).toBe(8);
  });

  test.each([
    [0, 16],
    [1, 16],
    [2, 32],
    [3, 32],
    [7, 64],
    [8, 128],
    [300, 4096],
  ])(
    '%d entries: a table of %d bytes, aligned to its size, that begins with a trap',
    (count, size) => {
      const image = link([gate, assemble(`table${count}`, program(count))]);
      const table = image.symbol('__tbx_icall_table');
      expect(image.symbol('__tbx_icall_mask')).toBe(size - 8);
      expect(table % size).toBe(0);
      const bytes = image.at(table, size);
      expect(bytes.subarray(0, 8).every((byte) => byte === 0xcc)).toBe(true);
      expect(bytes.subarray(8 * (count + 1)).every((byte) => byte === 0xcc)).toBe(true);
      for (let entry = 1; entry <= count; entry++) expect(bytes[8 * entry]).toBe(0xe9);
      expect(image.has('__tbx_ic.unused')).toBe(false);
    },
  );

  test('code is padded with traps up to the table', () => {
    const image = link([gate, assemble('padding', program(300))]);
    const table = image.symbol('__tbx_icall_table');
    expect(image.at(table - 512, 512).every((byte) => byte === 0xcc)).toBe(true);
  });

  test("the heap begins behind the program's own sections", () => {
    const own = `.section mine,"aw"\n.quad 1\n.section mine_zero,"aw",@nobits\n.zero 100
.section .bss.more,"aw",@nobits\n.zero 4`;
    const image = link([gate, assemble('own', program(1, own))], ['--no-gc-sections']);
    const data = image.segments()[2];
    expect(data).toBeDefined();
    expect((data?.address ?? 0) + (data?.memorySize ?? 0)).toBeLessThanOrEqual(
      image.symbol('__tbx_end'),
    );
  });

  test('constants that hold addresses are read-only', () => {
    const text = `.section .data.rel.ro.x,"aw"\n.globl constant\nconstant: .quad f0
.text\n.globl user\nuser: movl $constant, %eax`;
    const image = link([gate, assemble('relro', program(1, text))], ['-u', 'user']);
    const readOnly = image.segments()[1];
    const address = image.symbol('constant');
    expect(address).toBeGreaterThan(readOnly?.address ?? 0);
    expect(address).toBeLessThan((readOnly?.address ?? 0) + (readOnly?.memorySize ?? 0));
    expect(image.at(address, 8).readBigUInt64LE()).toBe(BigInt(image.symbol('f0')));
  });

  test.each([
    ['a .got', '.text\nmovq foo@GOTPCREL(%rip), %rax\n.weak foo'],
    ['a .plt', '.text\n.type resolved, @gnu_indirect_function\nresolved: ret\ncall resolved'],
    ['thread-local', '.section .tdata.x,"awT",@progbits\n.quad 1'],
    ['thread-local', '.section .tbss.x,"awT",@nobits\n.quad 0'],
    ['.init_array', '.section .preinit_array,"aw",@preinit_array\n.quad 0'],
    ['.init_array', '.section .ctors,"aw"\n.quad 0'],
    ['above 2 GiB', '.section .bss.large,"aw",@nobits\n.zero 0x70000000'],
  ])('refuses %s', (message, text) => {
    expect(refusal(text)).toContain(`error: tme-box: `);
    expect(refusal(text)).toContain(message);
  });

  test('refuses an image without a gate', () => {
    const { status, stderr } = scratch.run(linker, [
      ...[...FLAGS, '-o', scratch.path('refused')],
      assemble('gateless', program(1)),
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain('link gate.o once');
    expect(stderr).toContain('no object has a .note.tmebox note');
  });
});
