import { spawnSync } from 'node:child_process';
import { assembleCommand, backCommand, frontCommand } from '../../src/driver/cc1.js';
import { outputOf, parseJobLine, parsePlan, type Plan } from '../../src/driver/plan.js';

function planOf(clang: string, args: readonly string[]): Plan {
  const { stderr } = spawnSync(clang, ['-###', '--target=x86_64-linux-musl', ...args], {
    encoding: 'utf8',
    input: '',
  });
  return parsePlan(stderr);
}

test('quoted words lose their backslashes', () => {
  const line = ' "/usr/bin/clang" "-cc1" "-D" "X=\\"a\\\\b\\"" "-o" "a b.o" "\\$x"';
  expect(parseJobLine(line)).toEqual([
    '/usr/bin/clang',
    '-cc1',
    '-D',
    'X="a\\b"',
    '-o',
    'a b.o',
    '$x',
  ]);
});

describe.each(['clang-22', 'clang-19'])('the plan of %s', (clang) => {
  test.each([
    [['-c', '-xc', '-'], ['compile object']],
    [['-S', '-xc', '-'], ['compile assembly']],
    [['-S', '-emit-llvm', '-xc', '-'], ['compile llvm']],
    [['-c', '-emit-llvm', '-xc', '-'], ['compile bitcode']],
    [['-E', '-xc', '-'], ['other']],
    [['-M', '-xc', '-'], ['other']],
    [['-fsyntax-only', '-xc', '-'], ['other']],
    [['-xc-header', '-', '-o', 'x.pch'], ['other']],
    [['-c', '-xassembler', '-'], ['assemble']],
    [
      ['-c', '-xassembler-with-cpp', '-'],
      ['other', 'assemble'],
    ],
    [['-c', '-xir', '-'], ['compile object']],
    [
      ['-nostdlib', '-xc', '-', '-o', 'x'],
      ['compile object', 'link'],
    ],
    [['-nostdlib', '-lm', '-o', 'x'], ['link']],
    [['--version'], []],
  ])('%j', (args, kinds) => {
    const { jobs, messages } = planOf(clang, args);
    expect(
      jobs.map((job) => (job.kind === 'compile' ? `compile ${job.output}` : job.kind)),
    ).toEqual(kinds);
    expect(messages).toEqual([]);
  });

  test('an error of clang is a message', () => {
    const { jobs, messages } = planOf(clang, ['-c', '-fno-such-thing', '-xc', '-']);
    expect(jobs).toEqual([]);
    expect(messages.join('\n')).toContain("unknown argument: '-fno-such-thing'");
  });

  test('a compile job becomes front, back and assemble steps', () => {
    const flags = ['-c', '-O2', '-g', '-march=x86-64-v3', '-MD', '-MF', 'a.d', '-DX=1', '-Iinc'];
    const [job] = planOf(clang, [...flags, '-o', 'a b.o', '-xc', '-']).jobs;
    if (job?.kind !== 'compile') throw new Error('no compile job');

    const front = frontCommand(job.command, 'front.ll', 'staged.d').args;
    expect(front.slice(0, 2)).toEqual(['-cc1', '-emit-llvm']);
    expect(front).not.toContain('-emit-obj');
    expect(front).toEqual(expect.arrayContaining(['-O2', '-D', 'X=1', '-MT', 'a\\ b.o']));
    expect(front[front.indexOf('-dependency-file') + 1]).toBe('staged.d');
    expect(outputOf({ program: clang, args: front })).toBe('front.ll');
    expect(front.slice(-3)).toEqual(['-x', 'c', '-']);

    const back = backCommand(job.command, 'in.ll', 'out.s', 'assembly').args;
    expect(back.slice(0, 4)).toEqual(['-cc1', '-S', '-disable-llvm-passes', '-fno-verbose-asm']);
    expect(back).toEqual(expect.arrayContaining(['-O2', '-target-cpu', 'x86-64-v3']));
    expect(back).not.toContain('-dependency-file');
    expect(back).not.toContain('-MT');
    expect(back).not.toContain('-disable-llvm-verifier');
    expect(back.slice(-3)).toEqual(['-x', 'ir', 'in.ll']);
    expect(outputOf({ program: clang, args: back })).toBe('out.s');

    const assembly = assembleCommand(job.command, 'in.s', 'out.o').args;
    expect(assembly[0]).toBe('-cc1as');
    expect(assembly).toEqual(
      expect.arrayContaining(['-target-cpu', 'x86-64-v3', '-dwarf-version=5']),
    );
    expect(assembly.slice(-5)).toEqual(['-filetype', 'obj', '-o', 'out.o', 'in.s']);
  });
});
