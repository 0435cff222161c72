/**
 * Tables of labels: constants beside the code, which code reads where it runs, not through the window. Entries are
 * distances from the table, 32 bits each, so that they hold in any window.
 *
 * Between the pass that needs a lookup and the last one, the lookup is a call of the table's name: an access that must not
 * be confined has no other form that every pass in between leaves alone.
 */
import type { Call, FunctionBody, Instruction, TypedValue } from '../ir/model/index.js';
import type { ModuleWriter } from '../ir/printer/index.js';
import { hide } from './barrier.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext, ModuleContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

/** Reserved: refuse-module.ts refuses globals of the program that begin so. */
const PREFIX = '@__tbx_labels.';

/**
 * @param entries label by index, undefined for the label `trap`; as many as a power of two
 * @returns the table's name
 */
export function declareLabelTable(
  entries: readonly (string | undefined)[],
  trap: string,
  { module, function: fn }: FunctionContext,
): string {
  const tables = [...module.labelTables.values()].reduce((sum, { length }) => sum + length, 0);
  const name = `${PREFIX}${tables}`;
  const distance = (label: string): string =>
    `i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(${fn.name}, ${label}) to i64), i64 ptrtoint (ptr ${name} to i64)) to i32)`;
  const elements = entries.map((label) => `\n  ${distance(label ?? trap)}`).join(',');
  const type = `[${entries.length} x i32]`;
  const text = `${name} = private unnamed_addr constant ${type} [${elements}\n], align 4\n`;
  const known = module.labelTables.get(fn.name) ?? [];
  module.labelTables.set(fn.name, [...known, text]);
  return name;
}

/**
 * The label at an index, which is cut to the table's length, a power of two. Code generation would take the
 * cut away by what it knows of the index, or by what the program promises of it: so it is hidden, or frozen where nothing
 * is known.
 *
 * @param isFull see {@link import('./index-knowledge.js').isFull}
 */
export function lookUpLabel(
  table: string,
  length: number,
  index: TypedValue,
  isFull: boolean,
  build: InstructionBuilder,
): TypedValue {
  const opaque = isFull ? build.freeze(index, 'label') : hide(index, build, 'label');
  const masked = build.binary('and', opaque, build.integer(64, length - 1).value, 'label');
  return lookUpBounded(table, masked, build);
}

/** Like {@link lookUpLabel}, for an index that the machine itself bounds by the table's length. */
export function lookUpBounded(
  table: string,
  index: TypedValue,
  build: InstructionBuilder,
): TypedValue {
  const { types } = build;
  const type = types.function(types.pointer(), [types.integer(64)]);
  const label = build.call({ kind: 'global', name: table }, type, [index], 'label');
  return label ?? build.null();
}

/** A {@link import('./context.js').BodyPass}; it must run behind the pass that confines accesses. */
export function expandLabelLookups(body: FunctionBody, context: FunctionContext): FunctionBody {
  if (!context.module.usesLabels) return body;
  return rewriteInstructions(body, (instruction) =>
    instruction.kind === 'call' ? expandLookup(instruction, context) : undefined,
  );
}

function expandLookup(call: Call, context: FunctionContext): readonly Instruction[] | undefined {
  const { callee } = call;
  const [index] = call.arguments;
  if (callee.kind !== 'global' || !callee.name.startsWith(PREFIX) || index === undefined) {
    return undefined;
  }
  const build = new InstructionBuilder(context, call);
  const { types } = build;
  const table = build.global(callee.name);
  const i32 = types.integer(32);
  const entry = build.getelementptr(
    i32,
    table,
    [{ type: index.type, value: index.value }],
    'label',
  );
  const distance = build.load(i32, entry, 'label', 4);
  const wide = build.cast('sext', distance, types.integer(64), 'label');
  build.getelementptr(types.integer(8), table, [wide], 'label');
  build.nameLast(call.result);
  return build.instructions;
}

/**
 * A {@link import('./pipeline.js').ModuleStep}: puts each table in front of its function, since LLVM reads no address of
 * an unnamed block behind the function's end.
 */
export function emitLabelTables(context: ModuleContext, writer: ModuleWriter): void {
  for (const [name, tables] of context.labelTables) {
    const fn = context.module.functions.get(name);
    if (fn === undefined) continue;
    writer.insert(aboveComments(fn.start, context.module.source.text), `${tables.join('')}\n`);
  }
}

/** The start of the comment lines that stand directly above an offset, such as `; Function Attrs: …`. */
function aboveComments(offset: number, source: string): number {
  let start = offset;
  while (start > 0) {
    const above = source.lastIndexOf('\n', start - 2) + 1;
    if (source[above] !== ';') break;
    start = above;
  }
  return start;
}
