/**
 * Memory of one function for the arguments of its calls: allocated once, at entry, and shared by all calls, since what a
 * call passes is dead when it returns.
 *
 * Within one call each object has a slot of its own: the variadic area, and one for each `byval` argument in order.
 */
import type { Alloca, Call, Instruction, TypedValue } from '../ir/model/index.js';
import { InternalError } from '../text/internal-error.js';
import type { FunctionContext } from './context.js';

interface Slot {
  readonly pointer: TypedValue;
  readonly anchor: Call;
  size: number;
  alignment: number;
}

export class Scratch {
  readonly #context: FunctionContext;
  readonly #copies: Slot[] = [];
  #area: Slot | undefined;
  #anchor: Call | undefined;
  #nextCopy = 0;

  constructor(context: FunctionContext) {
    this.#context = context;
  }

  /** From here on, slots are for the arguments of another call. */
  startCall(call: Call): void {
    this.#anchor = call;
    this.#nextCopy = 0;
  }

  /** The slot for the variadic arguments of the call. */
  area(size: number, alignment: number): TypedValue {
    this.#area ??= this.#newSlot('va.area');
    return grow(this.#area, size, alignment);
  }

  /** The slot for the next `byval` argument of the call. */
  copy(size: number, alignment: number): TypedValue {
    const slot = (this.#copies[this.#nextCopy] ??= this.#newSlot('byval'));
    this.#nextCopy += 1;
    return grow(slot, size, alignment);
  }

  /** The allocas of all slots, when every call has asked for its own. */
  allocas(): readonly Instruction[] {
    const slots = this.#area === undefined ? this.#copies : [this.#area, ...this.#copies];
    return slots.map((slot) => this.#alloca(slot));
  }

  #newSlot(hint: string): Slot {
    const name = this.#context.freshName(hint);
    const type = this.#context.module.types.pointer();
    const anchor = this.#anchor;
    if (anchor === undefined) throw new InternalError('a slot was asked for outside of a call');
    return { pointer: { type, value: { kind: 'local', name } }, anchor, size: 0, alignment: 8 };
  }

  #alloca({ pointer, anchor, size, alignment }: Slot): Alloca {
    const { types } = this.#context.module;
    return {
      kind: 'alloca',
      result: pointer.value.kind === 'local' ? pointer.value.name : undefined,
      attachments: [],
      start: anchor.start,
      end: anchor.end,
      verbatim: false,
      inalloca: false,
      swifterror: false,
      allocatedType: types.array(BigInt(size), types.integer(8)),
      count: undefined,
      alignment,
      addressSpace: undefined,
    };
  }
}

function grow(slot: Slot, size: number, alignment: number): TypedValue {
  slot.size = Math.max(slot.size, size);
  slot.alignment = Math.max(slot.alignment, alignment);
  return slot.pointer;
}
