/** Which instruction computes a local value. */
import type { FunctionBody, Instruction } from './model/index.js';

/** By the name of the result; arguments have none. */
export type Definitions = ReadonlyMap<string, Instruction>;

export function definitionsOf({ blocks }: FunctionBody): Definitions {
  const definitions = new Map<string, Instruction>();
  for (const { instructions } of blocks) {
    for (const instruction of instructions) {
      if (instruction.result !== undefined) definitions.set(instruction.result, instruction);
    }
  }
  return definitions;
}
