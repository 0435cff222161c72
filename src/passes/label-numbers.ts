/**
 * Addresses of labels (`&&label`, `blockaddress`) are small numbers: 1, 2 … in each function. They are never null, compare
 * as labels do, and their differences are what tables of differences need.
 *
 * @see computed-goto.ts for how control gets from a number to its label
 */
import { constantOperands, forEachOperand, isConstant } from '../ir/operands.js';
import type { BlockAddress, Constant, FunctionBody, Value } from '../ir/model/index.js';
import type { ModuleContext } from './context.js';

/** A {@link import('./pipeline.js').PrepareStep}: numbers the labels that static initialisers name. */
export function numberLabels(context: ModuleContext): void {
  if (!context.usesLabels) return;
  for (const { initializer } of context.module.variables.values()) {
    if (initializer !== undefined) numberIn(initializer, context);
  }
}

/** Numbers the labels that a body names, so that tables can be complete. */
export function numberLabelsOf(body: FunctionBody, context: ModuleContext): void {
  for (const block of body.blocks) {
    for (const instruction of block.instructions) {
      forEachOperand(instruction, ({ value }) => {
        numberIn(value, context);
      });
    }
  }
}

function numberIn(value: Value, context: ModuleContext): void {
  if (!isConstant(value)) return;
  if (value.kind === 'blockaddress') numberOf(value, context);
  for (const operand of constantOperands(value)) numberIn(operand.value, context);
}

function numberOf(address: BlockAddress, context: ModuleContext): number {
  const numbers = labelsOf(address.function, context);
  const known = numbers.get(address.block);
  if (known !== undefined) return known;
  const number = numbers.size + 1;
  numbers.set(address.block, number);
  return number;
}

/** The numbers of a function's labels, in the order in which they were given. */
export function labelsOf(fn: string, context: ModuleContext): Map<string, number> {
  let numbers = context.labelNumbers.get(fn);
  if (numbers === undefined) {
    numbers = new Map();
    context.labelNumbers.set(fn, numbers);
  }
  return numbers;
}

/** `inttoptr (i64 3 to ptr)` */
export function labelNumber(address: BlockAddress, context: ModuleContext): Constant {
  const { types } = context;
  const text = String(numberOf(address, context));
  return {
    kind: 'expression',
    opcode: 'inttoptr',
    flags: [],
    sourceElementType: undefined,
    operands: [{ type: types.integer(64), value: { kind: 'integer', text } }],
    castType: types.pointer(),
  };
}
