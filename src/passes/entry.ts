/** Puts allocas at the start of a body, where they are allocated once and for the whole call. */
import type { FunctionBody, Instruction } from '../ir/model/index.js';

/** The entry block has no predecessors, hence no phis: its start is an insertion point. */
export function insertAtEntry(
  body: FunctionBody,
  instructions: readonly Instruction[],
): FunctionBody {
  const [entry, ...rest] = body.blocks;
  if (entry === undefined || instructions.length === 0) return body;
  const first = { ...entry, instructions: [...instructions, ...entry.instructions] };
  return { ...body, blocks: [first, ...rest] };
}
