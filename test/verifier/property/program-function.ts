/** One function of a random program (program-generator.ts): its frame, what it does with those of others, how it is left. */
import type { Random } from '../../support/random.js';
import { part } from './instructions.js';

const SAVED = 'rbx rbp r12 r13 r14 r15'.split(' ');
const SCRATCH = 'rax rcx rdx rsi rdi r8 r9 r10 r11'.split(' ');
const WORD = 8;
const MAX_DEPTH = 2;

/** How a function begins; those that begin alike share ends. */
export interface Frame {
  readonly hasPointer: boolean;
  readonly saved: readonly string[];
  readonly alignment: number;
  readonly size: number;
}

export const FRAMES: readonly Frame[] = [
  { hasPointer: false, saved: [], alignment: 0, size: 0 },
  { hasPointer: false, saved: [], alignment: 0, size: 8 },
  { hasPointer: false, saved: ['rbx'], alignment: 0, size: 40 },
  { hasPointer: false, saved: ['rbx'], alignment: 0, size: 40 },
  { hasPointer: false, saved: ['rbp', 'r12'], alignment: 0, size: 16 },
  { hasPointer: true, saved: [], alignment: 0, size: 48 },
  { hasPointer: true, saved: ['rbx', 'r15'], alignment: 32, size: 64 },
  { hasPointer: true, saved: ['r13', 'r14'], alignment: 0, size: 0 },
];

/** Where control may go, of which the program's functions have these labels. */
const LABELS = ['', '', '', '', '', '_tail', '_in'] as const;

/** How a function is left; `fall`: into the next one. */
export const WAYS = ['return', 'return', 'jump', 'table', 'fall'] as const;
export const POINTER_WAYS = [...WAYS, 'pointer', 'pointer'] as const;

/** A table of calls, and the functions that its slots jump to. */
export interface CallTableText {
  readonly label: string;
  readonly slots: readonly string[];
}

/** What a function may know of its program. */
export interface Others {
  readonly functions: readonly string[];
  readonly frames: readonly Frame[];
  readonly tables: readonly CallTableText[];
  /** Whether it calls and jumps through registers, as images of level `data` may. */
  readonly usesPointers: boolean;
  /** Words of arguments that functions of the image read and write. */
  readonly mostWords: number;
  /** The same of this program. */
  readonly words: number;
  /** How most functions are left. */
  readonly way: (typeof POINTER_WAYS)[number];
}

export class ProgramFunction {
  readonly #random: Random;
  readonly #others: Others;
  readonly #index: number;
  readonly #name: string;
  readonly #frame: Frame;
  /** Whether it writes what its caller has on the stack. */
  readonly #isWriter: boolean;
  readonly #lines: string[] = [];
  /** Bytes below the stack pointer at the entry, but for the alignment. */
  #depth = 0;
  #isFramed = false;
  #labels = 0;
  #budget: number;

  constructor(random: Random, others: Others, index: number) {
    this.#random = random;
    this.#others = others;
    this.#index = index;
    this.#name = others.functions[index] ?? '';
    this.#frame = others.frames[index] ?? random.pick(FRAMES);
    this.#isWriter = random.below(3) === 0;
    this.#budget = 3 + random.below(9);
  }

  text(): string {
    this.#place(this.#name);
    if (this.#random.below(3) === 0) this.#outside();
    this.#prologue();
    this.#place(`${this.#name}_in`);
    this.#block(0);
    if (this.#others.usesPointers) this.#abort();
    this.#place(`${this.#name}_end`);
    this.#epilogue();
    if (this.#rarely(40)) this.#forget();
    if (this.#random.below(2) === 0) this.#outside();
    this.#place(`${this.#name}_tail`);
    if (this.#random.below(2) === 0) this.#outside();
    this.#leave();
    return this.#lines.join('\n');
  }

  #emit(...lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(`\t${line}`);
  }

  #place(label: string): void {
    this.#lines.push(`${label}:`);
  }

  #label(): string {
    return `.L${this.#name}_${this.#labels++}`;
  }

  #rarely(times: number): boolean {
    return this.#random.below(times) === 0;
  }

  // Frames

  #prologue(): void {
    const { hasPointer, saved, alignment, size } = this.#frame;
    if (hasPointer) this.#emit('pushq %rbp', 'movq %rsp, %rbp');
    for (const register of saved) this.#emit(`pushq %${register}`);
    if (alignment > 0) this.#emit(`andq $-${alignment}, %rsp`);
    if (size > 0) this.#emit(`subq $${size}, %rsp`);
    this.#depth = (hasPointer ? WORD : 0) + WORD * saved.length + size;
    this.#isFramed = true;
  }

  /** Now and then a register is not restored, or a word is left. */
  #epilogue(): void {
    const { hasPointer, saved, alignment, size } = this.#frame;
    const isOdd = this.#rarely(20);
    if (alignment > 0) this.#unalign();
    else if (hasPointer && size > 0) this.#emit(`leaq -${WORD * saved.length}(%rbp), %rsp`);
    else if (size > 0) this.#emit(`addq $${isOdd && this.#rarely(2) ? size - WORD : size}, %rsp`);
    for (const register of [...saved].reverse()) {
      this.#emit(isOdd && this.#rarely(2) ? `addq $${WORD}, %rsp` : `popq %${register}`);
    }
    if (hasPointer) this.#emit('popq %rbp');
    this.#depth = 0;
    this.#isFramed = false;
  }

  /** The stack pointer comes back to the pushed registers; what a realigned frame had is below it then. */
  #unalign(): void {
    const { saved, size } = this.#frame;
    const doesCall = this.#rarely(4);
    if (doesCall) this.#store(`${size - WORD * (1 + this.#random.below(2))}(%rsp)`);
    this.#emit(`leaq -${WORD * saved.length}(%rbp), %rsp`);
    this.#depth = WORD * (1 + saved.length);
    if (doesCall) this.#call();
  }

  /** Does not give a preserved register back. */
  #forget(): void {
    this.#emit(`movl $7, %${part(this.#random.pick(SAVED), 32)}`);
  }

  /** A place in the midst that pointers lead to, and which works in any state. */
  #abort(): void {
    const end = this.#label();
    this.#emit('testl %edx, %edx', `js ${this.#name}_abort`, `jmp ${end}`);
    this.#place(`${this.#name}_abort`);
    this.#value();
    this.#emit('ud2');
    this.#place(end);
  }

  /** At the end, with nothing on the stack but the return address. */
  #leave(): void {
    const isLast = this.#index === this.#others.functions.length - 1;
    const ways = this.#others.usesPointers ? POINTER_WAYS : WAYS;
    const way = this.#random.pick([...ways, this.#others.way, this.#others.way]);
    switch (way) {
      case 'jump':
        this.#emit(`jmp ${this.#target()}`);
        return;
      case 'table':
        this.#throughTable('jmp');
        return;
      case 'pointer':
        if (this.#rarely(8)) this.#forget();
        this.#throughPointer('jmp');
        return;
      case 'fall':
        if (isLast) this.#emit('ret');
        return;
      case 'return':
        this.#emit('ret');
    }
  }

  // Other functions

  #target(): string {
    const { functions, frames } = this.#others;
    const label = this.#random.pick(LABELS);
    const target = this.#random.pick(functions);
    // The middle of what has a frame of its own cannot be entered without.
    const isFrameless = frames[functions.indexOf(target)] === FRAMES[0];
    return `${target}${label === '_in' && !isFrameless ? '' : label}`;
  }

  /** Any function, or one that begins alike. */
  #other(isAlike: boolean): string {
    const { functions, frames } = this.#others;
    return this.#random.pick(
      functions.filter((_, index) => !isAlike || frames[index] === this.#frame),
    );
  }

  /** Through any slot of a call table. */
  #throughTable(operation: 'call' | 'jmp'): void {
    const { label, slots } = this.#random.pick(this.#others.tables);
    const [index, base] = this.#random.pick([
      ['rcx', 'rax'],
      ['rdi', 'r10'],
      ['rax', 'rdx'],
    ] as const);
    this.#emit(
      `leaq ${label}(%rip), %${base}`,
      `andl $${WORD * (slots.length - 1)}, %${part(index, 32)}`,
      `addq %${base}, %${index}`,
      `${operation} *%${index}`,
    );
  }

  #throughPointer(operation: 'call' | 'jmp'): void {
    const other = this.#other(false);
    const target = this.#rarely(8) ? `${other}_abort` : this.#rarely(6) ? this.#target() : other;
    const pointer = this.#label();
    if (this.#rarely(2)) {
      this.#emit(`movl $${target}, %eax`);
    } else {
      this.#emit(
        '.pushsection .rodata, "a", @progbits',
        '.p2align 3',
        `${pointer}: .quad ${target}`,
        '.popsection',
        `movq ${pointer}(%rip), %rax`,
      );
    }
    this.#emit(`${operation} *%rax`);
  }

  /** With more or less room for what the callee may write. */
  #call(): void {
    const random = this.#random;
    const kind = random.below(this.#others.usesPointers ? 8 : 6);
    const { words, mostWords } = this.#others;
    // Pointers may lead to any function of the image.
    const enough = WORD * (kind < 6 ? words : mostWords);
    const room = random.pick([0, 0, 8, enough, enough, enough + 8]);
    if (room > 0) this.#emit(`subq $${room}, %rsp`);
    this.#depth += room;
    if (room > 0 && this.#rarely(2)) this.#store(`${WORD * random.below(room / WORD)}(%rsp)`);
    if (this.#rarely(3)) this.#compareKept();
    if (this.#isFramed && this.#frame.alignment > 0 && this.#rarely(2)) this.#wordBelow();
    if (kind < 4) this.#emit(`call ${this.#target()}`);
    else if (kind < 6) this.#throughTable('call');
    else this.#throughPointer('call');
    this.#depth -= room;
    if (room > 0) this.#emit(`addq $${room}, %rsp`);
    // Flags that were known in front of the call decide.
    if (this.#rarely(4)) this.#branch(MAX_DEPTH);
  }

  // What stands between

  #block(level: number): void {
    const count = 1 + this.#random.below(5);
    for (let i = 0; i < count && this.#budget > 0; i++) {
      this.#budget--;
      this.#statement(level);
    }
  }

  #statement(level: number): void {
    const kind = this.#random.below(level < MAX_DEPTH ? 17 : 13);
    if (kind < 3) this.#value();
    else if (kind < 5) this.#word();
    else if (kind < 6) this.#argument();
    else if (kind < 7) this.#compare();
    else if (kind < 11) this.#call();
    else if (kind < 12) this.#early();
    else if (kind < 13) this.#clobber();
    else if (kind < 15) this.#branchTo(level);
    else if (kind < 16) this.#table(level);
    else this.#loop(level);
  }

  /** What needs no frame: arguments, the red zone, another function instead of this one. */
  #outside(): void {
    const random = this.#random;
    const count = 1 + random.below(3);
    for (let i = 0; i < count; i++) {
      switch (random.below(7)) {
        case 0:
        case 1:
          this.#argument();
          break;
        case 2:
          this.#emit(`movq %${random.pick(SCRATCH)}, -${WORD * (1 + random.below(3))}(%rsp)`);
          break;
        case 3:
          this.#emit('testl %esi, %esi', `j${random.pick(['e', 'ne', 's'])} ${this.#target()}`);
          break;
        case 4:
          this.#call();
          break;
        default:
          this.#value();
      }
    }
  }

  /** Registers that may be changed: those that are saved, too. */
  #register(): string {
    const { hasPointer, saved } = this.#frame;
    const free = this.#isFramed ? saved.filter((name) => !hasPointer || name !== 'rbp') : [];
    return this.#random.pick([...SCRATCH, ...free, ...free, ...free]);
  }

  #value(): void {
    const random = this.#random;
    const [from, to] = [this.#register(), this.#register()];
    this.#emit(
      random.pick([
        `movl $${random.below(100)}, %${part(to, 32)}`,
        `movq $-${1 + random.below(100)}, %${to}`,
        `movq %${from}, %${to}`,
        `movq %${from}, %${to}`,
        `leaq ${WORD * random.below(4)}(%rsp), %${to}`,
        `andl $${random.pick([7, 56])}, %${part(to, 32)}`,
        `movq %rbp, %${random.pick(SCRATCH)}`,
      ]),
    );
  }

  /** Stores a value of which something is known to a word of the frame. */
  #store(place: string): void {
    const random = this.#random;
    const register = this.#register();
    switch (random.below(4)) {
      case 0:
        this.#emit(`movl $${random.below(100)}, %${part(register, 32)}`);
        break;
      case 1:
        this.#emit(`leaq ${WORD * random.below(4)}(%rsp), %${register}`);
        break;
      default:
    }
    this.#emit(`movq %${register}, ${place}`);
  }

  /** Words of the frame, mostly those that callees have for arguments; or of the red zone. */
  #word(): void {
    const random = this.#random;
    const { hasPointer, size } = this.#frame;
    const words = Math.min(size / WORD, 4);
    if (hasPointer && this.#isFramed && this.#rarely(3)) this.#pointerWord();
    else if (words === 0 || this.#rarely(5)) {
      this.#store(`${-WORD * (1 + random.below(3))}(%rsp)`);
    } else {
      const place = `${WORD * random.below(words)}(%rsp)`;
      if (this.#rarely(3)) this.#emit(`movq ${place}, %${this.#register()}`);
      else this.#store(place);
    }
  }

  /** By the frame pointer: the lowest words, and some below the stack pointer, or where it may be when it is realigned. */
  #pointerWord(): void {
    const { saved, size, alignment } = this.#frame;
    const count = size / WORD + (alignment > 0 ? 4 : 2);
    const index = count - this.#random.below(Math.min(5, count));
    this.#store(`${-WORD * (saved.length + index)}(%rbp)`);
  }

  /** Where a callee writes. */
  #wordBelow(): void {
    if (this.#rarely(2)) this.#pointerWord();
    else this.#store(`${-WORD * (1 + this.#random.below(2))}(%rsp)`);
  }

  /** A word of what the caller has on the stack. */
  #argument(): void {
    const random = this.#random;
    const { words } = this.#others;
    if (words === 0) return;
    const word = WORD * random.below(words);
    const place =
      this.#isFramed && this.#frame.hasPointer
        ? `${2 * WORD + word}(%rbp)`
        : `${this.#depth + WORD + word}(%rsp)`;
    const register = this.#register();
    const reads = [`movq ${place}, %${register}`, `movl ${place}, %${part(register, 32)}`];
    const writes = [
      `movq %${register}, ${place}`,
      `movq $${random.below(9)}, ${place}`,
      `movb %al, ${place}`,
      `addl $1, ${place}`,
    ];
    this.#emit(random.pick(this.#isWriter ? [...writes, ...reads] : reads));
  }

  #compare(): void {
    const random = this.#random;
    const register = this.#register();
    this.#emit(`cmpl $${random.below(9)}, %${part(register, 32)}`);
  }

  /** A callee keeps what is compared, but not the flags, which say that it is less. */
  #compareKept(): void {
    const [kept] = this.#isFramed ? this.#frame.saved : [];
    if (kept === undefined) return;
    this.#emit(`movq %${this.#random.pick(SCRATCH)}, %${kept}`, `cmpl $-1, %${part(kept, 32)}`);
  }

  /** Other values in what a callee need not keep. */
  #clobber(): void {
    const random = this.#random;
    this.#emit(
      `imulq $${3 + 2 * random.below(9)}, %${random.pick(SCRATCH)}, %${random.pick(SCRATCH)}`,
    );
  }

  /** Leaves for the middle or the end of another function that begins alike, with the frame as the prologue left it. */
  #early(): void {
    const other = this.#other(!this.#rarely(20));
    this.#emit('testl %edi, %edi', `js ${other}_${this.#random.pick(['end', 'end', 'in'])}`);
  }

  #branchTo(level: number): void {
    this.#compare();
    this.#branch(level);
  }

  #branch(level: number): void {
    const random = this.#random;
    const [otherwise, end] = [this.#label(), this.#label()];
    this.#emit(`j${random.pick(['a', 'b', 'e', 's', 'ae'])} ${otherwise}`);
    this.#value();
    if (level < MAX_DEPTH) this.#block(level + 1);
    this.#emit(`jmp ${end}`);
    this.#place(otherwise);
    this.#value();
    if (level < MAX_DEPTH) this.#block(level + 1);
    this.#place(end);
  }

  /** What only an analysis in full detail proves, and what is behind is found late. */
  #table(level: number): void {
    const random = this.#random;
    const [table, end] = [this.#label(), this.#label()];
    const targets = [this.#label(), this.#label()];
    const index = random.pick(['rdi', 'rsi', 'r8']);
    this.#emit(
      '.pushsection .rodata, "a", @progbits',
      '.p2align 2',
      `${table}: .long ${[...targets, ...targets].map((target) => `${target} - ${table}`).join(', ')}`,
      '.long 0x7f7f7f7f',
      '.popsection',
      `cmpl $3, %${part(index, 32)}`,
      `ja ${end}`,
      `movl %${part(index, 32)}, %r9d`,
      `leaq ${table}(%rip), %r11`,
      'movslq (%r11,%r9,4), %r10',
      'addq %r11, %r10',
      'jmp *%r10',
    );
    for (const target of targets) {
      this.#place(target);
      this.#block(level + 1);
    }
    this.#place(end);
  }

  #loop(level: number): void {
    const head = this.#label();
    const counter = `%gs:${0x1000 + WORD * (64 * this.#index + this.#labels)}`;
    this.#emit(`movl $0, ${counter}`);
    this.#place(head);
    this.#block(level + 1);
    this.#emit(`incl ${counter}`, `cmpl $3, ${counter}`, `jb ${head}`);
  }
}
