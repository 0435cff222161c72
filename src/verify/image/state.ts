/** The abstract state in front of an instruction: registers, stack slots, bounds of numbers, the last comparison. */
import { Facts } from './facts.js';
import { CALLEE_SAVED, GPR } from './iced.js';
import type { Lists } from './lists.js';
import { Slots } from './slots.js';
import { type AlignedFrames, isNumber, isStackAddress, NO_BOUND, VALUE } from './values.js';

/** Kind and payload of sixteen registers. */
export const REGISTER_FIELDS = 32;
/** Of {@link State.compared}. */
export const COMPARED_FIELDS = 3;
const SLOT_SIZE = 8;

/**
 * How much a state says. `coarse` keeps no names and no bounds: that proves most functions, and in a fraction of the
 * time. `halves` is coarse, but knows which registers have an upper half of zero.
 */
export type Detail = 'coarse' | 'halves' | 'full';

/** The one state that is worked on; states of other places are kept in {@link StateStore}. */
export class State {
  readonly registers = new Int32Array(REGISTER_FIELDS);
  readonly slots: Slots;
  readonly facts: Facts;
  readonly #frames: AlignedFrames;
  /**
   * What the flags compare: kind and name of a number, and an unsigned constant of its width; kind `unknown` when
   * nothing is known.
   */
  readonly compared = new Int32Array(COMPARED_FIELDS);
  detail: Detail = 'full';

  constructor(frames: AlignedFrames, lists: Lists) {
    this.#frames = frames;
    this.slots = new Slots(frames, lists);
    this.facts = new Facts(lists);
  }

  /** Integers in its lists, which is what looking at the state costs. */
  get size(): number {
    return this.slots.size + this.facts.size;
  }

  kind(register: number): number {
    return this.registers[register * 2] ?? VALUE.unknown;
  }

  payload(register: number): number {
    return this.registers[register * 2 + 1] ?? 0;
  }

  set(register: number, kind: number, payload: number): void {
    this.registers[register * 2] = kind;
    this.registers[register * 2 + 1] = payload;
  }

  setUnknown(register: number): void {
    this.registers[register * 2] = VALUE.unknown;
    this.registers[register * 2 + 1] = 0;
  }

  /** The register is at most `bound`, as far as this state keeps bounds. */
  setRange(register: number, bound: number): void {
    if (bound > NO_BOUND || this.detail === 'coarse') this.setUnknown(register);
    else this.set(register, VALUE.range, this.detail === 'full' ? bound : NO_BOUND);
  }

  /** Makes the registers of a mask unknown; those of `halves` get an upper half of zero. */
  clobber(registers: number, halves: number): void {
    const doesKeepHalves = this.detail !== 'coarse';
    for (let left = registers | halves; left !== 0; left &= left - 1) {
      const register = 31 - Math.clz32(left & -left);
      if (doesKeepHalves && ((halves >>> register) & 1) !== 0) {
        this.set(register, VALUE.range, NO_BOUND);
      } else this.setUnknown(register);
    }
  }

  /** The state at the entry of a function. */
  enter(): void {
    this.registers.fill(0);
    for (const register of CALLEE_SAVED) this.set(register, VALUE.saved, register);
    this.set(GPR.rsp, VALUE.stack, 0);
    this.slots.clear();
    this.facts.clear();
    this.forgetFlags();
  }

  /** Whether a function may be left, or entered by a jump, in this state. */
  meetsContract(): boolean {
    if (this.kind(GPR.rsp) !== VALUE.stack || this.payload(GPR.rsp) !== 0) return false;
    for (const register of CALLEE_SAVED) {
      if (this.kind(register) !== VALUE.saved || this.payload(register) !== register) return false;
    }
    return true;
  }

  get comparedKind(): number {
    return this.compared[0] ?? VALUE.unknown;
  }

  get comparedName(): number {
    return this.compared[1] ?? 0;
  }

  get comparedWith(): number {
    return (this.compared[2] ?? 0) >>> 0;
  }

  /** The flags compare a number with a constant. */
  compare(kind: number, name: number, constant: number): void {
    this.compared[0] = kind;
    this.compared[1] = name;
    this.compared[2] = constant;
  }

  forgetFlags(): void {
    if (this.compared[0] !== VALUE.unknown) this.compare(VALUE.unknown, 0, 0);
  }

  /** What a callee need not keep: all registers but the preserved ones and the stack pointer, and the flags. */
  forgetCallerSaved(): void {
    // Of rax, rcx and rdx, and of rsi, rdi and r8 to r11, kind and payload are next to each other.
    this.registers.fill(0, GPR.rax * 2, GPR.rbx * 2);
    this.registers.fill(0, GPR.rsi * 2, GPR.r12 * 2);
    this.forgetFlags();
  }

  // Numbers

  /**
   * Names what a register holds after the instruction `name`, if it has no name yet, so that copies of it are known to
   * be equal. The same instruction may have named another value earlier: that one loses its name first.
   */
  name(register: number, name: number): void {
    if (this.detail !== 'full') return;
    const kind = this.kind(register);
    if (kind !== VALUE.unknown && kind !== VALUE.range && !this.#isPlainMask(register)) return;
    const bound = this.bound(kind, this.payload(register));
    this.forgetName(name);
    this.set(register, VALUE.number, name);
    if (bound <= NO_BOUND) this.limit(VALUE.number, name, bound);
  }

  /** As {@link name}, for a value that is about to be compared: what is known of its bits gives way to the name. */
  nameCompared(register: number, name: number): void {
    if (this.detail === 'full' && this.kind(register) === VALUE.masked) {
      this.set(register, VALUE.range, this.payload(register));
    }
    this.name(register, name);
  }

  /** A masked value that is no offset in a call table: only its bound counts. */
  #isPlainMask(register: number): boolean {
    return this.kind(register) === VALUE.masked && this.payload(register) % SLOT_SIZE !== 0;
  }

  forgetName(name: number): void {
    const { registers } = this;
    for (let at = 0; at < REGISTER_FIELDS; at += 2) {
      if (registers[at + 1] === name && isNumber(registers[at] ?? 0)) {
        registers[at] = VALUE.unknown;
        registers[at + 1] = 0;
      }
    }
    this.slots.dropName(name);
    this.facts.dropName(name);
    if (this.comparedName === name) this.forgetFlags();
  }

  /** The largest unsigned value; Infinity when nothing is known. */
  bound(kind: number, payload: number): number {
    switch (kind) {
      case VALUE.constant:
        return payload >= 0 ? payload : Infinity;
      case VALUE.range:
      case VALUE.masked:
        return payload >>> 0;
      case VALUE.number:
      case VALUE.number32:
      case VALUE.number16:
      case VALUE.number8:
        return this.#numberBound(kind, payload);
      default:
        return Infinity;
    }
  }

  /** What is known of a number bounds its low parts; and where it fits in a low part, that one's bound is its own. */
  #numberBound(kind: number, name: number): number {
    let bound = widthBound(kind);
    for (let wide: number = VALUE.number; wide <= kind; wide++) {
      bound = Math.min(bound, this.facts.get(wide, name));
    }
    for (let low = kind + 1; low <= VALUE.number8 && bound <= widthBound(low); low++) {
      bound = Math.min(bound, this.facts.get(low, name));
    }
    return bound;
  }

  /** Records that a number is at most `bound`. */
  limit(kind: number, name: number, bound: number): void {
    if (!isNumber(kind) || bound > NO_BOUND || bound >= this.bound(kind, name)) return;
    if (this.facts.isFull) this.dropUnusedFacts();
    this.facts.set(kind, name, bound);
  }

  /** Forgets facts about numbers that stand nowhere any more. */
  dropUnusedFacts(): void {
    this.facts.dropUnused((name) => this.#isUsed(name));
  }

  #isUsed(name: number): boolean {
    const { registers } = this;
    for (let at = 0; at < REGISTER_FIELDS; at += 2) {
      if (registers[at + 1] === name && isNumber(registers[at] ?? 0)) return true;
    }
    if (this.comparedName === name && this.comparedKind !== VALUE.unknown) return true;
    return this.slots.hasName(name);
  }

  // Stack slots

  /** Sets `register` to the value of a slot. */
  loadSlot(register: number, base: number, offset: number): void {
    const place = this.slots.find(base, offset);
    if (place < 0) this.setUnknown(register);
    else this.set(register, this.slots.kind(place), this.slots.payload(place));
  }

  /** Records a store of eight bytes, of which the old contents were forgotten before. */
  storeSlot(base: number, offset: number, kind: number, payload: number): void {
    const saysNothing =
      kind === VALUE.unknown ||
      (kind === VALUE.range && payload >>> 0 >= NO_BOUND && this.detail === 'coarse');
    if (!saysNothing) this.slots.store(base, offset, kind, payload);
  }

  /** Becomes equal to another state. */
  copy(other: State): void {
    const { registers } = this;
    for (let at = 0; at < REGISTER_FIELDS; at++) registers[at] = other.registers[at] ?? 0;
    this.slots.copy(other.slots);
    this.facts.copy(other.facts);
    for (let at = 0; at < COMPARED_FIELDS; at++) this.compared[at] = other.compared[at] ?? 0;
    this.detail = other.detail;
  }

  /** The lowest and the highest place where the stack pointer can be, relative to the entry; NaN when it is lost. */
  lowestPointer(): number {
    const kind = this.kind(GPR.rsp);
    if (!isStackAddress(kind)) return NaN;
    return this.#frames.lowest(kind, this.payload(GPR.rsp));
  }

  highestPointer(): number {
    const kind = this.kind(GPR.rsp);
    if (!isStackAddress(kind)) return NaN;
    return this.#frames.highest(kind, this.payload(GPR.rsp));
  }
}

/** Bits of a named value that a kind stands for. */
export function widthOf(kind: number): number {
  return 64 >>> (kind - VALUE.number);
}

const WIDTH_BOUNDS = [2 ** 64 - 1, 2 ** 32 - 1, 2 ** 16 - 1, 2 ** 8 - 1] as const;

/** The largest value of a part of a number. */
export function widthBound(kind: number): number {
  return WIDTH_BOUNDS[kind - VALUE.number] ?? Infinity;
}
