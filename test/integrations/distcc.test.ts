/** distcc between two machines: the compile runs on the other, and the object is the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ADDRESSES, TwoMachines } from './namespaces.js';
import { blocks } from '../cli/markdown.js';
import { ScratchCopy } from './scratch-copy.js';

let copy: ScratchCopy;
const machines = TwoMachines.create();
if (machines === undefined)
  console.warn('distcc is not tested: network namespaces are not permitted here');
const connected = machines === undefined ? test.skip : test;
let server: ChildProcess | undefined;

beforeAll(() => {
  copy = new ScratchCopy();
  chmodSync(copy.folder, 0o755); // the server runs as another user
});
afterAll(() => {
  server?.kill();
  machines?.remove();
  copy.remove();
});

/** What a server and a client call, as the page says it, with our addresses. */
const [SERVER = '', CLIENT = ''] = blocks('integrations/distcc/README.md', 'sh').map((text) =>
  text
    .replace('192.168.0.0/24', `${ADDRESSES.client}/24`)
    .replace(/192\.168\.0\.2( 192\.168\.0\.3)?/, ADDRESSES.server)
    .trimEnd(),
);

/** Starts the server of integrations/distcc; its log is made here, as the server gives up its rights first. */
async function serve(there: TwoMachines, log: string): Promise<void> {
  closeSync(openSync(log, 'w'));
  chmodSync(log, 0o666);
  const words = [...SERVER.split(' '), '--log-file', log, '--log-level', 'info'];
  const [program = '', ...rest] = there.on('server', words);
  const path = `${resolve('bin')}:${process.env['PATH'] ?? ''}`;
  server = spawn(program, rest, {
    cwd: join(copy.folder, 'distcc'),
    env: { PATH: path },
    stdio: 'ignore',
  });
  for (
    let tries = 0;
    tries < 100 && !readFileSync(log, 'utf8').includes('waiting to accept');
    tries++
  ) {
    await setTimeout(100);
  }
}

connected('objects are compiled there, and are those that are made here', async () => {
  if (machines === undefined) return;
  const log = join(copy.folder, 'log');
  await serve(machines, log);
  const home = join(copy.folder, 'distcc-home');
  mkdirSync(home);
  const flags = 'CFLAGS=-O2 -g -gdwarf-4 -gno-column-info -fdebug-compilation-dir=.';
  const client = ['sh', '-euc', `${CLIENT} '${flags}'`];
  copy.run('make', machines.on('client', client), { DISTCC_DIR: home });
  const remote = ['main.o', 'words.o'].map((name) =>
    readFileSync(join(copy.folder, 'make/build', name)),
  );
  expect(readFileSync(log, 'utf8').match(/COMPILE_OK/g)).toHaveLength(2);
  expect(copy.run('.', ['make/build/count'], {}, 'one two\nthree\n')).toBe('3 words\n');
  copy.run('make', ['make', 'clean']);
  copy.run('make', ['make', flags]);
  const local = ['main.o', 'words.o'].map((name) =>
    readFileSync(join(copy.folder, 'make/build', name)),
  );
  expect(remote).toEqual(local);
});
