/** Images that are made to keep the verifier busy, of any size: each in the way that one part of the analysis is slow. */

export interface HostileImage {
  /** Assembly, to stand behind test/verifier/prelude.s; `_start` is in it. */
  readonly text: string;
  readonly level: 'data' | 'code+data';
}

const WORD = 8;
/** As many words as a state keeps. */
const SLOTS = 200;
/** Entries of jump tables that are shared. */
const TABLE = 1 << 12;

function image(body: string, level: HostileImage['level'] = 'code+data'): HostileImage {
  return { text: `\t.section .text.hostile, "ax", @progbits\n\t.globl _start\n${body}`, level };
}

function times(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

/** A frame of `words` words, of which each holds something that is known. */
function filled(words: number, value = 'rbx'): string {
  return `\tsubq $${WORD * words}, %rsp\n${times(words, (word) => `\tmovq %${value}, ${WORD * word}(%rsp)\n`)}`;
}

/** Goes on only if `%edi` has a bound that full detail alone knows: to `there`. */
function detailed(index: number, there: string): string {
  return (
    `\tcmpl $1, %edi\n\tja .Lout${index}\n\tmovl %edi, %eax\n\tleaq .Ltable${index}(%rip), %rcx\n` +
    `\tmovslq (%rcx,%rax,4), %rax\n\taddq %rcx, %rax\n\tjmp *%rax\n.Lin${index}:\n${there}` +
    `.Lout${index}:\tret\n\t.pushsection .rodata, "a", @progbits\n\t.p2align 2\n` +
    `.Ltable${index}: .long .Lin${index} - .Ltable${index}, .Lout${index} - .Ltable${index}\n\t.popsection\n`
  );
}

/** By name; `size` is about the number of bytes of code. */
export const HOSTILE: Readonly<Record<string, (size: number) => HostileImage>> = {
  /** Each function is found by the one behind it. */
  'calls backward': (size) => {
    const count = Math.floor(size / 6);
    return image(
      `f0: ret\n${times(count, (i) => `f${i + 1}: call f${i}\n\tret\n`)}_start: call f${count}\n\tud2\n`,
    );
  },
  'jumps backward': (size) => {
    const count = Math.floor(size / 5);
    return image(
      `.L0: ret\n${times(count, (i) => `.L${i + 1}: movl %eax, %ecx\n\tjmp .L${i}\n`)}_start: call .L${count}\n\tud2\n`,
    );
  },
  /** What the last one writes of its arguments is handed on to all. */
  'tail calls': (size) => {
    const count = Math.floor(size / 10);
    return image(
      `_start: subq $64, %rsp\n${times(count, (i) => `\tcall f${i}\n`)}\tud2\n` +
        `${times(count, (i) => `f${i}: jmp f${i + 1}\n`)}f${count}: movq $0, 8(%rsp)\n\tret\n`,
    );
  },
  /** Functions that only pointers lead to. */
  pointers: (size) => {
    const count = Math.floor(size / 8);
    const pointers = `\t.section .rodata, "a", @progbits\n\t.p2align 3\n${times(count, (i) => `\t.quad f${i}\n`)}`;
    return image(
      `_start: ud2\n${times(count, (i) => `f${i}: movl %eax, %ecx\n\tjmp .Lf${i}\n.Lf${i}: ret\n`)}${pointers}`,
      'data',
    );
  },
  /** Each function is found when the one before begins anew. */
  'one detail after another': (size) => {
    const count = Math.floor(size / 40);
    return image(
      `_start: call f0\n\tud2\n${times(count, (i) => `f${i}:\n${detailed(i, `\tsubq $8, %rsp\n\tcall f${i + 1}\n\taddq $8, %rsp\n`)}`)}f${count}: ret\n`,
    );
  },
  /** The same, and all share a tail, so that all that was found begins anew. */
  'one detail for all': (size) => {
    const count = Math.floor(size / 45);
    return image(
      `_start: call f0\n\tud2\n.Lshared: ret\n${times(count, (i) => `f${i}:\n${detailed(i, `\tsubq $8, %rsp\n\tcall f${i + 1}\n\taddq $8, %rsp\n\tjmp .Lshared\n`)}`)}f${count}: ret\n`,
    );
  },
  /** Owners that hang on owners. */
  'shared tails in a row': (size) => {
    const count = Math.floor(size / 16);
    return image(
      `_start:\n${times(count, (i) => `\tcall f${i}\n`)}\tud2\n` +
        `${times(count, (i) => `f${i}: testl %edi, %edi\n\tje .Lt${i}\n\ttestl %esi, %esi\n\tje .Lt${i + 1}\n.Lt${i}: ret\n`)}.Lt${count}: ret\n`,
    );
  },
  /** In each round of the loop one word more is lost, at each of the places in it. */
  'words that are lost one by one': (size) => {
    const count = Math.floor(size / 2);
    return image(
      `_start: call f\n\tud2\nf: pushq %rbx\n${filled(SLOTS)}1:\n` +
        times(
          SLOTS - 1,
          (word) => `\tmovq ${WORD * (word + 1)}(%rsp), %rax\n\tmovq %rax, ${WORD * word}(%rsp)\n`,
        ) +
        `\tmovq %xmm0, ${WORD * (SLOTS - 1)}(%rsp)\n\tmovq ${WORD * (SLOTS - 1)}(%rsp), %rax\n` +
        `${times(count, () => '\tjs .+2\n')}\tjmp 1b\n`,
    );
  },
  /** The same in functions of a kilobyte. */
  'small loops': (size) => {
    const words = 40;
    const count = Math.ceil(size / (words * 18 + 500));
    const one = (i: number): string =>
      `f${i}: pushq %rbx\n${filled(words)}1:\n` +
      times(
        words - 1,
        (word) => `\tmovq ${WORD * (word + 1)}(%rsp), %rax\n\tmovq %rax, ${WORD * word}(%rsp)\n`,
      ) +
      `\tmovq %xmm0, ${WORD * (words - 1)}(%rsp)\n${times(250, () => '\tjs .+2\n')}\tjmp 1b\n`;
    return image(`_start:\n${times(count, (i) => `\tcall f${i}\n`)}\tud2\n${times(count, one)}`);
  },
  /** Bounds that differ, and names, at each place of a long loop. */
  'bounds that grow': (size) => {
    const count = Math.floor(size / 16);
    const registers = ['eax', 'ecx', 'edx', 'esi', 'edi'];
    const one = (i: number): string => {
      const register = registers[i % registers.length] ?? '';
      const other = registers[(i + 1) % registers.length] ?? '';
      return `\tcmpl $${i % 100}, %${register}\n\tja 1f\n\tmovl %${register}, %${other}\n1:\tmovl %${register}, %r8d\n`;
    };
    return image(
      `_start: call f\n\tud2\nf: nop\n.Lagain:\n${detailed(0, times(count, one))}\tjmp .Lagain\n`,
    );
  },
  /** Names go round between registers and words, in loops in loops. */
  'nested loops': (size) => {
    const depth = 12;
    const count = Math.ceil(size / 600);
    const registers = 'rax rcx rdx rsi rdi r8 r9 r10 r11'.split(' ');
    const one = (i: number): string =>
      `f${i}: subq $80, %rsp\n` +
      times(depth, (level) => {
        const [a, b] = [registers[level % 9], registers[(level + 4) % 9]];
        return `.Lh${i}_${level}:\n\tcmpl $${level}, ${WORD * (level % 9)}(%rsp)\n\tmovq %${a ?? ''}, ${WORD * (level % 9)}(%rsp)\n\tmovq %${b ?? ''}, %${a ?? ''}\n\tcmpq $${level + i}, %${b ?? ''}\n\tja .Le${i}_${level}\n`;
      }) +
      times(depth, (n) => {
        const level = depth - 1 - n;
        const [a, b] = [registers[(level + 2) % 9], registers[(level + 7) % 9]];
        return `\tmovq ${WORD * ((level + 3) % 9)}(%rsp), %${a ?? ''}\n\txchgq %${a ?? ''}, %${b ?? ''}\n\tcmpl $${level}, %${(b ?? '').replace(/^r(..)$/, 'e$1').replace(/^e(\d.)$|^e(8.*|9.*)$/, 'r$1$2')}${/\d/.test(b ?? '') ? 'd' : ''}\n\tjb .Lh${i}_${level}\n.Le${i}_${level}:\n`;
      }) +
      detailed(i, '');
    return image(
      `_start:\n${times(count, (i) => `\tcall f${i}\n`)}\tud2\n${times(count, one).replaceAll(/%e([89]|1[01])d/g, '%r$1d')}`,
    );
  },
  /** Many jumps through the same large table, each leading everywhere. */
  'one table for many jumps': (size) => {
    const targets = Math.min(TABLE, Math.floor(size / 40));
    const jumps = Math.floor(size / 40);
    const jump = (i: number): string =>
      `.Lj${i}: movzwl %di, %eax\n\tandl $${TABLE - 1}, %eax\n\tmovslq (%rcx,%rax,4), %rax\n\taddq %rcx, %rax\n\tjmp *%rax\n`;
    const entries = times(
      TABLE,
      (i) => `\t.long .Lj${(i % targets) * Math.floor(jumps / targets)} - big\n`,
    );
    return image(
      `_start: call f\n\tud2\nf: leaq big(%rip), %rcx\n${times(jumps, jump)}\tret\n\t.section .rodata, "a", @progbits\n\t.p2align 2\nbig:\n${entries}`,
    );
  },
  /** Each place has another part of one large table for a table of its own. */
  'tables in a table': (size) => {
    const count = Math.floor(size / 32);
    const length = 1 << 12;
    const one = (i: number): string =>
      `\tleaq big + ${4 * i}(%rip), %rcx\n\tmovzwl %di, %eax\n\tandl $${length - 1}, %eax\n\tmovslq (%rcx,%rax,4), %rax\n`;
    return image(
      `_start: call f\n\tud2\nf:\n${times(count, one)}\tret\nall:\n\t.fill ${length + 4 * count}, 1, 0x90\n\tret\n` +
        `\t.section .rodata, "a", @progbits\n\t.p2align 2\nbig:\n${times(length + count, (i) => `\t.long all - big + ${i % length}\n`)}`,
    );
  },
  /** The same with tables of calls. */
  'call tables in a call table': (size) => {
    const slots = Math.floor(size / 16);
    const count = Math.floor(size / 34);
    const mask = WORD * (2 ** Math.floor(Math.log2(Math.max(2, slots / 2))) - 1);
    const one = (i: number): string =>
      `\tleaq slots + ${WORD * (i % Math.max(1, slots / 2))}(%rip), %rax\n\tandl $${mask}, %edi\n\taddq %rax, %rdi\n\tcall *%rdi\n`;
    return image(
      `_start: call f\n\tud2\nf:\n${times(count, one)}\tret\n\t.p2align 3, 0xcc\nslots:\n${times(slots, () => '\tjmp g\n\t.p2align 3, 0xcc\n')}g: ret\n`,
    );
  },
  /** Many facts, of which all are in use, and more come. */
  'as many bounds as there may be': (size) => {
    const count = Math.floor(size / 11);
    const words = 64;
    const fill = times(
      words,
      (word) =>
        `\tmovq %gs:(%edi), %rax\n\tcmpq $${word + 1}, %rax\n\tja .Lend\n\tmovq %rax, ${WORD * word}(%rsp)\n`,
    );
    return image(
      `_start: call f\n\tud2\nf: subq $${WORD * words}, %rsp\n.Lagain: movl %edi, %eax\n\tcmpl $1, %eax\n\tja .Lend\n` +
        `\tleaq .Ltable(%rip), %rcx\n\tmovslq (%rcx,%rax,4), %rax\n\taddq %rcx, %rax\n\tjmp *%rax\n.Lin:\n${fill}` +
        `${times(count, () => '\tmovq %gs:(%edi), %rax\n\tcmpq $7, %rax\n\tja .+2\n')}.Lend: addq $${WORD * words}, %rsp\n\tret\n` +
        `\t.section .rodata, "a", @progbits\n\t.p2align 2\n.Ltable: .long .Lin - .Ltable, .Lend - .Ltable\n`,
    );
  },
  /** Nothing but places. */
  places: (size) =>
    image(`_start: call f\n\tud2\nf:\n${times(size / 2, () => '\tjs .+2\n')}\tret\n`),
  /** Nothing but places, each with many words. */
  'places with words': (size) =>
    image(
      `_start: call f\n\tud2\nf: pushq %rbx\n${filled(SLOTS)}${times(size / 16, (i) => `\tmovq %rbx, ${WORD * (i % SLOTS)}(%rsp)\n\tjs .+2\n\tmovl $${i}, %eax\n`)}\taddq $${WORD * SLOTS}, %rsp\n\tpopq %rbx\n\tret\n`,
    ),
  /** What functions write of their arguments, which their callers are told in another round. */
  'arguments that are written': (size) => {
    const count = Math.floor(size / 24);
    return image(
      `_start: subq $64, %rsp\n\tcall f0\n\tud2\n${times(count, (i) => `f${i}: subq $40, %rsp\n\tmovq %rbx, (%rsp)\n\tcall f${i + 1}\n\taddq $40, %rsp\n\tmovb $0, ${8 + (i % 32)}(%rsp)\n\tret\n`)}f${count}: ret\n`,
    );
  },
  /** Something wrong everywhere. */
  refusals: (size) =>
    image(
      `_start: call f\n\tud2\nf:\n${times(size / 4, () => '\tmovl (%rdi), %eax\n\tjs .+2\n')}\tret\n`,
    ),
  /** Each stack is realigned at another place. */
  'realigned frames': (size) => {
    const count = Math.floor(size / 24);
    return image(
      `_start:\n${times(count, (i) => `\tcall f${i}\n`)}\tud2\n${times(count, (i) => `f${i}: pushq %rbp\n\tmovq %rsp, %rbp\n\tsubq $${16 + (i % 8000)}, %rsp\n\tandq $-${2 ** (1 + (i % 8))}, %rsp\n\tleave\n\tret\n`)}`,
    );
  },
  /** Instructions that are all different, and none that the verifier knows without its decoder. */
  encodings: (size) =>
    image(
      `_start: ud2\n${times(size / 6, (i) => `\tvpternlogd $${i % 256}, %zmm${i % 32}, %zmm${(i >> 5) % 32}, %zmm${(i >> 10) % 32}{%k${1 + ((i >> 15) % 7)}}\n`)}`,
    ),
};
