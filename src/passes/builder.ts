/**
 * Builds instructions: appends typed instructions to a list and hands back their results as operands.
 *
 * Whatever is built stands for, or guards, an instruction of the source, the *anchor*: it takes the anchor's position,
 * for diagnostics, and its `!dbg` location, so that a debugger and a profiler see one statement.
 *
 * All but the rare forms are written out with their fields in the order in which the parser writes them: all instructions
 * of a kind then have one hidden class (see copies.ts), and no object is copied to make another.
 */
import type {
  Argument,
  Attribute,
  BinaryOpcode,
  Call,
  CastOpcode,
  FunctionType,
  Instruction,
  InstructionBase,
  MetadataAttachment,
  Type,
  TypedValue,
  Value,
} from '../ir/model/index.js';
import { append } from '../text/append.js';
import { InternalError } from '../text/internal-error.js';
import type { TypeTable } from '../ir/type-table.js';
import type { FunctionContext } from './context.js';

export interface CallOptions {
  readonly tail?: Call['tail'];
  readonly callingConvention?: string;
  readonly returnAttributes?: readonly Attribute[];
  readonly functionAttributes?: readonly Attribute[];
}

const NO_FLAGS: readonly string[] = [];
const NO_ATTRIBUTES: readonly Attribute[] = [];

export class InstructionBuilder {
  readonly types: TypeTable;
  /** What was built so far, in order. */
  readonly instructions: Instruction[];
  readonly #context: FunctionContext;
  readonly anchor: Instruction;

  /** @param instructions a list to append to, instead of a new one */
  constructor(context: FunctionContext, anchor: Instruction, instructions: Instruction[] = []) {
    this.instructions = instructions;
    this.types = context.module.types;
    this.#context = context;
    this.anchor = anchor;
  }

  /** Appends an instruction as it is: the anchor itself, or a changed copy with `verbatim` false. */
  push(...instructions: readonly Instruction[]): void {
    append(this.instructions, instructions);
  }

  // Constants

  /** An integer constant of `bits` bits. */
  integer(bits: number, value: number | bigint): TypedValue {
    return { type: this.types.integer(bits), value: { kind: 'integer', text: String(value) } };
  }

  global(name: string): TypedValue {
    return { type: this.types.pointer(), value: { kind: 'global', name } };
  }

  null(): TypedValue {
    return { type: this.types.pointer(), value: { kind: 'keyword', keyword: 'null' } };
  }

  // Memory and addressing

  load(type: Type, pointer: TypedValue, hint: string, alignment?: number): TypedValue {
    const result = this.#context.freshName(hint);
    this.instructions.push({
      kind: 'load',
      volatile: false,
      type,
      pointer,
      atomic: undefined,
      alignment,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
    return { type, value: { kind: 'local', name: result } };
  }

  store(value: TypedValue, pointer: TypedValue, alignment?: number): void {
    this.instructions.push({
      kind: 'store',
      volatile: false,
      value,
      pointer,
      atomic: undefined,
      alignment,
      result: undefined,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
  }

  alloca(allocatedType: Type, hint: string, alignment?: number, count?: TypedValue): TypedValue {
    const result = this.#context.freshName(hint);
    this.instructions.push({
      kind: 'alloca',
      inalloca: false,
      swifterror: false,
      allocatedType,
      count,
      alignment,
      addressSpace: undefined,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
    return { type: this.types.pointer(), value: { kind: 'local', name: result } };
  }

  getelementptr(
    sourceElementType: Type,
    pointer: TypedValue,
    indices: readonly TypedValue[],
    hint: string,
    flags: readonly string[] = NO_FLAGS,
  ): TypedValue {
    const result = this.#context.freshName(hint);
    this.instructions.push({
      kind: 'getelementptr',
      flags,
      sourceElementType,
      pointer,
      indices,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
    return { type: pointer.type, value: { kind: 'local', name: result } };
  }

  /** `pointer` plus a number of bytes. */
  offset(pointer: TypedValue, bytes: number | bigint, hint: string): TypedValue {
    return this.getelementptr(this.types.integer(8), pointer, [this.integer(64, bytes)], hint);
  }

  /** `pointer` rounded down to a multiple of `alignment`, a power of two. */
  alignDown(pointer: TypedValue, alignment: number, hint: string): TypedValue {
    const integer = this.cast('ptrtoint', pointer, this.types.integer(64), 'int');
    const mask = this.integer(64, -alignment);
    const aligned = this.binary('and', integer, mask.value, 'int');
    return this.cast('inttoptr', aligned, pointer.type, hint);
  }

  /** Gives the instruction that was built last a name of the caller's choice, for one that takes another's place. */
  nameLast(result: string | undefined): void {
    const last = this.instructions.pop();
    if (last === undefined) throw new InternalError('there is no instruction to name');
    this.push({ ...last, result });
  }

  // Arithmetic

  binary(
    opcode: BinaryOpcode,
    left: TypedValue,
    right: Value,
    hint: string,
    flags: readonly string[] = NO_FLAGS,
  ): TypedValue {
    const result = this.#context.freshName(hint);
    this.instructions.push({
      kind: 'binary',
      opcode,
      flags,
      type: left.type,
      left: left.value,
      right,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
    return { type: left.type, value: { kind: 'local', name: result } };
  }

  cast(
    opcode: CastOpcode,
    operand: TypedValue,
    type: Type,
    hint: string,
    flags: readonly string[] = NO_FLAGS,
  ): TypedValue {
    const result = this.#context.freshName(hint);
    this.#pushCast(result, opcode, operand, type, flags);
    return { type, value: { kind: 'local', name: result } };
  }

  /** A cast with a name of the caller's choice. */
  castNamed(result: string, opcode: CastOpcode, operand: TypedValue, type: Type): void {
    this.#pushCast(result, opcode, operand, type, NO_FLAGS);
  }

  #pushCast(
    result: string,
    opcode: CastOpcode,
    operand: TypedValue,
    type: Type,
    flags: readonly string[],
  ): void {
    this.instructions.push({
      kind: 'cast',
      opcode,
      flags,
      operand,
      type,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
  }

  freeze(operand: TypedValue, hint: string): TypedValue {
    const result = this.#context.freshName(hint);
    this.instructions.push({
      kind: 'freeze',
      operand,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
    return { type: operand.type, value: { kind: 'local', name: result } };
  }

  /** `left` and `right` are scalars. */
  icmp(predicate: string, left: TypedValue, right: Value, hint: string): TypedValue {
    const result = this.#context.freshName(hint);
    this.instructions.push({
      kind: 'icmp',
      flags: NO_FLAGS,
      predicate,
      type: left.type,
      left: left.value,
      right,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
    return { type: this.types.integer(1), value: { kind: 'local', name: result } };
  }

  select(condition: TypedValue, ifTrue: TypedValue, ifFalse: TypedValue, hint: string): TypedValue {
    const result = this.#context.freshName(hint);
    this.instructions.push({
      kind: 'select',
      flags: NO_FLAGS,
      condition,
      ifTrue,
      ifFalse,
      result,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
    return { type: ifTrue.type, value: { kind: 'local', name: result } };
  }

  extractelement(vector: TypedValue, index: number, element: Type, hint: string): TypedValue {
    const { base, value } = this.#define(element, hint);
    this.push({ ...base, kind: 'extractelement', vector, index: this.integer(64, index) });
    return value;
  }

  insertelement(vector: TypedValue, element: TypedValue, index: number, hint: string): TypedValue {
    const { base, value } = this.#define(vector.type, hint);
    this.push({ ...base, kind: 'insertelement', vector, element, index: this.integer(64, index) });
    return value;
  }

  extractvalue(
    aggregate: TypedValue,
    indices: readonly number[],
    type: Type,
    hint: string,
  ): TypedValue {
    const { base, value } = this.#define(type, hint);
    this.push({ ...base, kind: 'extractvalue', aggregate, indices });
    return value;
  }

  insertvalue(
    aggregate: TypedValue,
    element: TypedValue,
    indices: readonly number[],
    hint: string,
  ): TypedValue {
    const { base, value } = this.#define(aggregate.type, hint);
    this.push({ ...base, kind: 'insertvalue', aggregate, element, indices });
    return value;
  }

  // Control flow and calls

  /**
   * Returns undefined for a call without a result. Even a result that nobody reads gets a name: an unnamed one would
   * take the number of the next unnamed value.
   */
  call(
    callee: Value,
    type: FunctionType,
    values: readonly (TypedValue | Argument)[],
    hint: string,
    options: CallOptions = {},
  ): TypedValue | undefined {
    const result = type.returns.kind === 'void' ? undefined : this.#context.freshName(hint);
    this.callNamed(result, callee, type, values, options);
    if (result === undefined) return undefined;
    return { type: type.returns, value: { kind: 'local', name: result } };
  }

  /** A call that defines `result`, a name of the caller's choice: one that takes the place of an instruction. */
  callNamed(
    result: string | undefined,
    callee: Value,
    type: FunctionType,
    values: readonly (TypedValue | Argument)[],
    options: CallOptions = {},
  ): void {
    this.instructions.push({
      kind: 'call',
      tail: options.tail,
      flags: NO_FLAGS,
      callingConvention: options.callingConvention,
      returnAttributes: options.returnAttributes ?? NO_ATTRIBUTES,
      addressSpace: undefined,
      calleeType: { type, explicit: type.variadic },
      callee,
      arguments: values.map((value) =>
        'attributes' in value
          ? value
          : { type: value.type, attributes: NO_ATTRIBUTES, value: value.value },
      ),
      forwardsVariadic: false,
      functionAttributes: options.functionAttributes ?? NO_ATTRIBUTES,
      bundles: [],
      result,
      attachments: this.#context.callLocation(this.anchor),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
  }

  br(target: string): void {
    this.#pushBr(undefined, target, undefined);
  }

  conditionalBr(condition: TypedValue, ifTrue: string, ifFalse: string): void {
    this.#pushBr(condition, ifTrue, ifFalse);
  }

  #pushBr(condition: TypedValue | undefined, ifTrue: string, ifFalse: string | undefined): void {
    this.instructions.push({
      kind: 'br',
      condition,
      ifTrue,
      ifFalse,
      result: undefined,
      attachments: this.#attachments(),
      start: this.anchor.start,
      end: this.anchor.end,
      verbatim: false,
    });
  }

  // What all of them share

  #attachments(): readonly MetadataAttachment[] {
    return this.#context.debugLocation(this.anchor);
  }

  #define(
    type: Type,
    hint: string,
  ): { readonly base: InstructionBase; readonly value: TypedValue } {
    const name = this.#context.freshName(hint);
    return {
      base: {
        result: name,
        attachments: this.#attachments(),
        start: this.anchor.start,
        end: this.anchor.end,
        verbatim: false,
      },
      value: { type, value: { kind: 'local', name } },
    };
  }
}
