/**
 * Hides a value from code generation: empty assembly that hands it on. Nothing is known of what comes out of it, so that no
 * step behind can be left out for what is known of the value; it is some fixed value even for `undef`. It is no
 * instruction.
 */
import type { TypedValue, Value } from '../ir/model/index.js';
import type { CallOptions, InstructionBuilder } from './builder.js';

const BARRIER: Value = { kind: 'asm', flags: [], template: '""', constraints: '"=r,0"' };

/** With a side effect, as machine code without is moved out of loops. */
const FIXED_BARRIER: Value = { ...BARRIER, flags: ['sideeffect'] };

const NO_UNWIND: CallOptions = { functionAttributes: [{ kind: 'flag', name: 'nounwind' }] };

/** An integer of at most 64 bits, or a pointer. */
export function hide(operand: TypedValue, build: InstructionBuilder, hint: string): TypedValue {
  return pass(BARRIER, operand, build, hint);
}

/** Like {@link hide}, in this very place. */
export function hideHere(operand: TypedValue, build: InstructionBuilder, hint: string): TypedValue {
  return pass(FIXED_BARRIER, operand, build, hint);
}

function pass(
  barrier: Value,
  operand: TypedValue,
  build: InstructionBuilder,
  hint: string,
): TypedValue {
  const type = build.types.function(operand.type, [operand.type]);
  return build.call(barrier, type, [operand], hint, NO_UNWIND) ?? operand;
}
