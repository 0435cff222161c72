/**
 * Interned types: one object for each type of a module, so that types are compared with `===`.
 *
 * The canonical spelling is the key. It is unambiguous, since LLVM's own parser reads types from it.
 */
import { quoteString } from './names.js';
import type {
  ArrayType,
  FloatFormat,
  FloatType,
  FunctionType,
  IntegerType,
  NamedType,
  PointerType,
  SimpleType,
  SimpleTypeKind,
  StructType,
  TargetType,
  Type,
  VectorType,
} from './model/type.js';

/** Types that need no table: all modules share them. */
export const SIMPLE_TYPES: { readonly [Kind in SimpleTypeKind]: SimpleType } = {
  void: { kind: 'void', text: 'void' },
  label: { kind: 'label', text: 'label' },
  token: { kind: 'token', text: 'token' },
  metadata: { kind: 'metadata', text: 'metadata' },
  x86_amx: { kind: 'x86_amx', text: 'x86_amx' },
  x86_mmx: { kind: 'x86_mmx', text: 'x86_mmx' },
};

export const FLOAT_TYPES: { readonly [Format in FloatFormat]: FloatType } = {
  half: { kind: 'float', text: 'half', format: 'half' },
  bfloat: { kind: 'float', text: 'bfloat', format: 'bfloat' },
  float: { kind: 'float', text: 'float', format: 'float' },
  double: { kind: 'float', text: 'double', format: 'double' },
  x86_fp80: { kind: 'float', text: 'x86_fp80', format: 'x86_fp80' },
  fp128: { kind: 'float', text: 'fp128', format: 'fp128' },
  ppc_fp128: { kind: 'float', text: 'ppc_fp128', format: 'ppc_fp128' },
};

/** `ptr` in address space 0 */
export const POINTER: PointerType = { kind: 'pointer', text: 'ptr', addressSpace: 0 };

/** Makes types, each once. */
export class TypeTable {
  readonly void = SIMPLE_TYPES.void;
  readonly label = SIMPLE_TYPES.label;
  readonly token = SIMPLE_TYPES.token;
  readonly metadata = SIMPLE_TYPES.metadata;
  readonly x86Amx = SIMPLE_TYPES.x86_amx;
  readonly x86Mmx = SIMPLE_TYPES.x86_mmx;
  /** `ptr`, by far the most common type. */
  readonly ptr = POINTER;

  readonly #integers = new Map<number, IntegerType>();
  readonly #pointers = new Map<number | string, PointerType>([[0, POINTER]]);
  readonly #named = new Map<string, NamedType>();
  readonly #vectors = new Map<string, VectorType>();
  readonly #arrays = new Map<string, ArrayType>();
  readonly #structs = new Map<string, StructType>();
  readonly #functions = new Map<string, FunctionType>();
  readonly #targets = new Map<string, TargetType>();

  /** `void`, `label`, `token`, `metadata`, `x86_amx` */
  simple(kind: SimpleTypeKind): SimpleType {
    return SIMPLE_TYPES[kind];
  }

  /** `iN`, 1 to 2^23 bits. */
  integer(bits: number): IntegerType {
    let type = this.#integers.get(bits);
    if (type === undefined) {
      type = { kind: 'integer', text: `i${bits}`, bits };
      this.#integers.set(bits, type);
    }
    return type;
  }

  /** `half` to `ppc_fp128` */
  float(format: FloatFormat): FloatType {
    return FLOAT_TYPES[format];
  }

  /** `ptr`, `ptr addrspace(5)`, `ptr addrspace("A")`; a symbolic name is given without its quotes. */
  pointer(addressSpace: number | string = 0): PointerType {
    let type = this.#pointers.get(addressSpace);
    if (type === undefined) {
      const space =
        typeof addressSpace === 'number' ? String(addressSpace) : quoteString(addressSpace);
      type = { kind: 'pointer', text: `ptr addrspace(${space})`, addressSpace };
      this.#pointers.set(addressSpace, type);
    }
    return type;
  }

  /** `<4 x i32>`, `<vscale x 4 x i32>` */
  vector(length: number, element: Type, scalable = false): VectorType {
    const text = `<${scalable ? 'vscale x ' : ''}${length} x ${element.text}>`;
    let type = this.#vectors.get(text);
    if (type === undefined) {
      type = { kind: 'vector', text, scalable, length, element };
      this.#vectors.set(text, type);
    }
    return type;
  }

  /** `[4 x i8]` */
  array(length: bigint | number, element: Type): ArrayType {
    const text = `[${length} x ${element.text}]`;
    let type = this.#arrays.get(text);
    if (type === undefined) {
      type = { kind: 'array', text, length: BigInt(length), element };
      this.#arrays.set(text, type);
    }
    return type;
  }

  /** A literal structure. */
  struct(fields: readonly Type[], packed = false): StructType {
    const inside = fields.length === 0 ? '{}' : `{ ${joinTypes(fields)} }`;
    const text = packed ? `<${inside}>` : inside;
    let type = this.#structs.get(text);
    if (type === undefined) {
      type = { kind: 'struct', text, packed, fields };
      this.#structs.set(text, type);
    }
    return type;
  }

  /** A reference to an identified structure; `name` with its sigil, spelled canonically. */
  named(name: string): NamedType {
    let type = this.#named.get(name);
    if (type === undefined) {
      type = { kind: 'named', text: name, name };
      this.#named.set(name, type);
    }
    return type;
  }

  /** The identified structures that were named so far, whether or not they are defined. */
  namedTypes(): Iterable<NamedType> {
    return this.#named.values();
  }

  /** `i32 (ptr, ...)` */
  function(returns: Type, parameters: readonly Type[], variadic = false): FunctionType {
    const fixed = joinTypes(parameters);
    const all = variadic ? (fixed === '' ? '...' : `${fixed}, ...`) : fixed;
    const text = `${returns.text} (${all})`;
    let type = this.#functions.get(text);
    if (type === undefined) {
      type = { kind: 'function', text, returns, parameters, variadic };
      this.#functions.set(text, type);
    }
    return type;
  }

  /** `target("spirv.Image", i32, 1, 2)`; `name` without its quotes. */
  target(name: string, types: readonly Type[], integers: readonly number[]): TargetType {
    const inside = [
      quoteString(name),
      ...types.map((type) => type.text),
      ...integers.map(String),
    ].join(', ');
    const text = `target(${inside})`;
    let type = this.#targets.get(text);
    if (type === undefined) {
      type = { kind: 'target', text, name, types, integers };
      this.#targets.set(text, type);
    }
    return type;
  }
}

function joinTypes(types: readonly Type[]): string {
  let text = '';
  for (const type of types) text = text === '' ? type.text : `${text}, ${type.text}`;
  return text;
}
