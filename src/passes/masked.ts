/**
 * Masked vector accesses.
 *
 * `masked.load` and `masked.store` take a pointer of any address space, and the last pass confines it. Gathers and
 * scatters take a vector of pointers, which is confined here. `expandload` and `compressstore` exist for ordinary
 * pointers only, so they become masked accesses of one element each, which code generation branches around.
 */
import { intrinsicName } from '../analysis/intrinsic-name.js';
import type {
  Argument,
  Call,
  FunctionBody,
  Instruction,
  Type,
  TypedValue,
  VectorType,
} from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';
import { WINDOW } from './window.js';

export function lowerMasked(body: FunctionBody, context: FunctionContext): FunctionBody {
  return rewriteInstructions(body, (instruction) =>
    instruction.kind === 'call' ? lowerCall(instruction, context) : undefined,
  );
}

function lowerCall(call: Call, context: FunctionContext): readonly Instruction[] | undefined {
  const name = intrinsicName(call);
  if (name?.startsWith('llvm.masked.') !== true) return undefined;
  const types = [call.calleeType.type.returns, ...call.arguments.map(({ type }) => type)];
  const scalable = types.find((type) => type.kind === 'vector' && type.scalable);
  if (scalable !== undefined) {
    context.error('TBX0202', call, `access of a value of type '${scalable.text}'`);
    return undefined;
  }
  switch (name) {
    case 'llvm.masked.gather':
      return confinePointers(call, 0, context);
    case 'llvm.masked.scatter':
      return confinePointers(call, 1, context);
    case 'llvm.masked.expandload':
      return expandLoad(call, context);
    case 'llvm.masked.compressstore':
      return compressStore(call, context);
    default:
      return undefined;
  }
}

// Gather, scatter

function confinePointers(
  call: Call,
  position: number,
  context: FunctionContext,
): readonly Instruction[] | undefined {
  const pointers = call.arguments[position];
  if (pointers?.type.kind !== 'vector' || pointers.type.element !== context.module.types.ptr) {
    const type = pointers?.type.text ?? 'nothing';
    context.error('TBX0201', call, `access through '${type}': only address space 0 is confined`);
    return undefined;
  }
  const build = new InstructionBuilder(context, call);
  const window = windowVector(build, pointers, pointers.type, context);
  const values = call.arguments.map((argument, index): Argument =>
    index === position ? { ...argument, type: window.type, value: window.value } : argument,
  );
  const parameters = values.map(({ type }) => type);
  const type = build.types.function(call.calleeType.type.returns, parameters, false);
  const oldName = call.callee.kind === 'global' ? call.callee.name : '';
  const name = oldName.replace(/p0$/, `p${WINDOW}`);
  const list = parameters.map(({ text }) => text).join(', ');
  const declaration = `declare ${type.returns.text} ${name}(${list})`;
  const callee = context.module.declareFunction(name, declaration);
  build.push({
    ...call,
    callee,
    calleeType: { type, explicit: false },
    arguments: values,
    verbatim: false,
  });
  context.module.statistics.confined('intrinsic');
  return build.instructions;
}

function windowVector(
  build: InstructionBuilder,
  pointers: TypedValue,
  { length }: VectorType,
  context: FunctionContext,
): TypedValue {
  const { types } = build;
  const vector = (element: Type): Type => types.vector(length, element);
  const target = vector(types.pointer(WINDOW));
  const wide = vector(types.integer(64));
  if (context.module.options.lowering === 'addr32') {
    const integers = build.cast('ptrtoint', pointers, wide, 'int');
    return build.cast('inttoptr', integers, target, 'addr');
  }
  const frozen = build.freeze(pointers, 'frozen');
  const low = build.cast('ptrtoint', frozen, vector(types.integer(32)), 'low');
  const offsets = build.cast('zext', low, wide, 'offset');
  return build.cast('inttoptr', offsets, target, 'addr');
}

// Expanding loads, compressing stores

interface Lanes {
  readonly pointer: TypedValue;
  readonly mask: TypedValue;
  readonly vector: TypedValue;
  readonly type: VectorType;
  /** Bytes between two elements in memory. */
  readonly stride: number;
}

function lanesOf(
  call: Call,
  [pointer, mask, vector]: readonly (Argument | undefined)[],
  context: FunctionContext,
): Lanes | undefined {
  if (pointer === undefined || mask === undefined || vector?.type.kind !== 'vector')
    return undefined;
  const { type } = vector;
  const stride = context.module.layout.layoutOf(type.element)?.size;
  if (stride !== undefined) return { pointer, mask, vector, type, stride };
  context.error('TBX0202', call, `access of a value of type '${type.text}'`);
  return undefined;
}

/** Elements come from consecutive places, one for each set bit of the mask. */
function expandLoad(call: Call, context: FunctionContext): readonly Instruction[] | undefined {
  const [pointer, mask, through] = call.arguments;
  const lanes = lanesOf(call, [pointer, mask, through], context);
  if (lanes === undefined) return undefined;
  const build = new InstructionBuilder(context, call);
  const single = build.types.vector(1, lanes.type.element);
  let result = untyped(lanes.vector);
  walkLanes(build, lanes, (address, bit, lane) => {
    const old = build.extractelement(result, lane, lanes.type.element, 'lane');
    const before = build.insertelement(poison(single), old, 0, 'lane');
    const loaded = maskedLoad(build, { address, bit, before, single }, context);
    const element = build.extractelement(loaded, 0, lanes.type.element, 'lane');
    result = build.insertelement(result, element, lane, 'expanded');
  });
  build.nameLast(call.result);
  return build.instructions;
}

function compressStore(call: Call, context: FunctionContext): readonly Instruction[] | undefined {
  const [vector, pointer, mask] = call.arguments;
  const lanes = lanesOf(call, [pointer, mask, vector], context);
  if (lanes === undefined) return undefined;
  const build = new InstructionBuilder(context, call);
  const single = build.types.vector(1, lanes.type.element);
  walkLanes(build, lanes, (address, bit, lane) => {
    const element = build.extractelement(lanes.vector, lane, lanes.type.element, 'lane');
    const value = build.insertelement(poison(single), element, 0, 'lane');
    maskedStore(build, { address, bit, value, single }, context);
  });
  return build.instructions;
}

/** Calls `access` with the address and the mask bit, as `<1 x i1>`, of each lane. */
function walkLanes(
  build: InstructionBuilder,
  { pointer, mask, type, stride }: Lanes,
  access: (address: TypedValue, bit: TypedValue, lane: number) => void,
): void {
  const bool = build.types.integer(1);
  let address = untyped(pointer);
  for (let lane = 0; lane < type.length; lane++) {
    const bit = build.extractelement(mask, lane, bool, 'bit');
    const vector = build.insertelement(poison(build.types.vector(1, bool)), bit, 0, 'bit');
    access(address, vector, lane);
    if (lane + 1 === type.length) return;
    const next = build.offset(address, stride, 'next');
    address = build.select(bit, next, address, 'next');
  }
}

interface MaskedLoad {
  readonly address: TypedValue;
  readonly bit: TypedValue;
  readonly before: TypedValue;
  readonly single: VectorType;
}

function maskedLoad(
  build: InstructionBuilder,
  { address, bit, before, single }: MaskedLoad,
  context: FunctionContext,
): TypedValue {
  const values = [address, build.integer(32, 1), bit, before];
  const loaded = callMasked(build, { name: 'load', returns: single, values, single }, context);
  return loaded ?? before;
}

interface MaskedStore {
  readonly address: TypedValue;
  readonly bit: TypedValue;
  readonly value: TypedValue;
  readonly single: VectorType;
}

function maskedStore(
  build: InstructionBuilder,
  { address, bit, value, single }: MaskedStore,
  context: FunctionContext,
): void {
  const values = [value, address, build.integer(32, 1), bit];
  callMasked(build, { name: 'store', returns: build.types.void, values, single }, context);
}

interface MaskedCall {
  readonly name: 'load' | 'store';
  readonly returns: Type;
  readonly values: readonly TypedValue[];
  readonly single: VectorType;
}

/** LLVM up to 21 has the alignment as an argument, later ones accept and drop it. */
function callMasked(
  build: InstructionBuilder,
  { name, returns, values, single }: MaskedCall,
  context: FunctionContext,
): TypedValue | undefined {
  const parameters = values.map(({ type }) => type);
  const type = build.types.function(returns, parameters, false);
  const full = `@llvm.masked.${name}.v1${suffixOf(single.element)}.p0`;
  const list = parameters.map(({ text }) => text).join(', ');
  const callee = context.module.declareFunction(full, `declare ${returns.text} ${full}(${list})`);
  return build.call(callee, type, values, 'masked');
}

/** How intrinsic names spell a scalar type. */
function suffixOf(type: Type): string {
  if (type.kind === 'pointer') return `p${type.addressSpace}`;
  if (type.kind !== 'float') return type.text;
  const suffixes = {
    half: 'f16',
    bfloat: 'bf16',
    float: 'f32',
    double: 'f64',
    x86_fp80: 'f80',
    fp128: 'f128',
    ppc_fp128: 'ppcf128',
  } as const;
  return suffixes[type.format];
}

function poison(type: Type): TypedValue {
  return { type, value: { kind: 'keyword', keyword: 'poison' } };
}

function untyped({ type, value }: TypedValue): TypedValue {
  return { type, value };
}
