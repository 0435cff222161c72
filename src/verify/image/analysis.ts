/**
 * R6 to R12: the abstract interpretation of all code that is reached from the entries. docs/verifier.md gives the
 * machine model and the invariants.
 *
 * Instructions that a branch leads to keep the join of the states that come in; between them one state is carried
 * along. A pass goes over the instructions that have news, in the order of addresses, until none has.
 */
import type { AllowList } from './allow-list.js';
import type { Code } from './decode.js';
import type { ImageFile } from './elf.js';
import { CALLER_SAVED, GPR } from './iced.js';
import { KINDS } from './kinds.js';
import { OPERAND } from './operands.js';
import { Owners } from './owners.js';
import type { Roots } from './roots.js';
import type { Refuse } from './rules.js';
import { State, type SavedState } from './state.js';
import { type CallTable, instructionAt, Tables } from './tables.js';
import { Transfer } from './transfer.js';
import { AlignedFrames, isStackAddress, VALUE } from './values.js';

/** What the analysis found beside its refusals. */
export interface Findings {
  /** Instructions that some path reaches. */
  readonly reached: Uint8Array;
  readonly entries: number;
  readonly jumpTables: number;
  readonly callTables: readonly CallTable[];
  /** Indirect calls and jumps to targets that were not proven, where the image's level allows it. */
  readonly assumedCalls: number;
}

/** Changes after which a join gives up bounds that still grow, and after which the image is refused. */
const WIDEN_AFTER = 4;
const MAX_CHANGES = 1000;
const REGISTER_COUNT = 16;
/** Rounds over the image until no function writes more of its arguments than callers were told. */
const MAX_ROUNDS = 8;

/** Argument bytes that functions write, by the entry's instruction; missing ones write none. */
type ArgumentWrites = ReadonlyMap<number, number>;

/** Analyses an image; what is wrong goes to `refuse`. */
export function analyse(
  image: ImageFile,
  code: Code,
  list: AllowList,
  roots: Roots,
  refuse: Refuse,
): Findings {
  let writes: ArgumentWrites = new Map();
  for (let round = 0; ; round++) {
    const analysis = new Analysis(image, code, list, writes, refuse);
    const findings = analysis.run(roots);
    const found = analysis.argumentWrites();
    if ([...found].every(([entry, size]) => size <= (writes.get(entry) ?? 0))) return findings;
    if (round + 1 === MAX_ROUNDS) {
      refuse('TBV0009', image.entry, 'what functions write of their arguments does not settle');
      return findings;
    }
    writes = found;
  }
}

class Analysis {
  readonly #image: ImageFile;
  readonly #code: Code;
  readonly #writes: ArgumentWrites;
  readonly #refuse: Refuse;
  readonly #frames = new AlignedFrames();
  readonly #state = new State(this.#frames);
  /** Copies for joins and branches. */
  readonly #scratch = new State(this.#frames);
  readonly #incoming = new State(this.#frames);
  readonly #before = new State(this.#frames);
  readonly #transfer: Transfer;
  readonly #tables: Tables;
  readonly #owners = new Owners();

  /** State in front of each instruction that branches lead to. */
  readonly #saved: (SavedState | undefined)[] = [];
  readonly #owner: Int32Array;
  readonly #changes: Uint16Array;
  readonly #hasNews: Uint8Array;
  readonly #isEntry: Uint8Array;
  readonly #reached: Uint8Array;
  readonly #called = new Set<number>();
  /** Argument bytes written by the functions of a call table, by its number. */
  readonly #tableWrites = new Map<number, number>();
  #pending = 0;
  /** Where the next pass has to begin. */
  #lowest = 0;
  #currentOwner = 0;
  #entryCount = 0;
  readonly #assumed = new Set<number>();

  constructor(
    image: ImageFile,
    code: Code,
    list: AllowList,
    writes: ArgumentWrites,
    refuse: Refuse,
  ) {
    this.#image = image;
    this.#code = code;
    this.#writes = writes;
    this.#refuse = refuse;
    this.#tables = new Tables(code, image.readOnly);
    this.#owner = new Int32Array(code.count).fill(-1);
    this.#changes = new Uint16Array(code.count);
    this.#hasNews = new Uint8Array(code.count);
    this.#isEntry = new Uint8Array(code.count);
    this.#reached = new Uint8Array(code.count);
    this.#transfer = new Transfer(code, list, this.#state, this.#frames, this.#tables, {
      refuse: (at, rule, message) => {
        refuse(rule, code.address[at], message);
      },
      useArguments: (end, isWrite) => {
        this.#owners.use(this.#currentOwner, end, isWrite);
      },
    });
  }

  run({ entry, candidates }: Roots): Findings {
    if (entry !== undefined) this.#addEntry(entry);
    do this.#settle();
    while (this.#addCandidate(candidates));
    this.#owners.settle();
    this.#checkFirstFrame();
    return {
      reached: this.#reached,
      entries: this.#entryCount,
      jumpTables: this.#tables.jumpTableCount,
      callTables: this.#tables.callTables,
      assumedCalls: this.#assumed.size,
    };
  }

  /** Follows all news until there are none. */
  #settle(): void {
    while (this.#pending > 0) {
      const from = this.#lowest;
      this.#lowest = this.#code.count;
      for (let at = from; at < this.#code.count; at++) {
        if (this.#hasNews[at] === 1) this.#follow(at);
      }
    }
  }

  /**
   * Takes a place to which a pointer may lead for a function: when nothing else reaches it, or when it is only jumped
   * to as functions are. What is reached in another way is the inside of one, and its address a number.
   */
  #addCandidate(candidates: readonly number[]): boolean {
    const found = candidates.find((at) => {
      if (this.#isEntry[at] === 1) return false;
      if (this.#reached[at] !== 1) return true;
      const saved = this.#saved[at];
      if (saved === undefined) return false;
      this.#scratch.load(saved);
      return this.#scratch.meetsContract();
    });
    if (found !== undefined) {
      this.#called.add(found);
      this.#addEntry(found);
    }
    return found !== undefined;
  }

  /** Argument bytes that functions which are called write. */
  argumentWrites(): ArgumentWrites {
    const found = new Map<number, number>();
    for (const entry of this.#called) {
      const { written } = this.#owners.usedBy(entry);
      if (written > 0) found.set(entry, written);
    }
    return found;
  }

  /** R11: nobody gave arguments on the stack to the function that the host enters. */
  #checkFirstFrame(): void {
    const entry = instructionAt(this.#code, this.#image.entry);
    if (entry >= 0 && this.#owners.usedBy(entry).read > 0) {
      this.#refuse('TBV0011', this.#image.entry, 'the entry of the image uses stack arguments');
    }
  }

  // Places

  /** From now on paths with the state of a function's entry come in here, too. */
  #addEntry(at: number): void {
    if (this.#isEntry[at] === 1) return;
    this.#isEntry[at] = 1;
    this.#entryCount++;
    const known = this.#saved[at];
    this.#scratch.enter();
    const entered = this.#scratch.save();
    if (known !== undefined) {
      // Paths came in before this was known to be an entry: they had to meet the contract.
      this.#scratch.load(known);
      if (!this.#scratch.meetsContract()) {
        this.#refuse(
          'TBV0008',
          this.#code.address[at],
          'paths run into this function in another state than its callers',
        );
      }
    }
    this.#saved[at] = entered;
    if (this.#owner[at] === -1) this.#owner[at] = at;
    this.#owners.unite(this.#owner[at] ?? at, at);
    this.#setNews(at);
  }

  #setNews(at: number): void {
    if (this.#hasNews[at] === 1) return;
    this.#hasNews[at] = 1;
    this.#pending++;
    if (at < this.#lowest) this.#lowest = at;
  }

  /** The current state reaches instruction `to` by a branch, or by falling into a place where branches lead. */
  #propagate(from: number, to: number): void {
    if (this.#isEntry[to] === 1) {
      this.#owners.jump(this.#currentOwner, to);
      this.#checkContract(from, 'the function is left by a jump');
      return;
    }
    const known = this.#saved[to];
    const incoming = this.#incoming;
    incoming.copy(this.#state);
    if (known === undefined) {
      this.#saved[to] = incoming.save();
      this.#owner[to] = this.#currentOwner;
      this.#setNews(to);
      return;
    }
    this.#currentOwner = this.#owners.unite(this.#owner[to] ?? to, this.#currentOwner);
    this.#owner[to] = this.#currentOwner;
    const changes = this.#changes[to] ?? 0;
    const joined = incoming.join(
      known,
      this.#scratch,
      changes > WIDEN_AFTER,
      // Instructions name values by their own numbers.
      this.#code.count + to * REGISTER_COUNT,
    );
    if (joined === 'frames differ') {
      this.#refuseAt(from, 'TBV0012', `paths meet at ${this.#place(to)} with unequal frames`);
    } else if (joined === 'changed') {
      this.#saved[to] = incoming.save();
      this.#changes[to] = changes + 1;
      if (changes > MAX_CHANGES) this.#refuseAt(to, 'TBV0012', 'the state here does not settle');
      else this.#setNews(to);
    }
  }

  #place(at: number): string {
    return `0x${(this.#code.address[at] ?? 0).toString(16)}`;
  }

  #checkContract(at: number, what: string): void {
    if (this.#state.meetsContract()) return;
    const pointer = this.#state.stackPointer();
    const isBalanced = pointer?.lowest === 0 && pointer.highest === 0;
    this.#refuseAt(
      at,
      'TBV0008',
      isBalanced
        ? `${what} with a preserved register changed`
        : `${what} with the stack pointer at another place than at its entry`,
    );
  }

  #refuseAt(
    at: number,
    rule: 'TBV0002' | 'TBV0006' | 'TBV0008' | 'TBV0009' | 'TBV0010' | 'TBV0012',
    message: string,
  ): void {
    this.#refuse(rule, this.#code.address[at], message);
  }

  // Paths

  /** Follows a path from an instruction that has news, to its end or to a place without news. */
  #follow(start: number): void {
    const code = this.#code;
    let at = start;
    this.#take(at);
    for (;;) {
      this.#reached[at] = 1;
      if (!this.#step(at)) return;
      const next = at + 1;
      if (next >= code.count) {
        this.#refuseAt(at, 'TBV0002', 'control runs off the end of the code');
        return;
      }
      if (this.#saved[next] !== undefined) {
        this.#propagate(at, next);
        if (this.#hasNews[next] !== 1) return;
        this.#take(next);
      }
      at = next;
    }
  }

  #take(at: number): void {
    const saved = this.#saved[at];
    if (this.#hasNews[at] === 1) this.#pending--;
    this.#hasNews[at] = 0;
    if (saved !== undefined) this.#state.load(saved);
    this.#currentOwner = this.#owners.find(this.#owner[at] ?? at);
  }

  /** Executes one instruction; false when control does not go on behind it. */
  #step(at: number): boolean {
    switch (this.#code.kind[at]) {
      case KINDS.refused:
      case KINDS.trap:
        return false;
      case KINDS.return:
        this.#checkContract(at, 'the function returns');
        return false;
      case KINDS.jump: {
        const target = this.#target(at);
        if (target >= 0) this.#propagate(at, target);
        return false;
      }
      case KINDS.jumpIf:
        this.#branch(at);
        return true;
      case KINDS.call: {
        const target = this.#target(at);
        // What was refused goes on as if it returned, so that more of what is wrong is found.
        this.#call(at, target < 0 ? [] : [target]);
        return true;
      }
      case KINDS.callIndirect:
        this.#callIndirect(at);
        return true;
      case KINDS.jumpIndirect:
        this.#jumpIndirect(at);
        return false;
      default:
        return this.#transfer.run(at);
    }
  }

  #target(at: number): number {
    const address = this.#code.displacement[at] ?? 0;
    const target = instructionAt(this.#code, address);
    if (target < 0) {
      this.#refuseAt(
        at,
        'TBV0002',
        `a branch to 0x${(address >>> 0).toString(16)}, where no instruction starts`,
      );
    }
    return target;
  }

  /** Both ways of a conditional branch, each with what the condition says. */
  #branch(at: number): void {
    const target = this.#target(at);
    const state = this.#state;
    const { comparedKind, comparedPayload, comparedWith } = state;
    const condition = conditionOf(this.#image.code.bytes, at, this.#code);
    if (comparedKind === VALUE.unknown || condition === undefined) {
      if (target >= 0) this.#propagate(at, target);
      return;
    }
    this.#before.copy(state);
    state.limit(comparedKind, comparedPayload, condition.taken(comparedWith));
    if (target >= 0) this.#propagate(at, target);
    state.copy(this.#before);
    state.limit(comparedKind, comparedPayload, condition.notTaken(comparedWith));
  }

  // Calls

  /** A call of one of `targets`: it returns, with the preserved registers and the frame as they were. */
  #call(at: number, targets: readonly number[]): void {
    this.#callWriting(at, this.#enter(targets));
  }

  /** Makes functions of the targets of a call; the bytes of arguments that they write. */
  #enter(targets: readonly number[]): number {
    let written = 0;
    for (const target of targets) {
      this.#called.add(target);
      this.#addEntry(target);
      written = Math.max(written, this.#writes.get(target) ?? 0);
    }
    return written;
  }

  /** The same for the slots of a call table. */
  #enterTable(table: number): number {
    const known = this.#tableWrites.get(table);
    if (known !== undefined) return known;
    const written = this.#enter(this.#tables.callTable(table)?.slots ?? []);
    this.#tableWrites.set(table, written);
    return written;
  }

  /** A call of functions that write so many bytes of their arguments. */
  #callWriting(at: number, written: number): void {
    const pointer = this.#state.stackPointer();
    if (pointer !== undefined && pointer.highest + written > 0) {
      this.#refuseAt(
        at,
        'TBV0009',
        `the callee writes ${written} bytes of stack arguments, and the frame has no room for them`,
      );
    }
    this.#returnFromCall(written);
  }

  /** What an assumed call may write: it may go to any function. */
  #mostWritten(): number {
    return Math.max(0, ...this.#writes.values());
  }

  #returnFromCall(written: number): void {
    const state = this.#state;
    for (const register of CALLER_SAVED) state.set(register, VALUE.unknown, 0);
    state.forgetFlags();
    const base = state.kind(GPR.rsp);
    if (isStackAddress(base)) state.forgetBelow(base, state.payload(GPR.rsp), written);
  }

  #callIndirect(at: number): void {
    const isRegister = this.#code.operand[at] === OPERAND.none;
    const { kind, payload } = this.#transfer.targetOf(at);
    if (kind === VALUE.callee) {
      this.#callWriting(at, this.#enterTable(payload));
      return;
    }
    if (!(isRegister || this.#transfer.isSlot(at)) || !this.#assume(at)) {
      this.#refuseAt(at, 'TBV0010', 'an indirect call that does not go through the call table');
    }
    this.#callWriting(at, this.#mostWritten());
  }

  /** With `data` isolation indirect calls and jumps through registers are taken to go to functions. */
  #assume(at: number): boolean {
    if (this.#image.isolation !== 'data') return false;
    this.#assumed.add(at);
    return true;
  }

  #jumpIndirect(at: number): void {
    if (this.#code.operand[at] === OPERAND.gate) {
      this.#checkContract(at, 'the gate is entered');
      return;
    }
    const isRegister = this.#code.operand[at] === OPERAND.none;
    const { kind, payload } = this.#transfer.targetOf(at);
    if (kind === VALUE.tableTarget) {
      for (const target of this.#tables.jumpTable(payload)?.targets ?? []) {
        this.#propagate(at, target);
      }
    } else if (kind === VALUE.callee) {
      this.#checkContract(at, 'the function is left by a jump');
      this.#enterTable(payload);
      this.#owners.jumpAll(
        this.#currentOwner,
        payload,
        this.#tables.callTable(payload)?.slots ?? [],
      );
    } else if (isRegister && this.#assume(at)) {
      this.#owners.use(this.#currentOwner, this.#mostWritten(), true);
      this.#checkContract(at, 'the function is left by a jump');
    } else {
      this.#refuseAt(at, 'TBV0010', 'an indirect jump that is not through the gate or a table');
    }
  }
}

interface Condition {
  /** Bound of the compared value on the path taken, and on the other; Infinity when there is none. */
  taken(constant: number): number;
  notTaken(constant: number): number;
}

const none = (): number => Infinity;
const same = (constant: number): number => constant;
/** Below 0 there is nothing; such a path is never taken, and any bound is true on it. */
const below = (constant: number): number => Math.max(0, constant - 1);

/** Unsigned conditions by the low four bits of the opcode (SDM volume 2, "Condition Test Field"). */
const CONDITIONS: Readonly<Record<number, Condition>> = {
  2: { taken: below, notTaken: none },
  3: { taken: none, notTaken: below },
  4: { taken: same, notTaken: none },
  5: { taken: none, notTaken: same },
  6: { taken: same, notTaken: none },
  7: { taken: none, notTaken: same },
};

/** The condition of a `jcc`, which has no prefixes: `7x` or `0f 8x`. */
function conditionOf(bytes: Uint8Array, at: number, code: Code): Condition | undefined {
  const offset = (code.address[at] ?? 0) - code.start;
  const first = bytes[offset] ?? 0;
  const opcode = first === 0x0f ? (bytes[offset + 1] ?? 0) : first;
  return CONDITIONS[opcode & 15];
}
