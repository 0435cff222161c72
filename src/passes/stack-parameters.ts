/**
 * Keeps a function from writing to the arguments that it was given on the native stack.
 *
 * At -O0 a parameter is stored to an alloca at once, and code generation then takes the place of the argument, in the
 * frame of the caller, for the alloca: every later store of the parameter goes there. A caller that reached the function
 * through a pointer of another type may have left no room for arguments, and its spills and return address would be
 * overwritten. A frozen parameter is a value of its own, which code generation copies.
 *
 * @see SelectionDAGISel's argument copy elision; docs/verifier.md, TBV0009
 */
import { copyStore } from '../ir/copies.js';
import type { FunctionBody, Instruction, Store } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';
import { needsStack } from './stack-arguments.js';

/** A {@link import('./context.js').BodyPass}. */
export function copyStackParameters(body: FunctionBody, context: FunctionContext): FunctionBody {
  const { parameters } = body.function;
  if (!needsStack(parameters)) return body;
  const names = new Set(parameters.map(({ name }) => name));
  return rewriteInstructions(body, (instruction) => {
    if (instruction.kind !== 'store') return undefined;
    const { value } = instruction.value;
    const storesParameter = value.kind === 'local' && names.has(value.name);
    return storesParameter ? storeFrozen(instruction, context) : undefined;
  });
}

function storeFrozen(store: Store, context: FunctionContext): readonly Instruction[] {
  const build = new InstructionBuilder(context, store);
  const value = build.freeze(store.value, 'argument');
  build.push(copyStore(store, value, store.pointer));
  return build.instructions;
}
