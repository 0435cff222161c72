/**
 * Random functions in assembly: frames, spills, partial writes, branches, joins, loops, calls, arguments, jump tables.
 * They are meant to be at the edge of what can be proven; many are refused, and only what is accepted is run.
 */
import {
  arithmetic,
  copy,
  inWindow,
  move,
  odd,
  type Operands,
  part,
  partial,
  SIGNED,
  SIZES,
  small,
  spill,
  SUFFIX,
  UNSIGNED,
  vector,
} from './instructions.js';
import type { Random } from '../../support/random.js';

const WIDE = 'rax rcx rdx rsi rdi r8 r9 r10 r11'.split(' ');
const SAVED = 'rbx r12 r13 r14 r15 rbp'.split(' ');
const MAX_DEPTH = 3;
const WORD = 8;
/** Every table has so many entries, all of which lead somewhere. */
const TABLE_SIZE = 8;
/** Words of arguments that functions use. */
const ARGUMENTS = 2;
/** What makes the address of an entry in the table of calls. */
const TABLE_REGISTER = 'r11';

/** What other functions have that one may use. */
export interface Others {
  readonly callees: readonly string[];
  /** Labels where they return, with nothing on the stack but the return address. */
  readonly returns: readonly string[];
}

/** One function. */
export class FunctionGenerator {
  readonly #random: Random;
  readonly #name: string;
  readonly #others: Others;
  readonly #lines: string[] = [];
  readonly #tables: string[] = [];
  readonly #saved: readonly string[];
  readonly #registers: readonly string[];
  /** Few registers, and mostly copies and joins of them. */
  readonly #isNarrow: boolean;
  readonly #operands: Operands;
  readonly #frameKind: 'plain' | 'framed' | 'realigned';
  /** Whether it returns, and does not end with a jump to another function. */
  readonly #doesReturn: boolean;
  #labels = 0;
  #budget: number;
  #frame = 0;
  /** Bytes below the frame that are pushed at the moment. */
  #moved = 0;

  constructor(random: Random, name: string, others: Others) {
    this.#random = random;
    this.#name = name;
    this.#others = others;
    this.#saved = SAVED.filter(() => random.below(2) === 0);
    const kinds = ['plain', 'plain', 'framed', 'realigned'] as const;
    this.#frameKind = this.#saved.includes('rbp') ? random.pick(kinds) : 'plain';
    const free = this.#saved.filter((name) => this.#frameKind === 'plain' || name !== 'rbp');
    const all = [...WIDE, ...free];
    this.#isNarrow = random.below(3) === 0;
    const count = this.#isNarrow ? 3 : 4 + random.below(2);
    this.#registers =
      !this.#isNarrow && random.below(2) === 0
        ? all
        : Array.from({ length: count }, () => random.pick(all));
    this.#doesReturn = random.below(6) > 0;
    this.#budget = 12 + random.below(40);
    this.#operands = {
      random,
      register: () => this.#register(),
      slot: () => this.#slot(),
    };
  }

  /** Its text, with the tables. */
  text(): string {
    this.#prologue();
    this.#block(0);
    this.#epilogue();
    return [`CASE ${this.#name}`, ...this.#lines, ...this.#tables].join('\n') + '\n';
  }

  /** The label of its `ret`, if it has one. */
  get returns(): readonly string[] {
    return this.#doesReturn ? [`.L${this.#name}_ret`] : [];
  }

  #emit(line: string): void {
    this.#lines.push(`\t${line}`);
  }

  #place(label: string): void {
    this.#lines.push(`${label}:`);
  }

  #label(): string {
    return `.L${this.#name}_${this.#labels++}`;
  }

  // The frame

  /** Saved registers but the frame pointer, in the order in which they are pushed. */
  get #pushed(): readonly string[] {
    return this.#saved.filter((name) => this.#frameKind === 'plain' || name !== 'rbp');
  }

  #prologue(): void {
    const random = this.#random;
    const exits = [...this.#others.returns, ...this.returns];
    if (exits.length > 0 && random.below(4) === 0) {
      this.#emit(`cmpl $${small(random)}, %edi`);
      this.#emit(`${this.#jump()} ${random.pick(exits)}`);
    }
    if (this.#frameKind !== 'plain') {
      this.#emit('pushq %rbp');
      this.#emit('movq %rsp, %rbp');
    }
    for (const name of this.#pushed) this.#emit(`pushq %${name}`);
    if (this.#frameKind === 'realigned') this.#emit(`andq $-${random.pick([16, 32, 64])}, %rsp`);
    // In small realigned frames the words by rbp are among those by rsp.
    this.#frame = WORD * (8 + random.below(this.#frameKind === 'realigned' ? 4 : 16));
    this.#emit(random.pick([`subq $${this.#frame}, %rsp`, `leaq -${this.#frame}(%rsp), %rsp`]));
  }

  #epilogue(): void {
    const pushed = this.#pushed;
    if (this.#frameKind === 'plain') this.#emit(`addq $${this.#frame}, %rsp`);
    else if (pushed.length > 0) this.#emit(`leaq -${WORD * pushed.length}(%rbp), %rsp`);
    const isTableJump = !this.#doesReturn && this.#random.below(2) === 0;
    if (isTableJump) this.#callee('rax');
    for (const name of [...pushed].reverse()) this.#emit(`popq %${name}`);
    if (this.#frameKind !== 'plain')
      this.#emit(pushed.length > 0 && this.#random.below(2) === 0 ? 'popq %rbp' : 'leave');
    if (this.#doesReturn) {
      this.#place(`.L${this.#name}_ret`);
      this.#emit('ret');
    } else this.#emit(isTableJump ? 'jmp *%rax' : `jmp ${this.#random.pick(this.#others.callees)}`);
  }

  #register(): string {
    return this.#random.pick(this.#registers);
  }

  /** Few words, so that the same are used again; now and then across two. */
  #slot(): string {
    const random = this.#random;
    const odd = random.below(12) === 0 ? random.below(WORD) : 0;
    if (this.#frameKind !== 'plain' && random.below(3) === 0) {
      return `-${WORD * (this.#pushed.length + 1 + random.below(5)) + odd}(%rbp)`;
    }
    return `${WORD * random.below(5) + odd}(%rsp)`;
  }

  /** A word of the arguments. */
  #argument(): string {
    const place = WORD * this.#random.below(ARGUMENTS);
    if (this.#frameKind !== 'plain') return `${2 * WORD + place}(%rbp)`;
    return `${this.#moved + this.#frame + WORD * (this.#pushed.length + 1) + place}(%rsp)`;
  }

  // Statements

  #block(depth: number): void {
    const count = 1 + this.#random.below(6);
    for (let i = 0; i < count && this.#budget > 0; i++) {
      this.#budget--;
      this.#statement(depth);
    }
  }

  #statement(depth: number): void {
    const kind = this.#random.below(24);
    if (this.#isNarrow && kind < 14 && this.#random.below(8) > 0) this.#emit(copy(this.#operands));
    else if (kind < 4) this.#emit(move(this.#operands));
    else if (kind < 7) this.#emit(spill(this.#operands));
    else if (kind < 9) this.#emit(arithmetic(this.#operands));
    else if (kind < 10) this.#emit(partial(this.#operands));
    else if (kind < 11) this.#emit(odd(this.#operands));
    else if (kind < 12) this.#emit(inWindow(this.#operands));
    else if (kind < 13) this.#emit(vector(this.#operands));
    else if (kind < 14) this.#call();
    else if (depth >= MAX_DEPTH) this.#emit(move(this.#operands));
    else if (kind < 16) this.#branch(depth);
    else if (kind < 18) this.#loop(depth);
    else if (kind < 19) this.#shared(depth);
    else if (kind < 20) this.#pair(depth);
    else if (kind < 21) this.#below(depth);
    else this.#table(depth);
  }

  #call(): void {
    const random = this.#random;
    switch (random.below(6)) {
      case 0:
        this.#callee('rax');
        this.#emit('call *%rax');
        return;
      case 1:
        this.#callee('rax');
        this.#emit('movq %rax, 40(%rsp)');
        this.#emit('call *40(%rsp)');
        return;
      case 2:
        this.#emit(
          random.pick([
            `movq %${this.#register()}, ${this.#argument()}`,
            `movq ${this.#argument()}, %${this.#register()}`,
          ]),
        );
        return;
      default:
        this.#emit(`call ${random.pick(this.#others.callees)}`);
    }
  }

  /** Puts the address of the first slot of the prelude's table into a register. */
  #callee(register: string): void {
    this.#emit(`movl %${part(this.#register(), 32)}, %${part(register, 32)}`);
    this.#emit(`andl $0, %${part(register, 32)}`);
    this.#anyCallee(register);
  }

  /** The address of some slot. */
  #anyCallee(register: string): void {
    this.#emit(`leaq call_table(%rip), %${TABLE_REGISTER}`);
    this.#emit(`andl $call_mask, %${part(register, 32)}`);
    this.#emit(`addq %${TABLE_REGISTER}, %${register}`);
  }

  #jump(): string {
    return `j${this.#random.pick([...UNSIGNED, ...UNSIGNED, ...SIGNED])}`;
  }

  #compare(): void {
    const random = this.#random;
    const bits = random.pick(SIZES);
    const register = this.#register();
    const constant = random.below(6) === 0 ? `-${(small(random) & 127) + 1}` : small(random) & 127;
    const operation = random.pick(['cmp', 'cmp', 'cmp', 'sub']);
    this.#emit(`${operation}${SUFFIX[bits] ?? 'q'} $${constant}, %${part(register, bits)}`);
    // Between a comparison and its branch stands what changes no flags, or what does.
    if (random.below(4) === 0)
      this.#emit(`movl %${part(register, 32)}, %${part(this.#register(), 32)}`);
    if (random.below(8) === 0) this.#emit(`movq %${register}, ${this.#slot()}`);
    if (random.below(16) === 0) this.#emit(vector(this.#operands));
    if (random.below(16) === 0) this.#emit(odd(this.#operands));
  }

  #branch(depth: number): void {
    const [otherwise, end] = [this.#label(), this.#label()];
    this.#compare();
    this.#emit(`${this.#jump()} ${otherwise}`);
    this.#block(depth + 1);
    // Flags that are known still serve another branch.
    if (this.#random.below(3) === 0) {
      this.#place(otherwise);
      this.#emit(`${this.#jump()} ${end}`);
      this.#block(depth + 1);
    } else {
      this.#emit(`jmp ${end}`);
      this.#place(otherwise);
      this.#block(depth + 1);
    }
    this.#place(end);
  }

  /** A loop that its counter, in the window, ends; what is in registers differs from round to round. */
  #loop(depth: number): void {
    const [head, end] = [this.#label(), this.#label()];
    const counter = `%gs:${0x1000 + WORD * this.#labels}`;
    this.#emit(`movl $0, ${counter}`);
    this.#place(head);
    this.#block(depth + 1);
    if (this.#random.below(2) === 0) {
      this.#compare();
      this.#emit(`${this.#jump()} ${end}`);
    }
    this.#block(depth + 1);
    this.#emit(`incl ${counter}`);
    this.#emit(`cmpl $${1 + this.#random.below(4)}, ${counter}`);
    this.#emit(`jb ${head}`);
    this.#place(end);
  }

  /** Two paths with the same comparison or table behind them. */
  #shared(depth: number): void {
    const [first, second] = [this.#label(), this.#label()];
    this.#compare();
    this.#emit(`${this.#jump()} ${first}`);
    this.#compare();
    this.#emit(`jmp ${second}`);
    this.#place(first);
    this.#block(depth + 1);
    this.#compare();
    this.#place(second);
    const end = this.#label();
    this.#emit(`${this.#jump()} ${end}`);
    this.#block(depth + 1);
    this.#place(end);
  }

  /** Code with the stack pointer further below. */
  #below(depth: number): void {
    const size = this.#random.pick([WORD, 2 * WORD]);
    const isPush = size === WORD;
    this.#emit(isPush ? `pushq %${this.#register()}` : `subq $${size}, %rsp`);
    this.#moved += size;
    this.#block(depth + 1);
    this.#moved -= size;
    this.#emit(isPush ? `popq %${this.#register()}` : `addq $${size}, %rsp`);
  }

  // Jump tables

  /** Two registers that may be equal, of which another value comes from each of two paths. */
  #pair(depth: number): void {
    const random = this.#random;
    const [first, second, end] = [this.#label(), this.#label(), this.#label()];
    const [a, b] = [random.pick(['rcx', 'rdx', 'rax']), random.pick(['r8', 'r9', 'rsi'])];
    this.#compare();
    this.#emit(`${this.#jump()} ${first}`);
    this.#equals(a, b, [first, end]);
    this.#emit(`jmp ${second}`);
    this.#place(first);
    this.#equals(a, b, [first, end]);
    this.#place(second);
    if (random.below(2) === 0) {
      this.#emit(`cmpb $7, %${part(a, 8)}`);
      this.#emit(`ja ${end}`);
      this.#emit(`movzbl %${part(random.pick([a, b, b]), 8)}, %r10d`);
      this.#tableJump('r10', depth, end);
    }
    this.#place(end);
  }

  #equals(a: string, b: string, targets: readonly string[]): void {
    const random = this.#random;
    const from = this.#register();
    const both = (line: (register: string) => string): readonly string[] => [line(a), line(b)];
    const bounded = both((register) => `andl $${random.pick([1, 7, 56])}, %${part(register, 32)}`);
    const entries = (): readonly string[] => [
      ...bounded,
      `leaq ${this.#newTable(targets)}(%rip), %${TABLE_REGISTER}`,
      ...both((register) => `movslq (%${TABLE_REGISTER},%${register},4), %${register}`),
    ];
    const lines = random.pick<() => readonly string[]>([
      () => both((register) => `movq %${from}, %${register}`),
      () => both((register) => `movq %${from}, %${register}`),
      () => both((register) => `movl %${part(from, 32)}, %${part(register, 32)}`),
      () => [`movq %${from}, %${a}`, `movzbl %${part(from, 8)}, %${part(b, 32)}`],
      () => both((register) => `movq 8(%rsp), %${register}`),
      () => both((register) => `movl $${random.below(2)}, %${part(register, 32)}`),
      () => both((register) => `leaq ${WORD * random.below(2)}(%rsp), %${register}`),
      () => bounded,
      entries,
      () => [...entries(), ...both((register) => `addq %${TABLE_REGISTER}, %${register}`)],
    ])();
    for (const line of lines) this.#emit(line);
    if (random.below(8) > 0) return;
    this.#anyCallee(a);
    this.#anyCallee(b);
  }

  /** A jump through a table, with a bound that is right, or nearly, or not there. */
  #table(depth: number): void {
    const random = this.#random;
    const [index, end] = [this.#register(), this.#label()];
    const bits = random.pick([8, 32, 32, 32, 64]);
    const limit = random.pick([7, 7, 7, 7, 6, 3, 8]);
    const kind = random.below(8);
    if (kind < 2) this.#emit(`andl $${limit}, %${part(index, 32)}`);
    else {
      const isInclusive = random.below(2) === 0;
      if (kind < 5 && random.below(2) === 0)
        this.#emit(`movl %${part(this.#register(), 32)}, %${part(index, 32)}`);
      const most = isInclusive ? limit : limit + 1;
      this.#emit(`cmp${SUFFIX[bits] ?? 'q'} $${most}, %${part(index, bits)}`);
      if (random.below(5) === 0) this.#emit(`movq %${index}, 32(%rsp)`);
      const jump = isInclusive ? 'ja' : 'jae';
      this.#emit(`${random.below(20) === 0 ? this.#jump() : jump} ${end}`);
    }
    let used = index;
    if (['r10', 'r11'].includes(index) || random.below(3) > 0) {
      used = random.pick(['r9', 'r8', 'rax']);
      this.#emit(
        random.pick([
          `movl %${part(index, 32)}, %${part(used, 32)}`,
          `movl %${part(index, 32)}, %${part(used, 32)}`,
          bits === 8 ? `movzbl %${part(index, 8)}, %${part(used, 32)}` : `movq %${index}, %${used}`,
          `movq %${index}, 24(%rsp)\n\tmovq 24(%rsp), %${used}`,
        ]),
      );
    }
    if (random.below(8) === 0) this.#emit(partial(this.#operands));
    if (random.below(8) === 0) this.#emit(move(this.#operands));
    this.#tableJump(used, depth, end);
    this.#place(end);
  }

  /** The jump, and what it leads to. */
  #tableJump(index: string, depth: number, end: string): void {
    const random = this.#random;
    const [base, entry] = [TABLE_REGISTER, 'r10'];
    const targets = Array.from({ length: 1 + random.below(3) }, () => this.#label());
    this.#emit(`leaq ${this.#newTable(targets)}(%rip), %${base}`);
    this.#emit(`movslq (%${base},%${index},4), %${entry}`);
    const sum = random.pick([
      `addq %${base}, %${entry}`,
      `addq %${base}, %${entry}`,
      `addq %${entry}, %${base}\n\tmovq %${base}, %${entry}`,
      `leaq (%${base},%${entry}), %${entry}`,
      `movq %${entry}, 16(%rsp)\n\taddq 16(%rsp), %${base}\n\tmovq %${base}, %${entry}`,
      `movq %${entry}, 16(%rsp)\n\taddq %${base}, 16(%rsp)\n\tmovq 16(%rsp), %${entry}`,
    ]);
    this.#emit(sum);
    if (random.below(4) === 0) {
      this.#emit(`movq %${entry}, 8(%rsp)`);
      this.#emit('jmp *8(%rsp)');
    } else this.#emit(`jmp *%${entry}`);
    for (const target of targets) {
      this.#place(target);
      this.#block(depth + 1);
      if (random.below(2) === 0) this.#emit(`jmp ${end}`);
    }
  }

  /** The label of a table of some of these labels, each of which is there. */
  #newTable(targets: readonly string[]): string {
    const table = this.#label();
    const entries = Array.from({ length: TABLE_SIZE }, () => this.#random.pick(targets));
    this.#tables.push('\t.pushsection .rodata', '\t.p2align 2', `${table}:`);
    for (const target of entries) this.#tables.push(`\t.long ${target} - ${table}`);
    // What stands behind a table leads nowhere.
    this.#tables.push('\t.long 0x7f7f7f7f', '\t.popsection');
    return table;
  }
}
