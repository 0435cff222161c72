/**
 * Rewrites operations that code generation turns into accesses of its own, in forms that no segment confines.
 *
 * - A `select` of two floating-point constants under a comparison becomes a load from a table of the two, indexed by the
 *   condition. Selecting the bit patterns instead takes two immediates; x86_fp80 has no integer of its size in
 *   registers, so one arm is hidden behind a fence.
 * - `uitofp` of 64 bits to x86_fp80 adds a correction that it loads the same way. Converting the two halves is exact,
 *   as the significand has 64 bits.
 */
import { copySelect } from '../ir/copies.js';
import { type Definitions, definitionsOf } from '../ir/definitions.js';
import type {
  Call,
  Cast,
  FloatFormat,
  FunctionBody,
  Select,
  Type,
  TypedValue,
} from '../ir/model/index.js';
import { operands } from '../ir/operands.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { intrinsicBase } from './intrinsics.js';
import { type Replacement, rewriteInstructions } from './rewrite.js';

/** A {@link import('./context.js').BodyPass}. */
export function avoidCodegenHazards(body: FunctionBody, context: FunctionContext): FunctionBody {
  let definitions: Definitions | undefined;
  return rewriteInstructions(body, (instruction): Replacement => {
    switch (instruction.kind) {
      case 'select':
        if (instruction.ifTrue.type.kind !== 'float') return undefined;
        definitions ??= definitionsOf(body);
        return rewriteSelect(instruction, definitions, context);
      case 'cast':
        return rewriteConversion(instruction, context);
      case 'call':
        return rewriteConstrainedConversion(instruction, context);
      default:
        return undefined;
    }
  });
}

/** Width of the integer that holds a format's bit pattern; x86_fp80 has none that fits a register. */
const BIT_PATTERN: { readonly [Format in FloatFormat]: number | undefined } = {
  half: 16,
  bfloat: 16,
  float: 32,
  double: 64,
  x86_fp80: undefined,
  fp128: 128,
  ppc_fp128: undefined,
};

function rewriteSelect(
  select: Select,
  definitions: Definitions,
  context: FunctionContext,
): Replacement {
  const { ifTrue, ifFalse } = select;
  const { type } = ifTrue;
  if (type.kind !== 'float') return undefined;
  if (!folds(ifTrue, definitions, 0) || !folds(ifFalse, definitions, 0)) return undefined;
  const build = new InstructionBuilder(context, select);
  const bits = BIT_PATTERN[type.format];
  if (bits === undefined) {
    const fenced = fence(ifTrue, build, context);
    return [...build.instructions, copySelect(select, select.condition, fenced, select.ifFalse)];
  }
  const integer = build.types.integer(bits);
  const first = bitPattern(ifTrue, integer, build);
  const second = bitPattern(ifFalse, integer, build);
  const pattern = build.select(select.condition, first, second, 'bits');
  build.cast('bitcast', pattern, type, 'value');
  build.nameLast(select.result);
  return build.instructions;
}

/** Code generation folds less than this far; without optimisation, constants arrive as small computations. */
const FOLDING_DEPTH = 4;

/** Whether code generation may find a constant here: one, or what is computed from constants alone. */
function folds({ value }: TypedValue, definitions: Definitions, depth: number): boolean {
  if (value.kind !== 'local') return value.kind !== 'metadata' && value.kind !== 'asm';
  const definition = definitions.get(value.name);
  if (definition === undefined || depth === FOLDING_DEPTH) return false;
  const { kind } = definition;
  const isPure =
    kind === 'cast' ||
    kind === 'binary' ||
    kind === 'fneg' ||
    kind === 'freeze' ||
    kind === 'extractvalue';
  return isPure && operands(definition).every((operand) => folds(operand, definitions, depth + 1));
}

/** `bitcast (double 1.0 to i64)`, which LLVM folds to an integer when it reads it; of a local, an instruction. */
function bitPattern(operand: TypedValue, integer: Type, build: InstructionBuilder): TypedValue {
  if (operand.value.kind === 'local') return build.cast('bitcast', operand, integer, 'bits');
  return {
    type: integer,
    value: {
      kind: 'expression',
      opcode: 'bitcast',
      flags: [],
      sourceElementType: undefined,
      operands: [operand],
      castType: integer,
    },
  };
}

function fence(
  operand: TypedValue,
  build: InstructionBuilder,
  context: FunctionContext,
): TypedValue {
  const { type } = operand;
  const name = '@llvm.arithmetic.fence.f80';
  const callee = context.module.declareFunction(name, `declare ${type.text} ${name}(${type.text})`);
  return build.call(callee, build.types.function(type, [type]), [operand], 'value') ?? operand;
}

function rewriteConversion(cast: Cast, context: FunctionContext): Replacement {
  if (cast.opcode !== 'uitofp') return undefined;
  const build = new InstructionBuilder(context, cast);
  if (isWideUnsigned(cast.operand.type, cast.type)) {
    convertUnsigned(cast.operand, cast.type, build);
  } else if (!convertLanes(cast, build)) {
    return undefined;
  }
  build.nameLast(cast.result);
  return build.instructions;
}

function convertUnsigned(operand: TypedValue, type: Type, build: InstructionBuilder): TypedValue {
  return convertHalves(operand, build, {
    convert: (half) => build.cast('sitofp', half, type, 'half'),
    multiply: (high, factor) => build.binary('fmul', high, factor.value, 'half'),
    add: (high, low) => build.binary('fadd', high, low.value, 'half'),
    type,
  });
}

/** @returns whether the cast is one of vectors whose lanes need it */
function convertLanes({ operand, type }: Cast, build: InstructionBuilder): boolean {
  if (type.kind !== 'vector' || operand.type.kind !== 'vector' || type.scalable) return false;
  if (!isWideUnsigned(operand.type.element, type.element)) return false;
  let whole: TypedValue = { type, value: { kind: 'keyword', keyword: 'poison' } };
  for (let lane = 0; lane < type.length; lane++) {
    const value = build.extractelement(operand, lane, operand.type.element, 'half');
    const converted = convertUnsigned(value, type.element, build);
    whole = build.insertelement(whole, converted, lane, 'half');
  }
  return true;
}

/** Integers of 33 to 64 bits; narrower ones are signed integers of 64 bits to the machine. */
function isWideUnsigned(from: Type, to: Type): boolean {
  if (to.kind !== 'float' || to.format !== 'x86_fp80') return false;
  return from.kind === 'integer' && from.bits > 32 && from.bits <= 64;
}

interface Arithmetic {
  readonly type: Type;
  convert(half: TypedValue): TypedValue;
  multiply(high: TypedValue, factor: TypedValue): TypedValue;
  add(high: TypedValue, low: TypedValue): TypedValue;
}

/** `high * 2^32 + low`: the product is exact, the sum has 64 significant bits and so is exact too. */
function convertHalves(
  operand: TypedValue,
  build: InstructionBuilder,
  arithmetic: Arithmetic,
): TypedValue {
  const i64 = build.types.integer(64);
  const whole = operand.type === i64 ? operand : build.cast('zext', operand, i64, 'half');
  const high = build.binary('lshr', whole, build.integer(64, 32).value, 'half');
  const low = build.binary('and', whole, build.integer(64, 0xffffffff).value, 'half');
  const twoTo32: TypedValue = {
    type: arithmetic.type,
    value: { kind: 'float', text: '0xK401F8000000000000000' },
  };
  const product = arithmetic.multiply(arithmetic.convert(high), twoTo32);
  return arithmetic.add(product, arithmetic.convert(low));
}

/** The same for `llvm.experimental.constrained.uitofp`, with the rounding mode and exception behaviour of the call. */
function rewriteConstrainedConversion(call: Call, context: FunctionContext): Replacement {
  if (intrinsicBase(call) !== 'llvm.experimental.constrained') return undefined;
  const { name } = call.callee.kind === 'global' ? call.callee : { name: '' };
  const [operand, ...modes] = call.arguments;
  const type = call.calleeType.type.returns;
  if (operand === undefined || !name.startsWith('@llvm.experimental.constrained.uitofp.')) {
    return undefined;
  }
  if (!isWideUnsigned(operand.type, type)) return undefined;
  const build = new InstructionBuilder(context, call);
  const constrained = (operation: string, values: readonly TypedValue[]): TypedValue => {
    const all = [...values, ...modes];
    const parameters = all.map((argument) => argument.type);
    const callee = `@llvm.experimental.constrained.${operation}`;
    const declaration = `declare ${type.text} ${callee}(${parameters.map(({ text }) => text).join(', ')})`;
    const options = { functionAttributes: [{ kind: 'flag', name: 'strictfp' }] } as const;
    const result = build.call(
      context.module.declareFunction(callee, declaration),
      build.types.function(type, parameters),
      all,
      'half',
      options,
    );
    return result ?? { type, value: { kind: 'keyword', keyword: 'poison' } };
  };
  convertHalves(operand, build, {
    convert: (half) => constrained('sitofp.f80.i64', [half]),
    multiply: (high, factor) => constrained('fmul.f80', [high, factor]),
    add: (high, low) => constrained('fadd.f80', [high, low]),
    type,
  });
  build.nameLast(call.result);
  return build.instructions;
}
