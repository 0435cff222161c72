/**
 * R6 to R12: the abstract interpretation of all code that is reached from the entries. docs/verifier.md gives the
 * machine model and the invariants.
 *
 * Instructions that a branch leads to keep the join of the states that come in; between them one state is carried
 * along. Functions are followed in coarse states first. What those do not prove is not refused: the function begins
 * anew in full detail, and what that does not prove is.
 */
import { type ArgumentWrites, Calls } from './calls.js';
import { conditionOf } from './conditions.js';
import type { Code } from './code.js';
import { Effort } from './effort.js';
import type { ImageFile } from './elf.js';
import { type Encodings, REFUSED } from './encodings.js';
import { KINDS } from './kinds.js';
import { OPERAND } from './operands.js';
import { type Arrival, Places } from './places.js';
import { PLAIN } from './plain.js';
import type { Roots } from './roots.js';
import type { Refuse, Rule } from './rules.js';
import type { Detail, State } from './state.js';
import { type CallTable, instructionAt, Tables } from './tables.js';
import { Transfer } from './transfer.js';
import { type AlignedFrames, VALUE } from './values.js';

/** What the analysis found beside its refusals. */
export interface Findings {
  /** Instructions that some path reaches. */
  readonly reached: Uint8Array;
  readonly entries: number;
  readonly jumpTables: number;
  readonly callTables: readonly CallTable[];
  /** Indirect calls and jumps to targets that were not proven, where the image's level allows it. */
  readonly assumedCalls: number;
  /** What the analysis has cost. @see Effort */
  readonly effort: number;
}

/** Rounds over the image until no function writes more of its arguments than callers were told. */
const MAX_ROUNDS = 8;
/** What it costs to execute an instruction, beside what has to be looked at in the lists of the state. */
const STEP = 8;

/** What is asked of an analysis beside what the image asks. */
export interface AnalysisOptions {
  /** What functions begin with; all do with `coarse` unless tests want to see more. */
  readonly detail?: Detail;
  /**
   * Is called whenever a path comes to an instruction while the analysis goes on, which then passes over none together.
   * Each round over the image has tables of its own.
   */
  readonly trace?: Visit;
  /** Is called for all settled states, in front of each instruction, when all is done. */
  readonly visit?: Visit;
  /** Is called before for the states of places alone, as the analysis left them. */
  readonly visitPlace?: Visit;
}

/** The state in front of instruction `at`, which the callee must not keep. */
export type Visit = (at: number, state: State, tables: Tables, frames: AlignedFrames) => void;

/** Analyses an image; what is wrong goes to `refuse`. */
export function analyse(
  image: ImageFile,
  code: Code,
  roots: Roots,
  refuse: Refuse,
  options: AnalysisOptions = {},
): Findings {
  const effort = new Effort(code.end - code.start);
  let writes: ArgumentWrites = new Map();
  for (let round = 0; ; round++) {
    const analysis = new Analysis(image, code, writes, options, effort, refuse);
    const findings = analysis.run(roots);
    if (analysis.isExhausted) return findings;
    const found = analysis.argumentWrites();
    const isSettled = [...found].every(([entry, size]) => size <= (writes.get(entry) ?? 0));
    if (!isSettled && round + 1 === MAX_ROUNDS) {
      refuse('TBV0009', image.entry, 'what functions write of their arguments does not settle');
    } else if (!isSettled) {
      writes = found;
      continue;
    }
    analysis.show(options);
    return findings;
  }
}

class Analysis {
  readonly #image: ImageFile;
  readonly #code: Code;
  readonly #encodings: Encodings;
  readonly #refuse: Refuse;
  readonly #places: Places;
  readonly #state: State;
  readonly #before: State;
  readonly #transfer: Transfer;
  readonly #tables: Tables;
  readonly #calls: Calls;
  readonly #reached: Uint8Array;
  readonly #effort: Effort;
  readonly #trace: Visit | undefined;
  readonly #assumed = new Set<number>();
  /** The path that is followed needs no further steps: its function begins anew. */
  #hasAbandoned = false;
  /** Where the last path began. */
  #last = 0;
  #nextCandidate = 0;

  constructor(
    image: ImageFile,
    code: Code,
    writes: ArgumentWrites,
    { detail = 'coarse', trace }: AnalysisOptions,
    effort: Effort,
    refuse: Refuse,
  ) {
    this.#image = image;
    this.#code = code;
    this.#encodings = code.encodings;
    this.#refuse = refuse;
    this.#effort = effort;
    this.#trace = trace;
    this.#places = new Places(code, detail, effort, (at) => {
      const message = 'paths run into this function in another state than its callers';
      refuse('TBV0008', code.address[at], message);
    });
    this.#state = this.#places.state;
    this.#before = this.#places.newState();
    this.#tables = new Tables(code, image.readOnly);
    this.#calls = new Calls(this.#places, this.#tables, writes);
    this.#reached = new Uint8Array(code.count);
    const { owners, frames } = this.#places;
    this.#transfer = new Transfer(code, this.#state, frames, this.#tables, {
      refuse: (at, rule, message) => {
        this.#refuseAt(at, rule, message);
      },
      useArguments: (end, isWrite) => {
        owners.use(this.#places.currentOwner, end, isWrite);
      },
    });
  }

  run({ entry, exports, candidates }: Roots): Findings {
    if (entry !== undefined) this.#places.addEntry(entry);
    for (const at of exports) this.#calls.enter(at);
    const follow = (at: number): void => {
      this.#follow(at);
    };
    do this.#places.settle(follow);
    while (!this.isExhausted && this.#addCandidate(candidates));
    if (this.isExhausted) {
      const message = 'the analysis does not end in what it may cost for so much code';
      this.#refuse('TBV0012', this.#code.address[this.#last], message);
    }
    this.#places.owners.settle();
    this.#checkFirstFrames(exports);
    return {
      reached: this.#reached,
      entries: this.#places.entryCount,
      jumpTables: this.#tables.jumpTableCount,
      callTables: this.#tables.callTables,
      assumedCalls: this.#assumed.size,
      effort: this.#effort.spent,
    };
  }

  /** The image was refused for what it would cost to go on; what was found is not all. */
  get isExhausted(): boolean {
    return this.#places.isExhausted;
  }

  /** What the options ask to see. */
  show({ visit, visitPlace }: AnalysisOptions): void {
    if (visitPlace !== undefined) this.#showPlaces(visitPlace);
    if (visit !== undefined) this.#inspect(visit);
  }

  #showPlaces(visit: Visit): void {
    for (let at = 0; at < this.#code.count; at++) {
      if (this.#places.isPlace(at) && this.#places.load(at))
        visit(at, this.#state, this.#tables, this.#places.frames);
    }
  }

  /**
   * Walks from all places to the next ones, until that joins nothing more: paths may have passed a place before a branch
   * made it one, and went on by themselves then.
   */
  #inspect(visit: Visit): void {
    const follow = (at: number): void => {
      this.#follow(at);
    };
    this.#walk(visit);
    while (this.#places.hasWork) {
      this.#places.settle(follow);
      this.#walk(visit);
    }
  }

  #walk(visit: Visit): void {
    for (let start = 0; start < this.#code.count; start++) {
      if (!this.#places.isPlace(start) || !this.#places.load(start)) continue;
      this.#hasAbandoned = false;
      let at = start;
      do visit(at, this.#state, this.#tables, this.#places.frames);
      while (
        this.#step(at, this.#code.encoding[at] ?? REFUSED) &&
        ++at < this.#code.count &&
        !this.#places.isPlace(at)
      );
      if (at !== start && at < this.#code.count && this.#places.isPlace(at))
        this.#propagate(at - 1, at);
    }
  }

  /** @see Calls.argumentWrites */
  argumentWrites(): ArgumentWrites {
    return this.#calls.argumentWrites();
  }

  /**
   * Takes a place to which a pointer may lead for a function: when nothing else reaches it, or when it is only jumped
   * to as functions are. What is reached in another way is the inside of one, and its address a number.
   */
  #addCandidate(candidates: readonly number[]): boolean {
    for (let left = candidates.length; left > 0; left--) {
      // On from where the last one was found: what is analysed there seldom makes a function of one before.
      const at = candidates[this.#nextCandidate] ?? 0;
      this.#nextCandidate = (this.#nextCandidate + 1) % candidates.length;
      this.#effort.spent++;
      if (!this.#isCandidate(at)) continue;
      this.#calls.enter(at);
      return true;
    }
    return false;
  }

  #isCandidate(at: number): boolean {
    const places = this.#places;
    if (places.isEntry(at)) return false;
    return this.#reached[at] !== 1 || (places.isPlace(at) && places.meetsContract(at));
  }

  /** R11: nobody gave arguments on the stack to functions that the host enters. */
  #checkFirstFrames(exports: readonly number[]): void {
    const entry = instructionAt(this.#code, this.#image.entry);
    const usesArguments = (at: number): boolean => this.#places.owners.usedBy(at).read > 0;
    if (entry >= 0 && usesArguments(entry)) {
      this.#refuse('TBV0011', this.#image.entry, 'the entry of the image uses stack arguments');
    }
    for (const at of exports.filter(usesArguments)) {
      const message = 'a function that the host calls uses stack arguments';
      this.#refuse('TBV0011', this.#code.address[at], message);
    }
  }

  // Places

  /** The state reaches instruction `to` by a branch, or by falling into a place where branches lead. */
  #propagate(from: number, to: number): void {
    if (this.#places.isEntry(to)) {
      this.#places.owners.jump(this.#places.currentOwner, to);
      this.#checkContract(from, 'the function is left by a jump');
      return;
    }
    this.#judge(this.#places.arrive(to), from, to);
  }

  #judge(arrival: Arrival, from: number, to: number): void {
    switch (arrival) {
      case 'same':
      case 'changed':
        return;
      case 'stale':
      case 'exhausted':
        this.#hasAbandoned = true;
        return;
      case 'frames differ': {
        const place = (this.#code.address[to] ?? 0).toString(16);
        this.#refuseAt(from, 'TBV0012', `paths meet at 0x${place} with unequal frames`);
        return;
      }
      case 'unsettled':
        this.#refuseAt(to, 'TBV0012', 'the state here does not settle');
        return;
    }
  }

  #checkContract(at: number, what: string): void {
    const state = this.#state;
    if (state.meetsContract()) return;
    const isBalanced = state.lowestPointer() === 0 && state.highestPointer() === 0;
    this.#refuseAt(
      at,
      'TBV0008',
      isBalanced
        ? `${what} with a preserved register changed`
        : `${what} with the stack pointer at another place than at its entry`,
    );
  }

  /** Refuses what full detail did not prove. */
  #refuseAt(at: number, rule: Rule, message: string): void {
    if (this.#places.demandDetail()) this.#refuse(rule, this.#code.address[at], message);
    else this.#hasAbandoned = true;
  }

  // Paths

  /** Follows a path from an instruction that has news, to its end or to a place without news. */
  #follow(start: number): void {
    const code = this.#code;
    const effort = this.#effort;
    const { plain } = this.#encodings;
    const places = this.#places;
    const isTraced = this.#trace !== undefined;
    this.#hasAbandoned = false;
    this.#last = start;
    let at = start;
    if (!places.take(at)) return;
    for (;;) {
      const encoding = code.encoding[at] ?? REFUSED;
      const asked = this.#state.detail === 'coarse' ? PLAIN.coarse : PLAIN.always;
      effort.spent += STEP + this.#state.size;
      this.#trace?.(at, this.#state, this.#tables, places.frames);
      let next = at + 1;
      if (!isTraced && (plain[encoding] ?? PLAIN.never) >= asked) next = this.#passPlain(at, asked);
      else if (!this.#step(at, encoding)) return;
      if (next >= code.count) {
        this.#refuseAt(next - 1, 'TBV0002', 'control runs off the end of the code');
        return;
      }
      if (places.isPlace(next)) {
        this.#propagate(next - 1, next);
        if (this.#isAbandoned() || !places.hasNews(next) || !places.take(next)) return;
      }
      at = next;
    }
  }

  /** Executes the plain instructions from `at` on, up to the next place; the first instruction that it leaves. */
  #passPlain(at: number, asked: number): number {
    const { encoding, encodings, count } = this.#code;
    const { plain, writes, writesHalves, changesFlags } = encodings;
    const places = this.#places;
    const reached = this.#reached;
    let unknown = 0;
    let halves = 0;
    let doFlagsChange = 0;
    let next = at;
    let number = encoding[at] ?? REFUSED;
    do {
      reached[next] = 1;
      const written = writes[number] ?? 0;
      const half = writesHalves[number] ?? 0;
      unknown = (unknown & ~half) | written;
      halves = (halves & ~written) | half;
      doFlagsChange |= changesFlags[number] ?? 1;
      number = encoding[++next] ?? REFUSED;
    } while (next < count && (plain[number] ?? PLAIN.never) >= asked && !places.isPlace(next));
    if (doFlagsChange !== 0) this.#state.forgetFlags();
    this.#state.clobber(unknown, halves);
    this.#effort.spent += next - at;
    return next;
  }

  #isAbandoned(): boolean {
    return this.#hasAbandoned;
  }

  /** Executes one instruction; false when control, or the analysis, does not go on behind it. */
  #step(at: number, encoding: number): boolean {
    this.#reached[at] = 1;
    const kind = this.#encodings.kind[encoding] ?? KINDS.refused;
    switch (kind) {
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
        return !this.#hasAbandoned;
      case KINDS.call: {
        const target = this.#target(at);
        // What was refused goes on as if it returned, so that more of what is wrong is found.
        this.#call(at, target < 0 ? 0 : this.#calls.enter(target));
        return !this.#hasAbandoned;
      }
      case KINDS.callIndirect:
        this.#callIndirect(at);
        return !this.#hasAbandoned;
      case KINDS.jumpIndirect:
        this.#jumpIndirect(at);
        return false;
      default:
        return this.#transfer.run(at, encoding, kind) && !this.#hasAbandoned;
    }
  }

  #operandOf(at: number): number {
    return this.#encodings.operand[this.#code.encoding[at] ?? REFUSED] ?? OPERAND.none;
  }

  #target(at: number): number {
    const address = this.#code.displacement[at] ?? 0;
    const target = instructionAt(this.#code, address);
    if (target < 0) {
      const place = (address >>> 0).toString(16);
      this.#refuseAt(at, 'TBV0002', `a branch to 0x${place}, where no instruction starts`);
    }
    return target;
  }

  /** Both ways of a conditional branch, each with what the condition says. */
  #branch(at: number): void {
    const target = this.#target(at);
    const state = this.#state;
    const { comparedKind, comparedName, comparedWith } = state;
    const isCompared = comparedKind !== VALUE.unknown;
    const condition = isCompared ? conditionOf(this.#image.code.bytes, this.#code, at) : undefined;
    if (condition === undefined) {
      if (target >= 0) this.#propagate(at, target);
      return;
    }
    this.#before.copy(state);
    state.limit(comparedKind, comparedName, condition.taken(comparedWith));
    if (target >= 0) this.#propagate(at, target);
    state.copy(this.#before);
    state.limit(comparedKind, comparedName, condition.notTaken(comparedWith));
  }

  // Indirect branches and calls

  #call(at: number, written: number): void {
    const problem = this.#calls.problem(written);
    if (problem !== undefined) this.#refuseAt(at, 'TBV0009', problem);
    this.#calls.return(written);
  }

  #callIndirect(at: number): void {
    const transfer = this.#transfer;
    const isRegister = this.#operandOf(at) === OPERAND.none;
    transfer.findTarget(at);
    if (transfer.targetKind === VALUE.callee) {
      this.#call(at, this.#calls.enterTable(transfer.targetPayload));
      return;
    }
    if (!(isRegister || transfer.isSlot(at)) || !this.#assume(at)) {
      const message = 'an indirect call that does not go through the call table';
      this.#refuseAt(at, 'TBV0010', message);
    }
    this.#call(at, this.#calls.mostWritten);
  }

  /** With `data` isolation indirect calls and jumps through registers are taken to go to functions. */
  #assume(at: number): boolean {
    if (this.#image.isolation !== 'data') return false;
    this.#assumed.add(at);
    return true;
  }

  #jumpIndirect(at: number): void {
    if (this.#operandOf(at) === OPERAND.gate) {
      this.#checkContract(at, 'the gate is entered');
      return;
    }
    const isRegister = this.#operandOf(at) === OPERAND.none;
    const { owners } = this.#places;
    this.#transfer.findTarget(at);
    const { targetKind: kind, targetPayload: table } = this.#transfer;
    if (kind === VALUE.tableTarget) {
      for (const target of this.#tables.jumpTable(table)?.targets ?? []) {
        this.#propagate(at, target);
      }
    } else if (kind === VALUE.callee) {
      this.#checkContract(at, 'the function is left by a jump');
      this.#calls.enterTable(table);
      const slots = this.#tables.callTable(table)?.slots ?? [];
      owners.jumpAll(this.#places.currentOwner, table, slots);
    } else if (isRegister && this.#places.state.detail === 'full' && this.#assume(at)) {
      owners.use(this.#places.currentOwner, this.#calls.mostWritten, true);
      this.#checkContract(at, 'the function is left by a jump');
    } else {
      const message = 'an indirect jump that is not through the gate or a table';
      this.#refuseAt(at, 'TBV0010', message);
    }
  }
}
