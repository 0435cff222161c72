/** Sizes of types in memory on x86-64, for native slots; undefined for what no slot needs. */
import type { Module, Type } from '../../ir/model/index.js';

interface Layout {
  readonly size: number;
  readonly alignment: number;
}

const FLOATS = {
  half: 2,
  bfloat: 2,
  float: 4,
  double: 8,
  x86_fp80: 16,
  fp128: 16,
  ppc_fp128: 16,
} as const;
/** Deeper types are not laid out: no slot needs them, and a recursive one would have no end. */
const MAXIMUM_DEPTH = 32;

/** Bytes that an access of the type may touch, padding included. */
export function sizeOf(type: Type, module: Module): number | undefined {
  return layoutOf(type, module, 0)?.size;
}

/** Bytes from the start of a structure to a field. */
export function fieldOffset(type: Type, index: number, module: Module): number | undefined {
  const body = type.kind === 'named' ? module.types.get(type.name)?.body : type;
  if (body?.kind !== 'struct' || index >= body.fields.length) return undefined;
  const before = structLayout(body.fields.slice(0, index), body.packed, module, 0);
  const field = body.fields[index];
  const own = field === undefined ? undefined : layoutOf(field, module, 0);
  if (before === undefined || own === undefined) return undefined;
  return body.packed ? before.end : roundUp(before.end, own.alignment);
}

function layoutOf(type: Type, module: Module, depth: number): Layout | undefined {
  if (depth > MAXIMUM_DEPTH) return undefined;
  switch (type.kind) {
    case 'integer':
      return integerLayout(type.bits);
    case 'float':
      return square(FLOATS[type.format]);
    case 'pointer':
      return square(8);
    case 'vector': {
      const element = layoutOf(type.element, module, depth + 1);
      if (element === undefined || type.scalable) return undefined;
      const bits = type.element.kind === 'integer' ? type.element.bits : element.size * 8;
      return square(powerOfTwo(Math.ceil((bits * type.length) / 8)));
    }
    case 'array': {
      const element = layoutOf(type.element, module, depth + 1);
      if (element === undefined) return undefined;
      return { size: element.size * Number(type.length), alignment: element.alignment };
    }
    case 'struct': {
      const layout = structLayout(type.fields, type.packed, module, depth);
      return layout && { size: roundUp(layout.end, layout.alignment), alignment: layout.alignment };
    }
    case 'named': {
      const body = module.types.get(type.name)?.body;
      return body && layoutOf(body, module, depth + 1);
    }
    default:
      return undefined;
  }
}

function structLayout(
  fields: readonly Type[],
  packed: boolean,
  module: Module,
  depth: number,
): { readonly end: number; readonly alignment: number } | undefined {
  let end = 0;
  let alignment = 1;
  for (const field of fields) {
    const layout = layoutOf(field, module, depth + 1);
    if (layout === undefined) return undefined;
    end = (packed ? end : roundUp(end, layout.alignment)) + layout.size;
    if (!packed) alignment = Math.max(alignment, layout.alignment);
  }
  return { end, alignment };
}

function integerLayout(bits: number): Layout {
  const bytes = Math.ceil(bits / 8);
  const alignment = Math.min(16, powerOfTwo(bytes));
  return { size: roundUp(bytes, alignment), alignment };
}

function square(size: number): Layout {
  return { size, alignment: size };
}

function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
}

function roundUp(size: number, alignment: number): number {
  return Math.ceil(size / alignment) * alignment;
}
