import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { verifyImage } from '../../src/verify/image/verify.js';
import { link } from './snippets.js';

const PRELUDE = readFileSync(join(import.meta.dirname, 'prelude.s'), 'latin1');

/** What is refused of a library whose only way to `function` is its table of exports. */
async function refusalsOf(
  body: string,
  exported: string,
  mark = 'TBXLIB1',
): Promise<readonly string[]> {
  const image = link(`${PRELUDE}
        .section .text.start, "ax", @progbits
        .globl  _start
_start: ret
function:
${body}
        .section .tbx.library, "a", @progbits
        .asciz  "${mark}"
        .long   table, table_end, 0, 0
        .section .rodata, "a", @progbits
table:  .quad   ${exported}, 0
table_end:
`);
  const { refusals } = await verifyImage(image);
  return refusals.map(({ rule }) => rule);
}

describe('functions that the host calls by name', () => {
  test('are verified though nothing else leads to them', async () => {
    expect(await refusalsOf('xorl %eax, %eax\nret', 'function')).toEqual([]);
    expect(await refusalsOf('movq (%rdi), %rax\nret', 'function')).toContain('TBV0005');
    expect(await refusalsOf('popq %rbx\nret', 'function')).not.toEqual([]);
    expect(await refusalsOf('pushq %rbx\nret', 'function')).not.toEqual([]);
  });

  test('start at an instruction', async () => {
    expect(await refusalsOf('movl $0x0f0b, %eax\nret', 'function + 1')).toEqual(['TBV0002']);
    expect(await refusalsOf('ret', '0x20000000')).toEqual(['TBV0002']);
    expect(await refusalsOf('ret', '0x100000000 + function')).not.toEqual([]);
  });

  test('are those of the table that the mark stands before', async () => {
    expect(await refusalsOf('ret', '0x20000000', 'TBXLIB0')).toEqual([]);
  });
});
