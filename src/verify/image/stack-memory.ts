/** Loads and stores through registers: R5 and R7 for the native stack, and what its words hold. */
import { WRITE } from './allow-list.js';
import type { Code } from './code.js';
import { type Encodings, REFUSED } from './encodings.js';
import { NO_GPR } from './iced.js';
import { KINDS } from './kinds.js';
import { OPERAND } from './operands.js';
import { checkStackAccess } from './stack-access.js';
import type { State } from './state.js';
import type { TransferEvents } from './transfer.js';
import { type AlignedFrames, isStackAddress, VALUE } from './values.js';

const WORD = 8;
/** What {@link StackMemory.slotAt} gives for an operand that is no known word. */
export const NO_SLOT = -1;

export class StackMemory {
  readonly #code: Code;
  readonly #encodings: Encodings;
  readonly #state: State;
  readonly #frames: AlignedFrames;
  readonly #events: TransferEvents;

  constructor(code: Code, state: State, frames: AlignedFrames, events: TransferEvents) {
    this.#code = code;
    this.#encodings = code.encodings;
    this.#state = state;
    this.#frames = frames;
    this.#events = events;
  }

  /** Whether the operand is one on the native stack, in the frame or not. */
  isStack(at: number): boolean {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    return (
      encodings.operand[encoding] === OPERAND.unproven &&
      encodings.index[encoding] === NO_GPR &&
      isStackAddress(this.#state.kind(encodings.base[encoding] ?? NO_GPR))
    );
  }

  /** The base register of an operand. */
  #base(at: number): number {
    return this.#encodings.base[this.#code.encoding[at] ?? REFUSED] ?? NO_GPR;
  }

  /** Offset of a stack operand from what its base register is relative to. */
  offsetOf(at: number): number {
    return this.#state.payload(this.#base(at)) + (this.#code.displacement[at] ?? 0);
  }

  /** Checks a stack operand, and forgets what is overwritten; false when it is refused. */
  check(at: number): boolean {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const state = this.#state;
    const frame = state.kind(encodings.base[encoding] ?? NO_GPR);
    const offset = this.offsetOf(at);
    const size = encodings.size[encoding] ?? 255;
    const isWrite = ((encodings.access[encoding] ?? 0) & WRITE) !== 0;
    // The fence that LLVM makes for seq_cst: it writes what is there.
    const changesNothing =
      encodings.kind[encoding] === KINDS.orImmediate && code.immediate[at] === 0;
    if (changesNothing && frame === VALUE.stack && offset === 0 && size <= WORD) return true;
    const access = checkStackAccess(state, this.#frames, frame, offset, size);
    if (access.kind === 'problem') {
      this.#events.refuse(at, access.rule, access.message);
      return false;
    }
    if (access.kind === 'arguments') this.#events.useArguments(access.argumentsEnd, isWrite);
    if (isWrite && !changesNothing) state.slots.forget(frame, offset, size);
    return true;
  }

  /** Place of the word that an operand names, or `NO_SLOT`. */
  slotAt(at: number): number {
    if (!this.isStack(at)) return NO_SLOT;
    const base = this.#state.kind(this.#base(at));
    return this.#state.slots.find(base, this.offsetOf(at));
  }

  /** `mov` from memory of 64 or 32 bits: whether the value is a known word, which then is in `destination`. */
  load(at: number, destination: number): boolean {
    if (!this.isStack(at)) return false;
    const base = this.#state.kind(this.#base(at));
    this.#state.loadSlot(destination, base, this.offsetOf(at));
    return true;
  }

  /** `mov` to memory. */
  store(at: number, source: number): void {
    const code = this.#code;
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    const state = this.#state;
    if (encodings.bits1[encoding] !== 64 || !this.isStack(at)) return;
    state.name(source, at);
    const base = state.kind(encodings.base[encoding] ?? NO_GPR);
    state.storeSlot(base, this.offsetOf(at), state.kind(source), state.payload(source));
  }

  /** Records in the word of an operand what was just computed. */
  storeValue(at: number, kind: number, payload: number): void {
    const base = this.#state.kind(this.#base(at));
    this.#state.storeSlot(base, this.offsetOf(at), kind, payload);
  }
}
