/** Replaces what constants are made of, however deeply it is nested. */
import { constantOperands, isConstant, mapConstant } from '../ir/operands.js';
import type { Constant, TypedValue, Value } from '../ir/model/index.js';

/** What to put in the place of a constant that nothing is nested in; the same object keeps it. */
export type LeafMap = (leaf: Constant) => Constant;

/** Puts `map(leaf)` in the place of every leaf of an operand; the same object where nothing changed. */
export function mapLeaves(operand: TypedValue, map: LeafMap): TypedValue {
  const value = mapValueLeaves(operand.value, map);
  return value === operand.value ? operand : { type: operand.type, value };
}

/** Like {@link mapLeaves}, for a value; other values than constants stay as they are. */
export function mapValueLeaves(value: Value, map: LeafMap): Value {
  return isConstant(value) ? mapConstantLeaves(value, map) : value;
}

/** Like {@link mapLeaves}, for a constant. */
export function mapConstantLeaves(constant: Constant, map: LeafMap): Constant {
  if (constantOperands(constant).length === 0) return map(constant);
  return mapConstant(constant, (operand) => mapLeaves(operand, map));
}
