/** Walks a body and replaces instructions, leaving untouched blocks as the same objects. */
import type { Block, FunctionBody, Instruction } from '../ir/model/index.js';
import { append } from '../text/append.js';

/** What to put in an instruction's place; undefined keeps it. */
export type Replacement = readonly Instruction[] | undefined;

export function rewriteInstructions(
  body: FunctionBody,
  rewrite: (instruction: Instruction, block: Block, index: number) => Replacement,
): FunctionBody {
  return mapBlocks(body, (block) => rewriteBlock(block, rewrite));
}

/** Puts `map(block)` in the place of each block; the same object where nothing changed. */
export function mapBlocks(body: FunctionBody, map: (block: Block) => Block): FunctionBody {
  let changed = false;
  const blocks: Block[] = [];
  for (const block of body.blocks) {
    const mapped = map(block);
    if (mapped !== block) changed = true;
    blocks.push(mapped);
  }
  return changed ? { function: body.function, blocks } : body;
}

/** The body with other instructions in front of those of its entry block, which has no predecessors, hence no phis. */
export function insertAtEntry(
  body: FunctionBody,
  instructions: readonly Instruction[],
): FunctionBody {
  const [entry, ...rest] = body.blocks;
  if (entry === undefined || instructions.length === 0) return body;
  const { label, labelStart, labelEnd } = entry;
  const first = {
    label,
    labelStart,
    labelEnd,
    instructions: [...instructions, ...entry.instructions],
  };
  return { function: body.function, blocks: [first, ...rest] };
}

/** Puts `map(instruction)` in the place of each instruction; the same object where nothing changed. */
export function mapInstructions(
  block: Block,
  map: (instruction: Instruction) => Instruction,
): Block {
  const { label, labelStart, labelEnd, instructions: old } = block;
  let instructions: Instruction[] | undefined;
  let index = 0;
  for (const instruction of old) {
    const mapped = map(instruction);
    if (mapped !== instruction) instructions ??= old.slice(0, index);
    instructions?.push(mapped);
    index += 1;
  }
  return instructions === undefined ? block : { label, labelStart, labelEnd, instructions };
}

/** The block with other instructions in it; the same object where they are the same. */
export function withInstructions(block: Block, instructions: readonly Instruction[]): Block {
  const { label, labelStart, labelEnd, instructions: old } = block;
  const changed =
    instructions.length !== old.length || instructions.some((each, index) => each !== old[index]);
  return changed ? { label, labelStart, labelEnd, instructions } : block;
}

function rewriteBlock(
  block: Block,
  rewrite: (instruction: Instruction, block: Block, index: number) => Replacement,
): Block {
  let instructions: Instruction[] | undefined;
  const { label, labelStart, labelEnd } = block;
  let index = 0;
  for (const instruction of block.instructions) {
    const replacement = rewrite(instruction, block, index);
    if (replacement === undefined) {
      instructions?.push(instruction);
    } else {
      instructions ??= block.instructions.slice(0, index);
      append(instructions, replacement);
    }
    index += 1;
  }
  return instructions === undefined ? block : { label, labelStart, labelEnd, instructions };
}

/** Where instructions may be inserted at the start of a block: behind its phis and landing pad. */
export function firstInsertionPoint(block: Block): number {
  const index = block.instructions.findIndex(({ kind }) => kind !== 'phi' && kind !== 'landingpad');
  return index < 0 ? block.instructions.length : index;
}
