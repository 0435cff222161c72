/**
 * Keeps code generation from folding an atomic operation and the question that is asked of its result.
 *
 * `lock dec; sete` stands for a count that is compared with zero, `lock bts; setb` for a bit that is tested and set. LLVM makes
 * them of `atomicrmw` by intrinsics that take the pointer without its address space, and so without the window. Behind
 * a barrier nothing is known of the result: it is `lock xadd`, or a loop of `cmpxchg`, which keep it. The barrier is no
 * instruction, and has no side effect.
 *
 * (AtomicExpand, which asks `X86TargetLowering::shouldExpandAtomicRMWInIR`; clang 16 to 22.)
 */
import type { AtomicRMW, FunctionBody, Value } from '../ir/model/index.js';
import { someValue } from '../ir/operands.js';
import { hide } from './barrier.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

/** A {@link import('./context.js').BodyPass}. */
export function hideAtomicResults(body: FunctionBody, context: FunctionContext): FunctionBody {
  const asked = usedAmong(namesOfResults(body), body);
  if (asked.size === 0) return body;
  return rewriteInstructions(body, (instruction) => {
    if (instruction.kind !== 'atomicrmw' || !asked.has(instruction.result ?? '')) return undefined;
    const old = context.freshName('old');
    const { type } = instruction.value;
    const build = new InstructionBuilder(context, instruction);
    build.push({ ...instruction, result: old, verbatim: false });
    hide({ type, value: { kind: 'local', name: old } }, build, 'hidden');
    build.nameLast(instruction.result);
    return build.instructions;
  });
}

/** The operations that one instruction does in memory, and that leave flags about what is there then. */
const FOLDED: ReadonlySet<string> = new Set(['add', 'sub', 'and', 'or', 'xor']);

/** The widest operand of those instructions. */
const WIDEST = 64;

function isFolded({ operation, value: { type } }: AtomicRMW): boolean {
  return FOLDED.has(operation) && type.kind === 'integer' && type.bits <= WIDEST;
}

function namesOfResults(body: FunctionBody): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      if (instruction.kind !== 'atomicrmw' || !isFolded(instruction)) continue;
      if (instruction.result !== undefined) names.add(instruction.result);
    }
  }
  return names;
}

/** Those of the names that some instruction uses: the others stay single instructions without a result. */
function usedAmong(names: ReadonlySet<string>, body: FunctionBody): ReadonlySet<string> {
  const used = new Set<string>();
  if (names.size === 0) return used;
  const note = (value: Value): boolean => {
    if (value.kind === 'local' && names.has(value.name)) used.add(value.name);
    return false;
  };
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) someValue(instruction, note);
  }
  return used;
}
