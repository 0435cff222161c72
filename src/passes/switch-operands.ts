/**
 * Freezes the operand of a switch where the program's promises about an integer of odd width could take the range check
 * of the jump table away.
 *
 * Code generation keeps an `iN` in a wider register or memory unit and trusts the bits above: those of a loaded `i3`, of
 * an `i3 zeroext` argument. A switch over all eight values then has no range check, and whoever wrote the byte in memory
 * picks the place in the table that the jump is taken from. Frozen, the value is cut to its width first. Integers that
 * fill their unit need nothing: nothing is above them.
 */
import { copySwitch } from '../ir/copies.js';
import { operands } from '../ir/operands.js';
import type { FunctionBody, Instruction, Switch, Type, TypedValue } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

/** Smaller switches become comparisons. */
const SMALLEST_TABLE = 4;

/** A {@link import('./context.js').BodyPass}. */
export function freezeSwitchOperands(body: FunctionBody, context: FunctionContext): FunctionBody {
  let definitions: ReadonlyMap<string, Instruction> | undefined;
  return rewriteInstructions(body, (instruction) => {
    if (instruction.kind !== 'switch' || instruction.cases.length < SMALLEST_TABLE) {
      return undefined;
    }
    definitions ??= definitionsIn(body);
    return hasOddOrigin(instruction.value, definitions)
      ? freezeOperand(instruction, context)
      : undefined;
  });
}

function freezeOperand(instruction: Switch, context: FunctionContext): readonly Instruction[] {
  const build = new InstructionBuilder(context, instruction);
  const value = build.freeze(instruction.value, 'choice');
  build.push(copySwitch(instruction, value, instruction.cases));
  return build.instructions;
}

function definitionsIn(body: FunctionBody): ReadonlyMap<string, Instruction> {
  const definitions = new Map<string, Instruction>();
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      if (instruction.result !== undefined) definitions.set(instruction.result, instruction);
    }
  }
  return definitions;
}

/** Whether any value that the operand is computed from has an odd width. */
function hasOddOrigin(operand: TypedValue, definitions: ReadonlyMap<string, Instruction>): boolean {
  const seen = new Set<string>();
  const pending: TypedValue[] = [operand];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isOdd(next.type)) return true;
    if (next.value.kind !== 'local' || seen.has(next.value.name)) continue;
    seen.add(next.value.name);
    const definition = definitions.get(next.value.name);
    if (definition !== undefined) pending.push(...origins(definition));
  }
  return false;
}

/** Operands that code generation looks through when it asks what is known of a value's bits. */
function origins(definition: Instruction): readonly TypedValue[] {
  switch (definition.kind) {
    case 'cast':
    case 'binary':
    case 'phi':
      return operands(definition);
    case 'select':
      return [definition.ifTrue, definition.ifFalse];
    case 'call':
      return definition.arguments.map(({ type, value }) => ({ type, value }));
    default:
      return [];
  }
}

function isOdd(type: Type): boolean {
  return type.kind === 'integer' && ![8, 16, 32, 64, 128].includes(type.bits);
}
