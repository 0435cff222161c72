/** What code generation can know of an index, which then needs no cutting to it, but to us. */
import type { Definitions } from '../ir/definitions.js';
import type { Cast, Instruction, Load, TypedValue } from '../ir/model/index.js';
import { append } from '../text/append.js';

/**
 * Whether nothing is known of a value but what its machine code says: it is loaded, widened, narrowed, masked or shifted
 * right by constants; or comes from several places, each of which is such or a constant. What is computed in another
 * way, as a population count or a remainder, has few values, which no instruction shows.
 */
export function isFull(operand: TypedValue, definitions: Definitions): boolean {
  const seen = new Set<string>();
  const pending = [operand];
  let isLoaded = false;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.value.kind !== 'local' || seen.has(next.value.name)) continue;
    seen.add(next.value.name);
    const definition = definitions.get(next.value.name);
    if (definition === undefined) return false;
    if (definition.kind === 'load' && isWholeLoad(definition)) {
      isLoaded = true;
      continue;
    }
    const from = sources(definition);
    if (from.length === 0) return false;
    append(pending, from);
  }
  return isLoaded;
}

/** With `!range` LLVM is promised more. */
function isWholeLoad({ type, attachments }: Load): boolean {
  const isWhole = type.kind === 'pointer' || (type.kind === 'integer' && WHOLE.has(type.bits));
  return isWhole && !attachments.some(({ name }) => name === '!range');
}

const WHOLE: ReadonlySet<number> = new Set([8, 16, 32, 64]);

const SHOWN: ReadonlySet<Cast['opcode']> = new Set([
  'trunc',
  'zext',
  'sext',
  'ptrtoint',
  'inttoptr',
]);

/** What an instruction has its value from, if its machine code says what it leaves of that; else nothing. */
function sources(definition: Instruction): readonly TypedValue[] {
  switch (definition.kind) {
    case 'phi':
      return definition.incoming.map(({ value }) => ({ type: definition.type, value }));
    case 'select':
      return [definition.ifTrue, definition.ifFalse];
    case 'freeze':
      return [definition.operand];
    case 'cast':
      return SHOWN.has(definition.opcode) ? [definition.operand] : [];
    case 'binary': {
      const { opcode, type, left, right } = definition;
      const isShown = (opcode === 'and' || opcode === 'lshr') && right.kind === 'integer';
      return isShown ? [{ type, value: left }] : [];
    }
    default:
      return [];
  }
}
