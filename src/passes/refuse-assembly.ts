/**
 * Refuses inline assembly, but for templates that this file knows: nothing can be said of the others without an
 * assembler. Every known template works on registers alone and leaves control flow to the next instruction.
 */
import { unquoteString } from '../ir/names.js';
import type { Call, InlineAsm } from '../ir/model/index.js';
import type { FunctionContext } from './context.js';

/**
 * Templates in AT&T syntax, blanks squeezed, operands `$N` or `${N:q}` written `%`. Refused in Intel syntax.
 *
 * - fences and `pause` order or delay, and access nothing
 * - the others read and write the registers that the constraints give them
 */
const KNOWN_TEMPLATES: ReadonlySet<string> = new Set([
  '',
  'nop',
  'pause',
  'rep; nop',
  'rep nop',
  'mfence',
  'lfence',
  'sfence',
  'bswap %',
  'bswapl %',
  'bswapq %',
  'rorw $$8, %',
  'rolw $$8, %',
]);

/**
 * Constraints that put an operand in a register or make it a constant. A memory operand (`m`, `g`, `o`, `V`) would be
 * an address for the template, or make codegen spill through one.
 */
const REGISTER_CONSTRAINT = /^[=+~]?&?(?:[0-9]+|[rqQRabcdSDxiIJKLMNnef]+|\{[a-z0-9]+\})$/;

/** Clobbers that say what else changes; all of them only make codegen save more. */
const CLOBBER =
  /^~\{(?:memory|cc|dirflag|fpsr|flags|[er]?[abcd]x|[er]?[sd]i|r(?:8|9|1[0-5])|xmm[0-9]+)\}$/;

export function refuseInlineAsm(call: Call, callee: InlineAsm, context: FunctionContext): void {
  const template = normalTemplate(unquoteString(callee.template));
  if (!KNOWN_TEMPLATES.has(template) || callee.flags.includes('inteldialect')) {
    context.error('TBX0301', call, `inline assembly ${callee.template} is not on the allow-list`);
    return;
  }
  const refused = splitConstraints(unquoteString(callee.constraints)).find(
    (constraint) => !isHarmlessConstraint(constraint, template),
  );
  if (refused !== undefined) {
    context.error('TBX0301', call, `inline assembly with the operand constraint '${refused}'`);
  }
}

/**
 * An empty template accesses no operand, wherever code generation keeps it. The one thing to exclude is an indirect
 * operand (`*`) that may be kept in a register, since code generation then loads it from the pointer given.
 */
function isHarmlessConstraint(constraint: string, template: string): boolean {
  if (CLOBBER.test(constraint) || REGISTER_CONSTRAINT.test(constraint)) return true;
  return template === '' && /^[=+]?(?:\*m|&?[a-zA-Z0-9]+)$/.test(constraint);
}

function normalTemplate(template: string): string {
  return template
    .replace(/[\t\n ;]+$/, '')
    .replace(/^[\t\n ]+/, '')
    .replace(/[\t\n ]+/g, ' ')
    .replace(/\$(?:[0-9]+|\{[0-9]+(?::[a-z])?\})/g, '%');
}

/** Commas inside braces do not occur in LLVM's constraint strings. */
function splitConstraints(constraints: string): readonly string[] {
  return constraints === '' ? [] : constraints.split(',');
}
