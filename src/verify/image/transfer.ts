/** What instructions do to the state: data only; control-transfers.ts has the branches. */
import { AddressSums } from './address-sums.js';
import type { Code } from './code.js';
import { REFUSED } from './encodings.js';
import { GPR, NO_GPR } from './iced.js';
import { KINDS } from './kinds.js';
import { OPERAND } from './operands.js';
import { RegisterTransfer } from './register-transfer.js';
import type { Rule } from './rules.js';
import { FRAME_LIMIT } from './stack-access.js';
import { NO_SLOT, StackMemory } from './stack-memory.js';
import type { State } from './state.js';
import type { Tables } from './tables.js';
import { type AlignedFrames, isStackAddress, NO_BOUND, VALUE } from './values.js';

/** What the transfer tells the analysis. */
export interface TransferEvents {
  refuse(at: number, rule: Rule, message: string): void;
  /** The function uses its stack arguments up to `end` bytes. */
  useArguments(end: number, isWrite: boolean): void;
}

const WORD = 8;
/** Where a state's registers have the stack pointer's kind. */
const STACK_POINTER = GPR.rsp * 2;

/** Applies instructions to one state. */
export class Transfer {
  readonly #code: Code;
  readonly #state: State;
  readonly #tables: Tables;
  readonly #events: TransferEvents;
  readonly #memory: StackMemory;
  readonly #sums: AddressSums;
  readonly #registers: RegisterTransfer;
  /** What {@link findTarget} found. */
  targetKind: number = VALUE.unknown;
  targetPayload = 0;

  constructor(
    code: Code,
    state: State,
    frames: AlignedFrames,
    tables: Tables,
    events: TransferEvents,
  ) {
    this.#code = code;
    this.#state = state;
    this.#tables = tables;
    this.#events = events;
    this.#memory = new StackMemory(code, state, frames, events);
    this.#sums = new AddressSums(tables, events);
    this.#registers = new RegisterTransfer(code, state, frames);
  }

  /** Executes instruction `at`, which is no branch; false when nothing is known of the stack behind it. */
  run(at: number, encoding: number, kind: number): boolean {
    if (kind === KINDS.nop) return true;
    const { encodings } = this.#code;
    if (encodings.operand[encoding] === OPERAND.unproven) {
      if (kind === KINDS.add) this.#findSlot(at);
      this.#checkOperand(at);
    }
    const isComparison = kind === KINDS.compareImmediate || kind === KINDS.subtractImmediate;
    if (!isComparison && encodings.changesFlags[encoding] !== 0) this.#state.forgetFlags();
    const { registers } = this.#state;
    const pointerKind = registers[STACK_POINTER];
    const pointer = registers[STACK_POINTER + 1];
    this.#effect(at, encoding, kind);
    const isUnmoved =
      registers[STACK_POINTER] === pointerKind && registers[STACK_POINTER + 1] === pointer;
    return isUnmoved || this.#checkStackPointer(at);
  }

  #effect(at: number, encoding: number, kind: number): void {
    const { encodings } = this.#code;
    const destination = encodings.register0[encoding] ?? NO_GPR;
    const hasRegister = destination !== NO_GPR;
    switch (kind) {
      case KINDS.other:
        break;
      case KINDS.push:
        this.#push(at);
        return;
      case KINDS.pop:
        this.pop(destination);
        return;
      case KINDS.leave:
        this.#state.set(GPR.rsp, this.#state.kind(GPR.rbp), this.#state.payload(GPR.rbp));
        this.pop(GPR.rbp);
        return;
      case KINDS.move:
        this.#move(at, destination);
        return;
      case KINDS.loadAddress:
        this.#loadAddress(at, destination);
        return;
      case KINDS.and:
        if (!hasRegister) break;
        this.#registers.and(at, encodings.operand[encoding] === OPERAND.none);
        return;
      case KINDS.add:
        this.#add(at, destination);
        return;
      case KINDS.signExtend32:
        this.#signExtend(at, destination);
        return;
      case KINDS.zeroExtend8:
      case KINDS.zeroExtend16:
        this.#registers.zeroExtend(at, kind === KINDS.zeroExtend8 ? 8 : 16);
        return;
      default:
        if (encodings.operand[encoding] !== OPERAND.none || !hasRegister) break;
        if (this.#registers.run(at, kind, destination)) return;
    }
    // All that the allow-list says is written becomes unknown, and the flags that a comparison with memory leaves.
    if (kind === KINDS.compareImmediate || kind === KINDS.subtractImmediate) {
      this.#state.forgetFlags();
    }
    this.#state.clobber(encodings.writes[encoding] ?? 0, encodings.writesHalves[encoding] ?? 0);
  }

  // Memory operands through registers

  #checkOperand(at: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    if (this.#memory.isStack(at)) {
      this.#memory.check(at);
      return;
    }
    const isTableRead =
      encodings.kind[encoding] === KINDS.signExtend32 && encodings.index[encoding] !== NO_GPR;
    const base = this.#state.kind(encodings.base[encoding] ?? NO_GPR);
    if (isTableRead && base === VALUE.code) return;
    this.#events.refuse(
      at,
      'TBV0005',
      encodings.index[encoding] === NO_GPR
        ? 'the base register is not known to be a stack address'
        : 'an indexed operand outside the window',
    );
  }

  /** Sets the target to what is known of the word that an operand names, before the instruction writes it. */
  #findSlot(at: number): void {
    const place = this.#memory.slotAt(at);
    this.targetKind = place === NO_SLOT ? VALUE.unknown : this.#state.slots.kind(place);
    this.targetPayload = place === NO_SLOT ? 0 : this.#state.slots.payload(place);
  }

  /** What is known of the target of an indirect call or jump, in a register or in a stack slot. */
  findTarget(at: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    if (encodings.operand[encoding] === OPERAND.none) {
      const register = encodings.register0[encoding] ?? NO_GPR;
      this.targetKind = this.#state.kind(register);
      this.targetPayload = this.#state.payload(register);
      return;
    }
    this.#findSlot(at);
    if (this.targetKind !== VALUE.unknown && !this.#memory.check(at)) {
      this.targetKind = VALUE.unknown;
    }
  }

  /** Whether an indirect call takes its target from a stack slot that it may read. */
  isSlot(at: number): boolean {
    return this.#memory.isStack(at) && this.#memory.check(at);
  }

  #move(at: number, destination: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    if (encodings.operand[encoding] === OPERAND.none) this.#registers.move(at, destination);
    else if (destination === NO_GPR)
      this.#memory.store(at, encodings.register1[encoding] ?? NO_GPR);
    else if (!this.#memory.load(at, destination)) {
      this.#registers.setWritten(destination, encodings.bits0[encoding] ?? 0);
    } else if (encodings.bits0[encoding] === 32) {
      this.#registers.zeroExtendRegister(destination, destination, 32);
    }
  }

  #signExtend(at: number, destination: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const isTableRead =
      encodings.operand[encoding] === OPERAND.unproven && encodings.index[encoding] !== NO_GPR;
    this.#loadTableEntry(at, destination, isTableRead);
  }

  /** `movslq (table, index, 4)`: an entry of a jump table, when the index is bounded. */
  #loadTableEntry(at: number, destination: number, isTableRead: boolean): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const state = this.#state;
    const base = encodings.base[encoding] ?? NO_GPR;
    const index = encodings.index[encoding] ?? NO_GPR;
    const isForm =
      isTableRead && state.kind(base) === VALUE.code && encodings.scale[encoding] === 4;
    const table = state.payload(base) + (code.displacement[at] ?? 0);
    const last = isForm ? state.bound(state.kind(index), state.payload(index)) : 0;
    state.setUnknown(destination);
    if (!isTableRead) return;
    if (!isForm) {
      this.#events.refuse(at, 'TBV0005', 'an indexed operand outside the window');
      return;
    }
    if (last > NO_BOUND) {
      this.#events.refuse(at, 'TBV0010', 'the index of this jump table has no proven bound');
      return;
    }
    const found = this.#tables.findJumpTable(table, last);
    if (typeof found === 'string') this.#events.refuse(at, 'TBV0010', found);
    else state.set(destination, VALUE.tableEntry, found);
  }

  /** `add` with both operands known, one of which may be a spilled word, which `run` has looked up. */
  #add(at: number, destination: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const state = this.#state;
    const sums = this.#sums;
    const source = encodings.register1[encoding] ?? NO_GPR;
    if (encodings.operand[encoding] === OPERAND.none) {
      sums.add(
        state.kind(destination),
        state.payload(destination),
        state.kind(source),
        state.payload(source),
        at,
      );
      state.set(destination, sums.kind, sums.payload);
    } else if (encodings.operand[encoding] !== OPERAND.unproven) {
      if (destination !== NO_GPR) state.setUnknown(destination);
    } else if (destination !== NO_GPR) {
      sums.add(
        state.kind(destination),
        state.payload(destination),
        this.targetKind,
        this.targetPayload,
        at,
      );
      state.set(destination, sums.kind, sums.payload);
    } else if (this.targetKind !== VALUE.unknown) {
      sums.add(this.targetKind, this.targetPayload, state.kind(source), state.payload(source), at);
      this.#memory.storeValue(at, sums.kind, sums.payload);
    }
  }

  #loadAddress(at: number, destination: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const state = this.#state;
    const sums = this.#sums;
    const base = encodings.base[encoding] ?? NO_GPR;
    const index = encodings.index[encoding] ?? NO_GPR;
    const displacement = code.displacement[at] ?? 0;
    if (encodings.bits0[encoding] !== 64) {
      this.#registers.setWritten(destination, encodings.bits0[encoding] ?? 0);
    } else if (base === NO_GPR && index === NO_GPR) {
      this.#loadPlainAddress(destination, displacement, encodings.isRipRelative[encoding] === 1);
    } else if (base !== NO_GPR && index === NO_GPR) {
      this.#registers.addConstant(base, destination, displacement);
    } else if (base !== NO_GPR && encodings.scale[encoding] === 1 && displacement === 0) {
      sums.add(state.kind(base), state.payload(base), state.kind(index), state.payload(index), at);
      state.set(destination, sums.kind, sums.payload);
    } else state.setUnknown(destination);
  }

  /**
   * RIP-relative, or an absolute address, which is no code address where the code runs. Of the former the low half is
   * known: what is negative may be an address beyond 2 GiB, from which sums would come to the next window.
   */
  #loadPlainAddress(destination: number, address: number, isRelative: boolean): void {
    if (!isRelative) this.#state.set(destination, VALUE.constant, address);
    else if (address >= 0) this.#state.set(destination, VALUE.code, address);
    else this.#state.setUnknown(destination);
  }

  // The stack pointer

  #push(at: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const state = this.#state;
    const source = encodings.register0[encoding] ?? NO_GPR;
    const kind = state.kind(source);
    const payload = state.payload(source);
    this.#registers.addConstant(GPR.rsp, GPR.rsp, -WORD);
    const base = state.kind(GPR.rsp);
    const offset = state.payload(GPR.rsp);
    if (!isStackAddress(base)) return;
    state.slots.forget(base, offset, WORD);
    if (source !== NO_GPR && encodings.bits0[encoding] === 64)
      state.storeSlot(base, offset, kind, payload);
  }

  /** Takes the word at the stack pointer; the contract and the return address are the caller's matter. */
  pop(destination: number): void {
    const state = this.#state;
    const base = state.kind(GPR.rsp);
    const offset = state.payload(GPR.rsp);
    if (!isStackAddress(base)) return;
    this.#registers.addConstant(GPR.rsp, GPR.rsp, WORD);
    state.loadSlot(destination, base, offset);
  }

  #checkStackPointer(at: number): boolean {
    const highest = this.#state.highestPointer();
    if (Number.isNaN(highest)) {
      this.#events.refuse(at, 'TBV0006', 'the stack pointer is no known address behind this');
      return false;
    }
    if (highest > 0) {
      const message = 'the stack pointer is above where the function was entered';
      this.#events.refuse(at, 'TBV0006', message);
      return false;
    }
    if (this.#state.lowestPointer() < -FRAME_LIMIT) {
      this.#events.refuse(at, 'TBV0006', `a frame of more than ${FRAME_LIMIT} bytes`);
      return false;
    }
    return true;
  }
}
