/**
 * Whether a call passes arguments on the native stack, or a function takes parameters there.
 *
 * A tail call would write them over the arguments of its own function, in the frame of the caller. Through a pointer of
 * another type that caller may have left no room there, and its return address would be overwritten: so calls with stack
 * arguments are never tail calls, and nothing ever writes to the arguments that it was given.
 *
 * @see System V ABI for x86-64, 3.2.3: six general-purpose registers, eight vector registers
 */
import type { Argument, Type } from '../ir/model/index.js';

const GENERAL_REGISTERS = 6;
const VECTOR_REGISTERS = 8;

interface Needs {
  general: number;
  vector: number;
  stack: boolean;
}

/** What an argument and a parameter have in common. */
type Passed = Pick<Argument, 'type' | 'attributes'>;

export function needsStack(passed: readonly Passed[]): boolean {
  const needs: Needs = { general: 0, vector: 0, stack: false };
  for (const each of passed) addPassed(each, needs);
  return needs.stack || needs.general > GENERAL_REGISTERS || needs.vector > VECTOR_REGISTERS;
}

function addPassed({ type, attributes }: Passed, needs: Needs): void {
  const isNest = attributes.some(
    (attribute) => attribute.kind === 'flag' && attribute.name === 'nest',
  );
  if (!isNest) addType(type, needs);
}

/** What is not known to be passed in registers is taken to be passed on the stack. */
function addType(type: Type, needs: Needs): void {
  switch (type.kind) {
    case 'integer':
      needs.general += Math.ceil(type.bits / 64);
      return;
    case 'pointer':
      needs.general += 1;
      return;
    case 'float':
      if (type.format === 'x86_fp80' || type.format === 'ppc_fp128') needs.stack = true;
      else needs.vector += 1;
      return;
    case 'vector': {
      const bits = type.element.kind === 'integer' ? type.element.bits : 64;
      needs.vector += Math.max(1, Math.ceil((type.length * bits) / 128));
      return;
    }
    case 'struct':
      for (const field of type.fields) addType(field, needs);
      return;
    case 'metadata':
      return;
    case 'array':
    case 'named':
    case 'function':
    case 'target':
    case 'void':
    case 'label':
    case 'token':
    case 'x86_amx':
    case 'x86_mmx':
      needs.stack = true;
      return;
  }
}
