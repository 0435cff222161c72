/**
 * Refuses inline assembly, but for what becomes an intrinsic and for empty templates, which stand for a barrier: nothing
 * can be said of the others without an assembler.
 */
import { unquoteString } from '../ir/names.js';
import type { Call, InlineAsm } from '../ir/model/index.js';
import type { FunctionContext } from './context.js';
import { isKnownAssembly, normalTemplate } from './known-assembly.js';

/**
 * Operands of an empty template: nothing accesses them, wherever code generation keeps them. The one thing to exclude is
 * an indirect operand (`*`) that may be kept in a register, since code generation then loads it from the pointer given.
 */
const UNTOUCHED_OPERAND = /^(?:[=+]?\*m|[=+]?&?[a-zA-Z0-9]+|[=+]?&?\{[a-z0-9]+\})$/;

/** Clobbers only make code generation save more. */
const CLOBBER = /^~\{[a-z0-9]+\}$/;

export function refuseInlineAsm(call: Call, callee: InlineAsm, context: FunctionContext): void {
  if (isKnownAssembly(call, callee)) return;
  if (normalTemplate(callee) !== '') {
    const message = `inline assembly ${callee.template} is not on the allow-list`;
    context.error('TBX0301', call, message);
    return;
  }
  const refused = splitConstraints(unquoteString(callee.constraints)).find(
    (constraint) => !CLOBBER.test(constraint) && !UNTOUCHED_OPERAND.test(constraint),
  );
  if (refused !== undefined) {
    context.error('TBX0301', call, `inline assembly with the operand constraint '${refused}'`);
  }
}

/** Commas inside braces do not occur in LLVM's constraint strings. */
function splitConstraints(constraints: string): readonly string[] {
  return constraints === '' ? [] : constraints.split(',');
}
