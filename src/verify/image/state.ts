/** The abstract state in front of an instruction: registers, stack slots, bounds of numbers, the last comparison. */
import { CALLEE_SAVED, GPR } from './iced.js';
import { type AlignedFrames, isNumber, isStackAddress, NO_BOUND, VALUE } from './values.js';

const REGISTERS = 32;
/** Kind of the address, offset, kind of the value, payload. */
const SLOT = 4;
/** Kind and payload of a number, and the bound. */
const FACT = 3;
const MAX_SLOTS = 200;
const MAX_FACTS = 32;
const SLOT_SIZE = 8;

/** A state as it is kept for an instruction that several paths reach. */
export type SavedState = Int32Array;

/** What joining gave. */
export type Joined = 'same' | 'changed' | 'frames differ';

/**
 * The one state that is worked on; states of other places are saved and loaded.
 *
 * A slot has eight bytes; what is stored in other sizes only makes the slots below it unknown.
 */
export class State {
  /** Kind and payload of each general-purpose register. */
  readonly registers = new Int32Array(REGISTERS);
  readonly #slots = new Int32Array(MAX_SLOTS * SLOT);
  readonly #facts = new Int32Array(MAX_FACTS * FACT);
  readonly #frames: AlignedFrames;
  /** The registers before a join. */
  readonly #before = new Int32Array(REGISTERS);
  #slotCount = 0;
  #factCount = 0;
  /** What the flags compare: a number and an unsigned constant of its width; kind `unknown` when nothing is known. */
  comparedKind: number = VALUE.unknown;
  comparedPayload = 0;
  comparedWith = 0;

  constructor(frames: AlignedFrames) {
    this.#frames = frames;
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

  /** The state at the entry of a function. */
  enter(): void {
    this.registers.fill(0);
    for (const register of CALLEE_SAVED) this.set(register, VALUE.saved, register);
    this.set(GPR.rsp, VALUE.stack, 0);
    this.#slotCount = 0;
    this.#factCount = 0;
    this.forgetFlags();
  }

  /** Whether a function may be left, or entered by a jump, in this state. */
  meetsContract(): boolean {
    return (
      this.kind(GPR.rsp) === VALUE.stack &&
      this.payload(GPR.rsp) === 0 &&
      CALLEE_SAVED.every(
        (register) => this.kind(register) === VALUE.saved && this.payload(register) === register,
      )
    );
  }

  forgetFlags(): void {
    this.comparedKind = VALUE.unknown;
  }

  // Numbers

  /**
   * Names what a register holds after the instruction `name`, if it has no name yet, so that copies of it are known to
   * be equal. The same instruction may have named another value earlier: that one loses its name first.
   */
  name(register: number, name: number): void {
    const kind = this.kind(register);
    if (kind !== VALUE.unknown && kind !== VALUE.range && !this.#isPlainMask(register)) return;
    const bound = this.bound(kind, this.payload(register));
    this.#forgetName(name);
    this.set(register, VALUE.number, name);
    if (bound <= NO_BOUND) this.limit(VALUE.number, name, bound);
  }

  /** As {@link name}, for a value that is about to be compared: what is known of its bits gives way to the name. */
  nameCompared(register: number, name: number): void {
    if (this.kind(register) === VALUE.masked) {
      this.set(register, VALUE.range, this.payload(register));
    }
    this.name(register, name);
  }

  /** A masked value that is no offset in a call table: only its bound counts. */
  #isPlainMask(register: number): boolean {
    return this.kind(register) === VALUE.masked && this.payload(register) % SLOT_SIZE !== 0;
  }

  #forgetName(name: number): void {
    const { registers } = this;
    for (let at = 0; at < REGISTERS; at += 2) {
      if (registers[at + 1] === name && isNumber(registers[at] ?? 0)) registers[at] = VALUE.unknown;
    }
    for (let at = 0; at < this.#slotCount * SLOT;) {
      const isNamed =
        this.#slots[at + 3] === name && isNumber(this.#slots[at + 2] ?? VALUE.unknown);
      if (isNamed) this.#dropSlot(at);
      else at += SLOT;
    }
    for (let at = 0; at < this.#factCount * FACT;) {
      if (this.#facts[at + 1] === name) this.#dropFact(at);
      else at += FACT;
    }
    if (this.comparedPayload === name) this.forgetFlags();
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
      bound = Math.min(bound, this.#fact(wide, name));
    }
    for (let low = kind + 1; low <= VALUE.number8 && bound <= widthBound(low); low++) {
      bound = Math.min(bound, this.#fact(low, name));
    }
    return bound;
  }

  #fact(kind: number, payload: number): number {
    for (let at = 0; at < this.#factCount * FACT; at += FACT) {
      if (this.#facts[at] === kind && this.#facts[at + 1] === payload) {
        return (this.#facts[at + 2] ?? 0) >>> 0;
      }
    }
    return Infinity;
  }

  /** Records that a number is at most `bound`. */
  limit(kind: number, payload: number, bound: number): void {
    if (!isNumber(kind) || bound > NO_BOUND || bound >= this.bound(kind, payload)) return;
    for (let at = 0; at < this.#factCount * FACT; at += FACT) {
      if (this.#facts[at] === kind && this.#facts[at + 1] === payload) {
        this.#facts[at + 2] = bound;
        return;
      }
    }
    if (this.#factCount === MAX_FACTS) this.#dropUnusedFacts();
    // Any fact may be forgotten; the oldest is least likely to be asked for.
    if (this.#factCount === MAX_FACTS) this.#dropFact(0);
    const at = this.#factCount++ * FACT;
    this.#facts[at] = kind;
    this.#facts[at + 1] = payload;
    this.#facts[at + 2] = bound;
  }

  /** Facts about numbers that stand nowhere any more. */
  #dropUnusedFacts(): void {
    for (let at = 0; at < this.#factCount * FACT;) {
      if (this.#isUsed(this.#facts[at + 1] ?? 0)) at += FACT;
      else this.#dropFact(at);
    }
  }

  #isUsed(name: number): boolean {
    const { registers } = this;
    for (let at = 0; at < REGISTERS; at += 2) {
      if (registers[at + 1] === name && isNumber(registers[at] ?? 0)) return true;
    }
    for (let at = 0; at < this.#slotCount * SLOT; at += SLOT) {
      if (this.#slots[at + 3] === name && isNumber(this.#slots[at + 2] ?? 0)) return true;
    }
    return this.comparedPayload === name && this.comparedKind !== VALUE.unknown;
  }

  #dropFact(at: number): void {
    this.#facts.copyWithin(at, at + FACT, this.#factCount * FACT);
    this.#factCount--;
  }

  // Stack slots

  /** The value of the slot at exactly this address, if anything is known of it. */
  slot(
    base: number,
    offset: number,
  ): { readonly kind: number; readonly payload: number } | undefined {
    for (let at = 0; at < this.#slotCount * SLOT; at += SLOT) {
      if (this.#slots[at] === base && this.#slots[at + 1] === offset) {
        return { kind: this.#slots[at + 2] ?? VALUE.unknown, payload: this.#slots[at + 3] ?? 0 };
      }
    }
    return undefined;
  }

  /** Sets `register` to the value of a slot. */
  loadSlot(register: number, base: number, offset: number): void {
    const slot = this.slot(base, offset);
    this.set(register, slot?.kind ?? VALUE.unknown, slot?.payload ?? 0);
  }

  /** Records a store of eight bytes, of which the old contents were forgotten before. */
  storeSlot(base: number, offset: number, kind: number, payload: number): void {
    const says = kind === VALUE.range ? payload >>> 0 < NO_BOUND : kind !== VALUE.unknown;
    if (!says || this.#slotCount === MAX_SLOTS) return;
    const at = this.#slotCount++ * SLOT;
    this.#slots[at] = base;
    this.#slots[at + 1] = offset;
    this.#slots[at + 2] = kind;
    this.#slots[at + 3] = payload;
  }

  /** Forgets the slots that a write of `size` bytes may touch. */
  forgetSlots(base: number, offset: number, size: number): void {
    const frames = this.#frames;
    const low = frames.lowest(base, offset);
    const high = frames.highest(base, offset) + size;
    for (let at = 0; at < this.#slotCount * SLOT;) {
      const slotBase = this.#slots[at] ?? 0;
      const slot = this.#slots[at + 1] ?? 0;
      const touches =
        slotBase === base
          ? slot < offset + size && offset < slot + SLOT_SIZE
          : frames.lowest(slotBase, slot) < high &&
            low < frames.highest(slotBase, slot) + SLOT_SIZE;
      if (touches) this.#dropSlot(at);
      else at += SLOT;
    }
  }

  /** Forgets what a callee may overwrite: all below the stack pointer, and `size` bytes above it. */
  forgetBelow(base: number, offset: number, size: number): void {
    const high = this.#frames.highest(base, offset) + size;
    for (let at = 0; at < this.#slotCount * SLOT;) {
      const slotBase = this.#slots[at] ?? 0;
      const slot = this.#slots[at + 1] ?? 0;
      const stays =
        slotBase === base ? slot >= offset + size : this.#frames.lowest(slotBase, slot) >= high;
      if (stays) at += SLOT;
      else this.#dropSlot(at);
    }
  }

  #dropSlot(at: number): void {
    this.#slots.copyWithin(at, at + SLOT, this.#slotCount * SLOT);
    this.#slotCount--;
  }

  // Saving and joining

  save(): SavedState {
    this.forgetFlags();
    this.#dropUnusedFacts();
    const slots = this.#slotCount * SLOT;
    const facts = this.#factCount * FACT;
    const saved = new Int32Array(2 + REGISTERS + slots + facts);
    saved[0] = this.#slotCount;
    saved[1] = this.#factCount;
    saved.set(this.registers, 2);
    saved.set(this.#slots.subarray(0, slots), 2 + REGISTERS);
    saved.set(this.#facts.subarray(0, facts), 2 + REGISTERS + slots);
    return saved;
  }

  /** Becomes equal to another state. */
  copy(other: State): void {
    this.registers.set(other.registers);
    this.#slotCount = other.#slotCount;
    this.#factCount = other.#factCount;
    for (let at = 0; at < this.#slotCount * SLOT; at++) this.#slots[at] = other.#slots[at] ?? 0;
    for (let at = 0; at < this.#factCount * FACT; at++) this.#facts[at] = other.#facts[at] ?? 0;
    this.comparedKind = other.comparedKind;
    this.comparedPayload = other.comparedPayload;
    this.comparedWith = other.comparedWith;
  }

  load(saved: SavedState): void {
    this.#slotCount = saved[0] ?? 0;
    this.#factCount = saved[1] ?? 0;
    const slots = 2 + REGISTERS + this.#slotCount * SLOT;
    this.registers.set(saved.subarray(2, 2 + REGISTERS));
    this.#slots.set(saved.subarray(2 + REGISTERS, slots));
    this.#facts.set(saved.subarray(slots));
    this.forgetFlags();
  }

  /**
   * Makes this state true on this path and on those that `saved` stands for. `widen` gives up bounds that differ, so
   * that loops end. Where a value differs, but a bound of its low bits does not, it gets a name: `names` plus the
   * number of the register, names that belong to this place.
   */
  join(saved: SavedState, other: State, widen: boolean, names: number): Joined {
    other.load(saved);
    const [kind, payload] = [this.kind(GPR.rsp), this.payload(GPR.rsp)];
    if (kind !== other.kind(GPR.rsp) || payload !== other.payload(GPR.rsp)) return 'frames differ';
    this.#before.set(this.registers);
    for (let register = 0; register < 16; register++) {
      this.#joinRegister(register, other, widen, names);
    }
    this.#joinSlots(other);
    this.#joinFacts(other, widen);
    this.forgetFlags();
    return this.#equals(other) ? 'same' : 'changed';
  }

  #joinRegister(register: number, other: State, widen: boolean, names: number): void {
    const [kind, payload] = [this.kind(register), this.payload(register)];
    const [otherKind, otherPayload] = [other.kind(register), other.payload(register)];
    if (kind === otherKind && (payload === otherPayload || kind === VALUE.unknown)) return;
    if (kind === VALUE.unknown || otherKind === VALUE.unknown) {
      this.set(register, VALUE.unknown, 0);
      return;
    }
    const bound = Math.max(this.bound(kind, payload), other.bound(otherKind, otherPayload));
    const known = otherKind === VALUE.range ? otherPayload >>> 0 : -1;
    const twin = this.#twin(register, other);
    if (twin >= 0) {
      this.#joinTwin(register, twin, other, names + twin);
      return;
    }
    if (bound >= NO_BOUND && !widen && this.#joinLowBits(register, other, names + register)) return;
    if (bound > NO_BOUND || (widen && bound !== known)) this.set(register, VALUE.unknown, 0);
    else this.set(register, VALUE.range, bound);
  }

  /** A register before this one that holds the same on both paths, or -1. */
  #twin(register: number, other: State): number {
    const before = this.#before;
    const [kind, payload] = [before[register * 2], before[register * 2 + 1]];
    const [otherKind, otherPayload] = [other.kind(register), other.payload(register)];
    if (kind === VALUE.unknown || otherKind === VALUE.unknown) return -1;
    for (let twin = 0; twin < register; twin++) {
      if (
        before[twin * 2] === kind &&
        before[twin * 2 + 1] === payload &&
        other.kind(twin) === otherKind &&
        other.payload(twin) === otherPayload &&
        isSingle(kind ?? 0) &&
        isSingle(otherKind)
      ) {
        return twin;
      }
    }
    return -1;
  }

  /** Registers that are equal on both paths stay known to be equal, by a name that both get. */
  #joinTwin(register: number, twin: number, other: State, name: number): void {
    const [kind, payload] = [this.kind(twin), this.payload(twin)];
    if (kind !== VALUE.number || payload !== name) {
      const bound = this.bound(kind, payload);
      this.#forgetNames(twin, other, name);
      this.set(twin, VALUE.number, name);
      this.limit(VALUE.number, name, bound);
      other.limit(VALUE.number, name, bound);
    }
    this.set(register, VALUE.number, name);
  }

  /** Takes a name of this place from older values in both states, but where the register kept it. */
  #forgetNames(register: number, other: State, name: number): void {
    const before = this.#before;
    const isKept = before[register * 2] === VALUE.number && before[register * 2 + 1] === name;
    if (!isKept) this.#forgetName(name);
    const otherKeeps = other.kind(register) === VALUE.number && other.payload(register) === name;
    if (!otherKeeps) other.#forgetName(name);
  }

  /** Two values whose low bits are bounded on both paths become one number. */
  #joinLowBits(register: number, other: State, name: number): boolean {
    const [kind, payload] = [this.kind(register), this.payload(register)];
    const [otherKind, otherPayload] = [other.kind(register), other.payload(register)];
    for (let low: number = VALUE.number32; low <= VALUE.number8; low++) {
      const bound = Math.max(
        this.#lowBound(low, kind, payload),
        other.#lowBound(low, otherKind, otherPayload),
      );
      if (bound >= widthBound(low)) continue;
      this.#forgetNames(register, other, name);
      this.set(register, VALUE.number, name);
      this.limit(low, name, bound);
      // The fact has to be in both states to outlast the join of facts.
      other.limit(low, name, bound);
      return true;
    }
    return false;
  }

  #lowBound(low: number, kind: number, payload: number): number {
    const bound = this.bound(kind, payload);
    if (bound <= widthBound(low)) return bound;
    return kind === VALUE.number ? this.bound(low, payload) : Infinity;
  }

  #joinSlots(other: State): void {
    for (let at = 0; at < this.#slotCount * SLOT;) {
      if (other.#hasSlot(this.#slots, at)) at += SLOT;
      else this.#dropSlot(at);
    }
  }

  #hasSlot(slots: Int32Array, wanted: number): boolean {
    for (let at = 0; at < this.#slotCount * SLOT; at += SLOT) {
      if (
        this.#slots[at] === slots[wanted] &&
        this.#slots[at + 1] === slots[wanted + 1] &&
        this.#slots[at + 2] === slots[wanted + 2] &&
        this.#slots[at + 3] === slots[wanted + 3]
      ) {
        return true;
      }
    }
    return false;
  }

  #joinFacts(other: State, widen: boolean): void {
    for (let at = 0; at < this.#factCount * FACT;) {
      const known = other.#fact(this.#facts[at] ?? 0, this.#facts[at + 1] ?? 0);
      const bound = (this.#facts[at + 2] ?? 0) >>> 0;
      if (known === Infinity || (widen && known < bound)) {
        this.#dropFact(at);
        continue;
      }
      this.#facts[at + 2] = Math.max(bound, known);
      at += FACT;
    }
  }

  /** Whether nothing was lost against `other`, of which this state is a join: then the counts tell about the lists. */
  #equals(other: State): boolean {
    if (this.#slotCount !== other.#slotCount || this.#factCount !== other.#factCount) return false;
    for (let at = 0; at < REGISTERS; at += 2) {
      const kind = this.registers[at];
      if (kind !== other.registers[at]) return false;
      if (kind !== VALUE.unknown && this.registers[at + 1] !== other.registers[at + 1]) {
        return false;
      }
    }
    for (let at = 0; at < this.#factCount * FACT; at += FACT) {
      const bound = (this.#facts[at + 2] ?? 0) >>> 0;
      if (other.#fact(this.#facts[at] ?? 0, this.#facts[at + 1] ?? 0) !== bound) return false;
    }
    return true;
  }

  /** Where the stack pointer is at least and at most, relative to the entry; undefined when it is lost. */
  stackPointer(): { readonly lowest: number; readonly highest: number } | undefined {
    const [kind, payload] = [this.kind(GPR.rsp), this.payload(GPR.rsp)];
    if (!isStackAddress(kind)) return undefined;
    return {
      lowest: this.#frames.lowest(kind, payload),
      highest: this.#frames.highest(kind, payload),
    };
  }
}

/** Whether equal kinds and payloads mean equal values; ranges are equal without that. */
function isSingle(kind: number): boolean {
  return kind !== VALUE.unknown && kind !== VALUE.range && kind !== VALUE.masked;
}

/** Bits of a named value that a kind stands for. */
export function widthOf(kind: number): number {
  return 64 >>> (kind - VALUE.number);
}

const WIDTH_BOUNDS = [2 ** 64 - 1, 2 ** 32 - 1, 2 ** 16 - 1, 2 ** 8 - 1] as const;

function widthBound(kind: number): number {
  return WIDTH_BOUNDS[kind - VALUE.number] ?? Infinity;
}
