/** Moves and arithmetic between registers of which something stays known. */
import type { Code } from './code.js';
import { REFUSED } from './encodings.js';
import { GPR, NO_GPR } from './iced.js';
import { KINDS } from './kinds.js';
import { FRAME_LIMIT } from './stack-access.js';
import { type State, widthOf } from './state.js';
import { type AlignedFrames, isNumber, isStackAddress, NO_BOUND, VALUE } from './values.js';

export class RegisterTransfer {
  readonly #code: Code;
  readonly #state: State;
  readonly #frames: AlignedFrames;

  constructor(code: Code, state: State, frames: AlignedFrames) {
    this.#code = code;
    this.#state = state;
    this.#frames = frames;
  }

  /** Arithmetic with an immediate, and `xor` of a register with itself; false for all others. */
  run(at: number, kind: number, destination: number): boolean {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const bits = encodings.bits0[encoding] ?? 0;
    const immediate = code.immediate[at] ?? 0;
    const isExact = encodings.wide[encoding] === 0;
    switch (kind) {
      case KINDS.moveImmediate:
        this.#moveImmediate(destination, bits, immediate, isExact);
        return true;
      case KINDS.addImmediate:
        this.addConstant(destination, destination, isExact ? immediate : undefined);
        return true;
      case KINDS.subtractImmediate:
        this.#compare(at, destination, bits, immediate, isExact);
        if (bits === 64) {
          this.addConstant(destination, destination, isExact ? -immediate : undefined);
        } else this.setWritten(destination, bits);
        return true;
      case KINDS.compareImmediate:
        this.#compare(at, destination, bits, immediate, isExact);
        return true;
      case KINDS.andImmediate:
        this.#andConstant(destination, bits, immediate, isExact);
        return true;
      case KINDS.shiftRightImmediate:
        this.#state.setRange(destination, shifted(bits, immediate));
        return true;
      case KINDS.xor:
        if (encodings.register1[encoding] !== destination) return false;
        this.#state.set(destination, VALUE.constant, 0);
        return true;
      default:
        return false;
    }
  }

  /** `mov $imm32, %r32` clears the upper half, which only a payload without sign says. */
  #moveImmediate(destination: number, bits: number, immediate: number, isExact: boolean): void {
    if (isExact && (bits === 64 || immediate >= 0)) {
      this.#state.set(destination, VALUE.constant, immediate);
    } else this.setWritten(destination, bits);
  }

  /** Writes of 32 bits clear the upper half; smaller ones keep what they do not write. */
  setWritten(register: number, bits: number): void {
    this.#state.setRange(register, bits === 32 ? NO_BOUND : Infinity);
  }

  move(at: number, destination: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const source = encodings.register1[encoding] ?? NO_GPR;
    this.#state.name(source, at);
    if (encodings.bits0[encoding] === 64) this.#copy(source, destination);
    else this.zeroExtendRegister(source, destination, 32);
  }

  #copy(from: number, to: number): void {
    this.#state.set(to, this.#state.kind(from), this.#state.payload(from));
  }

  zeroExtend(at: number, bits: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const destination = encodings.register0[encoding] ?? NO_GPR;
    const source = encodings.register1[encoding] ?? NO_GPR;
    if (source === NO_GPR || encodings.bits1[encoding] !== bits) {
      this.#state.setRange(destination, 2 ** bits - 1);
      return;
    }
    this.#state.name(source, at);
    this.zeroExtendRegister(source, destination, bits);
  }

  /** `destination` becomes the low `bits` of `source`. */
  zeroExtendRegister(source: number, destination: number, bits: number): void {
    const state = this.#state;
    const kind = state.kind(source);
    const payload = state.payload(source);
    const largest = 2 ** bits - 1;
    // Numbers keep their name, and get the same kind whatever is known of them on this visit.
    if (isNumber(kind)) state.set(destination, narrowed(kind, bits), payload);
    else if (state.bound(kind, payload) <= largest) this.#copy(source, destination);
    else state.setRange(destination, largest);
  }

  /** `destination` becomes `source` and a constant; without one it is unknown. */
  addConstant(source: number, destination: number, constant: number | undefined): void {
    const state = this.#state;
    const kind = state.kind(source);
    const sum = state.payload(source) + (constant ?? 0);
    const isAddress = isStackAddress(kind) || kind === VALUE.code || kind === VALUE.constant;
    if (constant === undefined || !isAddress || sum !== (sum | 0)) state.setUnknown(destination);
    else state.set(destination, kind, sum);
  }

  #andConstant(destination: number, bits: number, immediate: number, isExact: boolean): void {
    const state = this.#state;
    if (destination === GPR.rsp) this.#realign(bits, immediate, isExact);
    else if (bits === 32 || (isExact && immediate >= 0)) {
      state.set(destination, VALUE.masked, immediate);
    } else state.setUnknown(destination);
  }

  /** `and $-size, %rsp`, once in a function. */
  #realign(bits: number, immediate: number, isExact: boolean): void {
    const state = this.#state;
    const size = -immediate;
    const isPower = isExact && size > 0 && (size & (size - 1)) === 0 && size <= FRAME_LIMIT;
    const isFirst = state.kind(GPR.rsp) === VALUE.stack && bits === 64 && isPower;
    if (isFirst) state.set(GPR.rsp, this.#frames.kindOf(state.payload(GPR.rsp), size), 0);
    else state.setUnknown(GPR.rsp);
  }

  /** A mask may be in a register: LLVM puts a constant there when the other operand is one, or in memory. */
  and(at: number, isRegister: boolean): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const destination = encodings.register0[encoding] ?? NO_GPR;
    const source = isRegister ? (encodings.register1[encoding] ?? NO_GPR) : NO_GPR;
    const mask = commonMask(this.#maskIn(source), this.#maskIn(destination));
    if (destination === GPR.rsp || mask === Infinity) {
      this.setWritten(destination, encodings.bits0[encoding] ?? 0);
    } else this.#state.set(destination, VALUE.masked, mask);
  }

  #maskIn(register: number): number {
    const payload = this.#state.payload(register);
    return this.#state.kind(register) === VALUE.constant && payload >= 0 ? payload : Infinity;
  }

  /** Remembers what the flags say: `register` against a constant, both cut to `bits`. */
  #compare(at: number, register: number, bits: number, immediate: number, isExact: boolean): void {
    const state = this.#state;
    state.forgetFlags();
    if (state.detail !== 'full' || bits === 0 || !isExact || (bits === 64 && immediate < 0)) return;
    state.nameCompared(register, at);
    const kind = state.kind(register);
    const payload = state.payload(register);
    if (!isNumber(kind)) return;
    const constant = bits >= 32 ? immediate : immediate & (2 ** bits - 1);
    state.compare(narrowed(kind, bits), payload, constant);
  }
}

/** Where both are constants, the call table's mask is the smaller; but for null, whose bits are in every mask. */
function commonMask(first: number, second: number): number {
  const [small, large] = [Math.min(first, second), Math.max(first, second)];
  return small === 0 && large !== Infinity ? large : small;
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
