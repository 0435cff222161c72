/**
 * The `ir` lowering computes `&global + constant` in 32 bits.
 *
 * Position-independent code takes the address of a global as an immediate, its offset in the window, but a sum of it and
 * a constant as `leaq global+8(%rip)`, which is an address in the code window: right through GS, wrong wherever it is
 * compared or stored. The assembler step turns such sums into immediates; without it they must be sums of instructions,
 * and of 32 bits, which code generation does not fold.
 */
import { copyPhi } from '../ir/copies.js';
import { accessedPointer, isTerminator } from '../ir/instruction-table.js';
import { mapOperands, someValue } from '../ir/operands.js';
import type {
  Block,
  FunctionBody,
  Instruction,
  Phi,
  TypedValue,
  Value,
} from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { mapBlocks, type Replacement, rewriteInstructions, withInstructions } from './rewrite.js';

export function computeGlobalOffsets(body: FunctionBody, context: FunctionContext): FunctionBody {
  if (context.module.options.lowering !== 'ir') return body;
  // Operands of phis are computed at the end of the block that they come from.
  const pending = new Map<string, Instruction[]>();
  const rewritten = rewriteInstructions(body, (instruction) =>
    someValue(instruction, isExpression)
      ? rewriteInstruction(instruction, pending, context)
      : undefined,
  );
  return pending.size === 0
    ? rewritten
    : mapBlocks(rewritten, (block) => appendPending(block, pending));
}

function isExpression({ kind }: Value): boolean {
  return kind === 'expression';
}

function rewriteInstruction(
  instruction: Instruction,
  pending: Map<string, Instruction[]>,
  context: FunctionContext,
): Replacement {
  if (instruction.kind === 'phi') {
    const phi = rewritePhi(instruction, pending, context);
    return phi === instruction ? undefined : [phi];
  }
  const build = new InstructionBuilder(context, instruction);
  // Accessed pointers are cut to 32 bits as they are.
  const accessed = accessedPointer(instruction);
  const mapped = mapOperands(instruction, (operand) =>
    operand === accessed ? operand : computed(build, operand, context),
  );
  if (mapped === instruction) return undefined;
  build.push(mapped);
  return build.instructions;
}

function rewritePhi(phi: Phi, pending: Map<string, Instruction[]>, context: FunctionContext): Phi {
  const values = new Map<string, TypedValue>();
  const incoming = phi.incoming.map((edge) => {
    const build = new InstructionBuilder(context, phi);
    const operand = { type: phi.type, value: edge.value };
    // A switch may reach the block by several edges, which then carry one value.
    const value = values.get(edge.block) ?? computed(build, operand, context);
    values.set(edge.block, value);
    if (build.instructions.length > 0) {
      pending.set(edge.block, [...(pending.get(edge.block) ?? []), ...build.instructions]);
    }
    return { value: value.value, block: edge.block };
  });
  const changed = incoming.some(({ value }, index) => value !== phi.incoming[index]?.value);
  return changed ? copyPhi(phi, phi.type, incoming) : phi;
}

function appendPending(block: Block, pending: ReadonlyMap<string, Instruction[]>): Block {
  const added = pending.get(block.label);
  if (added === undefined) return block;
  const end = block.instructions.findIndex(isTerminator);
  const instructions = [
    ...block.instructions.slice(0, end),
    ...added,
    ...block.instructions.slice(end),
  ];
  return withInstructions(block, instructions);
}

/** The operand, or the instructions' result that takes its place. */
function computed(
  build: InstructionBuilder,
  operand: TypedValue,
  context: FunctionContext,
): TypedValue {
  if (operand.value.kind !== 'expression') return operand;
  const { opcode, operands, castType } = operand.value;
  const [first] = operands;
  if (first === undefined) return operand;
  if (opcode === 'ptrtoint' && castType !== undefined) {
    const pointer = computed(build, first, context);
    return pointer === first ? operand : build.cast('ptrtoint', pointer, castType, 'int');
  }
  const sum = globalOffset(operand, context);
  if (sum === undefined || sum.offset === 0) return operand;
  const { types } = build;
  const low = build.cast('ptrtoint', sum.base, types.integer(32), 'low');
  const offset = build.integer(32, sum.offset | 0);
  const address = build.binary('add', low, offset.value, 'low');
  const wide = build.cast('zext', address, types.integer(64), 'offset');
  return build.cast('inttoptr', wide, operand.type, 'addr');
}

interface GlobalOffset {
  readonly base: TypedValue;
  readonly offset: number;
}

function globalOffset(operand: TypedValue, context: FunctionContext): GlobalOffset | undefined {
  const { type, value } = operand;
  if (type !== context.module.types.ptr) return undefined;
  if (value.kind === 'global') return { base: operand, offset: 0 };
  if (value.kind !== 'expression' || value.opcode !== 'getelementptr') return undefined;
  const [pointer, ...indices] = value.operands;
  if (pointer === undefined || value.sourceElementType === undefined) return undefined;
  const inner = globalOffset(pointer, context);
  const outer = context.module.layout.constantOffset(value.sourceElementType, indices);
  if (inner === undefined || outer === undefined) return undefined;
  return { base: inner.base, offset: inner.offset + outer };
}
