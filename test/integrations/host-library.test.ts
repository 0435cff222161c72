/** The host library as other builds find it once it is installed: by CMake and by pkg-config. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, run, type Command } from '../../programs/process.js';
import { ROOT } from '../../programs/toolchain.js';

const LIBRARY = join(ROOT, 'examples', 'library');

let prefix: string;
beforeAll(async () => {
  prefix = mkdtempSync(join(tmpdir(), 'tbx-installed-'));
  const runtime = join(ROOT, 'runtime', 'host');
  await must({ program: 'make', arguments: ['-s', '-C', runtime, 'install', `PREFIX=${prefix}`] });
});
afterAll(() => {
  rmSync(prefix, { recursive: true });
});

/** What a program that has to succeed prints; whatever libraries it needs are the installed ones. */
async function output(command: Command): Promise<string> {
  const environment = {
    LD_LIBRARY_PATH: join(prefix, 'lib'),
    PKG_CONFIG_PATH: join(prefix, 'lib', 'pkgconfig'),
  };
  return (await must({ ...command, environment })).toString('latin1');
}

/** The host reads an image and says what is wrong with it: it is linked with what it needs, and runs. */
async function expectRuns(host: string): Promise<void> {
  const { status, stderr } = await run({
    program: host,
    arguments: [host],
    environment: { LD_LIBRARY_PATH: join(prefix, 'lib') },
  });
  expect(stderr.toString('latin1')).toMatch(/^host: .*image/);
  expect(status).toBe(1);
}

function configure(build: string, ...words: readonly string[]): Command {
  const options = ['-G', 'Ninja', '-DCMAKE_C_COMPILER=clang-22', `-DCMAKE_PREFIX_PATH=${prefix}`];
  return { program: 'cmake', arguments: ['-S', LIBRARY, '-B', build, ...options, ...words] };
}

test('find_package of CMake: a shared and a static target', async () => {
  const build = join(prefix, 'build');
  await must(configure(build));
  await must({ program: 'cmake', arguments: ['--build', build] });
  await expectRuns(join(build, 'host'));
  await expectRuns(join(build, 'pinned'));
  const needed = await output({
    program: 'llvm-readelf-22',
    arguments: ['-d', join(build, 'host')],
  });
  expect(needed).toContain('[libtmebox.so.0]');
});

test.each([
  ['0.1', true],
  ['0.1.0', true],
  ['0.2', false],
  ['0.0.1', false],
  ['1', false],
])('version %s asked for: found is %s', async (version, found) => {
  const script = join(prefix, `find-${version}.cmake`);
  const text = `set(PACKAGE_FIND_VERSION ${version})
include(${prefix}/lib/cmake/tmebox/tmeboxConfigVersion.cmake)
message(STATUS "\${PACKAGE_VERSION_COMPATIBLE}")`;
  writeFileSync(script, text);
  const said = await output({ program: 'cmake', arguments: ['-P', script] });
  expect(said.trim()).toBe(found ? '-- TRUE' : '-- FALSE');
});

test('pkg-config', async () => {
  const flags = await output({
    program: 'pkg-config',
    arguments: ['--cflags', '--libs', 'tmebox'],
  });
  const host = join(prefix, 'host');
  const source = join(LIBRARY, 'host.c');
  await must({
    program: 'clang-22',
    arguments: ['-std=c17', source, '-o', host, ...flags.trim().split(' ')],
  });
  await expectRuns(host);
});
