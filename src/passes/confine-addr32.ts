/**
 * The `addr32` lowering: accesses go through window pointers that nothing cuts; the assembler step gives every GS
 * operand 32-bit address registers, which cuts the whole sum at no instruction.
 *
 *     %q = getelementptr i32, ptr %p, i64 %i        %q = getelementptr i32, ptr addrspace(256) %tbx.p, i64 %i
 *     %v = load i32, ptr %q                         %v = load i32, ptr addrspace(256) %q
 *
 * A pointer of the web ({@link collectWeb}) that comes from elsewhere (`%p` above: a parameter, the result of a call)
 * is cast behind its definition; where a converted pointer is used by something that wants a `ptr`, a cast behind its
 * definition goes the other way. Both casts are moves at most. They go through an integer since code generation treats
 * that pair as free, unlike an `addrspacecast`.
 */
import { copyCall, copyCast, copyLoad, copyStore } from '../ir/copies.js';
import type { StackFacts } from '../analysis/stack-slots.js';
import { isNativeAddress } from '../analysis/stack-slots.js';
import { isConstant, mapOperands } from '../ir/operands.js';
import { append } from '../text/append.js';
import { InternalError } from '../text/internal-error.js';
import type {
  Block,
  Constant,
  FunctionBody,
  Instruction,
  Type,
  TypedValue,
} from '../ir/model/index.js';
import { withAccessPointers } from './access-pointers.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { mapMetadataValues } from './metadata-values.js';
import {
  firstInsertionPoint,
  insertAtEntry,
  mapBlocks,
  mapInstructions,
  withInstructions,
} from './rewrite.js';
import { WINDOW } from './window.js';
import type { Web } from './window-pointers.js';
import { collectWeb, inWeb } from './window-pointers.js';

export function confineAddr32(
  body: FunctionBody,
  stack: StackFacts,
  context: FunctionContext,
): FunctionBody {
  const rewriter = new WindowRewriter(collectWeb(body, stack), stack, context);
  // Which casts are wanted is known only when all uses are rewritten: a use may stand above its definition.
  const rewritten = mapBlocks(body, (block) => rewriter.rewriteBlock(block));
  const cast = mapBlocks(rewritten, (block) => rewriter.castResults(block));
  return insertAtEntry(cast, rewriter.parameterCasts(body));
}

class WindowRewriter {
  readonly #web: Web;
  readonly #stack: StackFacts;
  readonly #context: FunctionContext;
  readonly #flat: Type;
  readonly #window: Type;
  /** Names of the casts that are wanted: of a `ptr` to a window pointer, and the other way. */
  readonly #toWindow = new Map<string, string>();
  readonly #toFlat = new Map<string, string>();

  constructor(web: Web, stack: StackFacts, context: FunctionContext) {
    this.#web = web;
    this.#stack = stack;
    this.#context = context;
    this.#flat = context.module.types.ptr;
    this.#window = context.module.types.pointer(WINDOW);
  }

  rewriteBlock(block: Block): Block {
    return mapInstructions(block, (instruction) => this.#rewrite(instruction));
  }

  #rewrite(instruction: Instruction): Instruction {
    const converted =
      instruction.result !== undefined && this.#web.converted.has(instruction.result);
    switch (instruction.kind) {
      // Most instructions, and none of these has a pointer among its operands.
      case 'binary':
      case 'br':
      case 'switch':
      case 'fcmp':
      case 'fneg':
      case 'unreachable':
        return instruction;
      case 'getelementptr':
      case 'phi':
      case 'select':
      case 'freeze':
        if (!converted) return this.#flatten(instruction);
        return mapOperands(instruction, (operand) => this.#windowPointer(operand));
      case 'cast':
        if (converted) return copyCast(instruction, instruction.operand, this.#window);
        if (instruction.opcode !== 'ptrtoint') return this.#flatten(instruction);
        return mapOperands(instruction, (operand) => this.#retype(operand));
      case 'icmp':
        if (
          !this.#comparesWindowPointers(instruction.type, [instruction.left, instruction.right])
        ) {
          return instruction;
        }
        return mapOperands(instruction, (operand) => this.#windowPointer(operand));
      case 'load': {
        const pointer = this.#address(instruction.pointer);
        const type = converted ? this.#window : instruction.type;
        if (pointer === instruction.pointer && type === instruction.type) return instruction;
        return copyLoad(instruction, type, pointer);
      }
      case 'store': {
        const value = this.#retype(instruction.value);
        const pointer = this.#address(instruction.pointer);
        if (value === instruction.value && pointer === instruction.pointer) return instruction;
        return copyStore(instruction, value, pointer);
      }
      default:
        return this.#confine(mapMetadataValues(instruction, (operand) => this.#retype(operand)));
    }
  }

  #comparesWindowPointers(type: Type, values: readonly TypedValue['value'][]): boolean {
    return values.some((value) => inWeb(this.#web, { type, value }));
  }

  /** Addresses become window pointers, every other operand that was converted is cast back. */
  #confine(instruction: Instruction): Instruction {
    const confined = withAccessPointers(
      instruction,
      (pointer) => this.#address(pointer),
      this.#context,
    );
    return this.#flatten(confined);
  }

  /** What memory is accessed through. */
  #address(pointer: TypedValue): TypedValue {
    return isNativeAddress(this.#stack, pointer.value) ? pointer : this.#windowPointer(pointer);
  }

  #flatten(instruction: Instruction): Instruction {
    const flattened = mapOperands(instruction, (operand) => this.#flatPointer(operand));
    if (flattened.kind !== 'call') return flattened;
    const { value } = this.#flatPointer({ type: this.#flat, value: flattened.callee });
    return value === flattened.callee
      ? flattened
      : copyCall(flattened, flattened.tail, { callee: value });
  }

  /** The operand as a window pointer; operands that are not pointers, such as indices, stay. */
  #windowPointer(operand: TypedValue): TypedValue {
    const { type, value } = operand;
    if (type !== this.#flat) return operand;
    if (isConstant(value)) return { type: this.#window, value: this.#windowConstant(value) };
    if (value.kind !== 'local' || !this.#web.pointers.has(value.name)) {
      throw new InternalError('a window pointer is made from one that is not in the web');
    }
    if (this.#web.converted.has(value.name)) return { type: this.#window, value };
    const name = this.#castName(this.#toWindow, value.name, 'window');
    return { type: this.#window, value: { kind: 'local', name } };
  }

  #windowConstant(constant: Constant): Constant {
    if (constant.kind === 'keyword') return constant;
    return {
      kind: 'expression',
      opcode: 'addrspacecast',
      flags: [],
      sourceElementType: undefined,
      operands: [{ type: this.#flat, value: constant }],
      castType: this.#window,
    };
  }

  /** The operand as a `ptr`. */
  #flatPointer(operand: TypedValue): TypedValue {
    const { type, value } = operand;
    if (type !== this.#flat || value.kind !== 'local') return operand;
    if (!this.#web.converted.has(value.name)) return operand;
    const name = this.#castName(this.#toFlat, value.name, 'flat');
    return { type, value: { kind: 'local', name } };
  }

  /** For operands whose address space does not matter: only the type follows the conversion. */
  #retype(operand: TypedValue): TypedValue {
    const { type, value } = operand;
    if (type !== this.#flat || value.kind !== 'local') return operand;
    return this.#web.converted.has(value.name) ? { type: this.#window, value } : operand;
  }

  #castName(names: Map<string, string>, pointer: string, direction: string): string {
    let name = names.get(pointer);
    if (name === undefined) {
      const raw = pointer.replace(/^%(?:tbx\.)?/, '');
      const hint = /^[\w.$-]+$/.test(raw) ? `${direction}.${raw}` : direction;
      name = this.#context.freshName(hint);
      names.set(pointer, name);
    }
    return name;
  }

  // Casts

  /** The casts that stand in front of all else. */
  parameterCasts({ blocks }: FunctionBody): readonly Instruction[] {
    const first = blocks[0]?.instructions[0];
    if (first === undefined) return [];
    return this.#context.function.parameters.flatMap(({ name }) => {
      const cast = name === undefined ? undefined : this.#toWindow.get(name);
      if (name === undefined || cast === undefined) return [];
      return this.#cast(first, name, cast, this.#window);
    });
  }

  /** Casts follow the instruction whose result they cast; those of phis follow the last phi. */
  castResults(block: Block): Block {
    if (!block.instructions.some(({ result }) => this.#isCast(result))) return block;
    const start = firstInsertionPoint(block);
    const instructions = block.instructions.slice(0, start);
    append(
      instructions,
      instructions.flatMap((phi) => this.#castsOf(phi)),
    );
    for (const instruction of block.instructions.slice(start)) {
      instructions.push(instruction);
      if (this.#isCast(instruction.result)) append(instructions, this.#castsOf(instruction));
    }
    return withInstructions(block, instructions);
  }

  #isCast(result: string | undefined): boolean {
    return result !== undefined && (this.#toWindow.has(result) || this.#toFlat.has(result));
  }

  #castsOf(instruction: Instruction): Instruction[] {
    const { result } = instruction;
    if (result === undefined) return [];
    const window = this.#toWindow.get(result);
    if (window !== undefined) return this.#cast(instruction, result, window, this.#window);
    const flat = this.#toFlat.get(result);
    return flat === undefined ? [] : this.#cast(instruction, result, flat, this.#flat);
  }

  #cast(anchor: Instruction, pointer: string, name: string, to: Type): Instruction[] {
    const build = new InstructionBuilder(this.#context, anchor);
    const from = to === this.#flat ? this.#window : this.#flat;
    const operand: TypedValue = { type: from, value: { kind: 'local', name: pointer } };
    const address = build.cast('ptrtoint', operand, build.types.integer(64), 'int');
    build.castNamed(name, 'inttoptr', address, to);
    return build.instructions;
  }
}
