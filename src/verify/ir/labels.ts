/**
 * Computed goto: a table of labels of one function, read at a masked index, and the jump to what was read.
 *
 *     %i = and i64 %x, 127
 *     %e = getelementptr i32, ptr @labels, i64 %i
 *     %o = load i32, ptr %e
 *     %w = sext i32 %o to i64
 *     %t = getelementptr i8, ptr @labels, i64 %w
 *     indirectbr ptr %t, […]
 *
 * The entries are `blockaddress - @labels`, so every one is a label of the function.
 */
import type {
  Constant,
  FunctionEntity,
  GetElementPtr,
  GlobalVariable,
  IndirectBr,
  Module,
  TypedValue,
  Value,
} from '../../ir/model/index.js';
import type { Addresses } from './addresses.js';
import { constantOf } from './slots.js';

/** Whether the address is an entry of a table of labels of the function. */
export function isLabelEntry(
  value: Value,
  fn: FunctionEntity,
  addresses: Addresses,
  module: Module,
): boolean {
  const sum = tableSum(value, 'i32', addresses);
  const table = sum && tableOf(sum.pointer, fn, module);
  const [index] = sum?.indices ?? [];
  if (table === undefined || index === undefined) return false;
  const bound = largest(index.value, addresses);
  return bound !== undefined && bound < table;
}

/** The largest value that an index can have: by a mask, or as a byte from memory. */
function largest(value: Value, addresses: Addresses): number | undefined {
  const made = addresses.definition(value);
  if (made?.kind === 'binary' && made.opcode === 'and') {
    const mask = constantOf(made.right);
    return mask !== undefined && mask >= 0 ? mask : undefined;
  }
  if (made?.kind !== 'cast' || made.opcode !== 'zext') return undefined;
  if (addresses.definition(made.operand.value)?.kind !== 'load') return undefined;
  return made.operand.type.text === 'i8' ? 255 : undefined;
}

/** Whether a jump goes where a table of labels of the function says; at -O0 several sites share one. */
export function jumpsByLabels(
  { address }: IndirectBr,
  fn: FunctionEntity,
  addresses: Addresses,
  module: Module,
): boolean {
  const shared = addresses.definition(address.value);
  const targets =
    shared?.kind === 'phi' ? shared.incoming.map(({ value }) => value) : [address.value];
  return targets.every((target) => isLabelTarget(target, fn, addresses, module));
}

function isLabelTarget(
  value: Value,
  fn: FunctionEntity,
  addresses: Addresses,
  module: Module,
): boolean {
  const target = tableSum(value, 'i8', addresses);
  const [offset] = target?.indices ?? [];
  const wide = offset && addresses.definition(offset.value);
  if (target === undefined || wide?.kind !== 'cast' || wide.opcode !== 'sext') return false;
  const load = addresses.definition(wide.operand.value);
  if (load?.kind !== 'load' || load.type.text !== 'i32') return false;
  const entry = tableSum(load.pointer.value, 'i32', addresses);
  return (
    entry !== undefined &&
    nameOf(entry.pointer) === nameOf(target.pointer) &&
    isLabelEntry(load.pointer.value, fn, addresses, module)
  );
}

function tableSum(value: Value, type: string, addresses: Addresses): GetElementPtr | undefined {
  const sum = addresses.definition(value);
  if (sum?.kind !== 'getelementptr' || sum.sourceElementType.text !== type) return undefined;
  return sum.indices.length === 1 && nameOf(sum.pointer) !== undefined ? sum : undefined;
}

function nameOf({ value }: TypedValue): string | undefined {
  return value.kind === 'global' ? value.name : undefined;
}

/** How many entries a table has; undefined for what is none of the function's. */
function tableOf(pointer: TypedValue, fn: FunctionEntity, module: Module): number | undefined {
  const table: GlobalVariable | undefined = module.variables.get(nameOf(pointer) ?? '');
  const { initializer } = table ?? {};
  if (table?.constant !== true || initializer?.kind !== 'aggregate') return undefined;
  if (table.type.kind !== 'array' || table.type.element.text !== 'i32') return undefined;
  if (table.linkage !== 'private' && table.linkage !== 'internal') return undefined;
  const { elements } = initializer;
  return elements.every(({ value }) => isLabel(value, table.name, fn))
    ? elements.length
    : undefined;
}

// trunc (sub (ptrtoint blockaddress(fn, label), ptrtoint table))
function isLabel(value: Value, table: string, fn: FunctionEntity): boolean {
  const [difference] = operandsOf(value, 'trunc');
  const [label, base] = difference === undefined ? [] : operandsOf(difference, 'sub');
  const [block] = label === undefined ? [] : operandsOf(label, 'ptrtoint');
  const [start] = base === undefined ? [] : operandsOf(base, 'ptrtoint');
  return (
    block?.kind === 'blockaddress' &&
    block.function === fn.name &&
    start?.kind === 'global' &&
    start.name === table
  );
}

function operandsOf(value: Value, opcode: string): readonly Value[] {
  const constant: Value | Constant = value;
  if (constant.kind !== 'expression' || constant.opcode !== opcode) return [];
  return constant.operands.map((operand) => operand.value);
}
