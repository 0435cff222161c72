/**
 * Where control goes: branches, calls and returns, and what must be so at the places that they lead to. What is not is
 * refused, unless the states of the function were coarse: then it begins anew in full detail.
 */
import type { Calls } from './calls.js';
import { type Code, kindAt } from './code.js';
import { conditionOf } from './conditions.js';
import type { ImageFile } from './elf.js';
import { REFUSED } from './encodings.js';
import { KINDS } from './kinds.js';
import { OPERAND } from './operands.js';
import type { Arrival, Places } from './places.js';
import type { Refuse, Rule } from './rules.js';
import type { State } from './state.js';
import { instructionAt, type Tables } from './tables.js';
import { Transfer } from './transfer.js';
import { VALUE } from './values.js';

export class ControlTransfers {
  /** Applies all other instructions to the same state. */
  readonly transfer: Transfer;
  /** Indirect calls and jumps that were taken to go to functions. */
  readonly assumed = new Set<number>();
  readonly #image: ImageFile;
  readonly #code: Code;
  readonly #places: Places;
  readonly #tables: Tables;
  readonly #calls: Calls;
  readonly #refuse: Refuse;
  readonly #state: State;
  /** The state in front of a branch, while one of its ways is followed. */
  readonly #before: State;
  #isAbandoned = false;

  constructor(
    image: ImageFile,
    code: Code,
    places: Places,
    tables: Tables,
    calls: Calls,
    refuse: Refuse,
  ) {
    this.#image = image;
    this.#code = code;
    this.#places = places;
    this.#tables = tables;
    this.#calls = calls;
    this.#refuse = refuse;
    this.#state = places.state;
    this.#before = places.newState();
    const { owners, frames } = places;
    this.transfer = new Transfer(code, this.#state, frames, tables, {
      refuse: (at, rule, message) => {
        this.refuse(at, rule, message);
      },
      useArguments: (end, isWrite) => {
        owners.use(places.currentOwner, end, isWrite);
      },
    });
  }

  /** A path begins. */
  begin(): void {
    this.#isAbandoned = false;
  }

  /** The path that is followed needs no further steps: its function begins anew, or the analysis ends. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Refuses what full detail did not prove. */
  refuse(at: number, rule: Rule, message: string): void {
    if (this.#places.demandDetail()) this.#refuse(rule, this.#code.address[at], message);
    else this.#isAbandoned = true;
  }

  // Arriving

  /** The state reaches instruction `to` by a branch, or by falling into a place where branches lead. */
  propagate(from: number, to: number): void {
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
        this.#isAbandoned = true;
        return;
      case 'frames differ': {
        // LLVM joins traps of paths with and without a frame; no frame matters to one.
        if (kindAt(this.#code, to) === KINDS.trap) return;
        const place = (this.#code.address[to] ?? 0).toString(16);
        this.refuse(from, 'TBV0012', `paths meet at 0x${place} with unequal frames`);
        return;
      }
      case 'unsettled':
        this.refuse(to, 'TBV0012', 'the state here does not settle');
        return;
    }
  }

  #checkContract(at: number, what: string): void {
    const state = this.#state;
    if (state.meetsContract()) return;
    const isBalanced = state.lowestPointer() === 0 && state.highestPointer() === 0;
    this.refuse(
      at,
      'TBV0008',
      isBalanced
        ? `${what} with a preserved register changed`
        : `${what} with the stack pointer at another place than at its entry`,
    );
  }

  // Direct branches and calls

  return(at: number): void {
    this.#checkContract(at, 'the function returns');
  }

  jump(at: number): void {
    const target = this.#target(at);
    if (target >= 0) this.propagate(at, target);
  }

  /** A call that returns. What was refused goes on as if it did, so that more of what is wrong is found. */
  call(at: number): void {
    const target = this.#target(at);
    this.#returnFromCall(at, target < 0 ? 0 : this.#calls.enter(target));
  }

  /** Both ways of a conditional branch, each with what the condition says. */
  branch(at: number): void {
    const target = this.#target(at);
    const state = this.#state;
    const { comparedKind, comparedName, comparedWith } = state;
    const isCompared = comparedKind !== VALUE.unknown;
    const condition = isCompared ? conditionOf(this.#image.code.bytes, this.#code, at) : undefined;
    if (condition === undefined) {
      if (target >= 0) this.propagate(at, target);
      return;
    }
    this.#before.copy(state);
    state.limit(comparedKind, comparedName, condition.taken(comparedWith));
    if (target >= 0) this.propagate(at, target);
    state.copy(this.#before);
    state.limit(comparedKind, comparedName, condition.notTaken(comparedWith));
  }

  #target(at: number): number {
    const address = this.#code.displacement[at] ?? 0;
    const target = instructionAt(this.#code, address);
    if (target < 0) {
      const place = (address >>> 0).toString(16);
      this.refuse(at, 'TBV0002', `a branch to 0x${place}, where no instruction starts`);
    }
    return target;
  }

  // Indirect branches and calls

  callIndirect(at: number): void {
    const transfer = this.transfer;
    const isRegister = this.#operandOf(at) === OPERAND.none;
    transfer.findTarget(at);
    if (transfer.targetKind === VALUE.callee) {
      this.#returnFromCall(at, this.#calls.enterTable(transfer.targetPayload));
      return;
    }
    if (!(isRegister || transfer.isSlot(at)) || !this.#assume(at)) {
      const message = 'an indirect call that does not go through the call table';
      this.refuse(at, 'TBV0010', message);
    }
    this.#returnFromCall(at, this.#calls.mostWritten);
  }

  /** With `data` isolation indirect calls and jumps through registers are taken to go to functions. */
  #assume(at: number): boolean {
    if (this.#image.isolation !== 'data') return false;
    this.assumed.add(at);
    return true;
  }

  jumpIndirect(at: number): void {
    if (this.#operandOf(at) === OPERAND.gate) {
      this.#checkContract(at, 'the gate is entered');
      return;
    }
    const isRegister = this.#operandOf(at) === OPERAND.none;
    const { owners } = this.#places;
    this.transfer.findTarget(at);
    const { targetKind: kind, targetPayload: table } = this.transfer;
    if (kind === VALUE.tableTarget) {
      for (const target of this.#tables.jumpTable(table)?.targets ?? []) {
        this.propagate(at, target);
      }
    } else if (kind === VALUE.callee) {
      this.#checkContract(at, 'the function is left by a jump');
      this.#calls.enterTable(table);
      const slots = this.#tables.callTable(table)?.slots ?? [];
      owners.jumpAll(this.#places.currentOwner, table, slots);
    } else if (isRegister && this.#state.detail === 'full' && this.#assume(at)) {
      owners.use(this.#places.currentOwner, this.#calls.mostWritten, true);
      this.#checkContract(at, 'the function is left by a jump');
    } else {
      const message = 'an indirect jump that is not through the gate or a table';
      this.refuse(at, 'TBV0010', message);
    }
  }

  #operandOf(at: number): number {
    const { encodings, encoding } = this.#code;
    return encodings.operand[encoding[at] ?? REFUSED] ?? OPERAND.none;
  }

  /** The callee, which writes so many bytes of its arguments, returns. */
  #returnFromCall(at: number, written: number): void {
    const problem = this.#calls.problem(written);
    if (problem !== undefined) this.refuse(at, 'TBV0009', problem);
    this.#calls.return(written);
  }
}
