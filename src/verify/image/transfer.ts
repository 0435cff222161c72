/** What instructions do to the state: data only; control.ts follows the branches. */
import { type AllowList, WRITE } from './allow-list.js';
import type { Code } from './decode.js';
import { GPR, NO_GPR } from './iced.js';
import { KINDS } from './kinds.js';
import { OPERAND } from './operands.js';
import type { Rule } from './rules.js';
import { checkStackAccess, FRAME_LIMIT } from './stack-access.js';
import { type State, widthOf } from './state.js';
import type { Tables } from './tables.js';
import { type AlignedFrames, isNumber, isStackAddress, NO_BOUND, VALUE } from './values.js';

/** What the transfer tells the analysis. */
export interface TransferEvents {
  refuse(at: number, rule: Rule, message: string): void;
  /** The function uses its stack arguments up to `end` bytes. */
  useArguments(end: number, isWrite: boolean): void;
}

interface Value {
  readonly kind: number;
  readonly payload: number;
}

const UNKNOWN: Value = { kind: VALUE.unknown, payload: 0 };
const WORD = 8;

/** Applies instructions to one state. */
export class Transfer {
  readonly #code: Code;
  readonly #list: AllowList;
  readonly #state: State;
  readonly #frames: AlignedFrames;
  readonly #tables: Tables;
  readonly #events: TransferEvents;

  constructor(
    code: Code,
    list: AllowList,
    state: State,
    frames: AlignedFrames,
    tables: Tables,
    events: TransferEvents,
  ) {
    this.#code = code;
    this.#list = list;
    this.#state = state;
    this.#frames = frames;
    this.#tables = tables;
    this.#events = events;
  }

  /** Executes instruction `at`, which is no branch; false when nothing is known of the stack behind it. */
  run(at: number): boolean {
    const code = this.#code;
    const state = this.#state;
    const operand = code.operand[at] ?? OPERAND.none;
    const kind = code.kind[at] ?? KINDS.refused;
    const slot = kind === KINDS.add ? this.#slotOf(at) : UNKNOWN;
    if (operand === OPERAND.unproven && !this.#checkOperand(at)) return false;
    if (kind === KINDS.nop) return true;
    const mayChangeFlags = this.#list.flags[code.code[at] ?? 0] !== 0;
    const isComparison = kind === KINDS.compareImmediate || kind === KINDS.subtractImmediate;
    if (mayChangeFlags && !isComparison) state.forgetFlags();
    const isRegister = code.register0[at] !== NO_GPR && operand === OPERAND.none;
    const loads = operand !== OPERAND.none && code.register0[at] !== NO_GPR;
    this.#effect(at, kind, isRegister, loads, slot);
    return this.#checkStackPointer(at);
  }

  #effect(at: number, kind: number, isRegister: boolean, loads: boolean, slot: Value): void {
    const code = this.#code;
    const destination = code.register0[at] ?? NO_GPR;
    switch (kind) {
      case KINDS.push:
        this.#push(at);
        return;
      case KINDS.pop:
        this.pop(destination);
        return;
      case KINDS.leave:
        this.#copy(GPR.rbp, GPR.rsp);
        this.pop(GPR.rbp);
        return;
      case KINDS.move:
        if (isRegister) this.#moveRegister(at, destination);
        else if (loads) this.#load(at, destination);
        else this.#store(at, code.register1[at] ?? NO_GPR);
        return;
      case KINDS.loadAddress:
        this.#loadAddress(at, destination);
        return;
      case KINDS.and:
        this.#and(at, destination, isRegister, loads);
        return;
      case KINDS.add:
        this.#add(at, destination, slot);
        return;
      case KINDS.signExtend32:
        if (code.operand[at] === OPERAND.unproven && code.index[at] !== NO_GPR) {
          this.#loadTableEntry(at, destination);
        } else this.#state.set(destination, VALUE.unknown, 0);
        return;
      case KINDS.zeroExtend8:
      case KINDS.zeroExtend16:
        this.#zeroExtend(at, destination, kind === KINDS.zeroExtend8 ? 8 : 16);
        return;
      default:
        if (isRegister && this.#registerEffect(at, kind, destination)) return;
        this.#otherEffect(at, kind);
    }
  }

  /** Arithmetic on registers of which something stays known. */
  #registerEffect(at: number, kind: number, destination: number): boolean {
    const code = this.#code;
    const state = this.#state;
    const bits = code.bits0[at] ?? 0;
    const immediate = code.immediate[at] ?? 0;
    const isExact = code.wide[at] === 0;
    switch (kind) {
      case KINDS.moveImmediate:
        // `mov $imm32, %r32` clears the upper half, which only a payload without sign says.
        if (isExact && (bits === 64 || immediate >= 0)) {
          state.set(destination, VALUE.constant, immediate);
        } else state.set(destination, VALUE.unknown, 0);
        return true;
      case KINDS.addImmediate:
        this.#addConstant(destination, destination, isExact ? immediate : undefined);
        return true;
      case KINDS.subtractImmediate:
        this.#compare(at, destination, bits, immediate, isExact);
        if (bits === 64) {
          this.#addConstant(destination, destination, isExact ? -immediate : undefined);
        } else this.#setUnknown(destination, bits);
        return true;
      case KINDS.compareImmediate:
        this.#compare(at, destination, bits, immediate, isExact);
        return true;
      case KINDS.andImmediate:
        this.#andConstant(destination, bits, immediate, isExact);
        return true;
      case KINDS.shiftRightImmediate:
        state.set(destination, VALUE.range, shifted(bits, immediate));
        if (shifted(bits, immediate) > NO_BOUND) state.set(destination, VALUE.unknown, 0);
        return true;
      case KINDS.xor:
        if (code.register1[at] !== destination) return false;
        state.set(destination, VALUE.constant, 0);
        return true;
      default:
        return false;
    }
  }

  /** Makes unknown all that the allow-list says is written. */
  #otherEffect(at: number, kind: number): void {
    const code = this.#code;
    const number = code.code[at] ?? 0;
    const list = this.#list;
    if (kind === KINDS.compareImmediate || kind === KINDS.subtractImmediate) {
      this.#state.forgetFlags();
    }
    for (const [operand, register, bits] of [
      [0, code.register0[at] ?? NO_GPR, code.bits0[at] ?? 0],
      [1, code.register1[at] ?? NO_GPR, code.bits1[at] ?? 0],
    ] as const) {
      const isWritten = ((list.access[number * 5 + operand] ?? 0) & WRITE) !== 0;
      if (register === NO_GPR || !isWritten) continue;
      if (kind === KINDS.bitScan) this.#state.set(register, VALUE.unknown, 0);
      else this.#setUnknown(register, bits);
    }
    const implicit = list.implicit[number] ?? 0;
    for (let register = 0; implicit >>> register !== 0; register++) {
      if ((implicit & (1 << register)) !== 0) this.#state.set(register, VALUE.unknown, 0);
    }
  }

  /** Writes of 32 bits clear the upper half; smaller ones keep what they do not write. */
  #setUnknown(register: number, bits: number): void {
    if (bits === 32) this.#state.set(register, VALUE.range, NO_BOUND);
    else this.#state.set(register, VALUE.unknown, 0);
  }

  // Memory operands through registers

  #checkOperand(at: number): boolean {
    const code = this.#code;
    const state = this.#state;
    const base = code.base[at] ?? NO_GPR;
    const kind = code.kind[at] ?? KINDS.refused;
    if (base !== NO_GPR && isStackAddress(state.kind(base)) && code.index[at] === NO_GPR) {
      return this.#checkStackOperand(at, base);
    }
    const isTableRead = kind === KINDS.signExtend32 && code.index[at] !== NO_GPR;
    if (isTableRead && state.kind(base) === VALUE.code) return true;
    this.#refuse(
      at,
      'TBV0005',
      code.index[at] === NO_GPR
        ? 'the base register is not known to be a stack address'
        : 'an indexed operand outside the window',
    );
    return true;
  }

  #checkStackOperand(at: number, base: number): boolean {
    const code = this.#code;
    const state = this.#state;
    const frame = state.kind(base);
    const offset = state.payload(base) + (code.displacement[at] ?? 0);
    const size = code.size[at] ?? 255;
    const isWrite = ((code.access[at] ?? 0) & WRITE) !== 0;
    // The fence that LLVM makes for seq_cst: it writes what is there.
    const changesNothing = code.kind[at] === KINDS.orImmediate && code.immediate[at] === 0;
    if (changesNothing && frame === VALUE.stack && offset === 0 && size <= WORD) return true;
    const access = checkStackAccess(state, this.#frames, frame, offset, size);
    if (access.kind === 'problem') {
      this.#refuse(at, access.rule, access.message);
      return true;
    }
    if (access.kind === 'arguments') this.#events.useArguments(access.argumentsEnd, isWrite);
    if (isWrite && !changesNothing) state.forgetSlots(frame, offset, size);
    return true;
  }

  /** What is known of the target of an indirect call or jump, in a register or in a stack slot. */
  targetOf(at: number): Value {
    const code = this.#code;
    if (code.operand[at] === OPERAND.none) return this.#value(code.register0[at] ?? NO_GPR);
    const base = code.base[at] ?? NO_GPR;
    const slot = this.#slotOf(at);
    return slot.kind !== VALUE.unknown && this.#checkStackOperand(at, base) ? slot : UNKNOWN;
  }

  /** Whether an indirect call takes its target from a stack slot that it may read. */
  isSlot(at: number): boolean {
    const base = this.#code.base[at] ?? NO_GPR;
    const isStack =
      this.#code.operand[at] === OPERAND.unproven && isStackAddress(this.#state.kind(base));
    return isStack && this.#code.index[at] === NO_GPR && this.#checkStackOperand(at, base);
  }

  #load(at: number, destination: number): void {
    const code = this.#code;
    const state = this.#state;
    const bits = code.bits0[at] ?? 0;
    const base = code.base[at] ?? NO_GPR;
    const isStack = code.operand[at] === OPERAND.unproven && isStackAddress(state.kind(base));
    if (!isStack || code.index[at] !== NO_GPR) {
      this.#setUnknown(destination, bits);
      return;
    }
    const offset = state.payload(base) + (code.displacement[at] ?? 0);
    state.loadSlot(destination, state.kind(base), offset);
    if (bits === 32) this.#zeroExtendRegister(destination, destination, 32);
  }

  #store(at: number, source: number): void {
    const code = this.#code;
    const state = this.#state;
    const base = code.base[at] ?? NO_GPR;
    if (code.operand[at] !== OPERAND.unproven || code.bits1[at] !== 64) return;
    if (!isStackAddress(state.kind(base)) || code.index[at] !== NO_GPR) return;
    const offset = state.payload(base) + (code.displacement[at] ?? 0);
    state.name(source, at);
    state.storeSlot(state.kind(base), offset, state.kind(source), state.payload(source));
  }

  /** `movslq (table, index, 4)`: an entry of a jump table, when the index is bounded. */
  #loadTableEntry(at: number, destination: number): void {
    const code = this.#code;
    const state = this.#state;
    const base = code.base[at] ?? NO_GPR;
    const index = code.index[at] ?? NO_GPR;
    const table = state.payload(base) + (code.displacement[at] ?? 0);
    const last = state.bound(state.kind(index), state.payload(index));
    const isForm = state.kind(base) === VALUE.code && code.scale[at] === 4;
    state.set(destination, VALUE.unknown, 0);
    if (!isForm) {
      this.#refuse(at, 'TBV0005', 'an indexed operand outside the window');
      return;
    }
    if (last > NO_BOUND) {
      this.#refuse(at, 'TBV0010', 'the index of this jump table has no proven bound');
      return;
    }
    const found = this.#tables.findJumpTable(table, last);
    if (typeof found === 'string') this.#refuse(at, 'TBV0010', found);
    else state.set(destination, VALUE.tableEntry, found);
  }

  // Registers

  #copy(from: number, to: number): void {
    this.#state.set(to, this.#state.kind(from), this.#state.payload(from));
  }

  #moveRegister(at: number, destination: number): void {
    const code = this.#code;
    const source = code.register1[at] ?? NO_GPR;
    this.#state.name(source, at);
    if (code.bits0[at] === 64) this.#copy(source, destination);
    else this.#zeroExtendRegister(source, destination, 32);
  }

  #zeroExtend(at: number, destination: number, bits: number): void {
    const source = this.#code.register1[at] ?? NO_GPR;
    if (source === NO_GPR || this.#code.bits1[at] !== bits) {
      this.#state.set(destination, VALUE.range, 2 ** bits - 1);
      return;
    }
    this.#state.name(source, at);
    this.#zeroExtendRegister(source, destination, bits);
  }

  /** `destination` becomes the low `bits` of `source`. */
  #zeroExtendRegister(source: number, destination: number, bits: number): void {
    const state = this.#state;
    const [kind, payload] = [state.kind(source), state.payload(source)];
    const largest = 2 ** bits - 1;
    // Numbers keep their name, and get the same kind whatever is known of them on this visit.
    if (isNumber(kind)) state.set(destination, narrowed(kind, bits), payload);
    else if (state.bound(kind, payload) <= largest) this.#copy(source, destination);
    else state.set(destination, VALUE.range, largest);
  }

  #addConstant(source: number, destination: number, constant: number | undefined): void {
    const state = this.#state;
    const kind = state.kind(source);
    const sum = state.payload(source) + (constant ?? 0);
    const isAddress = isStackAddress(kind) || kind === VALUE.code || kind === VALUE.constant;
    if (constant === undefined || !isAddress || sum !== (sum | 0)) {
      state.set(destination, VALUE.unknown, 0);
    } else state.set(destination, kind, sum);
  }

  #value(register: number): Value {
    return { kind: this.#state.kind(register), payload: this.#state.payload(register) };
  }

  /** 64-bit sums that make code addresses: of a jump table and its entry, of the call table and a masked pointer. */
  #sum(first: Value, second: Value, at: number): Value {
    const [base, other] = first.kind === VALUE.code ? [first, second] : [second, first];
    if (base.kind !== VALUE.code) return UNKNOWN;
    const { kind, payload } = other;
    if (kind === VALUE.tableEntry && this.#tables.jumpTable(payload)?.start === base.payload) {
      return { kind: VALUE.tableTarget, payload };
    }
    if (kind !== VALUE.masked || payload <= 0 || payload % WORD !== 0) return UNKNOWN;
    const found = this.#tables.findCallTable(base.payload, payload);
    if (typeof found !== 'string') return { kind: VALUE.callee, payload: found };
    this.#refuse(at, 'TBV0010', found);
    return UNKNOWN;
  }

  /** `add` with both operands known, one of which may be a spilled word. */
  #add(at: number, destination: number, slot: Value): void {
    const code = this.#code;
    const source = code.register1[at] ?? NO_GPR;
    if (code.operand[at] === OPERAND.none) {
      const { kind, payload } = this.#sum(this.#value(destination), this.#value(source), at);
      this.#state.set(destination, kind, payload);
    } else if (destination !== NO_GPR) {
      const { kind, payload } = this.#sum(this.#value(destination), slot, at);
      this.#state.set(destination, kind, payload);
    } else if (slot.kind !== VALUE.unknown) {
      const base = code.base[at] ?? NO_GPR;
      const { kind, payload } = this.#sum(slot, this.#value(source), at);
      const offset = this.#state.payload(base) + (code.displacement[at] ?? 0);
      this.#state.storeSlot(this.#state.kind(base), offset, kind, payload);
    }
  }

  /** The spilled word that an operand names, before the instruction writes it. */
  #slotOf(at: number): Value {
    const code = this.#code;
    const base = code.base[at] ?? NO_GPR;
    const isSlot = code.operand[at] === OPERAND.unproven && code.index[at] === NO_GPR;
    if (!isSlot || !isStackAddress(this.#state.kind(base))) return UNKNOWN;
    const offset = this.#state.payload(base) + (code.displacement[at] ?? 0);
    return this.#state.slot(this.#state.kind(base), offset) ?? UNKNOWN;
  }

  #loadAddress(at: number, destination: number): void {
    const code = this.#code;
    const state = this.#state;
    const [base, index] = [code.base[at] ?? NO_GPR, code.index[at] ?? NO_GPR];
    const displacement = code.displacement[at] ?? 0;
    if (code.bits0[at] !== 64) {
      this.#setUnknown(destination, code.bits0[at] ?? 0);
    } else if (base === NO_GPR && index === NO_GPR) {
      // RIP-relative, or an absolute address, which is no code address where the code runs.
      const isRelative = code.isRipRelative[at] === 1;
      state.set(destination, isRelative ? VALUE.code : VALUE.constant, displacement);
    } else if (base !== NO_GPR && index === NO_GPR) {
      this.#addConstant(base, destination, displacement);
    } else if (base !== NO_GPR && code.scale[at] === 1 && displacement === 0) {
      const { kind, payload } = this.#sum(this.#value(base), this.#value(index), at);
      state.set(destination, kind, payload);
    } else state.set(destination, VALUE.unknown, 0);
  }

  #andConstant(destination: number, bits: number, immediate: number, isExact: boolean): void {
    const state = this.#state;
    const [kind, payload] = [state.kind(destination), state.payload(destination)];
    if (destination === GPR.rsp) {
      const size = -immediate;
      const isPower = isExact && size > 0 && (size & (size - 1)) === 0 && size <= FRAME_LIMIT;
      const isFirst = kind === VALUE.stack && bits === 64 && isPower;
      if (isFirst) state.set(destination, this.#frames.kindOf(payload, size), 0);
      else state.set(destination, VALUE.unknown, 0);
      return;
    }
    if (bits === 32) state.set(destination, VALUE.masked, immediate);
    else if (isExact && immediate >= 0) state.set(destination, VALUE.masked, immediate);
    else state.set(destination, VALUE.unknown, 0);
  }

  /** A mask may be in a register: LLVM puts a constant there when the other operand is one, or in memory. */
  #and(at: number, destination: number, isRegister: boolean, loads: boolean): void {
    if (!isRegister && !loads) return;
    const state = this.#state;
    const bits = this.#code.bits0[at] ?? 0;
    const source = isRegister ? (this.#code.register1[at] ?? NO_GPR) : NO_GPR;
    const masks = [source, destination]
      .filter((register) => state.kind(register) === VALUE.constant)
      .map((register) => state.payload(register))
      .filter((mask) => mask >= 0);
    // Where both are constants, the call table's mask is the smaller.
    const mask = Math.min(...masks);
    if (destination === GPR.rsp || masks.length === 0) this.#setUnknown(destination, bits);
    else state.set(destination, VALUE.masked, mask);
  }

  /** Remembers what the flags say: `register` against a constant, both cut to `bits`. */
  #compare(at: number, register: number, bits: number, immediate: number, isExact: boolean): void {
    const state = this.#state;
    state.forgetFlags();
    const cannotCompare = bits === 0 || !isExact || (bits === 64 && immediate < 0);
    if (cannotCompare) return;
    state.nameCompared(register, at);
    const [kind, payload] = [state.kind(register), state.payload(register)];
    if (!isNumber(kind)) return;
    state.comparedKind = narrowed(kind, bits);
    state.comparedPayload = payload;
    state.comparedWith = bits === 64 ? immediate : (immediate >>> 0) % 2 ** bits;
  }

  // The stack pointer

  #push(at: number): void {
    const code = this.#code;
    const state = this.#state;
    const source = code.register0[at] ?? NO_GPR;
    const [kind, payload] =
      source === NO_GPR ? [VALUE.unknown, 0] : [state.kind(source), state.payload(source)];
    this.#addConstant(GPR.rsp, GPR.rsp, -WORD);
    const [base, offset] = [state.kind(GPR.rsp), state.payload(GPR.rsp)];
    if (!isStackAddress(base)) return;
    state.forgetSlots(base, offset, WORD);
    if (code.bits0[at] === 64) state.storeSlot(base, offset, kind, payload);
  }

  /** Takes the word at the stack pointer; the contract and the return address are the caller's matter. */
  pop(destination: number): void {
    const state = this.#state;
    const [base, offset] = [state.kind(GPR.rsp), state.payload(GPR.rsp)];
    if (!isStackAddress(base)) return;
    this.#addConstant(GPR.rsp, GPR.rsp, WORD);
    state.loadSlot(destination, base, offset);
  }

  #checkStackPointer(at: number): boolean {
    const pointer = this.#state.stackPointer();
    if (pointer === undefined) {
      this.#refuse(at, 'TBV0006', 'the stack pointer is no known address behind this');
      return false;
    }
    if (pointer.highest > 0) {
      this.#refuse(at, 'TBV0006', 'the stack pointer is above where the function was entered');
      return false;
    }
    if (pointer.lowest < -FRAME_LIMIT) {
      this.#refuse(at, 'TBV0006', `a frame of more than ${FRAME_LIMIT} bytes`);
      return false;
    }
    return true;
  }

  #refuse(at: number, rule: Rule, message: string): void {
    this.#events.refuse(at, rule, message);
  }
}

function shifted(bits: number, count: number): number {
  // The processor counts modulo the width of the operand; what is shifted out is gone.
  return Math.floor((2 ** bits - 1) / 2 ** (count & (bits === 64 ? 63 : 31)));
}

/** The kind for the low `bits` of a number of this kind. */
function narrowed(kind: number, bits: number): number {
  if (bits >= widthOf(kind)) return kind;
  if (bits === 32) return VALUE.number32;
  return bits === 16 ? VALUE.number16 : VALUE.number8;
}
