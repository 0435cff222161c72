/** Confined text through the real assembler: every GS operand in the machine code has the address-size prefix. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confineAssembly } from '../../src/asm/addr32.js';
import { SourceText } from '../../src/text/source.js';

const BASES = ['', '%rax', '%rbx', '%rsp', '%rbp', '%rsi', '%r8', '%r12', '%r13', '%r15', '%rip'];
const INDICES = ['', '%rcx', '%rdi', '%rbp', '%r9', '%r13', '%r15', '%xmm1', '%ymm9'];
const DISPLACEMENTS = ['', '8', '-8', '-2147483648', '2147483647', 'g-4', '"odd (%rax)"'];

function address(displacement: string, base: string, index: string): string | undefined {
  if (base === '%rip' && (index !== '' || displacement === '')) return undefined;
  if (base === '' && index === '') return displacement === '' ? undefined : displacement;
  return `${displacement}(${base}${index === '' ? '' : `,${index},4`})`;
}

/** One instruction for each combination that the assembler has. */
function instructions(): readonly string[] {
  const lines: string[] = [];
  for (const base of BASES) {
    for (const index of INDICES) {
      for (const displacement of DISPLACEMENTS) {
        const operand = address(displacement, base, index);
        if (operand === undefined) continue;
        if (index.startsWith('%x')) lines.push(`vgatherdps %xmm2, %gs:${operand}, %xmm3`);
        else if (index.startsWith('%y')) lines.push(`vgatherqpd %ymm2, %gs:${operand}, %ymm3`);
        else lines.push(`movl %gs:${operand}, %eax`, `lock addq $1, %gs:${operand}`);
      }
    }
  }
  return lines;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Lines of the disassembly of `text`, bytes first. */
function disassemble(text: string): readonly string[] {
  writeFileSync(join(folder, 'a.s'), text);
  const assembled = spawnSync('clang-22', ['-c', 'a.s', '-o', 'a.o'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(assembled.stderr).toBe('');
  const { stdout } = spawnSync('llvm-objdump-22', ['-d', 'a.o'], { cwd: folder, encoding: 'utf8' });
  return [...stdout.matchAll(/^\s+[0-9a-f]+: (.*)$/gm)].map((match) => match[1] ?? '');
}

/** Whether the prefixes before the opcode have the address size. */
const hasAddressSize = (line: string): boolean => /^(?:(?:65|f0|66|f2|f3) )*67 /.test(line);

test('all address forms are cut to 32 bits', () => {
  const text = ['g:', '"odd (%rax)":', ...instructions().map((line) => `\t${line}`)].join('\n');
  const { text: confined, diagnostics } = confineAssembly(new SourceText('a.s', text));
  expect(diagnostics).toEqual([]);
  const lines = disassemble(confined ?? '');
  expect(lines.length).toBe(instructions().length);
  const image = (line: string): boolean => /"odd|<g/.test(line);
  expect(lines.filter((line) => !hasAddressSize(line) && !image(line))).toEqual([
    // A symbol and nothing else: an address inside the image, which the linker checks.
    expect.stringMatching(/^65 8b 04 25 00 00 00 00/),
    expect.stringMatching(/^f0 65 48 83 04 25 00 00 00 00 01|^65 f0 48 83 04 25/),
  ]);
});

test('without the step, the same test fails', () => {
  const lines = disassemble('\tmovl %gs:(%rdi), %eax\n');
  expect(lines.filter(hasAddressSize)).toEqual([]);
});
