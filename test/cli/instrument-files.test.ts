/** `tme-box instrument` for many modules, and its `--check`. */

import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { type Ran, Scratch } from '../support/scratch.js';

const HEAD = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-musl"
`;

/** A module of `functions` functions that differs from others by its number. */
function module(number: number, functions = 1): string {
  const bodies = Array.from(
    { length: functions },
    (_, index) => `define i32 @f${index}(ptr %p, i32 %n) {
  %slot = alloca [8 x i8], align 8
  store ptr %slot, ptr %p, align 8
  %v = load i32, ptr %p, align 4
  %sum = add i32 %v, ${number}
  ret i32 %sum
}
`,
  );
  return `${HEAD}\n${bodies.join('\n')}`;
}

let scratch: Scratch;
let folder: string;
beforeEach(() => {
  scratch = new Scratch();
  ({ folder } = scratch);
  mkdirSync(join(folder, 'ir/sub'), { recursive: true });
  for (const number of [1, 2, 3, 4]) write(`ir/m${number}.ll`, module(number));
  write('ir/sub/m1.ll', module(5));
});
afterEach(() => {
  scratch.remove();
});

const write = (name: string, text: string): void => {
  scratch.file(name, text);
};
const read = (name: string): string => scratch.read(name);
const modulesIn = (name: string): readonly string[] =>
  readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(folder, name, file)).isFile())
    .sort();

const COMMAND = resolve('bin/tme-box');

function tmeBox(args: string, variables: Readonly<Record<string, string>> = {}, below = '.'): Ran {
  const environment = { ...process.env, ...variables };
  return scratch.run(COMMAND, args.split(' '), { environment, below });
}

const SILENT = { status: 0, stdout: '', stderr: '' };

test('the modules of a folder keep their places, and each result is that of the module alone', () => {
  expect(tmeBox('instrument -o out ir')).toEqual(SILENT);
  const names = ['m1.tbx.ll', 'm2.tbx.ll', 'm3.tbx.ll', 'm4.tbx.ll', 'sub/m1.tbx.ll'];
  expect(modulesIn('out')).toEqual(names);
  expect(read('out/sub/m1.tbx.ll')).toBe(tmeBox('instrument ir/sub/m1.ll').stdout);
  expect(new Set(names.map((name) => read(`out/${name}`))).size).toBe(5);
});

test('number of threads, folder, locale and time zone do not change a byte', () => {
  const below = 'else/where';
  const elsewhere = join(folder, below);
  cpSync(join(folder, 'ir'), join(elsewhere, 'modules'), { recursive: true });
  expect(tmeBox('instrument -o out --threads 1 ir')).toEqual(SILENT);
  const env = { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', HOME: '/', SOURCE_DATE_EPOCH: '1' };
  expect(tmeBox('instrument -o o --threads 4 modules', env, below)).toEqual(SILENT);
  for (const name of modulesIn('out')) {
    expect(readFileSync(join(elsewhere, 'o', name), 'latin1')).toBe(read(`out/${name}`));
  }
});

test('an error in one module does not hide another, nor stop the rest; messages are in order', () => {
  write('ir/m2.ll', module(2).replace('load i32', 'lod i32'));
  write('ir/m3.ll', module(3).replace('ret i32', 'rat i32'));
  const { status, stderr } = tmeBox('instrument -o out ir/m1.ll ir/m2.ll ir/none.ll ir/m3.ll');
  expect(status).toBe(1);
  const places = [...stderr.matchAll(/^(?:ir\/m2|ir\/m3|.*none).*(TBX\d+)/gm)];
  expect(places.map(([, code]) => code)).toEqual(['TBX0104', 'TBX0806', 'TBX0104']);
  expect(modulesIn('out')).toEqual(['m1.tbx.ll']);
});

test('two modules of one name are an error, and nothing is written', () => {
  const { status, stderr } = tmeBox('instrument -o out ir/m1.ll ir/sub/m1.ll');
  expect(status).toBe(1);
  expect(stderr).toContain('ir/m1.ll and ir/sub/m1.ll would both be out/m1.tbx.ll [TBX0821]');
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

test.each(['instrument ir', 'instrument ir/m1.ll ir/m2.ll', 'instrument --check ir/m1.ll'])(
  '%s has no place for results: exit code 2',
  (args) => {
    expect(tmeBox(args)).toMatchObject({ status: 2, stdout: '' });
  },
);

test.each([
  'instrument -o out ir/m1.ll -',
  'instrument -o out - ir/m1.ll',
  'instrument -o - ir/m1.ll ir/m2.ll',
])('%s is refused, as standard input and output are for one module', (args) => {
  expect(tmeBox(args)).toMatchObject({ status: 2, stdout: '' });
});

test('folders without modules are an error', () => {
  mkdirSync(join(folder, 'empty'));
  const { status, stderr } = tmeBox('instrument --check -o out empty');
  expect(status).toBe(1);
  expect(stderr).toContain('TBX0823');
});

describe('--check', () => {
  const made = new Scratch();
  beforeEach(() => {
    if (!existsSync(made.path('m1.tbx.ll'))) {
      expect(tmeBox(`instrument -o ${made.folder} ir`)).toEqual(SILENT);
    }
    cpSync(made.folder, join(folder, 'golden'), { recursive: true });
  });
  afterAll(() => {
    made.remove();
  });

  test('is silent about results that are up to date, and writes nothing', () => {
    const before = statSync(join(folder, 'golden/m1.tbx.ll')).mtimeMs;
    expect(tmeBox('instrument --check -o golden ir')).toEqual(SILENT);
    expect(statSync(join(folder, 'golden/m1.tbx.ll')).mtimeMs).toBe(before);
  });

  test('names what is stale, missing or left over', () => {
    write('ir/m1.ll', module(7));
    rmSync(join(folder, 'golden/m2.tbx.ll'));
    rmSync(join(folder, 'ir/sub/m1.ll'));
    const { status, stdout, stderr } = tmeBox('instrument --check -o golden ir');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^error: golden\/m1.tbx.ll is stale: from line \d+ on, .*TBX0822/),
      expect.stringMatching(/^error: golden\/m2.tbx.ll is missing: .*TBX0822/),
      expect.stringMatching(/^error: golden\/sub\/m1.tbx.ll is not the result of any.*TBX0822/),
      '',
    ]);
    expect(existsSync(join(folder, 'golden/m2.tbx.ll'))).toBe(false);
  });

  test('other options make all stale', () => {
    const { status, stderr } = tmeBox('instrument --check --isolate data -o golden ir');
    expect(status).toBe(1);
    expect(stderr.match(/is stale/g)).toHaveLength(5);
  });

  test('takes one module and its result', () => {
    expect(tmeBox('instrument --check ir/m1.ll -o golden/m1.tbx.ll')).toEqual(SILENT);
    const text = read('golden/m1.tbx.ll');
    const line = text.slice(0, text.indexOf('add i32')).split('\n').length;
    write('golden/m1.tbx.ll', text.replace('add i32', 'sub i32'));
    const { status, stderr } = tmeBox('instrument --check ir/m1.ll -o golden/m1.tbx.ll');
    expect(status).toBe(1);
    expect(stderr).toContain(`golden/m1.tbx.ll is stale: from line ${line} on`);
  });

  test('golden files may stand beside their modules', () => {
    expect(tmeBox('instrument -o ir ir')).toEqual(SILENT);
    expect(tmeBox('instrument --check -o ir ir')).toEqual(SILENT);
  });
});

describe('--cache-dir', () => {
  const entries = (): readonly string[] => modulesIn('cache').map((name) => `cache/${name}`);

  test('results are kept by module, options and nothing else', () => {
    expect(tmeBox('instrument --cache-dir cache -o one ir')).toEqual(SILENT);
    expect(entries()).toHaveLength(5);
    cpSync(join(folder, 'ir'), join(folder, 'copy'), { recursive: true });
    expect(tmeBox('instrument --cache-dir cache -o two copy')).toEqual(SILENT);
    expect(entries()).toHaveLength(5);
    expect(read('two/m1.tbx.ll')).toBe(read('one/m1.tbx.ll'));
    for (const option of ['--isolate=data', '--lowering=addr32 --keybits=6']) {
      const before = entries().length;
      expect(tmeBox(`instrument --cache-dir cache ${option} -o two ir`)).toEqual(SILENT);
      expect(entries()).toHaveLength(before + 5);
    }
  });

  test('results come from the cache, and a damaged one does not', () => {
    rmSync(join(folder, 'ir'), { recursive: true });
    mkdirSync(join(folder, 'ir'));
    const known = module(1);
    write('ir/a.ll', known);
    expect(tmeBox('instrument --cache-dir cache -o out ir')).toEqual(SILENT);
    write('ir/a.ll', module(2));
    expect(tmeBox('instrument --cache-dir cache -o out ir')).toEqual(SILENT);
    const [first = '', second = ''] = entries();
    const [one, two] = [read(first), read(second)];
    // Each in the place of the other: whole, with its hash, so that only its name could tell.
    write(first, two);
    write(second, one);
    const genuine = read('out/a.tbx.ll');
    expect(tmeBox('instrument --cache-dir cache -o out ir')).toEqual(SILENT);
    expect(read('out/a.tbx.ll')).not.toBe(genuine);
    write(first, two.replace('add', 'sub'));
    write(second, one.slice(0, -1));
    expect(tmeBox('instrument --cache-dir cache -o out ir')).toEqual(SILENT);
    expect(read('out/a.tbx.ll')).toBe(genuine);
  });
});

describe('many modules', () => {
  const COUNT = 14;
  beforeEach(() => {
    for (let number = 0; number < COUNT; number++) {
      write(`ir/n${number}.ll`, module(number, 1500));
    }
  });

  /** Waits until the first result of a run is there. */
  async function firstResult(child: ChildProcess): Promise<void> {
    for (;;) {
      expect(child.exitCode).toBeNull();
      if (existsSync(join(folder, 'out')) && modulesIn('out').length > 0) return;
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  test('an interrupted run leaves whole files only, and the next one takes up its work', async () => {
    const args = ['instrument', '--cache-dir', 'cache', '--threads', '2', '-o', 'out', 'ir'];
    const child = spawn(COMMAND, args, { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((done) =>
      child.once('exit', (_, signal) => {
        done(signal);
      }),
    );
    await firstResult(child);
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    const there = modulesIn('out');
    expect(there.length).toBeLessThan(COUNT + 5);
    const contents = new Map(there.map((name) => [name, read(`out/${name}`)]));
    expect(modulesIn('cache').length).toBe(there.length);
    expect(tmeBox(args.join(' '))).toEqual(SILENT);
    expect(modulesIn('out')).toHaveLength(COUNT + 5);
    for (const [name, text] of contents) expect(read(`out/${name}`)).toBe(text);
  });

  test('a terminal shows how far it is, and nothing is left of that', () => {
    const line = `${COMMAND} instrument --threads 1 -o out ir`;
    const { status, stdout } = scratch.run('script', ['-qec', line, 'typescript']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\rinstrumenting modules: \d+ of 19/);
    expect(stdout.endsWith('\r\u001b[K')).toBe(true);
  });
});
