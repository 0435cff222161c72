/** @see LangRef, "Conversion Operations" */
import type { FloatFormat, Type } from '../ir/index.js';
import type { TypeRules } from './type-rules.js';

const FLOAT_BITS: { readonly [Format in FloatFormat]: number } = {
  half: 16,
  bfloat: 16,
  float: 32,
  double: 64,
  x86_fp80: 80,
  fp128: 128,
  ppc_fp128: 128,
};

type Rule = (from: Type, to: Type) => boolean;

const integers: Rule = (from, to) => from.kind === 'integer' && to.kind === 'integer';
const floats: Rule = (from, to) => from.kind === 'float' && to.kind === 'float';
const narrows: Rule = (from, to) => scalarBits(from) > scalarBits(to);
const widens: Rule = (from, to) => scalarBits(from) < scalarBits(to);

/** By opcode, what the scalar types must be; all of these go element by element over vectors. */
const ELEMENTWISE: { readonly [opcode: string]: Rule } = {
  trunc: (from, to) => integers(from, to) && narrows(from, to),
  zext: (from, to) => integers(from, to) && widens(from, to),
  sext: (from, to) => integers(from, to) && widens(from, to),
  fptrunc: (from, to) => floats(from, to) && narrows(from, to),
  fpext: (from, to) => floats(from, to) && widens(from, to),
  fptoui: (from, to) => from.kind === 'float' && to.kind === 'integer',
  fptosi: (from, to) => from.kind === 'float' && to.kind === 'integer',
  uitofp: (from, to) => from.kind === 'integer' && to.kind === 'float',
  sitofp: (from, to) => from.kind === 'integer' && to.kind === 'float',
  ptrtoint: (from, to) => from.kind === 'pointer' && to.kind === 'integer',
  ptrtoaddr: (from, to) => from.kind === 'pointer' && to.kind === 'integer',
  inttoptr: (from, to) => from.kind === 'integer' && to.kind === 'pointer',
  addrspacecast: (from, to) =>
    from.kind === 'pointer' && to.kind === 'pointer' && from.addressSpace !== to.addressSpace,
};

/** Whether an opcode converts one type into the other. */
export function canConvert(types: TypeRules, opcode: string, from: Type, to: Type): boolean {
  if (opcode === 'bitcast') return canBitcast(types, from, to);
  const rule = ELEMENTWISE[opcode];
  if (rule === undefined) return false;
  return sameShape(types, from, to) && rule(types.scalar(from), types.scalar(to));
}

function sameShape(types: TypeRules, from: Type, to: Type): boolean {
  const left = types.vector(from);
  const right = types.vector(to);
  if (left === undefined || right === undefined) return left === right;
  return left.length === right.length && left.scalable === right.scalable;
}

function canBitcast(types: TypeRules, from: Type, to: Type): boolean {
  if (types.same(from, to)) return types.isFirstClass(from) && !types.isAggregate(from);
  const left = types.scalar(from);
  const right = types.scalar(to);
  if (left.kind === 'pointer' || right.kind === 'pointer') {
    return (
      left.kind === 'pointer' &&
      right.kind === 'pointer' &&
      left.addressSpace === right.addressSpace &&
      laneCount(types, from) === laneCount(types, to)
    );
  }
  return types.vector(from)?.scalable === types.vector(to)?.scalable || noVector(types, from, to)
    ? sameBits(types, from, to)
    : false;
}

/** Whether one side is no vector, so that only the bits count; never against a vector of unknown length. */
function noVector(types: TypeRules, from: Type, to: Type): boolean {
  const vectors = [types.vector(from), types.vector(to)];
  return vectors.includes(undefined) && vectors.every((vector) => vector?.scalable !== true);
}

function sameBits(types: TypeRules, from: Type, to: Type): boolean {
  const bits = totalBits(types, from);
  return bits > 0 && bits === totalBits(types, to);
}

/** Vectors of one pointer and pointers convert into each other. */
function laneCount(types: TypeRules, type: Type): string {
  const vector = types.vector(type);
  return vector === undefined ? '1' : `${vector.scalable ? 'vscale x ' : ''}${vector.length}`;
}

function totalBits(types: TypeRules, type: Type): number {
  return (types.vector(type)?.length ?? 1) * scalarBits(types.scalar(type));
}

/** The width of what a register holds; 0 where it has none of its own. */
export function scalarBits(type: Type): number {
  switch (type.kind) {
    case 'integer':
      return type.bits;
    case 'float':
      return FLOAT_BITS[type.format];
    case 'x86_mmx':
      return 64;
    case 'x86_amx':
      return 8192;
    default:
      return 0;
  }
}
