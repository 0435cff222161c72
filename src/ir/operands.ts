/**
 * Operands of instructions and of constants: read them all, or map them all.
 *
 * An operand is a {@link TypedValue}; where the text states a type once for several values (`add i32 %a, %b`), each
 * operand gets it. Not operands: the callee of a call, which passes treat apart, labels, and the metadata of
 * attachments and debug records.
 */
import {
  copyBinary,
  copyBr,
  copyCall,
  copyCast,
  copyFCmp,
  copyFreeze,
  copyGetElementPtr,
  copyICmp,
  copyLoad,
  copyPhi,
  copyRet,
  copySelect,
  copyStore,
  copySwitch,
} from './copies.js';
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
      return mapBr(instruction, map);
    case 'ret':
      return mapRet(instruction, map);
    case 'resume':
      return mapField(instruction, 'value', map);
    case 'switch':
      return mapSwitch(instruction, map);
    case 'indirectbr':
      return mapField(instruction, 'address', map);
    case 'fneg':
      return mapField(instruction, 'operand', map);
    case 'cast':
      return mapCast(instruction, map);
    case 'freeze':
      return mapFreeze(instruction, map);
    case 'binary':
      return mapBinary(instruction, map);
    case 'icmp':
      return mapICmp(instruction, map);
    case 'fcmp':
      return mapFCmp(instruction, map);
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
      return mapLoad(instruction, map);
    case 'store':
      return mapStore(instruction, map);
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
      return mapSelect(instruction, map);
    case 'va_arg':
      return mapField(instruction, 'list', map);
    case 'landingpad':
      return mapLandingPad(instruction, map);
    case 'catchpad':
    case 'cleanuppad':
      return mapFuncletPad(instruction, map);
    case 'call': {
      const values = mapArguments(instruction.arguments, map);
      const bundles = mapBundles(instruction.bundles, map);
      if (values === instruction.arguments && bundles === instruction.bundles) return instruction;
      return copyCall(instruction, instruction.tail, { arguments: values, bundles });
    }
    case 'invoke':
    case 'callbr':
      return mapExceptionalCall(instruction, map);
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

function mapBr(br: ir.Br, map: OperandMap): ir.Br {
  if (br.condition === undefined) return br;
  const condition = map(br.condition);
  return condition === br.condition ? br : copyBr(br, condition);
}

function mapRet(ret: ir.Ret, map: OperandMap): ir.Ret {
  if (ret.value === undefined) return ret;
  const value = map(ret.value);
  return value === ret.value ? ret : copyRet(ret, value);
}

function mapCast(cast: ir.Cast, map: OperandMap): ir.Cast {
  const operand = map(cast.operand);
  return operand === cast.operand ? cast : copyCast(cast, operand, cast.type);
}

function mapFreeze(freeze: ir.Freeze, map: OperandMap): ir.Freeze {
  const operand = map(freeze.operand);
  return operand === freeze.operand ? freeze : copyFreeze(freeze, operand);
}

function mapLoad(load: ir.Load, map: OperandMap): ir.Load {
  const pointer = map(load.pointer);
  return pointer === load.pointer ? load : copyLoad(load, load.type, pointer);
}

function mapStore(store: ir.Store, map: OperandMap): ir.Store {
  const value = map(store.value);
  const pointer = map(store.pointer);
  if (value === store.value && pointer === store.pointer) return store;
  return copyStore(store, value, pointer);
}

function mapSelect(select: ir.Select, map: OperandMap): ir.Select {
  const condition = map(select.condition);
  const ifTrue = map(select.ifTrue);
  const ifFalse = map(select.ifFalse);
  const same =
    condition === select.condition && ifTrue === select.ifTrue && ifFalse === select.ifFalse;
  return same ? select : copySelect(select, condition, ifTrue, ifFalse);
}

function mapBinary(binary: ir.Binary, map: OperandMap): ir.Binary {
  const left = map({ type: binary.type, value: binary.left });
  const right = map({ type: binary.type, value: binary.right });
  return isPair(binary, left, right)
    ? binary
    : copyBinary(binary, left.type, left.value, right.value);
}

function mapICmp(icmp: ir.ICmp, map: OperandMap): ir.ICmp {
  const left = map({ type: icmp.type, value: icmp.left });
  const right = map({ type: icmp.type, value: icmp.right });
  return isPair(icmp, left, right) ? icmp : copyICmp(icmp, left.type, left.value, right.value);
}

function mapFCmp(fcmp: ir.FCmp, map: OperandMap): ir.FCmp {
  const left = map({ type: fcmp.type, value: fcmp.left });
  const right = map({ type: fcmp.type, value: fcmp.right });
  return isPair(fcmp, left, right) ? fcmp : copyFCmp(fcmp, left.type, left.value, right.value);
}

/** Whether an instruction of two values of one type has these. */
function isPair(
  instruction: ir.Binary | ir.ICmp | ir.FCmp,
  left: TypedValue,
  right: TypedValue,
): boolean {
  return (
    left.value === instruction.left &&
    right.value === instruction.right &&
    left.type === instruction.type
  );
}

function mapSwitch(instruction: ir.Switch, map: OperandMap): ir.Switch {
  const value = map(instruction.value);
  const cases = mapItems(instruction.cases, (item) => {
    const mapped = map(item.value);
    return mapped === item.value ? item : { value: mapped, target: item.target };
  });
  if (value === instruction.value && cases === instruction.cases) return instruction;
  return copySwitch(instruction, value, cases);
}

function mapGetElementPtr(instruction: ir.GetElementPtr, map: OperandMap): ir.GetElementPtr {
  const pointer = map(instruction.pointer);
  const indices = mapAll(instruction.indices, map);
  if (pointer === instruction.pointer && indices === instruction.indices) return instruction;
  return copyGetElementPtr(instruction, pointer, indices);
}

function mapPhi(instruction: ir.Phi, map: OperandMap): ir.Phi {
  let { type } = instruction;
  const incoming = mapItems(instruction.incoming, (edge, index) => {
    const mapped = map({ type: instruction.type, value: edge.value });
    if (index === 0) type = mapped.type;
    return mapped.value === edge.value ? edge : { value: mapped.value, block: edge.block };
  });
  if (type === instruction.type && incoming === instruction.incoming) return instruction;
  return copyPhi(instruction, type, incoming);
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

function mapExceptionalCall<I extends ir.Invoke | ir.CallBr>(call: I, map: OperandMap): I {
  const values = mapArguments(call.arguments, map);
  const bundles = mapBundles(call.bundles, map);
  if (values === call.arguments && bundles === call.bundles) return call;
  return { ...call, arguments: values, bundles, verbatim: false };
}

function mapArguments(values: readonly ir.Argument[], map: OperandMap): readonly ir.Argument[] {
  return mapItems(values, (argument) => {
    const { type, value } = map({ type: argument.type, value: argument.value });
    return type === argument.type && value === argument.value
      ? argument
      : { type, attributes: argument.attributes, value };
  });
}

function mapBundles(
  bundles: readonly ir.OperandBundle[],
  map: OperandMap,
): readonly ir.OperandBundle[] {
  return mapItems(bundles, (bundle) => {
    const inputs = mapAll(bundle.inputs, map);
    return inputs === bundle.inputs ? bundle : { tag: bundle.tag, inputs };
  });
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
