/**
 * Inline assembly that says no more than an intrinsic does becomes that intrinsic: fences, `pause` and byte swaps, as
 * C programs write them. Only empty assembly is left behind this pass, which orders memory accesses and no more.
 *
 * @see refuse-assembly.ts for what is refused
 */
import { unquoteString } from '../ir/names.js';
import type { Call, FunctionBody, InlineAsm, Instruction } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

/** Instructions without operands. */
const PLAIN: ReadonlyMap<string, string | undefined> = new Map([
  ['nop', undefined],
  ['pause', '@llvm.x86.sse2.pause'],
  ['rep; nop', '@llvm.x86.sse2.pause'],
  ['rep;nop', '@llvm.x86.sse2.pause'],
  ['rep nop', '@llvm.x86.sse2.pause'],
  ['mfence', '@llvm.x86.sse2.mfence'],
  ['lfence', '@llvm.x86.sse2.lfence'],
  ['sfence', '@llvm.x86.sse.sfence'],
]);

/** Swaps of the bytes of an integer, by the width that the template works on. */
const SWAPS: ReadonlyMap<string, readonly number[]> = new Map([
  ['bswap %', [32, 64]],
  ['bswapl %', [32]],
  ['bswapq %', [64]],
  ['rorw $$8, %', [16]],
  ['rolw $$8, %', [16]],
]);

/** `"=r,0"`, whatever else it claims to change. */
const IN_PLACE = /^=[rqQ],0(?:,~\{[a-z0-9]+\})*$/;

/** Whether a later pass leaves nothing of it but an intrinsic. */
export function isKnownAssembly(call: Call, callee: InlineAsm): boolean {
  const template = normalTemplate(callee);
  if (!PLAIN.has(template)) return swappedBits(call, callee) > 0;
  return call.arguments.length === 0 && call.calleeType.type.returns.kind === 'void';
}

/** A {@link import('./context.js').BodyPass}. */
export function replaceKnownAssembly(body: FunctionBody, context: FunctionContext): FunctionBody {
  return rewriteInstructions(body, (instruction) => {
    if (instruction.kind !== 'call' || instruction.callee.kind !== 'asm') return undefined;
    if (!isKnownAssembly(instruction, instruction.callee)) return undefined;
    return replaceAssembly(instruction, instruction.callee, context);
  });
}

function replaceAssembly(
  call: Call,
  callee: InlineAsm,
  context: FunctionContext,
): readonly Instruction[] {
  const build = new InstructionBuilder(context, call);
  const bits = swappedBits(call, callee);
  const name = bits > 0 ? `@llvm.bswap.i${bits}` : PLAIN.get(normalTemplate(callee));
  if (name === undefined) return [];
  const { type } = call.calleeType;
  const parameters = type.parameters.map(({ text }) => text).join(', ');
  const declaration = `declare ${type.returns.text} ${name}(${parameters})`;
  const intrinsic = context.module.declareFunction(name, declaration);
  build.callNamed(call.result, intrinsic, type, call.arguments);
  return build.instructions;
}

/** Width of the integer whose bytes are swapped; 0 for other assembly. */
function swappedBits(call: Call, callee: InlineAsm): number {
  const widths = SWAPS.get(normalTemplate(callee)) ?? [];
  const { returns, parameters } = call.calleeType.type;
  if (returns.kind !== 'integer' || parameters.length !== 1 || parameters[0] !== returns) return 0;
  if (!IN_PLACE.test(unquoteString(callee.constraints))) return 0;
  return widths.includes(returns.bits) ? returns.bits : 0;
}

/** Blanks squeezed, the operand `$0`, `${0:q}` written `%`. */
export function normalTemplate({ template, flags }: InlineAsm): string {
  if (flags.includes('inteldialect')) return '(Intel syntax)';
  return unquoteString(template)
    .replace(/[\t\n ;]+$/, '')
    .replace(/^[\t\n ]+/, '')
    .replace(/[\t\n ]+/g, ' ')
    .replace(/(?<!\$)\$(?:0|\{0(?::[a-z])?\})/g, '%');
}
