/** Where the moved allocas of constant size lie in a function's frame on the data stack. */
import { roundUp } from '../analysis/layout.js';
import type { StackSlot } from '../analysis/stack-slots.js';
import { DATA_STACK_ALIGNMENT } from './data-stack.js';

export interface FrameLayout {
  /** In bytes, a multiple of the alignment. */
  readonly size: number;
  readonly alignment: number;
  /** Distance of each slot from the lowest byte of the frame, by the alloca's name. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** Slots of larger alignment come first, so that no bytes are lost between them; else in the order of the body. */
export function layOutFrame(slots: readonly StackSlot[]): FrameLayout {
  const offsets = new Map<string, number>();
  let size = 0;
  let alignment = DATA_STACK_ALIGNMENT;
  const ordered = [...slots].sort((left, right) => alignmentOf(right) - alignmentOf(left));
  for (const slot of ordered) {
    if (slot.alloca.result === undefined || slot.layout === undefined) continue;
    size = roundUp(size, slot.layout.alignment);
    offsets.set(slot.alloca.result, size);
    // Two objects never have one address, not even empty ones.
    size += Math.max(slot.layout.size, 1);
    alignment = Math.max(alignment, slot.layout.alignment);
  }
  return { size: roundUp(size, alignment), alignment, offsets };
}

function alignmentOf({ layout }: StackSlot): number {
  return layout?.alignment ?? 0;
}
