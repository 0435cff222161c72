import { join } from 'node:path';
import { checkImage, checkOperands } from '../../programs/operands/check.js';
import { parseInstruction, type Instruction } from '../../programs/operands/instruction.js';
import { run } from '../../programs/process.js';
import { ISOLATIONS, ROOT } from '../../programs/toolchain.js';
import { compileProgram, scratchFolder } from './scratch.js';

/** The check of `make programs` on what objdump shows: it must accept what we make and refuse what is not confined. */
const READ_ONLY = { from: 0x1001_0000, to: 0x1002_0000 };
const GATE = 0x1001_0000;

function refusals(lines: readonly string[], isolation: 'data' | 'code+data'): readonly string[] {
  const code = lines.flatMap((line, i): readonly Instruction[] => {
    const instruction = parseInstruction(`${(0x1000_0000 + i * 8).toString(16)}: \t${line}`);
    return instruction === undefined ? [] : [instruction];
  });
  const report = checkImage(
    {
      functions: [{ name: 'f', code }],
      isReadOnly: (address) => address >= READ_ONLY.from && address < READ_ONLY.to,
      gate: GATE,
    },
    isolation,
  );
  return report.exceptions.map(({ text }) => text);
}

// A table call whose target was spilled to the native stack.
const SUMMED_IN_SLOT = ['movq\t%rax, 0x8(%rsp)', 'addq\t%rcx, 0x8(%rsp)', 'callq\t*0x8(%rsp)'];
const SPILLED = ['addq\t%rcx, %rax', 'movq\t%rax, 0x8(%rsp)', 'callq\t*0x8(%rsp)'];

const ACCEPTED: readonly (readonly string[])[] = [
  ['movl\t%gs:0x8(%edi,%ecx,8), %eax'],
  ['lock\t\tcmpxchgl\t%ecx, %gs:(%r10d)'],
  ['movl\t%gs:0x100010b5(,%ecx,4), %eax'],
  ['movl\t%gs:0x10000000, %eax'],
  ['addr32\t\tmovl\t%gs:-0x8, %eax'],
  ['vgatherdps\t%ymm1, %gs:(%eax,%ymm2,4), %ymm3'],
  ['movq\t%rax, -0x10(%rsp)'],
  ['movups\t0x20(%rbp), %xmm0'],
  ['movsd\t0x1000(%rip), %xmm0 # 0x10010008 <.LCPI0_0>'],
  ['leaq\t(%rdi,%rsi,8), %rax'],
  ['nopw\t%cs:(%rax,%rax)'],
  ['movsd\t%xmm0, %gs:(%edi)'],
  ['callq\t0x10000000 <f>', 'je\t0x10000000 <f>'],
  ['jmpq\t*0x1000(%rip) # 0x10010000 <__tbx_gate>'],
  [
    'leaq\t0x1000(%rip), %rcx # 0x10010010 <.LJTI0_0>',
    'movslq\t(%rcx,%rax,4), %rax',
    'addq\t%rcx, %rax',
    'jmpq\t*%rax',
  ],
  [
    'andl\t$0xf8, %eax',
    'leaq\t0x1000(%rip), %rcx # 0x10000100 <t>',
    'addq\t%rcx, %rax',
    'callq\t*%rax',
  ],
  SPILLED,
  SUMMED_IN_SLOT,
];

const REFUSED: readonly (readonly string[])[] = [
  ['movl\t(%rdi), %eax'],
  ['movl\t%eax, 0x8(%rdi,%rcx,8)'],
  ['movl\t%gs:(%rdi), %eax'],
  ['movl\t%gs:(%edi,%rcx,4), %eax'],
  ['movl\t%gs:-0x8, %eax'],
  ['movl\t%fs:0x28, %eax'],
  ['movl\t0x10000000, %eax'],
  ['movabsl\t0x123456789a, %eax'],
  ['movl\t(%rsp,%rax,4), %eax'],
  ['movl\t(%esp), %eax'],
  ['movl\t0x1000(%rip), %eax # 0x10030000 <data>'],
  ['movq\t0x1000(%rip), %rax # 0x10010000 <__tbx_gate>'],
  ['movslq\t(%rcx,%rax,4), %rax'],
  ['rep\t\tmovsb\t(%rsi), %es:(%rdi)'],
  ['rep\t\tstosq\t%rax, %es:(%rdi)'],
  ['cmpsb\t%es:(%rdi), (%rsi)'],
  ['movl\t%eax, %gs'],
  ['wrgsbaseq\t%rax'],
  ['syscall'],
  ['int\t$0x80'],
  ['xlatb'],
  ['fxsave\t(%rsp)'],
  ['maskmovdqu\t%xmm1, %xmm0'],
  ['callq\t*0x8(%rsp)'],
  ['movq\t%rax, 0x8(%rsp)', 'callq\t*0x8(%rsp)'],
  ['jmpq\t*%gs:(%eax)'],
  ['jmpq\t*0x1000(%rip) # 0x10010008 <other>'],
  ['prefetcht0\t(%rax)'],
  ['<unknown>'],
];

test.each(ACCEPTED.map((lines) => [lines.join('; '), lines] as const))('accepts %s', (_, lines) => {
  expect(refusals(lines, 'code+data')).toEqual([]);
});

test.each(REFUSED.map((lines) => [lines.join('; '), lines] as const))('refuses %s', (_, lines) => {
  expect(refusals(lines, 'data')).not.toEqual([]);
});

test('with code isolation a branch to a bare register is refused, with data isolation it is not', () => {
  const lines = ['movq\t%rdi, %gs:(%eax)', 'movl\t%gs:(%eax), %ecx', 'callq\t*%rcx'];
  expect(refusals(lines, 'code+data')).toHaveLength(1);
  expect(refusals(lines, 'data')).toHaveLength(0);
});

describe('whole images', () => {
  let scratch = '';
  beforeAll(async () => {
    scratch = await scratchFolder('operands');
  });
  const source = join(ROOT, 'fixtures/programs/control_flow.c');

  test('one that was built without confinement is refused', async () => {
    const image = join(scratch, 'unconfined');
    const options = ['-O2', '-w', '-static', '-fno-pie', '-no-pie'];
    const built = await run({
      program: 'clang-22',
      arguments: [...options, source, '-o', image],
    });
    expect(built.status).toBe(0);
    expect((await checkOperands(image, 'data')).exceptions.length).toBeGreaterThan(100);
  });

  test.each(ISOLATIONS)('one that tbx-cc made is accepted, %s', async (isolation) => {
    const program = join(scratch, isolation);
    await compileProgram(
      source,
      program,
      { kind: 'sandboxed', clang: 22, isolation, lowering: 'addr32' },
      ['-O2'],
    );
    const report = await checkOperands(program, isolation);
    expect(report.exceptions).toEqual([]);
    expect(report.counts.gs).toBeGreaterThan(100);
  });
});
