/** Refuses constants that no pass replaces: what they stand for is not an offset in the sandbox's window. */
import { constantOperands, isConstant } from '../ir/operands.js';
import type { Constant, TypedValue } from '../ir/model/index.js';
import type { Code, Range } from './context.js';

/** Where refusals go: a function's or the module's context. */
export interface Refusals {
  error(code: Code, range: Range, message: string): void;
}

/** Refuses an operand, whatever is nested in it. */
export function refuseConstant(operand: TypedValue, where: Range, refusals: Refusals): void {
  const { value } = operand;
  if (value.kind === 'local' || value.kind === 'metadata') return;
  if (value.kind === 'asm') {
    refusals.error('TBX0301', where, 'inline assembly is not a value');
    return;
  }
  refuseNested(value, where, refusals);
}

function refuseNested(value: Constant, where: Range, refusals: Refusals): void {
  const reason = whyRefused(value);
  if (reason !== undefined) refusals.error('TBX0320', where, reason);
  for (const { value: nested } of constantOperands(value)) {
    if (isConstant(nested)) refuseNested(nested, where, refusals);
  }
}

function whyRefused(value: Constant): string | undefined {
  switch (value.kind) {
    case 'ptrauth':
      return 'signed pointers do not exist on x86';
    case 'wrapped-global':
      return `'${value.wrapper}' names code by an address that is not in the call table`;
    case 'expression':
      return value.opcode === 'addrspacecast'
        ? "'addrspacecast' leaves the sandbox's address space"
        : undefined;
    case 'global':
    case 'integer':
    case 'float':
    case 'keyword':
    case 'string':
    case 'aggregate':
    case 'splat':
    case 'blockaddress':
      return undefined;
  }
}
