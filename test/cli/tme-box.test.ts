import { lstatSync, readdirSync, symlinkSync, truncateSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Ran, Scratch } from '../support/scratch.js';

const MODULE = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-musl"

define i32 @load(ptr %p) {
  %v = load i32, ptr %p, align 4
  ret i32 %v
}
`;

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  scratch.file('a.ll', MODULE);
});
afterEach(() => {
  scratch.remove();
});

function tmeBox(args: readonly string[], input = ''): Ran {
  return scratch.run(resolve('bin/tme-box'), args, { input });
}

/** Some runs of functions with what the passes ask of the module: frames, calls by pointer, addresses, routines. */
function largeModule(functions: number): string {
  const [head = ''] = MODULE.split('define');
  const bodies = Array.from(
    { length: functions },
    (_, index) => `define ptr @f${index}(ptr %p, i64 %n) {
  %slot = alloca [8 x i8], align 8
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %p, i64 %n, i1 false)
  call void %p(ptr %slot)
  %v = load ptr, ptr %p, align 8
  store ptr @f${(index * 7) % functions}, ptr %v, align 8
  ret ptr %v
}
`,
  );
  return `${head}declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n\n${bodies.join('\n')}`;
}

test.each(['data', 'code+data'])('threads do not change what instrument makes: %s', (isolate) => {
  scratch.file('large.ll', largeModule(2500));
  const [alone, shared] = ['1', '3'].map((threads) =>
    tmeBox(['instrument', '--isolate', isolate, '--threads', threads, 'large.ll', '-o', threads]),
  );
  expect(alone).toMatchObject({ status: 0, stderr: '' });
  expect(shared).toMatchObject({ status: 0, stderr: '' });
  const result = scratch.read('1');
  expect(result).toContain('load ptr, ptr addrspace(256)');
  expect(scratch.read('3')).toBe(result);
});

test('threads report what one thread reports', () => {
  const refused = 'define void @g(ptr %p) {\n  %r = va_arg ptr %p, i32\n  ret void\n}\n';
  scratch.file('large.ll', `${largeModule(2500)}\n${refused}`);
  const [alone, shared] = ['1', '2'].map((threads) =>
    tmeBox(['instrument', '--threads', threads, 'large.ll']),
  );
  expect(alone).toMatchObject({ status: 1, stdout: '' });
  expect(alone?.stderr).toContain('TBX0321');
  expect(shared).toEqual(alone);
});

test('a module that no string can hold is refused before it is read', () => {
  truncateSync(scratch.file('huge.ll', ''), 2 ** 30);
  const { status, stdout, stderr } = tmeBox(['instrument', 'huge.ll']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('TBX0820');
});

test.each(['check', 'print', 'stats', 'report', 'verify'])(
  '%s reads no file without end',
  (command) => {
    truncateSync(scratch.file('huge.ll', ''), 2 ** 31);
    for (const file of command === 'verify' ? ['huge.ll'] : ['huge.ll', '/dev/zero']) {
      const { status, stderr } = tmeBox([command, file]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^tme-box: error: [^\n]* is too large: [^\n]* \[TBX0820]\n$/);
    }
  },
);

test('instrument takes a file or standard input and gives a file or standard output', () => {
  const printed = tmeBox(['instrument', 'a.ll']);
  expect(printed).toMatchObject({ status: 0, stderr: '' });
  expect(printed.stdout).toContain('load i32, ptr addrspace(256)');
  expect(tmeBox(['instrument', '-', '-o', '-'], MODULE).stdout).toBe(printed.stdout);
  expect(tmeBox(['instrument', 'a.ll', '-o', 'new/b.ll']).status).toBe(0);
  expect(scratch.read('new/b.ll')).toBe(printed.stdout);
  expect(readdirSync(scratch.folder).sort()).toEqual(['a.ll', 'new']);
});

test('a result is written through a link or a device, which stays', () => {
  scratch.file('target', '');
  symlinkSync('target', scratch.path('link'));
  expect(tmeBox(['print', 'a.ll', '-o', 'link'])).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(lstatSync(scratch.path('link')).isSymbolicLink()).toBe(true);
  expect(scratch.read('target')).toBe(MODULE);
});

test('an error in the input is shown at its place, exit code 1, and the output stays as it was', () => {
  scratch.file('b.ll', 'old');
  const bad = MODULE.replace('load i32', 'lod i32');
  const { status, stdout, stderr } = tmeBox(['instrument', '-', '-o', 'b.ll'], bad);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^<stdin>:5:8: error: unknown instruction .* \[TBX0104\]\n.*lod i32.*\n *\^~~/,
  );
  expect(scratch.read('b.ll')).toBe('old');
});

test('check is silent about what LLVM takes, and shows each mistake at its place', () => {
  expect(tmeBox(['check', 'a.ll', 'a.ll'])).toEqual({ status: 0, stdout: '', stderr: '' });
  const bad = MODULE.replace('load i32, ptr %p', 'load i32, i32 0');
  const { status, stdout, stderr } = tmeBox(['check', 'a.ll', '-'], bad);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^<stdin>:5:3: error: a pointer is needed here, .* \[TBX0402\]\n/);
});

test('print shows a module as it came, or from the tree alone', () => {
  expect(tmeBox(['print', 'a.ll'])).toEqual({ status: 0, stdout: MODULE, stderr: '' });
  const canonical = tmeBox(['print', '--canonical', 'a.ll']);
  expect(canonical).toMatchObject({ status: 0, stderr: '' });
  expect(tmeBox(['print', '--canonical', '-'], canonical.stdout).stdout).toBe(canonical.stdout);
});

test('stats counts, as a table or as JSON', () => {
  expect(tmeBox(['stats', 'a.ll']).stdout).toMatch(/^ {2}load +1 +1 +0$/m);
  const statistics: unknown = JSON.parse(tmeBox(['stats', '--json', 'a.ll']).stdout);
  expect(statistics).toMatchObject({ accesses: { load: { seen: 1, confined: 1, safe: 0 } } });
});

test('explain shows the page of a code, however it is written, and lists all', () => {
  const page = tmeBox(['explain', 'TBX0301']).stdout;
  expect(page).toMatch(/^# TBX0301: inline assembly\n/);
  expect(tmeBox(['explain', 'tbx0301']).stdout).toBe(page);
  expect(tmeBox(['explain', '301']).stdout).toBe(page);
  expect(tmeBox(['explain']).stdout).toContain('TBX0301: inline assembly\n');
  expect(tmeBox(['explain', 'TBX9999'])).toMatchObject({ status: 2, stdout: '' });
});

test('doctor says what is here', () => {
  const { status, stdout } = tmeBox(['doctor']);
  expect(stdout).toContain('ok       clang-22: ');
  expect(stdout).toContain('FSGSBASE');
  expect(stdout).not.toContain('MISSING');
  expect(status).toBe(0);
});

test.each([
  [[], 'A command is needed.'],
  [['instrumnt', 'a.ll'], 'Did you mean instrument?'],
  [['instrument'], 'Not enough non-option arguments'],
  [['instrument', 'a.ll', '--isolate=all'], 'Choices: "data", "code+data"'],
  [['instrument', 'a.ll', '--no-such-option'], 'Unknown argument'],
])('wrong usage %j is exit code 2', (args, message) => {
  const { status, stdout, stderr } = tmeBox(args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).toContain("'tme-box --help' says more");
});

test('a file that cannot be read is exit code 1', () => {
  expect(tmeBox(['instrument', 'none.ll'])).toEqual({
    status: 1,
    stdout: '',
    stderr: "tme-box: error: ENOENT: no such file or directory, open 'none.ll' [TBX0806]\n",
  });
});

test('a folder where a file is wanted is named', () => {
  const { status, stderr } = tmeBox(['check', '/']);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "tme-box: error: EISDIR: illegal operation on a directory, read '/' [TBX0806]\n",
  });
});

test('run without a program is exit code 2; what the runner says is passed on', () => {
  expect(tmeBox(['run'])).toMatchObject({ status: 2, stdout: '' });
  expect(tmeBox(['run', '--help'])).toMatchObject({ status: 0, stderr: '' });
  expect(tmeBox(['run', '--', 'none'])).toMatchObject({ status: 125 });
});

test('help and version go to standard output', () => {
  const help = tmeBox(['--help']);
  expect(help).toMatchObject({ status: 0, stderr: '' });
  for (const command of [
    'instrument',
    'print',
    'run',
    'stats',
    'doctor',
    'explain',
    'build-sysroot',
  ]) {
    expect(help.stdout).toContain(`tme-box ${command}`);
  }
  expect(tmeBox(['--version']).stdout).toMatch(
    /^tme-box \d+\.\d+\.\d+ \(abi 1, passes [0-9a-f]{16}\)\n$/,
  );
});

test.each([
  [['instrument', 'a.ll', '-o', 'b.ll', '-o', 'c.ll'], '--output is given twice.'],
  [['instrument', 'a.ll', '--keybits=16'], '--keybits is a whole number from 1 to 15.'],
  [['instrument', 'a.ll', '--keybits=x'], '--keybits is a whole number from 1 to 15.'],
  [['instrument', 'a.ll', 'a.ll', '-o', 'out', '--threads=0'], '--threads is a whole number'],
])('%j is wrong usage', (words, message) => {
  const { status, stdout, stderr } = tmeBox(words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`tme-box: ${message}`);
});
