/**
 * `extractelement` and `insertelement` with a variable index.
 *
 * Code generation stores the vector to the native stack and indexes it there, which no verifier can follow. Here the
 * vector goes to an alloca of our own, whose variable address moves it to the data stack; an index out of range, which
 * makes the result poison, can only hit the window.
 */
import { constantIndex } from '../analysis/layout.js';
import type {
  ExtractElement,
  FunctionBody,
  InsertElement,
  Instruction,
  Type,
  TypedValue,
  VectorType,
} from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { insertAtEntry, rewriteInstructions } from './rewrite.js';
import { append } from '../text/append.js';

export function lowerVectorIndices(body: FunctionBody, context: FunctionContext): FunctionBody {
  const spiller = new VectorSpiller(context);
  const rewritten = rewriteInstructions(body, (instruction) => {
    if (instruction.kind === 'extractelement') return spiller.extract(instruction);
    return instruction.kind === 'insertelement' ? spiller.insert(instruction) : undefined;
  });
  return insertAtEntry(rewritten, spiller.allocas);
}

/** A vector on its way through memory: elements that are not whole bytes are widened to some that are. */
interface Spilled {
  readonly pointer: TypedValue;
  readonly type: VectorType;
  /** Address of the element. */
  readonly element: TypedValue;
}

class VectorSpiller {
  /** For the entry block. */
  readonly allocas: Instruction[] = [];
  readonly #context: FunctionContext;
  /** One slot serves all vectors of a type: each use stores the vector first. */
  readonly #slots = new Map<Type, TypedValue>();

  constructor(context: FunctionContext) {
    this.#context = context;
  }

  extract(instruction: ExtractElement): readonly Instruction[] | undefined {
    const { vector, index } = instruction;
    const vectorType = this.#spilledType(vector, index, instruction);
    if (vectorType === undefined) return undefined;
    const build = new InstructionBuilder(this.#context, instruction);
    const { type, element } = this.#spill(build, vector, vectorType, index);
    const value = build.load(type.element, element, 'element');
    if (type !== vectorType) build.cast('trunc', value, vectorType.element, 'element');
    build.nameLast(instruction.result);
    return build.instructions;
  }

  insert(instruction: InsertElement): readonly Instruction[] | undefined {
    const { vector, index } = instruction;
    const vectorType = this.#spilledType(vector, index, instruction);
    if (vectorType === undefined) return undefined;
    const build = new InstructionBuilder(this.#context, instruction);
    const { pointer, type, element } = this.#spill(build, vector, vectorType, index);
    const inserted =
      type === vectorType
        ? instruction.element
        : build.cast('zext', instruction.element, type.element, 'element');
    build.store(inserted, element);
    const result = build.load(type, pointer, 'vector');
    if (type !== vectorType) build.cast('trunc', result, vectorType, 'vector');
    build.nameLast(instruction.result);
    return build.instructions;
  }

  /** The vector's type where the index is variable; undefined where the instruction stays. */
  #spilledType(
    { type }: TypedValue,
    index: TypedValue,
    instruction: Instruction,
  ): VectorType | undefined {
    if (type.kind !== 'vector' || constantIndex(index) !== undefined) return undefined;
    if (index.value.kind === 'keyword') return undefined;
    if (!type.scalable) return type;
    this.#context.error(
      'TBX0202',
      instruction,
      `variable index into a value of type '${type.text}'`,
    );
    return undefined;
  }

  #spill(
    build: InstructionBuilder,
    vector: TypedValue,
    vectorType: VectorType,
    index: TypedValue,
  ): Spilled {
    const type = wholeBytes(vectorType, build);
    const stored = type === vectorType ? vector : build.cast('zext', vector, type, 'vector');
    const pointer = this.#slotOf(type, build);
    build.store(stored, pointer);
    const element = build.getelementptr(type.element, pointer, [unsigned(build, index)], 'element');
    return { pointer, type, element };
  }

  #slotOf(type: VectorType, build: InstructionBuilder): TypedValue {
    const known = this.#slots.get(type);
    if (known !== undefined) return known;
    const apart = new InstructionBuilder(this.#context, build.anchor);
    const pointer = apart.alloca(type, 'vector');
    append(this.allocas, apart.instructions);
    this.#slots.set(type, pointer);
    return pointer;
  }
}

/** Indices of vectors are unsigned, those of `getelementptr` signed. */
function unsigned(build: InstructionBuilder, index: TypedValue): TypedValue {
  if (index.type.kind !== 'integer' || index.type.bits >= 64) return index;
  return build.cast('zext', index, build.types.integer(64), 'index');
}

function wholeBytes(type: VectorType, build: InstructionBuilder): VectorType {
  const { element } = type;
  if (element.kind !== 'integer') return type;
  const bits = Math.max(8, 2 ** Math.ceil(Math.log2(element.bits)));
  return bits === element.bits ? type : build.types.vector(type.length, build.types.integer(bits));
}
