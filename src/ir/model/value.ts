/**
 * Values: what an operand can be.
 *
 * Names keep their sigil and are spelled canonically (`%x`, `@f`, `%"a b"`), quoted only where LLVM must quote, so that
 * two references to one value have equal names. Values do not carry their type: the operand that holds them does.
 *
 * @see LangRef, "Constants", "Identifiers"
 */
import type { FunctionType, Type } from './type.js';
import type { Metadata } from './metadata.js';

/** An argument or an instruction's result: `%x`. */
export interface LocalValue {
  readonly kind: 'local';
  readonly name: string;
}

/** A function, global variable, alias or ifunc: `@g`. */
export interface GlobalValue {
  readonly kind: 'global';
  readonly name: string;
}

/** An integer constant; `text` as it was spelled (`42`, `-1`, `true`, `u0xFF`). */
export interface IntegerConstant {
  readonly kind: 'integer';
  readonly text: string;
}

/** A floating-point constant; `text` as it was spelled (`1.5e+00`, `0x3FF…`, `0xK…`). */
export interface FloatConstant {
  readonly kind: 'float';
  readonly text: string;
}

/** A constant that is one keyword. */
export interface KeywordConstant {
  readonly kind: 'keyword';
  readonly keyword: 'null' | 'undef' | 'poison' | 'zeroinitializer' | 'none';
}

/** `c"…"`; `text` is the whole literal as it was spelled. */
export interface StringConstant {
  readonly kind: 'string';
  readonly text: string;
}

/** `[i8 1, i8 2]`, `{ i32 1, ptr null }`, `<{ i8 1 }>`, `<i32 1, i32 2>` */
export interface AggregateConstant {
  readonly kind: 'aggregate';
  readonly shape: 'array' | 'struct' | 'packed-struct' | 'vector';
  readonly elements: readonly TypedValue[];
}

/** `splat (i32 1)` */
export interface SplatConstant {
  readonly kind: 'splat';
  readonly element: TypedValue;
}

/** `blockaddress(@f, %label)` */
export interface BlockAddress {
  readonly kind: 'blockaddress';
  readonly function: string;
  readonly block: string;
}

/** `dso_local_equivalent @f`, `no_cfi @f` */
export interface WrappedGlobal {
  readonly kind: 'wrapped-global';
  readonly wrapper: 'dso_local_equivalent' | 'no_cfi';
  readonly name: string;
}

/** `ptrauth (ptr @f, i32 0, …)` */
export interface PointerAuthentication {
  readonly kind: 'ptrauth';
  readonly operands: readonly TypedValue[];
}

/** A constant expression, `getelementptr inbounds (i8, ptr @g, i64 4)`, `ptrtoint (ptr @g to i64)`, `add (i64 …, i64 …)`. */
export interface ConstantExpression {
  readonly kind: 'expression';
  readonly opcode: string;
  /** Keywords between the opcode and the parenthesis, in order: `inbounds`, `nuw`, `inrange(-8, 16)`, a predicate. */
  readonly flags: readonly string[];
  /** `getelementptr` only: the type that is indexed. */
  readonly sourceElementType: Type | undefined;
  readonly operands: readonly TypedValue[];
  /** The operand that LLVM 18 and before marked by `inrange`; LLVM 19 gives a range among the flags instead. */
  readonly inRangeOperand?: number;
  /** Casts only: the type behind `to`. */
  readonly castType: Type | undefined;
}

/** `asm sideeffect "template", "constraints"`; both texts as spelled, with their quotes. */
export interface InlineAsm {
  readonly kind: 'asm';
  /** `sideeffect`, `alignstack`, `inteldialect`, `unwind`, in order. */
  readonly flags: readonly string[];
  readonly template: string;
  readonly constraints: string;
}

/** A metadata operand (`metadata !1`, `metadata ptr %x`). */
export interface MetadataOperand {
  readonly kind: 'metadata';
  readonly metadata: Metadata;
}

/** What is known when the program is linked. */
export type Constant =
  | GlobalValue
  | IntegerConstant
  | FloatConstant
  | KeywordConstant
  | StringConstant
  | AggregateConstant
  | SplatConstant
  | BlockAddress
  | WrappedGlobal
  | PointerAuthentication
  | ConstantExpression;

/** What can be an operand. */
export type Value = LocalValue | Constant | InlineAsm | MetadataOperand;

/** An operand: a type and what has it, `i32 %x`. */
export interface TypedValue {
  readonly type: Type;
  readonly value: Value;
}

/** What a call names as its type: in full (`i32 (ptr, ...)`), or the return type alone. */
export interface CalleeType {
  readonly type: FunctionType;
  /** Whether the text spells the whole function type. */
  readonly explicit: boolean;
}
