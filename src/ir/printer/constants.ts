/** @see LangRef, "Constants", "Constant Expressions" */
import { printTypedValue, printTypedValues } from './values.js';
import type { AggregateConstant, Constant, ConstantExpression } from '../model/index.js';

/** A constant without its type. */
export function printConstant(constant: Constant): string {
  switch (constant.kind) {
    case 'global':
      return constant.name;
    case 'integer':
    case 'float':
    case 'string':
      return constant.text;
    case 'keyword':
      return constant.keyword;
    case 'aggregate':
      return printAggregate(constant);
    case 'splat':
      return `splat (${printTypedValue(constant.element)})`;
    case 'blockaddress':
      return `blockaddress(${constant.function}, ${constant.block})`;
    case 'wrapped-global':
      return `${constant.wrapper} ${constant.name}`;
    case 'ptrauth':
      return `ptrauth (${printTypedValues(constant.operands)})`;
    case 'expression':
      return printExpression(constant);
  }
}

// '[' values ']'  '{' values '}'  '<{' values '}>'  '<' values '>'
function printAggregate(constant: AggregateConstant): string {
  const inside = printTypedValues(constant.elements);
  switch (constant.shape) {
    case 'array':
      return `[${inside}]`;
    case 'struct':
      return inside === '' ? '{}' : `{ ${inside} }`;
    case 'packed-struct':
      return inside === '' ? '<{}>' : `<{ ${inside} }>`;
    case 'vector':
      return `<${inside}>`;
  }
}

// opcode flags '(' [type ','] operands ['to' type] ')'
function printExpression(constant: ConstantExpression): string {
  let head = constant.opcode;
  for (const flag of constant.flags) head += ` ${flag}`;
  const base =
    constant.sourceElementType === undefined ? '' : `${constant.sourceElementType.text}, `;
  const target = constant.castType === undefined ? '' : ` to ${constant.castType.text}`;
  return `${head} (${base}${printOperands(constant)}${target})`;
}

// value { ',' ['inrange'] value }
function printOperands({ operands, inRangeOperand }: ConstantExpression): string {
  if (inRangeOperand === undefined) return printTypedValues(operands);
  const printed = operands.map((operand, at) =>
    at === inRangeOperand ? `inrange ${printTypedValue(operand)}` : printTypedValue(operand),
  );
  return printed.join(', ');
}
