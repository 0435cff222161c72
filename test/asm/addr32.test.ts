import { confineAssembly } from '../../src/asm/addr32.js';
import { ADDR32_NOTE } from '../../src/asm/note.js';
import { formatDiagnostic } from '../../src/text/diagnostic.js';
import { SourceText } from '../../src/text/source.js';

/** The confined form of `text`, without the note; the errors when it is refused. */
function confine(text: string): string {
  const { text: confined, diagnostics } = confineAssembly(new SourceText('a.s', text));
  if (confined === undefined) {
    return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { color: false })).join('');
  }
  expect(diagnostics).toEqual([]);
  expect(confined.endsWith(ADDR32_NOTE)).toBe(true);
  return confined.slice(0, -ADDR32_NOTE.length).replace(/\n$/, '');
}

describe('operands with general registers get their low halves', () => {
  test.each([
    ['\tmovl\t%gs:(%rdi), %eax', '\tmovl\t%gs:(%edi), %eax'],
    ['\tmovl\t%gs:8(%rdi,%rcx,8), %eax', '\tmovl\t%gs:8(%edi,%ecx,8), %eax'],
    ['\tmovq\t%rax, %gs:-16(%r8,%r15)', '\tmovq\t%rax, %gs:-16(%r8d,%r15d)'],
    ['\tmovl\t%gs:table(,%rcx,4), %eax', '\tmovl\t%gs:table(,%ecx,4), %eax'],
    ['\tmovl\t%gs:g(%rip), %eax', '\tmovl\t%gs:g(%eip), %eax'],
    ['\tmovl\t%gs:.L.str+3(%rip), %eax', '\tmovl\t%gs:.L.str+3(%eip), %eax'],
    ['\tmovl\t%gs:(%rsi,%riz), %eax', '\tmovl\t%gs:(%esi,%eiz), %eax'],
    ['\tmovq\t%gs:(%r16,%r31,2), %rax', '\tmovq\t%gs:(%r16d,%r31d,2), %rax'],
    ['\tlock\t\taddl\t$1, %gs:4(%rax)', '\tlock\t\taddl\t$1, %gs:4(%eax)'],
    ['\t{vex}\tvpdpbusd\t%gs:(%rdi), %ymm1, %ymm0', '\t{vex}\tvpdpbusd\t%gs:(%edi), %ymm1, %ymm0'],
    ['\tpushq\t%gs:(%rbx)', '\tpushq\t%gs:(%ebx)'],
    ['\tbtl\t%eax, %gs:(%rdi)', '\tbtl\t%eax, %gs:(%edi)'],
    ['label: movb %gs:(%rbp), %al', 'label: movb %gs:(%ebp), %al'],
    [
      '\tmovb %gs:(%rbp), %al; movb %al, %gs:(%rcx)',
      '\tmovb %gs:(%ebp), %al; movb %al, %gs:(%ecx)',
    ],
    [
      '\tmovl\t%gs:(%rdi), %eax # 4-byte %gs:(%rdi)',
      '\tmovl\t%gs:(%edi), %eax # 4-byte %gs:(%rdi)',
    ],
    ['\tmovl\t%gs:(%rdi), %eax\r', '\tmovl\t%gs:(%edi), %eax\r'],
  ])('%j', (input, expected) => {
    expect(confine(input)).toBe(expected);
    expect(confine(expected)).toBe(expected);
  });
});

describe('addresses of data are immediates, those beside the code stay relative to it', () => {
  test.each([
    ['\tleaq\tg+20(%rip), %rax', '\tmovl\t$g+20, %eax'],
    ['\tleaq\t.L.str-16(%rip), %r8\t# -16', '\tmovl\t$.L.str-16, %r8d\t# -16'],
    ['\tleaq\t"a b"+4(%rip), %rdi', '\tmovl\t$"a b"+4, %edi'],
    ['1: leal\tg(%rip), %ecx; ret', '1: movl\t$g, %ecx; ret'],
    ['\tleaq\t.LJTI0_0(%rip), %rcx', '\tleaq\t.LJTI0_0(%rip), %rcx'],
    ['\tleaq\t.LCPI0_0(%rip), %rcx', '\tleaq\t.LCPI0_0(%rip), %rcx'],
    ['\tleaq\t.L__tbx_labels.0(%rip), %rcx', '\tleaq\t.L__tbx_labels.0(%rip), %rcx'],
    ['\tleaq\t__tbx_icall_table(%rip), %rcx', '\tleaq\t__tbx_icall_table(%rip), %rcx'],
    ['\tleaq\t__tbx_code_base(%rip), %rcx', '\tleaq\t__tbx_code_base(%rip), %rcx'],
    ['\tleaq\t__tbx_icall_tables(%rip), %rcx', '\tmovl\t$__tbx_icall_tables, %ecx'],
    ['\tleaq\tg+20(%rdi), %rax', '\tleaq\tg+20(%rdi), %rax'],
    ['\t.asciz\t"leaq g(%rip), %rax"', '\t.asciz\t"leaq g(%rip), %rax"'],
  ])('%j', (input, expected) => {
    expect(confine(input)).toBe(expected);
    expect(confine(expected)).toBe(expected);
  });
});

describe('targets of jump tables are aligned', () => {
  const table = '.LJTI0_0:\n\t.long\t.LBB0_2-.LJTI0_0\n\t.long\t.Ltmp3-.LJTI0_0';
  const aligned = '\t.p2align\t4\n';
  test.each([
    ['behind a jump', '\tjmp\t.LBB0_9\n', '.LBB0_2:   # a case\n', aligned],
    ['behind an indirect jump', '\tjmpq\t*%rcx\n', '.LBB0_2:\n', aligned],
    ['behind a return', '\tretq\n', '.LBB0_2:\n', aligned],
    ['behind a trap', '\tud2\n', '.Ltmp3:\n', aligned],
    ['not where it is fallen into', '\taddl\t$1, %eax\n', '.LBB0_2:\n', ''],
    ['not twice', '\tretq\n\t.p2align\t4\n', '.LBB0_2:\n', ''],
    ['no other block', '\tretq\n', '.LBB0_4:\n', ''],
  ])('%s', (_, above, label, inserted) => {
    expect(confine(`${above}${label}${table}`)).toBe(`${above}${inserted}${label}${table}`);
  });
});

describe('vector indices and decorations stay', () => {
  test.each([
    [
      '\tvpgatherqq\t%ymm1, %gs:(%rax,%ymm0,8), %ymm2',
      '\tvpgatherqq\t%ymm1, %gs:(%eax,%ymm0,8), %ymm2',
    ],
    [
      '\tvpgatherqq\t%gs:8(,%zmm16,8), %zmm2 {%k1}',
      '\taddr32 vpgatherqq\t%gs:8(,%zmm16,8), %zmm2 {%k1}',
    ],
    [
      '\tvscatterdps\t%zmm1, %gs:(%r9,%zmm0,4) {%k1}',
      '\tvscatterdps\t%zmm1, %gs:(%r9d,%zmm0,4) {%k1}',
    ],
    [
      '\tvaddps\t%gs:(%rdi){1to16}, %zmm1, %zmm0 {%k1} {z}',
      '\tvaddps\t%gs:(%edi){1to16}, %zmm1, %zmm0 {%k1} {z}',
    ],
    ['\tvcmpltps\t{sae}, %zmm0, %zmm1, %k0', '\tvcmpltps\t{sae}, %zmm0, %zmm1, %k0'],
  ])('%j', (input, expected) => {
    expect(confine(input)).toBe(expected);
  });
});

describe('operands without a register', () => {
  test.each([
    ['\tmovq\t%gs:__tbx_data_sp, %rax', '\tmovq\t%gs:__tbx_data_sp, %rax'],
    ['\tmovq\t%gs:counts+64, %rax', '\tmovq\t%gs:counts+64, %rax'],
    ['\tmovq\t%gs:counts-64, %rax', '\taddr32 movq\t%gs:counts-64, %rax'],
    ['\tmovq\t%gs:a-b, %rax', '\taddr32 movq\t%gs:a-b, %rax'],
    ['\tmovl\t%gs:-8, %eax', '\taddr32 movl\t%gs:-8, %eax'],
    ['\tmovl\t%gs:8, %eax', '\taddr32 movl\t%gs:8, %eax'],
    ['{vex} vpdpbusd %gs:-8, %xmm1, %xmm0', 'addr32 {vex} vpdpbusd %gs:-8, %xmm1, %xmm0'],
    ['\tlock\t\taddl\t$1, %gs:-8', '\taddr32 lock\t\taddl\t$1, %gs:-8'],
    ['\taddr32 movl\t%gs:-8, %eax', '\taddr32 movl\t%gs:-8, %eax'],
    ['x:\tmovl\t%gs:-8, %eax', 'x:\taddr32 movl\t%gs:-8, %eax'],
  ])('%j', (input, expected) => {
    expect(confine(input)).toBe(expected);
  });
});

describe('quoted text is never an operand, and never hides one', () => {
  test.each([
    ['\tmovl\t%gs:"a(%rdi)"(%rip), %eax', '\tmovl\t%gs:"a(%rdi)"(%eip), %eax'],
    ['\tmovl\t%gs:"a \\" b"+8(,%rcx,8), %eax', '\tmovl\t%gs:"a \\" b"+8(,%ecx,8), %eax'],
    ['\tmovl\t%gs:"%gs:(%rax)", %eax', '\tmovl\t%gs:"%gs:(%rax)", %eax'],
    ['"x:": movl\t%gs:(%rdx), %eax', '"x:": movl\t%gs:(%edx), %eax'],
    ['\t.asciz\t"%gs:(%rdi) wrgsbase %fs:0"', '\t.asciz\t"%gs:(%rdi) wrgsbase %fs:0"'],
    ['\t.ascii\t"\\\\"; movl %gs:(%rdi), %eax', '\t.ascii\t"\\\\"; movl %gs:(%edi), %eax'],
    ['\t.ascii\t"#"; movl %gs:(%rdi), %eax', '\t.ascii\t"#"; movl %gs:(%edi), %eax'],
    ['# "\n\tmovl %gs:(%rdi), %eax # "', '# "\n\tmovl %gs:(%edi), %eax # "'],
    ['# %gs:(%rdi) wrgsbase %rax', '# %gs:(%rdi) wrgsbase %rax'],
    ['\tcallq\tsyscall', '\tcallq\tsyscall'],
    ['syscall:\n\tretq', 'syscall:\n\tretq'],
    ['\t.globl\tint, wrgsbase', '\t.globl\tint, wrgsbase'],
    ['\t#APP\n\t#NO_APP\n\tretq', '\t#APP\n\t#NO_APP\n\tretq'],
  ])('%j', (input, expected) => {
    expect(confine(input)).toBe(expected);
  });
});

describe('what is not understood is refused at its place', () => {
  test.each([
    [
      '\tmovl\t%gs:(%ax), %eax',
      'a.s:1:7: error: cannot confine this operand: %ax as address register [TBX0501]',
    ],
    [
      '\tmovl\t%gs:(%xmm0), %eax',
      'a.s:1:7: error: cannot confine this operand: %xmm0 as base register [TBX0501]',
    ],
    [
      '\tmovl\t%gs:x@GOTPCREL(%rip), %eax',
      'a.s:1:7: error: cannot confine this operand: the end of the operand [TBX0501]',
    ],
    [
      '\tmovl\t%gs:(a+4)(%rip), %eax',
      'a.s:1:7: error: cannot confine this operand: no address after %gs: [TBX0501]',
    ],
    [
      '\tmovl\t%gs:(%rdi,%rcx,3), %eax',
      'a.s:1:7: error: cannot confine this operand: no address after %gs: [TBX0501]',
    ],
    [
      '\tmovl\t%gs:, %eax',
      'a.s:1:7: error: cannot confine this operand: no address after %gs: [TBX0501]',
    ],
    [
      '\n\tmovl\t%GS:(%rdi), %eax',
      "a.s:2:7: error: memory operand of segment register 'GS' [TBX0504]",
    ],
    [
      '\tmovl\t% gs:(%rdi), %eax',
      "a.s:1:7: error: memory operand of segment register 'gs' [TBX0504]",
    ],
    ['\tmovl\t%gs :(%rdi), %eax', "a.s:1:7: error: use of segment register 'gs' [TBX0504]"],
    ['\tmovw\t%ax, %gs', "a.s:1:12: error: use of segment register 'gs' [TBX0504]"],
    ['\tmovq\t%fs:0, %rax', "a.s:1:7: error: memory operand of segment register 'fs' [TBX0504]"],
    [
      '\trep;movsb (%rsi), %es:(%rdi)',
      "a.s:1:20: error: memory operand of segment register 'es' [TBX0504]",
    ],
    [
      '\tmovabsq\t%gs:81985529216486895, %rax',
      "a.s:1:10: error: 'movabsq' takes a 64-bit address [TBX0505]",
    ],
    ['\tleaq\t%gs:8(%rdi), %rax', "a.s:1:7: error: 'leaq' ignores the segment [TBX0505]"],
    [
      '\tjmpq\t*%gs:(%rdi)',
      'a.s:1:8: error: a branch through memory that the sandbox can write [TBX0505]',
    ],
    ['\t.set x, %gs:(%rdi)', "a.s:1:10: error: a GS operand in the directive '.set' [TBX0505]"],
    ['\twrgsbaseq\t%rax', "a.s:1:2: error: 'wrgsbaseq' changes or reads a segment base [TBX0503]"],
    ['\tnop; SYSCALL', "a.s:1:7: error: 'syscall' enters the kernel [TBX0503]"],
    ['x:syscall', "a.s:1:3: error: 'syscall' enters the kernel [TBX0503]"],
    ['\tint\t$0x80', "a.s:1:2: error: 'int' enters the kernel [TBX0503]"],
    ['\tgs movl (%rdi), %eax', "a.s:1:2: error: 'gs' is a segment override [TBX0503]"],
    [
      '\t.intel_syntax noprefix',
      "a.s:1:2: error: '.intel_syntax' changes what the text means [TBX0503]",
    ],
    [
      '\t.ascii\t"open\n" ; movl %gs:(%rdi), %eax # "',
      'a.s:1:9: error: a string that does not end in its line in assembler text [TBX0502]',
    ],
    [
      '\tmovb $\'", %al; movl %gs:(%rdi), %eax # "',
      'a.s:1:8: error: a character constant in assembler text [TBX0502]',
    ],
    [
      '/* \n " */ movl %gs:(%rdi), %eax # "',
      'a.s:1:1: error: a comment that is not a # comment in assembler text [TBX0502]',
    ],
    [
      '# x \r\tmovl %gs:(%rdi), %eax',
      'a.s:1:5: error: a carriage return inside a line in assembler text [TBX0502]',
    ],
    ['\tnop\0', 'a.s:1:5: error: a NUL byte in assembler text [TBX0502]'],
    ['\t#APP\n\n\tnop\n\t#NO_APP', 'a.s:3:2: error: inline assembly cannot be confined [TBX0301]'],
    ['\t#APP\n', 'a.s:1:1: error: #APP without #NO_APP [TBX0502]'],
  ])('%j', (input, expected) => {
    expect(confine(input).split('\n')[0]).toBe(expected);
  });
});

test('every error of a text is reported, and no text comes back', () => {
  const text = '\tmovq\t%fs:0, %rax\n\tmovl\t%gs:(%rdi), %eax\n\tsyscall\n';
  const result = confineAssembly(new SourceText('a.s', text));
  expect(result.text).toBeUndefined();
  expect(result.diagnostics.map(({ code }) => code)).toEqual(['TBX0504', 'TBX0503']);
});

test('text without anything noteworthy is copied', () => {
  const text = '\t.text\nf:\n\tmovl\t%edi, %eax\n\tmovl\t%esi, -4(%rsp)\n\tretq\n';
  expect(confineAssembly(new SourceText('a.s', text)).text).toBe(text + ADDR32_NOTE);
});
