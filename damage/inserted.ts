import { type Kind, overInstructions, replace } from './kind.js';

/** Instructions written over others. */

/** Not on the allow-list: refused wherever they stand. */
const FORBIDDEN: readonly (readonly [string, readonly number[]])[] = [
  ['syscall', [0x0f, 0x05]],
  ['sysenter', [0x0f, 0x34]],
  ['int $0x80', [0xcd, 0x80]],
  ['wrgsbase %rax', [0xf3, 0x48, 0x0f, 0xae, 0xd8]],
  ['wrfsbase %rax', [0xf3, 0x48, 0x0f, 0xae, 0xd0]],
  ['rdgsbase %rax', [0xf3, 0x48, 0x0f, 0xae, 0xc8]],
  ['swapgs', [0x0f, 0x01, 0xf8]],
  ['mov %ax, %gs', [0x8e, 0xe8]],
  ['mov %ax, %fs', [0x8e, 0xe0]],
  ['rep movsb', [0xf3, 0xa4]],
  ['rep movsq', [0xf3, 0x48, 0xa5]],
  ['rep stosb', [0xf3, 0xaa]],
  ['movsb', [0xa4]],
  ['wrpkru', [0x0f, 0x01, 0xef]],
  ['mov %eax, %fs:(%rdi)', [0x64, 0x89, 0x07]],
  ['lret', [0xcb]],
  ['iretq', [0x48, 0xcf]],
  ['ret $8', [0xc2, 0x08, 0x00]],
  ['popf', [0x9d]],
  ['std', [0xfd]],
  ['hlt', [0xf4]],
  ['in (%dx), %al', [0xec]],
  ['xlatb', [0xd7]],
  ['rdtsc', [0x0f, 0x31]],
  ['xrstor (%rsp)', [0x0f, 0xae, 0x2c, 0x24]],
];

/**
 * Allowed by themselves; what they do to memory, to the stack pointer or to control is not. Jumps go to what %rbp holds: at
 * the target of a switch %rax still holds a proven target, and the top of the stack may too.
 */
const SWITCHES: readonly (readonly [string, readonly number[]])[] = [
  ['mov %rax, %rsp', [0x48, 0x89, 0xc4]],
  ['mov %eax, %esp', [0x89, 0xc4]],
  ['xchg %rax, %rsp', [0x48, 0x94]],
  ['add %rax, %rsp', [0x48, 0x01, 0xc4]],
  ['sub %rax, %rsp', [0x48, 0x29, 0xc4]],
  ['lea (%rax), %rsp', [0x48, 0x8d, 0x20]],
  ['pop %rsp', [0x5c]],
  ['inc %rsp', [0x48, 0xff, 0xc4]],
  ['mov (%rdi), %eax', [0x8b, 0x07]],
  ['mov %eax, (%rdi)', [0x89, 0x07]],
  ['mov %rax, (%rsp,%rax)', [0x48, 0x89, 0x04, 0x04]],
  ['push %rbp; jmp *(%rsp)', [0x55, 0xff, 0x24, 0x24]],
  ['jmp *%rbp', [0xff, 0xe5]],
  ['call *%rbp', [0xff, 0xd5]],
];

/** Which of {@link SWITCHES} images of level `data` may have. */
const ASSUMED = /(?:jmp|call) \*/;

export const INSERTED_KINDS: readonly Kind[] = [
  ...FORBIDDEN.map(([name, bytes]): Kind => ({
    name: `inserted ${name}`,
    expectation: 'refused',
    why: 'not an instruction that a sandbox may have',
    everywhere: true,
    places: overInstructions((victim, instruction) => replace(victim, instruction, bytes)),
  })),
  ...SWITCHES.map(([name, bytes]): Kind => ({
    name: `inserted ${name}`,
    expectation: 'refused',
    why: 'addresses outside of the window, the stack pointer and the targets of jumps must be known',
    everywhere: false,
    places: overInstructions((victim, instruction) =>
      ASSUMED.test(name) && victim.image.isolation === 'data'
        ? undefined
        : replace(victim, instruction, bytes),
    ),
  })),
];
