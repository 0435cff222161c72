/**
 * Sizes, alignments and offsets of types, as LLVM's code generator lays them out for x86-64 Linux.
 *
 * Exact or nothing: a type whose layout depends on the LLVM version or on the machine has none here, and whoever asks
 * treats it with care. Sizes are in bytes.
 *
 * @see LangRef, "Data Layout"
 */
import type { Module, StructType, Type, TypedValue, VectorType } from '../ir/model/index.js';

export interface TypeLayout {
  /** Bytes that a store of the type may write. */
  readonly storeSize: number;
  /** Distance of two elements of an array: the store size rounded up to the alignment. */
  readonly size: number;
  /** ABI alignment, a power of two. */
  readonly alignment: number;
}

/** Types inside types; names can nest them deeper than their text does. */
const MAXIMUM_DEPTH = 1000;
/** Larger types do not fit into a window. */
const MAXIMUM_SIZE = 2 ** 32;

export class DataLayout {
  readonly #types: Module['types'];
  /** ABI alignment of `iN` for the widths that the data layout states, in ascending order. */
  readonly #integers: readonly (readonly [bits: number, alignment: number])[];
  readonly #cache = new Map<Type, TypeLayout | undefined>();
  #depth = 0;

  /** @param integers ABI alignment in bytes of `iN`, by width in bits */
  constructor(types: Module['types'], integers: ReadonlyMap<number, number>) {
    this.#types = types;
    this.#integers = [...integers].sort(([left], [right]) => left - right);
  }

  /** Undefined for types without a size, and for those whose layout is not known exactly. */
  layoutOf(type: Type): TypeLayout | undefined {
    if (this.#cache.has(type)) return this.#cache.get(type);
    if (this.#depth >= MAXIMUM_DEPTH) return undefined;
    // A type that contains itself has no size.
    this.#cache.set(type, undefined);
    this.#depth++;
    const layout = this.#compute(type);
    this.#depth--;
    const known = layout !== undefined && layout.size <= MAXIMUM_SIZE ? layout : undefined;
    this.#cache.set(type, known);
    return known;
  }

  #compute(type: Type): TypeLayout | undefined {
    switch (type.kind) {
      case 'integer':
        return scalar(Math.ceil(type.bits / 8), this.#integerAlignment(type.bits));
      case 'float':
        return floatLayout(type.format);
      case 'pointer':
        return pointerLayout(type.addressSpace);
      case 'vector':
        return this.#vectorLayout(type);
      case 'array': {
        const element = this.layoutOf(type.element);
        if (element === undefined) return undefined;
        const size = element.size * Number(type.length);
        return { storeSize: size, size, alignment: element.alignment };
      }
      case 'struct':
        return this.#structLayout(type);
      case 'named': {
        const body = this.#types.get(type.name)?.body;
        return body === undefined ? undefined : this.layoutOf(body);
      }
      case 'function':
      case 'target':
      case 'void':
      case 'label':
      case 'token':
      case 'metadata':
      case 'x86_amx':
      case 'x86_mmx':
        return undefined;
    }
  }

  /** A width that the data layout does not state has the alignment of the next wider one, or of the widest. */
  #integerAlignment(bits: number): number {
    const wider = this.#integers.find(([width]) => width >= bits) ?? this.#integers.at(-1);
    return wider?.[1] ?? 1;
  }

  /** Vectors are packed bits; those of whole bytes only, as LLVM's versions disagree on the alignment of others. */
  #vectorLayout(type: VectorType): TypeLayout | undefined {
    const element = this.layoutOf(type.element);
    if (type.scalable || element === undefined || element.size !== element.storeSize)
      return undefined;
    if (type.element.kind === 'integer' && type.element.bits % 8 !== 0) return undefined;
    const storeSize = type.length * element.size;
    const alignment = 2 ** Math.ceil(Math.log2(storeSize));
    return { storeSize, size: roundUp(storeSize, alignment), alignment };
  }

  #structLayout(type: StructType): TypeLayout | undefined {
    let size = 0;
    let alignment = 1;
    for (const field of type.fields) {
      const layout = this.layoutOf(field);
      if (layout === undefined) return undefined;
      const fieldAlignment = type.packed ? 1 : layout.alignment;
      size = roundUp(size, fieldAlignment) + layout.size;
      alignment = Math.max(alignment, fieldAlignment);
    }
    size = roundUp(size, alignment);
    return { storeSize: size, size, alignment };
  }

  /** Offset of a field; undefined where the index or a layout is unknown. */
  fieldOffset(type: StructType, index: number): number | undefined {
    let offset = 0;
    for (const [position, field] of type.fields.entries()) {
      const layout = this.layoutOf(field);
      if (layout === undefined) return undefined;
      offset = roundUp(offset, type.packed ? 1 : layout.alignment);
      if (position === index) return offset;
      offset += layout.size;
    }
    return undefined;
  }

  /**
   * The bytes that a `getelementptr` adds to its pointer; undefined where they are not constant, or not a safe integer
   * of JavaScript.
   */
  constantOffset(sourceElementType: Type, indices: readonly TypedValue[]): number | undefined {
    const [first, ...rest] = indices;
    if (first === undefined) return 0;
    const size = this.layoutOf(sourceElementType)?.size;
    const start = constantIndex(first);
    if (size === undefined || start === undefined) return undefined;
    let offset = start * size;
    let type = sourceElementType;
    for (const index of rest) {
      const step = this.#step(type, index);
      if (step === undefined) return undefined;
      offset += step.offset;
      type = step.type;
    }
    return Number.isSafeInteger(offset) ? offset : undefined;
  }

  #step(
    outer: Type,
    index: TypedValue,
  ): { readonly offset: number; readonly type: Type } | undefined {
    const type = this.#resolve(outer);
    const position = constantIndex(index);
    if (type === undefined || position === undefined) return undefined;
    if (type.kind === 'struct') {
      const field = type.fields[position];
      const offset = this.fieldOffset(type, position);
      return field === undefined || offset === undefined ? undefined : { offset, type: field };
    }
    if (type.kind !== 'array' && type.kind !== 'vector') return undefined;
    const size = this.layoutOf(type.element)?.size;
    return size === undefined ? undefined : { offset: position * size, type: type.element };
  }

  #resolve(type: Type): Type | undefined {
    return type.kind === 'named' ? this.#types.get(type.name)?.body : type;
  }
}

function scalar(storeSize: number, alignment: number): TypeLayout {
  return { storeSize, size: roundUp(storeSize, alignment), alignment };
}

function floatLayout(format: string): TypeLayout | undefined {
  switch (format) {
    case 'half':
    case 'bfloat':
      return scalar(2, 2);
    case 'float':
      return scalar(4, 4);
    case 'double':
      return scalar(8, 8);
    case 'x86_fp80':
      return scalar(10, 16);
    case 'fp128':
      return scalar(16, 16);
    default:
      return undefined;
  }
}

/** Address spaces 270 and 271 are the 32-bit pointers of the Microsoft ABI. */
function pointerLayout(addressSpace: number | string): TypeLayout | undefined {
  if (typeof addressSpace === 'string') return undefined;
  return addressSpace === 270 || addressSpace === 271 ? scalar(4, 4) : scalar(8, 8);
}

/**
 * The value of a scalar integer constant, read as signed, cut to its type as LLVM cuts it (`i8 255` is -1); undefined for
 * every other operand, and for values that are no safe integers of JavaScript.
 */
export function constantIndex({ type, value }: TypedValue): number | undefined {
  if (type.kind !== 'integer') return undefined;
  if (value.kind === 'keyword' && value.keyword === 'zeroinitializer') return 0;
  if (value.kind !== 'integer' || !/^-?\d+$/.test(value.text)) return undefined;
  const number = Number(BigInt.asIntN(type.bits, BigInt(value.text)));
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Like {@link constantIndex} for a length: what is negative when read as signed is too large to be of use. */
export function constantLength(length: TypedValue | undefined): number | undefined {
  const value = length === undefined ? undefined : constantIndex(length);
  return value === undefined || value < 0 ? undefined : value;
}

export function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
