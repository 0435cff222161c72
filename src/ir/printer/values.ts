import { printConstant } from './constants.js';
import { printMetadata } from './metadata.js';
import type { TypedValue, Value } from '../model/index.js';

/** A value without its type. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case 'local':
      return value.name;
    case 'asm': {
      const flags = value.flags.map((flag) => `${flag} `).join('');
      return `asm ${flags}${value.template}, ${value.constraints}`;
    }
    case 'metadata':
      return printMetadata(value.metadata);
    case 'global':
    case 'integer':
    case 'float':
    case 'keyword':
    case 'string':
    case 'aggregate':
    case 'splat':
    case 'blockaddress':
    case 'wrapped-global':
    case 'ptrauth':
    case 'expression':
      return printConstant(value);
  }
}

/** `i32 %x` */
export function printTypedValue(operand: TypedValue): string {
  return `${operand.type.text} ${printValue(operand.value)}`;
}

/** `i32 %x, ptr %p` */
export function printTypedValues(operands: readonly TypedValue[]): string {
  let text = '';
  for (const operand of operands)
    text += text === '' ? printTypedValue(operand) : `, ${printTypedValue(operand)}`;
  return text;
}
