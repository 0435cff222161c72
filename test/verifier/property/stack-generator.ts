/**
 * Random functions that are about the stack: frames that move, copies of the stack pointer, saved registers, arguments
 * that callees write, tails that functions share, functions that begin in the midst of others. Most keep the rules, and
 * then a line or two of some are damaged; what is accepted all the same has to keep them too.
 */

import type { Random } from '../../support/random.js';

const SCRATCH = 'rax rcx rdx rsi rdi r8 r9 r10 r11'.split(' ');
const SAVED = 'rbx rbp r12 r13 r14 r15'.split(' ');
const STORES = [
  ['movb', 'al'],
  ['movw', 'ax'],
  ['movl', 'eax'],
  ['movq', 'rax'],
  ['movq', 'rcx'],
  ['movups', 'xmm0'],
  ['vmovups', 'ymm0'],
] as const;
/** So many functions keep the rules, mostly, and are called by the others, which are damaged. */
const SOUND = 20;
const MAX_DEPTH = 4;
const WORD = 8;

/** How functions begin: those that begin alike share tails. */
interface Frame {
  readonly hasPointer: boolean;
  readonly saved: readonly string[];
  readonly alignment: number;
  readonly size: number;
}

const FRAMES: readonly Frame[] = [
  { hasPointer: false, saved: [], alignment: 0, size: 0 },
  { hasPointer: false, saved: ['rbx'], alignment: 0, size: 40 },
  { hasPointer: false, saved: ['rbp', 'r12'], alignment: 0, size: 64 },
  { hasPointer: true, saved: [], alignment: 0, size: 48 },
  { hasPointer: true, saved: ['rbx', 'r15'], alignment: 32, size: 96 },
  { hasPointer: true, saved: ['r13'], alignment: 16, size: 0 },
];

/** One function. */
export class StackFunctionGenerator {
  readonly #random: Random;
  readonly #index: number;
  readonly #lines: string[] = [];
  readonly #frame: Frame;
  /** Bytes below the stack pointer at the entry, if the frame is not realigned. */
  #depth = 0;
  /** Bytes below the stack pointer behind the prologue. */
  #below = 0;
  #labels = 0;
  /** Registers that hold the stack pointer, maybe. */
  #kept: readonly string[] = [];
  #budget: number;

  /** @param index functions with lower ones may be called and jumped to */
  constructor(random: Random, index: number) {
    this.#random = random;
    this.#index = index;
    this.#frame = FRAMES[index % FRAMES.length] ?? FRAMES[0] ?? missing();
    this.#budget = 6 + random.below(24);
  }

  text(): string {
    const name = `f${this.#index}`;
    if (this.#random.below(3) === 0) this.#plainTail();
    this.#prologue();
    this.#block(0);
    this.#leave();
    if (this.#isWild) this.#damage();
    return [`CASE ${name}`, ...this.#lines].join('\n') + '\n';
  }

  get #isWild(): boolean {
    return this.#index >= SOUND;
  }

  /** Once in so many times, in functions that need not keep the rules. */
  #rarely(times: number): boolean {
    return this.#isWild && this.#random.below(times) === 0;
  }

  #emit(...lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(`\t${line}`);
  }

  #label(): string {
    return `.Lf${this.#index}_${this.#labels++}`;
  }

  /** An earlier function that begins as this one does, or any. */
  #other(isAlike: boolean): string | undefined {
    const step = isAlike ? FRAMES.length : 1;
    const first = isAlike ? this.#index % step : 0;
    const choices = Math.ceil((Math.min(this.#index, SOUND) - first) / step);
    return choices <= 0 ? undefined : `f${first + step * this.#random.below(choices)}`;
  }

  // Frames

  #prologue(): void {
    const { hasPointer, saved, alignment, size } = this.#frame;
    if (hasPointer) {
      this.#emit('pushq %rbp', this.#random.pick(['movq %rsp, %rbp', 'leaq (%rsp), %rbp']));
      this.#depth += WORD;
    }
    for (const register of saved) this.#emit(`pushq %${register}`);
    this.#depth += WORD * saved.length;
    if (alignment > 0) this.#emit(`andq $-${alignment}, %rsp`);
    if (size > 0) {
      this.#emit(this.#random.pick([`subq $${size}, %rsp`, `leaq -${size}(%rsp), %rsp`]));
    }
    this.#depth += size;
  }

  /** Ends the function, from its own frame: on its own, or by the tail of another. */
  #leave(): void {
    const alike = this.#other(true);
    if (alike !== undefined && this.#random.below(3) === 0) {
      this.#emit(`jmp ${alike}_end`);
      // The label is for those behind.
      this.#lines.push(`f${this.#index}_end:`);
    } else this.#lines.push(`f${this.#index}_end:`);
    this.#unwind();
    this.#depth = 0;
    if (this.#random.below(2) === 0) this.#words(0);
    this.#lines.push(`f${this.#index}_tail:`);
    if (this.#random.below(2) === 0) this.#words(0);
    const other = this.#other(false);
    if (other === undefined || this.#random.below(3) > 0) this.#emit('ret');
    else this.#emit(`jmp ${this.#random.pick([other, `${other}_tail`])}`);
  }

  #unwind(): void {
    const { hasPointer, saved, alignment, size } = this.#frame;
    const end = WORD * saved.length;
    if (hasPointer && saved.length === 0 && this.#random.below(2) === 0) {
      this.#emit('leave');
      return;
    }
    if (hasPointer) this.#emit(`leaq -${end}(%rbp), %rsp`);
    else if (size > 0 && alignment === 0) this.#emit(`addq $${size}, %rsp`);
    for (const register of [...saved].reverse()) this.#emit(`popq %${register}`);
    if (hasPointer) this.#emit('popq %rbp');
  }

  /** In front of the frame: a way out that needs none. */
  #plainTail(): void {
    const other = this.#other(false);
    const label = this.#label();
    this.#emit('testl %edi, %edi', `jne ${label}`);
    this.#words(0);
    if (other === undefined) this.#emit('ret');
    else this.#emit(this.#random.pick([`jmp ${other}`, `jmp ${other}_tail`, 'ret']));
    this.#lines.push(`${label}:`);
  }

  // What stands between

  #block(level: number): void {
    const count = 1 + this.#random.below(4);
    for (let i = 0; i < count && this.#budget > 0; i++) {
      this.#budget--;
      this.#statement(level);
    }
  }

  #statement(level: number): void {
    const kind = this.#random.below(level < MAX_DEPTH ? 13 : 6);
    if (kind < 3) this.#words(this.#below);
    else if (kind < 4) this.#values();
    else if (kind < 6) this.#call();
    else if (kind < 9) this.#moved(level);
    else if (kind < 11) this.#branch(level);
    else if (kind < 12) this.#loop(level);
    else this.#early();
  }

  /** Loads and stores near the stack pointer, of which so many bytes above are the function's own. */
  #words(own: number): void {
    const random = this.#random;
    const [store, source] = random.pick(STORES);
    const offset = this.#offset(own);
    const register = random.pick(SCRATCH);
    if (own === 0 && random.below(3) === 0) {
      this.#emit(`movq %rdi, ${this.#depth + WORD * (1 + random.below(4))}(%rsp)`);
      return;
    }
    this.#emit(
      random.pick([
        `${store} %${source}, ${offset}(%rsp)`,
        `${store} %${source}, ${offset}(%rsp)`,
        `leaq ${offset}(%rsp), %r10\n\t${store} %${source}, ${random.below(3) * 8 - (this.#rarely(4) ? 8 : 0)}(%r10)`,
        `movq ${offset}(%rsp), %${register}`,
        `movl ${offset}(%rsp), %e${random.pick(['ax', 'cx', 'dx'])}`,
        `addq %${register}, ${offset}(%rsp)`,
        `xchgq %${register}, ${offset}(%rsp)`,
        `incl ${offset}(%rsp)`,
        `cmpxchgq %${register}, ${offset}(%rsp)`,
        `fnstcw ${offset}(%rsp)`,
        `fnstenv ${offset}(%rsp)`,
        `movq $7, ${offset}(%rsp)`,
        `sete ${offset}(%rsp)`,
        `lock orl $0, (%rsp)`,
        `movq %rsp, ${offset}(%rsp)`,
        this.#rarely(10) ? `movq ${offset}(%rsp), %rsp` : 'lock orl $0, (%rsp)',
      ]),
    );
  }

  /** Most in the frame, some in the red zone, some among the arguments. */
  #offset(own: number): number {
    const random = this.#random;
    if (this.#rarely(12)) return this.#depth + random.below(16) - WORD;
    const odd = random.below(12) === 0 ? random.below(8) : 0;
    const kind = random.below(8);
    // What is higher up has saved registers, and copies of the stack pointer.
    const low = this.#rarely(8) ? own : Math.min(Math.max(0, own - 56), 32);
    if (kind < 5 && low > 0) return WORD * random.below(low / WORD) + odd;
    if (kind < 7 || this.#frame.alignment > 0) return odd - WORD * (7 + random.below(7));
    return this.#depth + WORD + WORD * random.below(3) + odd;
  }

  #values(): void {
    const random = this.#random;
    const [from, to] = [
      random.pick([...SCRATCH, ...SAVED]),
      random.pick(this.#rarely(10) ? SAVED : SCRATCH),
    ];
    this.#emit(
      random.pick([
        `movq %${from}, %${to}`,
        `movq %rsp, %${to}`,
        `xchgq %${random.pick(SCRATCH)}, %${to}`,
        `leaq ${8 * random.below(4)}(%${from}), %${to}`,
        `movl $${random.below(99)}, %eax`,
        ...this.#frame.saved
          .filter((register) => !this.#kept.includes(register))
          .map((register) => `movq %${from}, %${register}`),
      ]),
    );
  }

  /** With room for arguments, or without. */
  #call(): void {
    const random = this.#random;
    const other = this.#other(false);
    const callee = random.pick([
      'callee',
      'writes_argument',
      'reads_argument',
      ...(other === undefined ? [] : [other, `${other}_tail`]),
    ]);
    const room = random.pick(this.#isWild ? [0, 8, 16, 24, 40] : [40, 48]);
    if (room > 0) this.#emit(`subq $${room}, %rsp`);
    this.#emit(`call ${callee}`);
    if (room > 0) this.#emit(`addq $${room}, %rsp`);
  }

  /** Moves the stack pointer there and back. */
  #moved(level: number): void {
    const random = this.#random;
    const size = random.pick([8, 16, 24, 4, 64, 120]);
    const free = this.#frame.saved.filter((saved) => !this.#kept.includes(saved));
    const register = this.#rarely(6) ? 'r11' : (free[0] ?? 'r11');
    const kept = this.#kept;
    const [there, back, moved] = random.pick([
      [`subq $${size}, %rsp`, `addq $${size}, %rsp`, size],
      [`leaq -${size}(%rsp), %rsp`, `subq $-${size}, %rsp`, size],
      [`pushq %${register}`, `popq %${register}`, WORD],
      ['pushq %rsp', 'popq %rsp', WORD],
      ['pushq (%rsp)', 'popq %rax', WORD],
      ['pushq $5', `leaq 8(%rsp), %rsp`, WORD],
      ...(free.length > 0 || this.#rarely(4)
        ? ([
            [`movq %rsp, %${register}\n\tsubq $${size}, %rsp`, `movq %${register}, %rsp`, size],
          ] as const)
        : []),
      [
        `movq %rsp, -${WORD}(%rsp)\n\tsubq $${size + 6 * WORD}, %rsp`,
        `movq ${size + 5 * WORD}(%rsp), %rsp`,
        size + 6 * WORD,
      ],
      [
        `movq %rbp, -16(%rsp)\n\tleaq (%rsp), %rbp\n\tsubq $${size + 48}, %rsp`,
        `movq %rbp, %rsp\n\tmovq -16(%rsp), %rbp`,
        size + 48,
      ],
    ] as const);
    this.#emit(there);
    this.#depth += moved;
    this.#below += moved;
    this.#kept = [...kept, register, 'rbp'];
    this.#block(level + 1);
    this.#kept = kept;
    this.#depth -= moved;
    this.#below -= moved;
    this.#emit(back);
  }

  #branch(level: number): void {
    const [otherwise, end] = [this.#label(), this.#label()];
    this.#emit(`cmpl $${this.#random.below(9)}, %${this.#random.pick(['edi', 'esi', 'eax'])}`);
    this.#emit(`${this.#random.pick(['ja', 'je', 'js', 'jb'])} ${otherwise}`);
    this.#block(level + 1);
    this.#emit(`jmp ${end}`);
    this.#lines.push(`${otherwise}:`);
    this.#block(level + 1);
    this.#lines.push(`${end}:`);
  }

  #loop(level: number): void {
    const head = this.#label();
    const counter = `%gs:${0x1000 + 512 * this.#index + 8 * this.#labels}`;
    this.#emit(`movl $0, ${counter}`);
    this.#lines.push(`${head}:`);
    this.#block(level + 1);
    this.#emit(`incl ${counter}`, `cmpl $3, ${counter}`, `jb ${head}`);
  }

  /** Out of the midst, where the frame is as the prologue left it. */
  #early(): void {
    const alike = this.#other(true);
    if (this.#rarely(3)) {
      this.#emit(
        'testl %esi, %esi',
        `je ${this.#other(false) ?? 'callee'}${this.#random.pick(['', '', '', '_tail'])}`,
      );
      return;
    }
    if (this.#below > 0 || alike === undefined) {
      this.#values();
      return;
    }
    this.#emit('testl %esi, %esi', `je ${alike}_end`);
  }

  #damage(): void {
    const random = this.#random;
    for (let left = random.pick([0, 1, 1, 2]); left > 0; left--) {
      // The last line is where control leaves.
      const at = random.below(this.#lines.length - 1);
      const line = this.#lines[at] ?? '';
      if (line.endsWith(':') || /\tj[a-z]+ |\tret/.test(line)) continue;
      const changed = random.pick([
        [],
        [line, line],
        [
          line.replace(/(?<![a-z\d])-?\d+(?=\(%rsp\)|\(%rbp\)|, %rsp)/, (number) =>
            String(Number(number) + random.pick([-8, 8, 4, 16])),
          ),
        ],
        [line.replace(/%(rbx|rbp|r12|r13|r15)/, '%r14')],
      ]);
      this.#lines.splice(at, 1, ...changed);
    }
  }
}

function missing(): never {
  throw new Error('there are no frames');
}
