/**
 * Computed goto: addresses of labels become numbers, and every `indirectbr` goes through a table of the labels that it
 * may go to, indexed by the number cut to the table's size; what is not a label leads to a trap.
 *
 *     %t = call ptr @__tbx_labels.0(i64 %index)      the table's entry, expanded by label-tables.ts
 *     indirectbr ptr %t, [ … ]
 *
 * The `indirectbr` stays, so that code generation copies it to every place that jumps, as interpreters want. And where
 * the program reads the label from a constant table of its own, whose value goes nowhere but to jumps, the lookup in that
 * table becomes the lookup in ours: as many instructions as before, and one addition.
 */
import type {
  Block,
  FunctionBody,
  IndirectBr,
  Instruction,
  TypedValue,
} from '../ir/model/index.js';
import { definitionsOf } from '../ir/definitions.js';
import { mapOperands } from '../ir/operands.js';
import { InstructionBuilder } from './builder.js';
import { mapLeaves } from './constants.js';
import type { FunctionContext } from './context.js';
import { emitTrap } from './control-flow.js';
import { isFull } from './index-knowledge.js';
import { findDispatches, type TableLoad } from './label-loads.js';
import { labelNumber, labelsOf, numberLabelsOf } from './label-numbers.js';
import { declareLabelTable, lookUpBounded, lookUpLabel } from './label-tables.js';
import { rewriteInstructions } from './rewrite.js';

/** A {@link import('./context.js').BodyPass}. */
export function rewriteComputedGotos(body: FunctionBody, context: FunctionContext): FunctionBody {
  if (!context.module.usesLabels) return body;
  numberLabelsOf(body, context.module);
  const jumps = body.blocks.flatMap(({ instructions }) =>
    instructions.filter((instruction) => instruction.kind === 'indirectbr'),
  );
  const dispatched = jumps.length === 0 ? body : dispatch(body, jumps, context);
  return rewriteInstructions(dispatched, (instruction) => {
    const mapped = replaceLabels(instruction, context);
    return mapped === instruction ? undefined : [mapped];
  });
}

function dispatch(
  body: FunctionBody,
  jumps: readonly IndirectBr[],
  context: FunctionContext,
): FunctionBody {
  const anchor = jumps[0];
  if (anchor === undefined) return body;
  const trap = context.freshName('no.label');
  const loads = findDispatches(body, context.module.module);
  const definitions = definitionsOf(body);
  const knowsNothing = (index: TypedValue): boolean => isFull(index, definitions);
  const tables = new Map<string, string>();
  const tableOf = (entries: readonly (string | undefined)[]): string => {
    const key = entries.map((label) => label ?? trap).join(' ');
    const name = tables.get(key) ?? declareLabelTable(entries, trap, context);
    tables.set(key, name);
    return name;
  };
  const rewritten = rewriteInstructions(body, (instruction) => {
    if (instruction.kind === 'indirectbr') {
      context.module.statistics.count('computedGotos');
      const isDirect = loads.direct.has(instruction);
      return jump(instruction, trap, isDirect, { tableOf, knowsNothing }, context);
    }
    const load = loads.loads.get(instruction);
    return load === undefined
      ? undefined
      : replaceLoad(instruction, load, { tableOf, knowsNothing }, context);
  });
  const blocks = [...rewritten.blocks, trapBlock(trap, anchor, context)];
  return { function: rewritten.function, blocks };
}

interface Lookups {
  /** The name of a table. Entries by index: the label, or undefined for a trap. */
  readonly tableOf: (entries: readonly (string | undefined)[]) => string;
  /** @see isFull */
  readonly knowsNothing: (index: TypedValue) => boolean;
}

function jump(
  instruction: IndirectBr,
  trap: string,
  isDirect: boolean,
  { tableOf, knowsNothing }: Lookups,
  context: FunctionContext,
): readonly Instruction[] {
  const build = new InstructionBuilder(context, instruction);
  const targets = [...instruction.targets, trap];
  if (isDirect) {
    build.push({ ...instruction, targets, verbatim: false });
    return build.instructions;
  }
  const entries: (string | undefined)[] = [];
  for (const [label, number] of labelsOf(context.function.name, context.module)) {
    if (instruction.targets.includes(label)) entries[number] = label;
  }
  const padded = pad(entries, entries.length);
  const number = build.cast('ptrtoint', instruction.address, build.types.integer(64), 'label');
  const address = lookUpLabel(
    tableOf(padded),
    padded.length,
    number,
    knowsNothing(instruction.address),
    build,
  );
  build.push({ ...instruction, address, targets, verbatim: false });
  return build.instructions;
}

/** The program's own lookup becomes the lookup in a table with the same index. */
function replaceLoad(
  instruction: Instruction,
  { labels, index, indexLimit, targets }: TableLoad,
  { tableOf, knowsNothing }: Lookups,
  context: FunctionContext,
): readonly Instruction[] {
  const build = new InstructionBuilder(context, instruction);
  const entries = labels.map((label) => (targets.includes(label) ? label : undefined));
  const padded = pad(entries, Math.max(entries.length, indexLimit ?? 0));
  const wide = widenIndex(index, build);
  const isBounded = indexLimit !== undefined && indexLimit === padded.length;
  const table = tableOf(padded);
  const address = isBounded
    ? lookUpBounded(table, wide, build)
    : lookUpLabel(table, padded.length, wide, knowsNothing(index), build);
  if (address.value.kind !== 'local') return build.instructions;
  const { name } = address.value;
  return build.instructions.map((built) =>
    built.result === name ? { ...built, result: instruction.result } : built,
  );
}

/** `getelementptr` takes its indices as signed. */
function widenIndex(index: TypedValue, build: InstructionBuilder): TypedValue {
  const i64 = build.types.integer(64);
  if (index.type === i64) return index;
  const isWider = index.type.kind === 'integer' && index.type.bits > 64;
  return build.cast(isWider ? 'trunc' : 'sext', index, i64, 'label');
}

/** The next power of two that is large enough, filled up with traps. */
function pad(
  entries: readonly (string | undefined)[],
  length: number,
): readonly (string | undefined)[] {
  const size = 2 ** Math.ceil(Math.log2(Math.max(length, 2)));
  return Array.from({ length: size }, (_, index) => entries[index]);
}

function trapBlock(label: string, anchor: Instruction, context: FunctionContext): Block {
  const build = new InstructionBuilder(context, anchor);
  emitTrap(build, context);
  const { start, end } = anchor;
  build.push({
    kind: 'unreachable',
    result: undefined,
    attachments: [],
    start,
    end,
    verbatim: false,
  });
  return { label, labelStart: 0, labelEnd: 0, instructions: build.instructions };
}

function replaceLabels(instruction: Instruction, context: FunctionContext): Instruction {
  return mapOperands(instruction, (operand) =>
    mapLeaves(operand, (leaf) => {
      if (leaf.kind !== 'blockaddress') return leaf;
      if (leaf.function !== context.function.name) {
        context.error('TBX0322', instruction, `a label of another function, ${leaf.function}`);
      }
      return labelNumber(leaf, context.module);
    }),
  );
}
