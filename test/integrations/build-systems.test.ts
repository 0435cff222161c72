/** The examples of integrations/, built by the tools that they are for. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const INTEGRATIONS = resolve('integrations');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-integrations-'));
  cpSync(INTEGRATIONS, folder, { recursive: true, verbatimSymlinks: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a tool that has to succeed, in a folder of the copy, with bin/ on the PATH and no settings of this machine's. */
function run(
  below: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = '',
): string {
  const [program = '', ...rest] = words;
  const path = `${resolve('bin')}:${process.env['PATH'] ?? ''}`;
  const env = { PATH: path, HOME: folder, TME_BOX: resolve('.'), ...environment };
  const options = { cwd: join(folder, below), env, input, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(program, rest, options);
  if (status === 0) return stdout;
  throw new Error(`${words.join(' ')} exits ${status ?? 'by a signal'}:\n${stdout}${stderr}`);
}

/** What the program says of three words; it has to be one of ours. */
function expectSandboxed(program: string): void {
  expect(run('.', [program], {}, 'one two\nthree\n')).toBe('3 words\n');
  expect(run('.', ['tme-box', 'verify', program])).toContain('verified, code+data');
}

test('make, in parallel', () => {
  run('make', ['make', '-j2']);
  expectSandboxed('make/build/count');
  expect(run('make', ['make', '-j2'])).toContain('up to date');
});

test('make: instrumented IR as a step of its own, reviewed, and linked', () => {
  run('make', ['make', 'golden']);
  const diff = run('make', ['tme-box', 'diff', 'build/words.ll', 'golden/words.tbx.ll']);
  expect(diff).toMatch(/^0 lost, 0 gained/m);
  run('make', ['make', 'build/reviewed']);
  expectSandboxed('make/build/reviewed');
});

test('CMake, with Ninja, its checks and its tests', () => {
  const toolchain = `-DCMAKE_TOOLCHAIN_FILE=${INTEGRATIONS}/cmake/tme-box.cmake`;
  const configured = run('cmake', ['cmake', '-S', '.', '-B', 'build', '-G', 'Ninja', toolchain]);
  expect(configured).toContain('Looking for getline - found');
  expect(configured).toContain('Looking for no_such_function - not found');
  run('cmake', ['cmake', '--build', 'build']);
  run('cmake', ['ctest', '--test-dir', 'build', '--output-on-failure']);
  expectSandboxed('cmake/build/count');
});

test('Meson, with thin archives, its checks and its tests', () => {
  run('meson', ['meson', 'setup', 'build', '--native-file', `${INTEGRATIONS}/meson/tme-box.ini`]);
  run('meson', ['ninja', '-C', 'build', 'test']);
  expectSandboxed('meson/build/count');
});

test('ccache: hits when nothing changed, misses when an option or the tool changed', () => {
  const settings = {
    CCACHE_DIR: join(folder, 'cache'),
    CCACHE_CONFIGPATH: join(INTEGRATIONS, 'ccache/ccache.conf'),
  };
  const misses = (compiler: string, options = ''): number => {
    run('make', ['ccache', '-z'], settings);
    run('make', ['make', 'clean']);
    const words = ['make', `CC=ccache ${compiler}`, `CFLAGS=-O2 ${options}`];
    run('make', words, settings);
    const printed = run('make', ['ccache', '--print-stats'], settings);
    return Number(/^cache_miss\s+(\d+)/m.exec(printed)?.[1]);
  };
  expect(misses('tbx-cc')).toBe(2);
  expect(misses('tbx-cc')).toBe(0);
  expect(misses('tbx-cc', '-ftbx-isolate=data')).toBe(2);
  expect(misses('tbx-cc', '-ftbx-isolate=data')).toBe(0);
  // A wrapper of another version, as an update of this package would leave it: what compiles is the same.
  const other = join(folder, 'tbx-cc');
  const version = `tbx-cc --version && echo another version`;
  writeFileSync(
    other,
    `#!/bin/sh\n[ "$1" = --version ] && { ${version}; exit; }\nexec tbx-cc "$@"\n`,
    { mode: 0o755 },
  );
  expect(misses(other)).toBe(2);
});
