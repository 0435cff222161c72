/**
 * Operands of instructions and of constants: read them all, or map them all.
 *
 * An operand is a {@link TypedValue}; where the text states a type once for several values (`add i32 %a, %b`), each
 * operand gets it. Not operands: the callee of a call, which passes treat apart, labels, and the metadata of
 * attachments and debug records.
 */
import type * as ir from './model/index.js';
import type { Constant, Instruction, TypedValue, Value } from './model/index.js';

/** Gives what an operand becomes; the same object where nothing changes. */
export type OperandMap = (operand: TypedValue) => TypedValue;

/** Calls `visit` for each operand, in the order of the text. */
export function forEachOperand(
  instruction: Instruction,
  visit: (operand: TypedValue) => void,
): void {
  switch (instruction.kind) {
    case 'load':
      visit(instruction.pointer);
      return;
    case 'store':
      visit(instruction.value);
      visit(instruction.pointer);
      return;
    case 'getelementptr':
      visit(instruction.pointer);
      instruction.indices.forEach(visit);
      return;
    case 'cast':
      visit(instruction.operand);
      return;
    default:
      visitMapped(instruction, visit);
  }
}

function visitMapped(instruction: Instruction, visit: (operand: TypedValue) => void): void {
  mapOperands(instruction, (operand) => {
    visit(operand);
    return operand;
  });
}

/** The operands in the order of the text. */
export function operands(instruction: Instruction): TypedValue[] {
  const found: TypedValue[] = [];
  forEachOperand(instruction, (operand) => found.push(operand));
  return found;
}

/**
 * Whether `test` holds for the value of some operand. It makes no objects, unlike {@link mapOperands}: ask it first where
 * few instructions have what a pass looks for.
 */
export function someValue(instruction: Instruction, test: (value: Value) => boolean): boolean {
  switch (instruction.kind) {
    case 'br':
      return instruction.condition !== undefined && test(instruction.condition.value);
    case 'ret':
      return instruction.value !== undefined && test(instruction.value.value);
    case 'load':
      return test(instruction.pointer.value);
    case 'store':
      return test(instruction.value.value) || test(instruction.pointer.value);
    case 'cast':
    case 'fneg':
    case 'freeze':
      return test(instruction.operand.value);
    case 'binary':
    case 'icmp':
    case 'fcmp':
      return test(instruction.left) || test(instruction.right);
    case 'select':
      return (
        test(instruction.condition.value) ||
        test(instruction.ifTrue.value) ||
        test(instruction.ifFalse.value)
      );
    case 'getelementptr':
      return test(instruction.pointer.value) || someOf(instruction.indices, test);
    case 'phi':
      for (const { value } of instruction.incoming) if (test(value)) return true;
      return false;
    case 'call':
    case 'invoke':
    case 'callbr':
      if (someOf(instruction.arguments, test)) return true;
      return instruction.bundles.some(({ inputs }) => someOf(inputs, test));
    default:
      return operands(instruction).some(({ value }) => test(value));
  }
}

function someOf(
  operandList: readonly Pick<TypedValue, 'value'>[],
  test: (value: Value) => boolean,
): boolean {
  for (const { value } of operandList) if (test(value)) return true;
  return false;
}

/**
 * Puts `map(operand)` in the place of each operand. Returns the same object where nothing changed, else a copy that is
 * printed from the tree. Where the text states a type once, the first mapped operand gives it.
 */
export function mapOperands(instruction: Instruction, map: OperandMap): Instruction {
  switch (instruction.kind) {
    case 'br':
      return instruction.condition === undefined
        ? instruction
        : mapField(instruction, 'condition', map);
    case 'ret':
      return instruction.value === undefined ? instruction : mapField(instruction, 'value', map);
    case 'resume':
      return mapField(instruction, 'value', map);
    case 'switch':
      return mapSwitch(instruction, map);
    case 'indirectbr':
      return mapField(instruction, 'address', map);
    case 'fneg':
    case 'cast':
    case 'freeze':
      return mapField(instruction, 'operand', map);
    case 'binary':
    case 'icmp':
    case 'fcmp':
      return mapPair(instruction, map);
    case 'extractelement':
      return mapField(mapField(instruction, 'vector', map), 'index', map);
    case 'insertelement':
      return mapField(mapField(mapField(instruction, 'vector', map), 'element', map), 'index', map);
    case 'shufflevector':
      return mapField(mapField(mapField(instruction, 'left', map), 'right', map), 'mask', map);
    case 'extractvalue':
      return mapField(instruction, 'aggregate', map);
    case 'insertvalue':
      return mapField(mapField(instruction, 'aggregate', map), 'element', map);
    case 'alloca':
      return instruction.count === undefined ? instruction : mapField(instruction, 'count', map);
    case 'load':
      return mapField(instruction, 'pointer', map);
    case 'store':
      return mapField(mapField(instruction, 'value', map), 'pointer', map);
    case 'cmpxchg':
      return mapField(
        mapField(mapField(instruction, 'pointer', map), 'expected', map),
        'replacement',
        map,
      );
    case 'atomicrmw':
      return mapField(mapField(instruction, 'pointer', map), 'value', map);
    case 'getelementptr':
      return mapGetElementPtr(instruction, map);
    case 'phi':
      return mapPhi(instruction, map);
    case 'select':
      return mapField(
        mapField(mapField(instruction, 'condition', map), 'ifTrue', map),
        'ifFalse',
        map,
      );
    case 'va_arg':
      return mapField(instruction, 'list', map);
    case 'landingpad':
      return mapLandingPad(instruction, map);
    case 'catchpad':
    case 'cleanuppad':
      return mapFuncletPad(instruction, map);
    case 'call':
    case 'invoke':
    case 'callbr':
      return mapCall(instruction, map);
    case 'unreachable':
    case 'catchswitch':
    case 'catchret':
    case 'cleanupret':
    case 'fence':
    case 'debug-record':
    case 'uselistorder':
      return instruction;
  }
}

/** The operands directly inside a constant, in the order of the text; the globals that it names without a type are not. */
export function constantOperands(constant: Constant): readonly TypedValue[] {
  switch (constant.kind) {
    case 'aggregate':
      return constant.elements;
    case 'splat':
      return [constant.element];
    case 'ptrauth':
    case 'expression':
      return constant.operands;
    case 'global':
    case 'integer':
    case 'float':
    case 'keyword':
    case 'string':
    case 'blockaddress':
    case 'wrapped-global':
      return [];
  }
}

/** Puts `map(operand)` in the place of each operand directly inside a constant; the same object where nothing changed. */
export function mapConstant(constant: Constant, map: OperandMap): Constant {
  switch (constant.kind) {
    case 'aggregate': {
      const elements = mapAll(constant.elements, map);
      return elements === constant.elements ? constant : { ...constant, elements };
    }
    case 'splat': {
      const element = map(constant.element);
      return element === constant.element ? constant : { ...constant, element };
    }
    case 'ptrauth':
    case 'expression': {
      const mapped = mapAll(constant.operands, map);
      return mapped === constant.operands ? constant : { ...constant, operands: mapped };
    }
    case 'global':
    case 'integer':
    case 'float':
    case 'keyword':
    case 'string':
    case 'blockaddress':
    case 'wrapped-global':
      return constant;
  }
}

/** Whether a value is a constant, so that {@link mapConstant} can look inside. */
export function isConstant(value: Value): value is Constant {
  return value.kind !== 'local' && value.kind !== 'asm' && value.kind !== 'metadata';
}

type FieldsOf<I, Field extends string> = I & { readonly [F in Field]: TypedValue | undefined };

function mapField<Field extends string, I extends FieldsOf<ir.InstructionBase, Field>>(
  instruction: I,
  field: Field,
  map: OperandMap,
): I {
  const operand = instruction[field];
  if (operand === undefined) return instruction;
  const mapped = map(operand);
  return mapped === operand ? instruction : { ...instruction, [field]: mapped, verbatim: false };
}

function mapPair<I extends ir.Binary | ir.ICmp | ir.FCmp>(instruction: I, map: OperandMap): I {
  const left = map({ type: instruction.type, value: instruction.left });
  const right = map({ type: instruction.type, value: instruction.right });
  const sameValues = left.value === instruction.left && right.value === instruction.right;
  if (sameValues && left.type === instruction.type) return instruction;
  return { ...instruction, type: left.type, left: left.value, right: right.value, verbatim: false };
}

function mapSwitch(instruction: ir.Switch, map: OperandMap): ir.Switch {
  const value = map(instruction.value);
  const cases = mapItems(instruction.cases, (item) => {
    const mapped = map(item.value);
    return mapped === item.value ? item : { ...item, value: mapped };
  });
  if (value === instruction.value && cases === instruction.cases) return instruction;
  return { ...instruction, value, cases, verbatim: false };
}

function mapGetElementPtr(instruction: ir.GetElementPtr, map: OperandMap): ir.GetElementPtr {
  const pointer = map(instruction.pointer);
  const indices = mapAll(instruction.indices, map);
  if (pointer === instruction.pointer && indices === instruction.indices) return instruction;
  return { ...instruction, pointer, indices, verbatim: false };
}

function mapPhi(instruction: ir.Phi, map: OperandMap): ir.Phi {
  let { type } = instruction;
  const incoming = mapItems(instruction.incoming, (edge, index) => {
    const mapped = map({ type: instruction.type, value: edge.value });
    if (index === 0) type = mapped.type;
    return mapped.value === edge.value ? edge : { ...edge, value: mapped.value };
  });
  if (type === instruction.type && incoming === instruction.incoming) return instruction;
  return { ...instruction, type, incoming, verbatim: false };
}

function mapLandingPad(instruction: ir.LandingPad, map: OperandMap): ir.LandingPad {
  const clauses = mapItems(instruction.clauses, (clause) => {
    const mapped = map(clause.value);
    return mapped === clause.value ? clause : { ...clause, value: mapped };
  });
  return clauses === instruction.clauses
    ? instruction
    : { ...instruction, clauses, verbatim: false };
}

function mapFuncletPad(instruction: ir.FuncletPad, map: OperandMap): ir.FuncletPad {
  const mapped = mapAll(instruction.arguments, map);
  return mapped === instruction.arguments
    ? instruction
    : { ...instruction, arguments: mapped, verbatim: false };
}

function mapCall<I extends ir.Call | ir.Invoke | ir.CallBr>(instruction: I, map: OperandMap): I {
  const mapped = mapItems(instruction.arguments, (argument) => {
    const { type, value } = map({ type: argument.type, value: argument.value });
    return type === argument.type && value === argument.value
      ? argument
      : { ...argument, type, value };
  });
  const bundles = mapItems(instruction.bundles, (bundle) => {
    const inputs = mapAll(bundle.inputs, map);
    return inputs === bundle.inputs ? bundle : { ...bundle, inputs };
  });
  if (mapped === instruction.arguments && bundles === instruction.bundles) return instruction;
  return { ...instruction, arguments: mapped, bundles, verbatim: false };
}

function mapAll(values: readonly TypedValue[], map: OperandMap): readonly TypedValue[] {
  return mapItems(values, map);
}

/** Like `map` of arrays, but returns the same array where no item changed. */
function mapItems<T>(items: readonly T[], map: (item: T, index: number) => T): readonly T[] {
  let copy: T[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) continue;
    const mapped = map(item, index);
    if (mapped === item && copy === undefined) continue;
    copy ??= items.slice();
    copy[index] = mapped;
  }
  return copy ?? items;
}
