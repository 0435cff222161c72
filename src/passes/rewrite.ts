/** Walks a body and replaces instructions, leaving untouched blocks as the same objects. */
import type { Block, FunctionBody, Instruction } from '../ir/model/index.js';

/** What to put in an instruction's place; undefined keeps it. */
export type Replacement = readonly Instruction[] | undefined;

export function rewriteInstructions(
  body: FunctionBody,
  rewrite: (instruction: Instruction, block: Block, index: number) => Replacement,
): FunctionBody {
  const blocks = body.blocks.map((block) => rewriteBlock(block, rewrite));
  const changed = blocks.some((block, index) => block !== body.blocks[index]);
  return changed ? { ...body, blocks } : body;
}

function rewriteBlock(
  block: Block,
  rewrite: (instruction: Instruction, block: Block, index: number) => Replacement,
): Block {
  let instructions: Instruction[] | undefined;
  let index = 0;
  for (const instruction of block.instructions) {
    const replacement = rewrite(instruction, block, index);
    if (replacement === undefined) {
      instructions?.push(instruction);
    } else {
      instructions ??= block.instructions.slice(0, index);
      instructions.push(...replacement);
    }
    index += 1;
  }
  return instructions === undefined ? block : { ...block, instructions };
}

/** Where instructions may be inserted at the start of a block: behind its phis and landing pad. */
export function firstInsertionPoint(block: Block): number {
  const index = block.instructions.findIndex(({ kind }) => kind !== 'phi' && kind !== 'landingpad');
  return index < 0 ? block.instructions.length : index;
}
