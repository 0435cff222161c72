/**
 * Computes addresses of stack objects anew in each block that uses them.
 *
 * Code generation keeps a value that crosses blocks in a register, or spills it, though a constant distance from the
 * stack pointer or from the frame costs nothing; and an address of the native stack in a register is an access that no
 * verifier can follow. It sinks the addresses of loads and stores by itself when it optimizes, those of calls and
 * memory intrinsics never.
 */
import { lifetimePointer } from '../analysis/intrinsic-name.js';
import { mapOperands } from '../ir/operands.js';
import type { Block, FunctionBody, Instruction, TypedValue } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';

/** An address at a constant distance from a pointer that is at hand everywhere. */
export interface Point {
  /** Name of the pointer. */
  readonly base: string;
  readonly offset: number;
  /** Label of the block that computes the address, where uses keep it. */
  readonly home: string;
}

/** @param points by the name of the address */
export function rematerialize(
  body: FunctionBody,
  points: ReadonlyMap<string, Point>,
  context: FunctionContext,
): FunctionBody {
  if (points.size === 0) return body;
  const blocks = body.blocks.map((block) => rematerializeBlock(block, points, context));
  return blocks.some((block, index) => block !== body.blocks[index]) ? { ...body, blocks } : body;
}

function rematerializeBlock(
  block: Block,
  points: ReadonlyMap<string, Point>,
  context: FunctionContext,
): Block {
  const known = new Map<string, TypedValue>();
  const instructions: Instruction[] = [];
  for (const instruction of block.instructions) {
    // The operands of a phi belong to other blocks.
    if (instruction.kind === 'phi' || isLifetimeMarker(instruction)) {
      instructions.push(instruction);
      continue;
    }
    const mapped = mapOperands(instruction, (operand) => {
      const { value } = operand;
      const point = value.kind === 'local' ? points.get(value.name) : undefined;
      if (value.kind !== 'local' || point === undefined || point.home === block.label)
        return operand;
      const address = known.get(value.name);
      if (address !== undefined) return address;
      const build = new InstructionBuilder(context, instruction);
      const fresh = materialize(build, point);
      instructions.push(...build.instructions);
      known.set(value.name, fresh);
      return fresh;
    });
    instructions.push(mapped);
  }
  const changed = instructions.some(
    (instruction, index) => instruction !== block.instructions[index],
  );
  return changed ? { ...block, instructions } : block;
}

/** Lifetime markers must name the alloca itself. */
function isLifetimeMarker(instruction: Instruction): boolean {
  return instruction.kind === 'call' && lifetimePointer(instruction) !== undefined;
}

function materialize(build: InstructionBuilder, { base, offset }: Point): TypedValue {
  const pointer: TypedValue = { type: build.types.ptr, value: { kind: 'local', name: base } };
  return build.offset(pointer, offset, 'slot');
}
