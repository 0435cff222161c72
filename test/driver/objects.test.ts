import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readArchive } from '../../src/driver/archive.js';
import { parseNotes, readObjectNotes } from '../../src/driver/elf-notes.js';
import { checkObjects } from '../../src/driver/marked-objects.js';
import { Scratch } from '../support/scratch.js';

const scratch = new Scratch();
afterAll(() => {
  scratch.remove();
});

function note(type: number, description: string): string {
  const size = (description.length + 4) & ~3;
  return `.section .note.tmebox,"a",@note
.p2align 2
.long 8, ${size}, ${type}
.asciz "TME-Box"
.asciz "${description}"
.p2align 2
`;
}

const marked = (lowering: string, isolation: string): string =>
  note(1, `abi=1 lowering=${lowering} isolate=${isolation} keybits=15`);

/** Assembles `text` to an object and returns its path. */
function object(name: string, text: string): string {
  const path = scratch.path(name);
  scratch.must('clang-22', ['-c', scratch.file(`${name}.s`, text), '-o', path]);
  return path;
}

function archive(name: string, members: readonly string[], flags = 'rcs'): string {
  const path = scratch.path(name);
  scratch.must('llvm-ar-22', [flags, path, ...members]);
  return path;
}

function noFile(path: string): Buffer {
  throw new Error(`${path} is no file of this archive`);
}

const messages = (paths: readonly string[], wanted?: 'data' | 'code+data'): readonly string[] =>
  checkObjects(paths, wanted).diagnostics.map(({ code, message }) =>
    `${code} ${message}`.replaceAll(`${scratch.folder}/`, ''),
  );

test('notes of an object are read, foreign ones are left out', () => {
  const text = `${note(1, 'abi=1')}.long 4, 4, 1\n.asciz "GNU"\n.long 7\n${note(2, 'addr32')}`;
  expect(readObjectNotes(readFileSync(object('notes.o', text)))).toEqual({
    kind: 'object',
    notes: [
      { type: 1, description: 'abi=1' },
      { type: 2, description: 'addr32' },
    ],
  });
});

test('a note that runs over its section is refused', () => {
  const bytes = Buffer.from('08000000ff00000001000000544d452d426f7800', 'hex');
  expect(parseNotes(bytes)).toBeUndefined();
});

test.each([
  ['text', Buffer.from('int main;'), 'not an ELF object'],
  ['bitcode', Buffer.from('BC\xc0\xde\x35', 'latin1'), 'LLVM bitcode'],
  ['empty', Buffer.alloc(0), 'not an ELF object'],
])('%s is foreign', (_, bytes, what) => {
  expect(readObjectNotes(bytes)).toEqual({ kind: 'foreign', what });
});

test('an object with more sections than its header can count is read', () => {
  const sections = Array.from({ length: 66_000 }, (_, i) => `.section .text.f${i},"ax"\nnop\n`);
  const path = object('many.o', sections.join('') + marked('ir', 'data'));
  expect(readObjectNotes(readFileSync(path))).toMatchObject({
    kind: 'object',
    notes: [{ type: 1 }],
  });
});

test('every damaged byte of the section table is an object, or foreign, never a crash', () => {
  const intact = readFileSync(object('damage.o', marked('ir', 'data')));
  const table = Number(intact.readBigUInt64LE(40));
  for (const at of [...Array(64).keys(), ...Array(intact.length - table).keys()].map((i, n) =>
    n < 64 ? i : table + i,
  )) {
    for (const value of [0x00, 0x7f, 0xff]) {
      const damaged = Buffer.from(intact);
      damaged[at] = value;
      expect(['object', 'foreign']).toContain(readObjectNotes(damaged).kind);
    }
  }
});

test('a section table outside of the file is refused, whatever counts it', () => {
  const bytes = readFileSync(object('far.o', marked('ir', 'data')));
  bytes.writeBigUInt64LE(1n << 40n, 40);
  bytes.writeUInt16LE(0xffff, 62);
  expect(readObjectNotes(bytes)).toEqual({ kind: 'foreign', what: 'a malformed ELF object' });
});

test('archive members have their long names', () => {
  const long = 'a_name_of_more_than_sixteen_bytes.o';
  const path = archive('names.a', [object('s.o', 'nop\n'), object(long, 'nop\n')]);
  const read = readArchive(readFileSync(path), noFile);
  if (read.kind !== 'archive') throw new Error(read.what);
  expect(read.members.map(({ name }) => name)).toEqual(['s.o', long]);
  expect(read.members[1]?.contents.equals(readFileSync(scratch.path(long)))).toBe(true);
});

test('a truncated archive is malformed', () => {
  const whole = readFileSync(archive('whole.a', [object('t.o', 'nop\n')]));
  expect(readArchive(whole.subarray(0, whole.length - 8), noFile)).toEqual({
    kind: 'malformed',
    what: 'a truncated archive',
  });
});

test('objects of one isolation are linked with it, and with those for any', () => {
  const data = object('data.o', marked('ir', 'data'));
  const any = object('any.o', marked('any', 'any'));
  const confined = object('confined.o', marked('addr32', 'data') + note(2, 'addr32'));
  expect(checkObjects([data, any, confined], undefined)).toEqual({
    isolation: 'data',
    bitcode: [],
    diagnostics: [],
  });
  expect(checkObjects([any], undefined).isolation).toBeUndefined();
});

test('what was not made by this tool is refused by its name', () => {
  const plain = object('plain.o', 'nop\n');
  const good = object('good.o', marked('ir', 'data'));
  expect(messages([plain])).toEqual([
    'TBX0701 plain.o: this object is not instrumented; compile it with tbx-cc',
  ]);
  expect(messages([archive('mixed.a', [good, plain])])).toEqual([
    'TBX0701 mixed.a(plain.o): this object is not instrumented; compile it with tbx-cc',
  ]);
  expect(messages([scratch.file('text.o', 'INPUT(x.o)')])).toEqual([
    'TBX0704 text.o: not an ELF object cannot be linked into a sandbox image',
  ]);
  expect(messages([scratch.path('none.o')])[0]).toMatch(/^TBX0806 none\.o: cannot be read/);
});

test('addr32 text that did not go through the address step is refused', () => {
  const unconfined = object('unconfined.o', marked('addr32', 'data'));
  const [message] = messages([unconfined]);
  expect(message).toBe(
    'TBX0702 unconfined.o: its assembler text did not go through the address step (tbx-as)',
  );
  const confined = object('confined2.o', marked('addr32', 'data') + note(2, 'addr32'));
  scratch.must('ld.lld-22', ['-r', '-o', 'both.o', unconfined, confined]);
  expect(messages([scratch.path('both.o')])[0]).toMatch(/^TBX0702 both\.o: /);
});

test('two isolations are not mixed', () => {
  const data = object('d.o', marked('ir', 'data'));
  const both = object('b.o', marked('ir', 'code+data'));
  expect(messages([data, both])).toEqual([
    expect.stringMatching(/^TBX0703 b\.o: isolation code\+data, but \S*d\.o has data; one image/),
  ]);
  expect(messages([data], 'code+data')).toEqual([
    'TBX0703 d.o: isolation data, but the command line has code+data; one image has one isolation',
  ]);
  expect(messages([object('x.o', note(1, 'abi=2 lowering=ir isolate=data'))])[0]).toMatch(
    /^TBX0703 x\.o: it is made for ABI 2/,
  );
});

test('what is called like a table, but is not in its place, is one of the members to the linker', () => {
  const path = archive('hidden.a', [object('u.o', 'nop\n'), object('v.o', 'nop\n')]);
  const whole = readFileSync(path);
  const [symbols, first] = [whole.indexOf('/'), whole.indexOf('u.o/')];
  const renamed = (at: number, name: string): Buffer => {
    const bytes = Buffer.from(whole);
    bytes.write(name.padEnd(16), at, 'latin1');
    return bytes;
  };
  for (const [at, name] of [
    ...['/', '//', '/SYM64/', '// x'].map((name) => [whole.indexOf('v.o/'), name] as const),
    ...['/', '/SYM64/', '/ x'].map((name) => [first, name] as const),
  ]) {
    writeFileSync(path, renamed(at, name));
    expect(messages([path])).toEqual([expect.stringContaining('with a table out of its place')]);
  }
  const namesFirst = renamed(first, '/');
  namesFirst.write('//'.padEnd(16), symbols, 'latin1');
  writeFileSync(path, namesFirst);
  expect(messages([path])).toEqual([expect.stringContaining('with a table out of its place')]);
});

test('members of a thin archive are read from the files that it names', () => {
  mkdirSync(scratch.path('below'));
  const good = object('below/a_long_name_of_a_member.o', marked('ir', 'data'));
  const plain = object('plain.o', 'nop\n');
  expect(messages([archive('thin.a', [good], 'rcsT')], 'data')).toEqual([]);
  const mixed = archive('mixture.a', [good, plain], 'rcsT');
  expect(messages([mixed], 'data')).toEqual([
    expect.stringMatching(/^TBX0701 mixture\.a\(plain\.o\)/),
  ]);
  rmSync(plain);
  expect(messages([mixed], 'data')).toEqual([
    expect.stringMatching(/^TBX0806 mixture\.a: .*ENOENT/),
  ]);
});

test('a thin archive that names what is no file cannot be read', () => {
  const member = '/0'.padEnd(16) + '0'.padEnd(32) + '8'.padEnd(10) + '`\n';
  const names = '/dev/zero/\n';
  const table = '//'.padEnd(48) + String(names.length).padEnd(10) + '`\n' + names + '\n';
  const path = scratch.file('endless.a', `!<thin>\n${table}${member}`);
  expect(messages([path])).toEqual([
    'TBX0806 endless.a: cannot be read: Error: /dev/zero is not a file',
  ]);
});

test('sections that share their bytes are no notes', () => {
  const bytes = readFileSync(object('shared.o', note(1, 'abi=1')));
  const table = Number(bytes.readBigUInt64LE(40));
  const headers = Array.from({ length: bytes.readUInt16LE(60) }, (_, at) => table + at * 64);
  const shared = headers.find((at) => bytes.readUInt32LE(at + 4) === 7) ?? 0;
  bytes.writeBigUInt64LE(0n, shared + 24);
  bytes.writeBigUInt64LE(BigInt(bytes.length), shared + 32);
  for (const at of headers.slice(1)) {
    if (bytes.readUInt32LE(at + 4) === 1) bytes.copy(bytes, at, shared, shared + 64);
  }
  expect(readObjectNotes(bytes)).toEqual({ kind: 'foreign', what: 'a malformed ELF object' });
});
