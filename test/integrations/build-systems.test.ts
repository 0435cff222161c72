/** The examples of integrations/, built by the tools that they are for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INTEGRATIONS, ScratchCopy } from './scratch-copy.js';

let copy: ScratchCopy;
beforeAll(() => {
  copy = new ScratchCopy();
});
afterAll(() => {
  copy.remove();
});

/** What the program says of three words; it has to be one of ours. */
function expectSandboxed(program: string): void {
  expect(copy.run('.', [program], {}, 'one two\nthree\n')).toBe('3 words\n');
  expect(copy.run('.', ['tme-box', 'verify', program])).toContain('verified, code+data');
}

test('make, in parallel', () => {
  copy.run('make', ['make', '-j2']);
  expectSandboxed('make/build/count');
  expect(copy.run('make', ['make', '-j2'])).toContain('up to date');
});

test('make: instrumented IR as a step of its own, reviewed, and linked', () => {
  copy.run('make', ['make', 'golden']);
  const diff = copy.run('make', ['tme-box', 'diff', 'build/words.ll', 'golden/words.tbx.ll']);
  expect(diff).toMatch(/^0 lost, 0 gained/m);
  copy.run('make', ['make', 'build/reviewed']);
  expectSandboxed('make/build/reviewed');
});

test('CMake, with Ninja, its checks and its tests', () => {
  const toolchain = `-DCMAKE_TOOLCHAIN_FILE=${INTEGRATIONS}/cmake/tme-box.cmake`;
  const configured = copy.run('cmake', [
    'cmake',
    '-S',
    '.',
    '-B',
    'build',
    '-G',
    'Ninja',
    toolchain,
  ]);
  expect(configured).toContain('Looking for getline - found');
  expect(configured).toContain('Looking for no_such_function - not found');
  copy.run('cmake', ['cmake', '--build', 'build']);
  copy.run('cmake', ['ctest', '--test-dir', 'build', '--output-on-failure']);
  expectSandboxed('cmake/build/count');
});

test('Meson, with thin archives, its checks and its tests', () => {
  copy.run('meson', [
    'meson',
    'setup',
    'build',
    '--native-file',
    `${INTEGRATIONS}/meson/tme-box.ini`,
  ]);
  copy.run('meson', ['ninja', '-C', 'build', 'test']);
  expectSandboxed('meson/build/count');
});

test('ccache: hits when nothing changed, misses when an option or the tool changed', () => {
  const settings = {
    CCACHE_DIR: join(copy.folder, 'cache'),
    CCACHE_CONFIGPATH: join(INTEGRATIONS, 'ccache/ccache.conf'),
  };
  const misses = (compiler: string, options = ''): number => {
    copy.run('make', ['ccache', '-z'], settings);
    copy.run('make', ['make', 'clean']);
    const words = ['make', `CC=ccache ${compiler}`, `CFLAGS=-O2 ${options}`];
    copy.run('make', words, settings);
    const printed = copy.run('make', ['ccache', '--print-stats'], settings);
    return Number(/^cache_miss\s+(\d+)/m.exec(printed)?.[1]);
  };
  expect(misses('tbx-cc')).toBe(2);
  expect(misses('tbx-cc')).toBe(0);
  expect(misses('tbx-cc', '-ftbx-isolate=data')).toBe(2);
  expect(misses('tbx-cc', '-ftbx-isolate=data')).toBe(0);
  // A wrapper of another version, as an update of this package would leave it: what compiles is the same.
  const other = join(copy.folder, 'tbx-cc');
  const version = `tbx-cc --version && echo another version`;
  writeFileSync(
    other,
    `#!/bin/sh\n[ "$1" = --version ] && { ${version}; exit; }\nexec tbx-cc "$@"\n`,
    { mode: 0o755 },
  );
  expect(misses(other)).toBe(2);
});
