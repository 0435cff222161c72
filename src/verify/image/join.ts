/** Where paths meet: what two states both say. docs/verifier.md gives the argument. */
import { GPR } from './iced.js';
import { COMPARED_FIELDS, REGISTER_FIELDS, type State, widthBound } from './state.js';
import { isNumber, isStackAddress, NO_BOUND, VALUE } from './values.js';

/** One join, into `state`, of what is said there and in `other`. */
export class Join {
  readonly #state: State;
  readonly #other: State;
  /** The registers of `state` before. */
  readonly #before = new Int32Array(REGISTER_FIELDS);
  /** What the flags of either compared before. */
  readonly #compared = new Int32Array(COMPARED_FIELDS);
  readonly #otherCompared = new Int32Array(COMPARED_FIELDS);

  constructor(state: State, other: State) {
    this.#state = state;
    this.#other = other;
  }

  /**
   * `widen` gives up bounds that differ, so that loops end. Where a value differs, but a bound of its low bits does
   * not, it gets a name: `names` plus the number of the register, names that belong to this place. False when the
   * frames differ.
   */
  run(widen: boolean, names: number): boolean {
    const state = this.#state;
    const other = this.#other;
    const areFramesEqual =
      state.kind(GPR.rsp) === other.kind(GPR.rsp) &&
      state.payload(GPR.rsp) === other.payload(GPR.rsp);
    if (!areFramesEqual) return false;
    const { registers } = state;
    this.#before.set(registers);
    this.#compared.set(state.compared);
    this.#otherCompared.set(other.compared);
    for (let field = 0; field < REGISTER_FIELDS; field += 2) {
      const kind = registers[field];
      const isSame =
        kind === other.registers[field] &&
        (kind === VALUE.unknown || registers[field + 1] === other.registers[field + 1]);
      if (!isSame) this.#joinRegister(field / 2, widen, names);
    }
    this.#joinComparison(names);
    state.slots.intersect(other.slots);
    state.facts.intersect(other.facts, widen);
    return true;
  }

  /**
   * The flags compare the same number on both paths, or the same part of one register with the same constant: then
   * that part of the value that stands there now. Otherwise nothing is known of them.
   */
  #joinComparison(names: number): void {
    const state = this.#state;
    const other = this.#other;
    const isSame =
      state.comparedKind === other.comparedKind &&
      state.comparedName === other.comparedName &&
      state.comparedWith === other.comparedWith;
    if (isSame) return;
    const register = this.#comparedRegister();
    state.forgetFlags();
    if (register < 0) return;
    if (state.kind(register) !== VALUE.number) this.#nameCompared(register, names + register);
    const [kind = VALUE.unknown, , constant = 0] = this.#compared;
    state.compare(kind, state.payload(register), constant);
  }

  /**
   * Names what stands in a register after the registers were joined. Some of them may have kept an older value of the
   * same name, which was equal on both paths.
   */
  #nameCompared(register: number, name: number): void {
    const state = this.#state;
    const bound = state.bound(state.kind(register), state.payload(register));
    for (const one of [state, this.#other]) {
      one.forgetName(name);
      one.limit(VALUE.number, name, bound);
    }
    state.set(register, VALUE.number, name);
  }

  /** A register of which the flags compared the same part, on both paths, with the same constant; or -1. */
  #comparedRegister(): number {
    const before = this.#before;
    const other = this.#other;
    const [kind = VALUE.unknown, name, constant] = this.#compared;
    const [otherKind, otherName, otherConstant] = this.#otherCompared;
    if (kind === VALUE.unknown || kind !== otherKind || constant !== otherConstant) return -1;
    for (let register = 0; register < REGISTER_FIELDS / 2; register++) {
      if (
        holdsPart(before[register * 2] ?? 0, kind) &&
        before[register * 2 + 1] === name &&
        holdsPart(other.kind(register), kind) &&
        other.payload(register) === otherName
      ) {
        return register;
      }
    }
    return -1;
  }

  /** Of what the states do not say the same. */
  #joinRegister(register: number, widen: boolean, names: number): void {
    const state = this.#state;
    const other = this.#other;
    const kind = state.kind(register);
    const payload = state.payload(register);
    const otherKind = other.kind(register);
    const otherPayload = other.payload(register);
    if (kind === VALUE.unknown || otherKind === VALUE.unknown) {
      state.setUnknown(register);
      return;
    }
    const bound = Math.max(state.bound(kind, payload), other.bound(otherKind, otherPayload));
    if (state.detail !== 'full') {
      state.setRange(register, bound);
      return;
    }
    const twin = this.#twin(register);
    if (twin >= 0) {
      this.#joinTwin(register, twin, names + twin);
      return;
    }
    if (bound >= NO_BOUND && !widen && this.#joinLowBits(register, names + register)) return;
    const known = otherKind === VALUE.range ? otherPayload >>> 0 : -1;
    state.setRange(register, widen && bound !== known && bound < NO_BOUND ? NO_BOUND : bound);
  }

  /** A register before this one that holds the same on both paths, or -1. */
  #twin(register: number): number {
    const before = this.#before;
    const other = this.#other;
    const kind = before[register * 2] ?? 0;
    const payload = before[register * 2 + 1] ?? 0;
    const otherKind = other.kind(register);
    const otherPayload = other.payload(register);
    if (!isSingle(kind) || !isSingle(otherKind)) return -1;
    for (let twin = 0; twin < register; twin++) {
      if (
        before[twin * 2] === kind &&
        before[twin * 2 + 1] === payload &&
        other.kind(twin) === otherKind &&
        other.payload(twin) === otherPayload
      ) {
        return twin;
      }
    }
    return -1;
  }

  /** Registers that are equal on both paths stay known to be equal, by a name that both get. */
  #joinTwin(register: number, twin: number, name: number): void {
    const state = this.#state;
    const kind = state.kind(twin);
    const payload = state.payload(twin);
    if (kind !== VALUE.number || payload !== name) {
      const bound = state.bound(kind, payload);
      this.#forgetNames(twin, name);
      state.set(twin, VALUE.number, name);
      state.limit(VALUE.number, name, bound);
      this.#other.limit(VALUE.number, name, bound);
    }
    state.set(register, VALUE.number, name);
  }

  /** Takes a name of this place from older values in both states, but where the register kept it. */
  #forgetNames(register: number, name: number): void {
    const before = this.#before;
    const other = this.#other;
    const isKept = before[register * 2] === VALUE.number && before[register * 2 + 1] === name;
    if (!isKept) this.#state.forgetName(name);
    const otherKeeps = other.kind(register) === VALUE.number && other.payload(register) === name;
    if (!otherKeeps) other.forgetName(name);
  }

  /** Two values whose low bits are bounded on both paths become one number. */
  #joinLowBits(register: number, name: number): boolean {
    const state = this.#state;
    const other = this.#other;
    for (let low: number = VALUE.number32; low <= VALUE.number8; low++) {
      const bound = Math.max(lowBound(state, register, low), lowBound(other, register, low));
      if (bound >= widthBound(low)) continue;
      this.#forgetNames(register, name);
      state.set(register, VALUE.number, name);
      state.limit(low, name, bound);
      // The fact has to be in both states to outlast the join of facts.
      other.limit(low, name, bound);
      return true;
    }
    return false;
  }
}

function lowBound(state: State, register: number, low: number): number {
  const kind = state.kind(register);
  const payload = state.payload(register);
  const bound = state.bound(kind, payload);
  if (bound <= widthBound(low)) return bound;
  return kind === VALUE.number ? state.bound(low, payload) : Infinity;
}

/** Whether a register of this kind holds a number, or all of its part of kind `part`. */
function holdsPart(kind: number, part: number): boolean {
  return isNumber(kind) && kind <= part;
}

/** Whether equal kinds and payloads mean equal values: not so for ranges, nor for any of the entries of a table. */
function isSingle(kind: number): boolean {
  return (
    isStackAddress(kind) ||
    isNumber(kind) ||
    kind === VALUE.saved ||
    kind === VALUE.constant ||
    kind === VALUE.code
  );
}
