/**
 * Random functions in assembly: frames, spills, partial writes, branches, joins, loops, calls, jump tables. They are
 * meant to be at the edge of what can be proven; many are refused, and only what is accepted is run.
 */

/** Numbers from a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to `limit - 1`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  word(): bigint {
    const [high, low] = [BigInt(this.below(2 ** 32)), BigInt(this.below(2 ** 32))];
    return this.pick([
      (high << 32n) | low,
      low,
      BigInt(this.below(24)),
      BigInt.asUintN(64, BigInt(this.below(24)) - 12n),
      (high << 32n) | BigInt(this.below(24)),
      (low << 8n) | BigInt(this.below(24)),
    ]);
  }
}

const WIDE = 'rax rcx rdx rsi rdi r8 r9 r10 r11'.split(' ');
const SAVED = 'rbx r12 r13 r14 r15 rbp'.split(' ');

/** The name of a register's low bits. */
function part(register: string, bits: number): string {
  const numbered = /^r(\d+)$/.exec(register);
  if (bits === 64) return register;
  if (numbered !== null) return `${register}${bits === 32 ? 'd' : bits === 16 ? 'w' : 'b'}`;
  const name = register.slice(1);
  if (bits === 32) return `e${name}`;
  if (bits === 16) return name;
  return name.endsWith('x') ? `${name.charAt(0)}l` : `${name}l`;
}

const SUFFIX: Readonly<Record<number, string>> = { 8: 'b', 16: 'w', 32: 'l', 64: 'q' };
const SIZES = [8, 16, 32, 32, 32, 64, 64] as const;
const UNSIGNED = ['ja', 'jae', 'jb', 'jbe', 'je', 'jne'] as const;
const SIGNED = ['jg', 'jl', 'jge', 'jle', 'js', 'jns', 'jp', 'jo', 'jno', 'jnp'] as const;
const MAX_DEPTH = 3;
/** Every table has so many entries, all of which lead somewhere. */
export const TABLE_SIZE = 8;

/** One function. */
export class FunctionGenerator {
  readonly #random: Random;
  readonly #name: string;
  readonly #callees: readonly string[];
  readonly #lines: string[] = [];
  readonly #tables: string[] = [];
  readonly #saved: readonly string[];
  readonly #registers: readonly string[];
  /** Places that backward and sideways jumps may go to. */
  #labels = 0;
  #budget: number;
  #frame = 0;
  #pushed = 0;
  #isRealigned = false;

  constructor(random: Random, name: string, callees: readonly string[]) {
    this.#random = random;
    this.#name = name;
    this.#callees = callees;
    this.#saved = SAVED.filter(() => random.below(2) === 0);
    this.#registers = [...WIDE, ...this.#saved.filter((register) => register !== 'rbp')];
    this.#budget = 12 + random.below(40);
  }

  /** Its text, with the tables. */
  text(): string {
    this.#prologue();
    this.#block(0);
    this.#epilogue();
    return [`CASE ${this.#name}`, ...this.#lines, ...this.#tables].join('\n') + '\n';
  }

  #emit(line: string): void {
    this.#lines.push(`\t${line}`);
  }

  #label(): string {
    return `.L${this.#name}_${this.#labels++}`;
  }

  #prologue(): void {
    const random = this.#random;
    this.#isRealigned = this.#saved.includes('rbp') && random.below(3) === 0;
    if (this.#isRealigned) {
      this.#emit('pushq %rbp');
      this.#emit('movq %rsp, %rbp');
    }
    const pushed = this.#saved.filter((name) => !(this.#isRealigned && name === 'rbp'));
    for (const name of pushed) this.#emit(`pushq %${name}`);
    this.#pushed = pushed.length;
    if (this.#isRealigned) this.#emit(`andq $-${random.pick([16, 32, 64])}, %rsp`);
    this.#frame = 8 * (8 + random.below(16));
    this.#emit(random.pick([`subq $${this.#frame}, %rsp`, `leaq -${this.#frame}(%rsp), %rsp`]));
  }

  #epilogue(): void {
    if (this.#isRealigned) this.#emit(`leaq -${8 * this.#pushed}(%rbp), %rsp`);
    else this.#emit(`addq $${this.#frame}, %rsp`);
    const pushed = this.#saved.filter((name) => !(this.#isRealigned && name === 'rbp'));
    for (const name of [...pushed].reverse()) this.#emit(`popq %${name}`);
    if (this.#isRealigned) this.#emit('popq %rbp');
    this.#emit('ret');
  }

  #register(): string {
    return this.#random.pick(this.#registers);
  }

  #slot(): string {
    // Few words, so that the same are used again; now and then across two.
    const odd = this.#random.below(12) === 0 ? this.#random.below(8) : 0;
    return `${8 * this.#random.below(5) + odd}(%rsp)`;
  }

  #small(): number {
    return this.#random.pick([0, 1, 2, 3, 5, 6, 7, 7, 8, 8, 9, 15, 63, 64, 127, 128, 255, 256]);
  }

  #block(depth: number): void {
    const count = 1 + this.#random.below(6);
    for (let i = 0; i < count && this.#budget > 0; i++) {
      this.#budget--;
      this.#statement(depth);
    }
  }

  #statement(depth: number): void {
    const kind = this.#random.below(20);
    if (kind < 4) this.#move();
    else if (kind < 6) this.#spill();
    else if (kind < 8) this.#arithmetic();
    else if (kind < 9) this.#partial();
    else if (kind < 10) this.#odd();
    else if (kind < 11) this.#window();
    else if (kind < 12) this.#call();
    else if (depth >= MAX_DEPTH) this.#move();
    else if (kind < 14) this.#branch(depth);
    else if (kind < 16) this.#loop(depth);
    else if (kind < 17) this.#shared(depth);
    else this.#table(depth);
  }

  #move(): void {
    const random = this.#random;
    const [from, to] = [this.#register(), this.#register()];
    this.#emit(
      random.pick([
        `movq %${from}, %${to}`,
        `movl %${part(from, 32)}, %${part(to, 32)}`,
        `movl %${part(from, 32)}, %${part(to, 32)}`,
        `movzbl %${part(from, 8)}, %${part(to, 32)}`,
        `movzwl %${part(from, 16)}, %${part(to, 32)}`,
        `movslq %${part(from, 32)}, %${to}`,
        `movsbl %${part(from, 8)}, %${part(to, 32)}`,
        `movl $${this.#small()}, %${part(to, 32)}`,
        `movq $-${this.#small() + 1}, %${to}`,
        `xorl %${part(to, 32)}, %${part(to, 32)}`,
        `xchgq %${from}, %${to}`,
        `leaq ${this.#small()}(%${from}), %${to}`,
        `leal -${this.#small()}(%${from}), %${part(to, 32)}`,
        `leaq ${8 * random.below(4)}(%rsp), %${to}`,
        `cmov${random.pick(['a', 'b', 'e', 'ne', 'g', 's'])}l %${part(from, 32)}, %${part(to, 32)}`,
        `cmov${random.pick(['ae', 'be', 'e', 'ne'])}q %${from}, %${to}`,
      ]),
    );
  }

  #spill(): void {
    const random = this.#random;
    const register = this.#register();
    const bits = random.pick([8, 16, 32, 32, 64, 64, 64]);
    const slot = this.#slot();
    this.#emit(
      random.pick([
        `movq %${register}, ${slot}`,
        `movq ${slot}, %${register}`,
        `mov${SUFFIX[bits] ?? 'q'} %${part(register, bits)}, ${slot}`,
        `mov${SUFFIX[bits] ?? 'q'} ${slot}, %${part(register, bits)}`,
        `movl ${slot}, %${part(register, 32)}`,
        `movzbl ${slot}, %${part(register, 32)}`,
        `addq %${register}, ${slot}`,
        `movq $${this.#small()}, ${slot}`,
        `movups %xmm0, ${8 * random.below(4)}(%rsp)`,
        `pushq %${register}\n\tpopq %${this.#register()}`,
        `xchgq %${register}, ${slot}`,
        `incl ${slot}`,
      ]),
    );
  }

  #arithmetic(): void {
    const random = this.#random;
    const [from, to] = [this.#register(), this.#register()];
    const bits = random.pick(SIZES);
    const operation = random.pick(['add', 'sub', 'and', 'or', 'xor', 'cmp', 'test', 'adc', 'sbb']);
    const operands = random.pick([
      `$${bits === 8 ? this.#small() & 127 : this.#small()}, %${part(to, bits)}`,
      `$-${(this.#small() & 127) + 1}, %${part(to, bits)}`,
      `%${part(from, bits)}, %${part(to, bits)}`,
    ]);
    this.#emit(`${operation}${SUFFIX[bits] ?? 'q'} ${operands}`);
    if (random.below(3) === 0)
      this.#emit(`andl $${random.pick([1, 3, 7, 7, 15, 56])}, %${part(to, 32)}`);
  }

  #partial(): void {
    const random = this.#random;
    const to = this.#register();
    const high = random.pick(['ah', 'ch', 'dh']);
    this.#emit(
      random.pick([
        `movb $${this.#small() & 127}, %${part(to, 8)}`,
        `movw $${this.#small()}, %${part(to, 16)}`,
        `movb $1, %${high}`,
        `set${random.pick(['a', 'b', 'e', 'ne'])} %${part(to, 8)}`,
        `incb %${part(to, 8)}`,
        `notb %${high}`,
        `rolw $3, %${part(to, 16)}`,
        `xchgb %${part(to, 8)}, %${part(this.#register(), 8)}`,
      ]),
    );
  }

  /** Instructions of which little is written down in the verifier but what they write. */
  #odd(): void {
    const random = this.#random;
    const [from, to] = [this.#register(), this.#register()];
    const bits = random.pick([32, 64]);
    const [a, b] = [part(from, bits), part(to, bits)];
    this.#emit(
      random.pick([
        `shr${SUFFIX[bits] ?? 'q'} $${random.pick([0, 1, 3, 24, 28, 29, 31])}, %${b}`,
        `shl${SUFFIX[bits] ?? 'q'} $${random.below(4)}, %${b}`,
        `shl${SUFFIX[bits] ?? 'q'} %cl, %${b}`,
        `sar${SUFFIX[bits] ?? 'q'} $2, %${b}`,
        `imul${SUFFIX[bits] ?? 'q'} %${a}, %${b}`,
        `mul${SUFFIX[bits] ?? 'q'} %${a}`,
        `bsf${SUFFIX[bits] ?? 'q'} %${a}, %${b}`,
        `tzcnt${SUFFIX[bits] ?? 'q'} %${a}, %${b}`,
        `bswap${SUFFIX[bits] ?? 'q'} %${b}`,
        `cmpxchg${SUFFIX[bits] ?? 'q'} %${a}, %${b}`,
        `xadd${SUFFIX[bits] ?? 'q'} %${a}, %${b}`,
        `bt${SUFFIX[bits] ?? 'q'} $3, %${b}`,
        `bts${SUFFIX[bits] ?? 'q'} %${a}, %${b}`,
        `neg${SUFFIX[bits] ?? 'q'} %${b}`,
        'cltq',
        'cqto',
        'cltd',
        'stc',
        'cmc',
        `mulxq %${a === part(from, 64) ? a : from}, %${to}, %${this.#register()}`,
        `movd %${part(from, 32)}, %xmm0`,
        `movq %xmm0, %${to}`,
        `movd %xmm0, %${part(to, 32)}`,
        `shld${SUFFIX[bits] ?? 'q'} $0, %${a}, %${b}`,
        `rorxl $4, %${part(from, 32)}, %${part(to, 32)}`,
        `pext${SUFFIX[bits] ?? 'q'} %${a}, %${b}, %${b}`,
      ]),
    );
  }

  #window(): void {
    const [address, value] = [this.#register(), this.#register()];
    const bits = this.#random.pick(SIZES);
    const operand = `%gs:${this.#small()}(%${part(address, 32)})`;
    const [suffix, name] = [SUFFIX[bits] ?? 'q', part(value, bits)];
    this.#emit(
      this.#random.pick([`mov${suffix} ${operand}, %${name}`, `mov${suffix} %${name}, ${operand}`]),
    );
  }

  #call(): void {
    if (this.#callees.length === 0) return;
    if (this.#random.below(3) > 0) {
      this.#emit(`call ${this.#random.pick(this.#callees)}`);
      return;
    }
    // Through the table of the prelude.
    const [index, table] = ['rax', 'r11'];
    this.#emit(`movl %${part(this.#register(), 32)}, %${part(index, 32)}`);
    this.#emit(`andl $0, %${part(index, 32)}`);
    this.#emit(`leaq call_table(%rip), %${table}`);
    this.#emit(`andl $call_mask, %${part(index, 32)}`);
    this.#emit(`addq %${table}, %${index}`);
    if (this.#random.below(2) === 0) this.#emit(`call *%${index}`);
    else {
      this.#emit(`movq %${index}, 40(%rsp)`);
      this.#emit('call *40(%rsp)');
    }
  }

  #condition(): string {
    return this.#random.pick([...UNSIGNED, ...UNSIGNED, ...SIGNED]);
  }

  #compare(): void {
    const bits = this.#random.pick(SIZES);
    const register = this.#register();
    const constant =
      this.#random.below(6) === 0 ? `-${(this.#small() & 127) + 1}` : this.#small() & 127;
    const operation = this.#random.pick(['cmp', 'cmp', 'cmp', 'sub']);
    this.#emit(`${operation}${SUFFIX[bits] ?? 'q'} $${constant}, %${part(register, bits)}`);
    // Between a comparison and its branch stands what changes no flags.
    if (this.#random.below(4) === 0)
      this.#emit(`movl %${part(register, 32)}, %${part(this.#register(), 32)}`);
    if (this.#random.below(8) === 0) this.#emit(`movq %${register}, ${this.#slot()}`);
  }

  #branch(depth: number): void {
    const [otherwise, end] = [this.#label(), this.#label()];
    this.#compare();
    this.#emit(`${this.#condition()} ${otherwise}`);
    this.#block(depth + 1);
    // Flags that are known still serve another branch.
    if (this.#random.below(3) === 0) {
      this.#lines.push(`${otherwise}:`);
      this.#emit(`${this.#condition()} ${end}`);
      this.#block(depth + 1);
    } else {
      this.#emit(`jmp ${end}`);
      this.#lines.push(`${otherwise}:`);
      this.#block(depth + 1);
    }
    this.#lines.push(`${end}:`);
  }

  /** A loop that its counter, in the window, ends; what is in registers differs from round to round. */
  #loop(depth: number): void {
    const [head, end] = [this.#label(), this.#label()];
    const counter = `%gs:${0x1000 + 8 * this.#labels}`;
    this.#emit(`movl $0, ${counter}`);
    this.#lines.push(`${head}:`);
    this.#block(depth + 1);
    if (this.#random.below(2) === 0) {
      this.#compare();
      this.#emit(`${this.#condition()} ${end}`);
    }
    this.#block(depth + 1);
    this.#emit(`incl ${counter}`);
    this.#emit(`cmpl $${1 + this.#random.below(4)}, ${counter}`);
    this.#emit(`jb ${head}`);
    this.#lines.push(`${end}:`);
  }

  /** Two paths with the same comparison or table behind them. */
  #shared(depth: number): void {
    const [first, second] = [this.#label(), this.#label()];
    this.#compare();
    this.#emit(`${this.#condition()} ${first}`);
    this.#compare();
    this.#emit(`jmp ${second}`);
    this.#lines.push(`${first}:`);
    this.#block(depth + 1);
    this.#compare();
    this.#lines.push(`${second}:`);
    const end = this.#label();
    this.#emit(`${this.#condition()} ${end}`);
    this.#block(depth + 1);
    this.#lines.push(`${end}:`);
  }

  /** A jump through a table, with a bound that is right, or nearly, or not there. */
  #table(depth: number): void {
    const random = this.#random;
    const [index, end] = [this.#register(), this.#label()];
    const table = this.#label();
    const bits = random.pick([8, 32, 32, 32, 64]);
    const limit = random.pick([7, 7, 7, 7, 6, 3, 8]);
    const kind = random.below(8);
    if (kind < 2) this.#emit(`andl $${limit}, %${part(index, 32)}`);
    else {
      const isInclusive = random.below(2) === 0;
      if (kind < 5 && random.below(2) === 0)
        this.#emit(`movl %${part(this.#register(), 32)}, %${part(index, 32)}`);
      this.#emit(
        `cmp${SUFFIX[bits] ?? 'q'} $${isInclusive ? limit : limit + 1}, %${part(index, bits)}`,
      );
      if (random.below(5) === 0) this.#emit(`movq %${index}, 32(%rsp)`);
      this.#emit(
        `${random.below(20) === 0 ? this.#condition() : isInclusive ? 'ja' : 'jae'} ${end}`,
      );
    }
    const [base, entry] = ['r11', 'r10'];
    let used = index === base || index === entry ? 'r9' : index;
    if (used !== index || random.below(3) > 0) {
      const to = random.pick(['r9', 'r8', 'rax']);
      this.#emit(
        random.pick([
          `movl %${part(index, 32)}, %${part(to, 32)}`,
          `movl %${part(index, 32)}, %${part(to, 32)}`,
          bits === 8 ? `movzbl %${part(index, 8)}, %${part(to, 32)}` : `movq %${index}, %${to}`,
          `movq %${index}, 24(%rsp)\n\tmovq 24(%rsp), %${to}`,
        ]),
      );
      used = to;
    }
    if (random.below(4) === 0) this.#partialOrMove();
    this.#emit(`leaq ${table}(%rip), %${base}`);
    this.#emit(`movslq (%${base},%${used},4), %${entry}`);
    this.#emit(`addq %${base}, %${entry}`);
    this.#emit(`jmp *%${entry}`);
    const targets = Array.from({ length: 1 + random.below(3) }, () => this.#label());
    for (const target of targets) {
      this.#lines.push(`${target}:`);
      this.#block(depth + 1);
      if (random.below(2) === 0) this.#emit(`jmp ${end}`);
    }
    this.#lines.push(`${end}:`);
    const entries = Array.from({ length: TABLE_SIZE }, () => `${random.pick(targets)} - ${table}`);
    this.#tables.push('\t.pushsection .rodata', '\t.p2align 2', `${table}:`);
    for (const line of entries) this.#tables.push(`\t.long ${line}`);
    // What stands behind a table leads nowhere.
    this.#tables.push('\t.long 0x7f7f7f7f', '\t.popsection');
  }

  #partialOrMove(): void {
    if (this.#random.below(2) === 0) this.#partial();
    else this.#move();
  }
}
