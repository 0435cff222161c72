/**
 * Types of LLVM IR.
 *
 * Types are interned by a {@link TypeTable}: two types of one module are equal if and only if they are the same
 * object. Each type carries its canonical spelling, so that printing and comparing a type costs nothing.
 *
 * @see LangRef, "Type System"
 */

/** The floating-point types, by the keyword that LLVM gives them. */
export type FloatFormat =
  'half' | 'bfloat' | 'float' | 'double' | 'x86_fp80' | 'fp128' | 'ppc_fp128';

/** Types that are one keyword and hold no number; `x86_mmx` is gone since LLVM 20. */
export type SimpleTypeKind = 'void' | 'label' | 'token' | 'metadata' | 'x86_amx' | 'x86_mmx';

interface TypeBase {
  /** The canonical spelling, as LLVM prints it. */
  readonly text: string;
}

/** `void`, `label`, `token`, `metadata`, `x86_amx` */
export interface SimpleType extends TypeBase {
  readonly kind: SimpleTypeKind;
}

/** `i32` */
export interface IntegerType extends TypeBase {
  readonly kind: 'integer';
  /** Width in bits, 1 to 2^23. */
  readonly bits: number;
}

/** `double` */
export interface FloatType extends TypeBase {
  readonly kind: 'float';
  readonly format: FloatFormat;
}

/** `ptr`, `ptr addrspace(5)` */
export interface PointerType extends TypeBase {
  readonly kind: 'pointer';
  /** A number, or the symbolic name of a data layout's address space. */
  readonly addressSpace: number | string;
}

/** `<4 x i32>`, `<vscale x 4 x i32>` */
export interface VectorType extends TypeBase {
  readonly kind: 'vector';
  readonly scalable: boolean;
  readonly length: number;
  readonly element: Type;
}

/** `[4 x i8]` */
export interface ArrayType extends TypeBase {
  readonly kind: 'array';
  /** Number of elements; a bigint because LLVM counts with 64 bits. */
  readonly length: bigint;
  readonly element: Type;
}

/** A literal structure; the body of an identified one is one too. */
export interface StructType extends TypeBase {
  readonly kind: 'struct';
  readonly packed: boolean;
  readonly fields: readonly Type[];
}

/** A reference to an identified structure; {@link Module.types} has its body. */
export interface NamedType extends TypeBase {
  readonly kind: 'named';
  /** With its sigil, as in `%struct.point`. */
  readonly name: string;
}

/** `i32 (ptr, ...)` */
export interface FunctionType extends TypeBase {
  readonly kind: 'function';
  readonly returns: Type;
  readonly parameters: readonly Type[];
  readonly variadic: boolean;
}

/** `target("name", types…, integers…)` */
export interface TargetType extends TypeBase {
  readonly kind: 'target';
  readonly name: string;
  readonly types: readonly Type[];
  readonly integers: readonly number[];
}

/** Any type; to be compared with `===`. */
export type Type =
  | SimpleType
  | IntegerType
  | FloatType
  | PointerType
  | VectorType
  | ArrayType
  | StructType
  | NamedType
  | FunctionType
  | TargetType;
