import { readLinkLine } from '../../src/driver/link-line.js';
import { Scratch } from '../support/scratch.js';

const scratch = new Scratch();
const { folder } = scratch;
beforeAll(() => {
  for (const name of ['libz.a', 'odd.a']) scratch.file(name, '');
});
afterAll(() => {
  scratch.remove();
});

test('files keep their order among the options that are the linker’s', () => {
  const line = readLinkLine([
    ...['--sysroot=/x', '--hash-style=gnu', '--build-id', '--eh-frame-hdr', '-m', 'elf_x86_64'],
    ...['-static', '-o', 'out', `-L${folder}`, 'a.o', '-lz', '-lm', '-E', '-rpath', '/lib'],
    ...['--whole-archive', 'b.a', '--no-whole-archive', '-u', 'symbol', '-l:odd.a', '-z', 'now'],
    ...['-Map=x', '--start-group', '--end-group', '-ldl', '-soname=x'],
  ]);
  const words = ['a.o', `${folder}/libz.a`, '--whole-archive', 'b.a', '--no-whole-archive'];
  expect(line).toEqual({
    words: [...words, '-u', 'symbol', `${folder}/odd.a`, '-Map=x', '--start-group', '--end-group'],
    files: ['a.o', `${folder}/libz.a`, 'b.a', `${folder}/odd.a`],
    relocatable: false,
    level: undefined,
    diagnostics: [],
  });
});

test('the level of optimisation is read, and not handed on', () => {
  const { level, words } = readLinkLine(['-plugin-opt=mcpu=x86-64', '-plugin-opt=O3', 'a.o']);
  expect({ level, words }).toEqual({ level: '3', words: ['a.o'] });
});

test('-r is seen', () => {
  expect(readLinkLine(['-o', 'x', '-r', 'a.o']).relocatable).toBe(true);
});

test.each([
  [
    ['-lmissing'],
    'TBX0705',
    "library '-lmissing' is not there as an archive built with tbx-cc; looked in no folder (-L)",
  ],
  [
    ['/lib/libz.so.1.2'],
    'TBX0706',
    '/lib/libz.so.1.2: a sandbox image is static; it cannot use a shared library',
  ],
  [['-shared'], 'TBX0802', "linker option '-shared': a sandbox image is one static program"],
  [['-T', 'x.ld'], 'TBX0802', "linker option '-T': the image's layout is fixed (docs/abi.md)"],
  [
    ['--entry=main'],
    'TBX0802',
    "linker option '--entry=main': an image begins at _start of its own start code",
  ],
])('%j is refused', (args, code, message) => {
  const [diagnostic] = readLinkLine(args).diagnostics;
  expect(diagnostic).toMatchObject({ code, message });
});
