/**
 * Turns `llvm.sincos`, `llvm.modf` and `llvm.frexp` into the calls of the C library that they stand for, with a result
 * slot of the program's own.
 *
 * Code generation would make the same calls with slots on the native stack, whose addresses mean something else inside
 * the window: the callee would write to wherever their low 32 bits point, and the result would be garbage. It also
 * pairs `llvm.sin` with `llvm.cos` of one operand into such a call, so these two become plain calls that it must not
 * recognise. Vectors are taken apart.
 */
import type {
  Call,
  FloatFormat,
  FunctionBody,
  GlobalValue,
  Instruction,
  Type,
  TypedValue,
} from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { intrinsicBase } from './intrinsics.js';
import { insertAtEntry, rewriteInstructions } from './rewrite.js';
import { append } from '../text/append.js';

/** A {@link import('./context.js').BodyPass}. */
export function callMathLibrary(body: FunctionBody, context: FunctionContext): FunctionBody {
  const slots: Instruction[] = [];
  const rewritten = rewriteInstructions(body, (instruction) => {
    if (instruction.kind !== 'call') return undefined;
    const base = intrinsicBase(instruction);
    if (base === undefined || !isMathIntrinsic(base)) return undefined;
    return new MathCall(instruction, context, slots).lower(base);
  });
  return insertAtEntry(rewritten, slots);
}

type MathIntrinsic = 'llvm.sin' | 'llvm.cos' | 'llvm.sincos' | 'llvm.modf' | 'llvm.frexp';

function isMathIntrinsic(base: string): base is MathIntrinsic {
  return ['llvm.sin', 'llvm.cos', 'llvm.sincos', 'llvm.modf', 'llvm.frexp'].includes(base);
}

/** C's suffix for the functions of a floating-point type. */
const SUFFIXES: { readonly [Format in FloatFormat]?: string } = {
  float: 'f',
  double: '',
  x86_fp80: 'l',
};

const NO_BUILTIN = { functionAttributes: [{ kind: 'flag', name: 'nobuiltin' }] } as const;

/** One intrinsic on its way to become one or, for a vector, several calls. */
class MathCall {
  readonly #call: Call;
  readonly #context: FunctionContext;
  readonly #build: InstructionBuilder;
  readonly #slots: Instruction[];

  constructor(call: Call, context: FunctionContext, slots: Instruction[]) {
    this.#call = call;
    this.#context = context;
    this.#build = new InstructionBuilder(context, call);
    this.#slots = slots;
  }

  lower(base: MathIntrinsic): readonly Instruction[] | undefined {
    const [operand] = this.#call.arguments;
    if (operand === undefined) return undefined;
    const suffix = this.#suffix(operand.type);
    if (suffix === undefined) {
      this.#context.error(
        'TBX0307',
        this.#call,
        `'${base}' of ${operand.type.text} is not supported`,
      );
      return undefined;
    }
    const type = this.#call.calleeType.type.returns;
    const parts = type.kind === 'struct' ? type.fields : [type];
    const lanes = this.#lanes(operand).map((lane) => this.#scalar(base, suffix, lane, parts));
    this.#finish(type, parts, lanes);
    return this.#build.instructions;
  }

  #suffix(type: Type): string | undefined {
    const element = type.kind === 'vector' && !type.scalable ? type.element : type;
    return element.kind === 'float' ? SUFFIXES[element.format] : undefined;
  }

  #lanes(operand: TypedValue): readonly TypedValue[] {
    const { type } = operand;
    if (type.kind !== 'vector') return [operand];
    const vector = { type, value: operand.value };
    return Array.from({ length: type.length }, (_, index) =>
      this.#build.extractelement(vector, index, type.element, 'math.lane'),
    );
  }

  /** @returns the results for one lane, as many as the intrinsic has */
  #scalar(
    base: MathIntrinsic,
    suffix: string,
    operand: TypedValue,
    parts: readonly Type[],
  ): readonly TypedValue[] {
    const [first, second] = parts.map((part) => (part.kind === 'vector' ? part.element : part));
    switch (base) {
      case 'llvm.sin':
      case 'llvm.cos':
        return this.#libraryCall(base.slice('llvm.'.length) + suffix, operand.type, [operand]);
      case 'llvm.sincos': {
        if (first === undefined || second === undefined) return [];
        const sine = this.#slot(first);
        const cosine = this.#slot(second);
        this.#libraryCall(`sincos${suffix}`, this.#build.types.void, [operand, sine, cosine]);
        return [this.#build.load(first, sine, 'math'), this.#build.load(second, cosine, 'math')];
      }
      case 'llvm.modf':
      case 'llvm.frexp': {
        if (first === undefined || second === undefined) return [];
        const slot = this.#slot(second);
        const name = base.slice('llvm.'.length) + suffix;
        const fraction = this.#libraryCall(name, first, [operand, slot]);
        return [...fraction, this.#build.load(second, slot, 'math')];
      }
    }
  }

  #libraryCall(name: string, returns: Type, values: readonly TypedValue[]): readonly TypedValue[] {
    const parameters = values.map(({ type }) => type);
    const type = this.#build.types.function(returns, parameters);
    const listed = parameters.map(({ text }) => text).join(', ');
    const callee: GlobalValue = this.#context.module.declareFunction(
      `@${name}`,
      `declare dso_local ${returns.text} @${name}(${listed})`,
    );
    const result = this.#build.call(callee, type, values, 'math', NO_BUILTIN);
    return result === undefined ? [] : [result];
  }

  /** A slot of its own for each call: the frame is small, and calls may be far apart. */
  #slot(type: Type): TypedValue {
    const build = new InstructionBuilder(this.#context, this.#call);
    const slot = build.alloca(type, 'math.slot');
    append(this.#slots, build.instructions);
    return slot;
  }

  /** Puts the lanes' results together under the name that the intrinsic's result had. */
  #finish(type: Type, parts: readonly Type[], lanes: readonly (readonly TypedValue[])[]): void {
    const values = parts.map((part, index) =>
      this.#gather(
        part,
        lanes.map((lane) => lane[index]),
      ),
    );
    let whole: TypedValue | undefined;
    if (type.kind === 'struct') {
      whole = { type, value: { kind: 'keyword', keyword: 'poison' } };
      for (const [index, value] of values.entries()) {
        whole = this.#build.insertvalue(whole, value, [index], 'math');
      }
    } else {
      whole = values[0];
    }
    const last = this.#build.instructions.pop();
    if (last === undefined || whole === undefined) return;
    this.#build.push({ ...last, result: this.#call.result });
  }

  #gather(part: Type, lanes: readonly (TypedValue | undefined)[]): TypedValue {
    let whole: TypedValue = { type: part, value: { kind: 'keyword', keyword: 'poison' } };
    for (const [index, lane] of lanes.entries()) {
      if (lane === undefined) continue;
      if (part.kind !== 'vector') return lane;
      whole = this.#build.insertelement(whole, lane, index, 'math');
    }
    return whole;
  }
}
