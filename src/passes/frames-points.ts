/**
 * Computes addresses of stack objects anew in each block that uses them.
 *
 * Code generation keeps a value that crosses blocks in a register, or spills it, though a constant distance from the
 * stack pointer or from the frame costs nothing; and an address of the native stack in a register is an access that no
 * verifier can follow. It sinks the addresses of loads and stores by itself when it optimizes, those of calls and
 * memory intrinsics never.
 */
import { lifetimePointer } from '../analysis/intrinsic-name.js';
import { mapOperands, someValue } from '../ir/operands.js';
import type { Block, FunctionBody, Instruction, TypedValue, Value } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { mapBlocks, withInstructions } from './rewrite.js';

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
  return mapBlocks(body, (block) => rematerializeBlock(block, points, context));
}

function rematerializeBlock(
  block: Block,
  points: ReadonlyMap<string, Point>,
  context: FunctionContext,
): Block {
  const known = new Map<string, TypedValue>();
  const isFar = (value: Value): boolean => {
    const point = value.kind === 'local' ? points.get(value.name) : undefined;
    return point !== undefined && point.home !== block.label;
  };
  let instructions: Instruction[] | undefined;
  let index = 0;
  for (const instruction of block.instructions) {
    if (usesAddress(instruction) && someValue(instruction, isFar)) {
      instructions ??= block.instructions.slice(0, index);
      const output = instructions;
      const mapped = mapOperands(instruction, (operand) => {
        const { value } = operand;
        const point = value.kind === 'local' ? points.get(value.name) : undefined;
        if (value.kind !== 'local' || point === undefined || point.home === block.label)
          return operand;
        const address = known.get(value.name);
        if (address !== undefined) return address;
        const build = new InstructionBuilder(context, instruction, output);
        const fresh = materialize(build, point);
        known.set(value.name, fresh);
        return fresh;
      });
      instructions.push(mapped);
    } else {
      instructions?.push(instruction);
    }
    index += 1;
  }
  return instructions === undefined ? block : withInstructions(block, instructions);
}

/** The operands of a phi belong to other blocks. */
function usesAddress(instruction: Instruction): boolean {
  return instruction.kind !== 'phi' && !isLifetimeMarker(instruction);
}

/** Lifetime markers must name the alloca itself. */
function isLifetimeMarker(instruction: Instruction): boolean {
  return instruction.kind === 'call' && lifetimePointer(instruction) !== undefined;
}

function materialize(build: InstructionBuilder, { base, offset }: Point): TypedValue {
  const pointer: TypedValue = { type: build.types.ptr, value: { kind: 'local', name: base } };
  return build.offset(pointer, offset, 'slot');
}
