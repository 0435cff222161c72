/**
 * Keeps the range check of a jump table and the load from it together: both are to see one value.
 *
 * A switch whose operand comes from another block, as in a loop that does not change it, has its operand widened to 64
 * bits there: then the range is checked of one register and the table is indexed by another, both spilled, and nothing
 * in the machine code says that they are equal. Behind a barrier in its own block the operand is a new value, so that
 * both come from that.
 *
 * Freezes the operand where the program's promises about an integer of odd width could take the range check
 * of the jump table away.
 *
 * Code generation keeps an `iN` in a wider register or memory unit and trusts the bits above: those of a loaded `i3`, of
 * an `i3 zeroext` argument. A switch over all eight values then has no range check, and whoever wrote the byte in memory
 * picks the place in the table that the jump is taken from. Frozen, the value is cut to its width first. Integers that
 * fill their unit need nothing: nothing is above them.
 */
import { copySwitch } from '../ir/copies.js';
import { type Definitions, definitionsOf } from '../ir/definitions.js';
import { operands } from '../ir/operands.js';
import type { Block, FunctionBody, Instruction, Type, TypedValue } from '../ir/model/index.js';
import { hideHere } from './barrier.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';
import { append } from '../text/append.js';

/** Smaller switches become comparisons. */
const SMALLEST_TABLE = 4;

/** A {@link import('./context.js').BodyPass}. */
export function prepareSwitchOperands(body: FunctionBody, context: FunctionContext): FunctionBody {
  let definitions: Definitions | undefined;
  return rewriteInstructions(body, (instruction, block) => {
    if (instruction.kind !== 'switch' || instruction.cases.length < SMALLEST_TABLE) {
      return undefined;
    }
    definitions ??= definitionsOf(body);
    const build = new InstructionBuilder(context, instruction);
    const isEntry = block === body.blocks[0];
    const value = prepared(instruction.value, isEntry ? undefined : block, definitions, build);
    if (value === instruction.value) return undefined;
    build.push(copySwitch(instruction, value, instruction.cases));
    return build.instructions;
  });
}

/** @param block where the switch is; undefined: in the entry block, in which arguments are at hand */
function prepared(
  operand: TypedValue,
  block: Block | undefined,
  definitions: Definitions,
  build: InstructionBuilder,
): TypedValue {
  if (hasOddOrigin(operand, definitions)) return build.freeze(operand, 'choice');
  return block !== undefined && comesFromElsewhere(operand, block)
    ? hideHere(operand, build, 'choice')
    : operand;
}

function comesFromElsewhere({ type, value }: TypedValue, block: Block): boolean {
  if (value.kind !== 'local' || type.kind !== 'integer' || type.bits > 64) return false;
  return !block.instructions.some(({ result }) => result === value.name);
}

/** Whether any value that the operand is computed from has an odd width. */
function hasOddOrigin(operand: TypedValue, definitions: Definitions): boolean {
  const seen = new Set<string>();
  const pending: TypedValue[] = [operand];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isOdd(next.type)) return true;
    if (next.value.kind !== 'local' || seen.has(next.value.name)) continue;
    seen.add(next.value.name);
    const definition = definitions.get(next.value.name);
    if (definition !== undefined) append(pending, origins(definition));
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
