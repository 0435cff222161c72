/**
 * Moves every alloca that is not proven safe to the data stack, which lies in the window and grows down.
 *
 *     %x = alloca i32          %tbx.sp = load ptr, ptr @__tbx_data_sp
 *                              %tbx.frame = getelementptr i8, ptr %tbx.sp, i64 -16
 *                              store ptr %tbx.frame, ptr @__tbx_data_sp
 *                              %x = getelementptr i8, ptr %tbx.frame, i64 0
 *     …                        …
 *     ret void                 store ptr %tbx.sp, ptr @__tbx_data_sp
 *                              ret void
 *
 * This is LLVM's SafeStack with the roles reversed: what is safe stays on the stack that the sandbox cannot name. A
 * frame larger than the null guard can only miss the guard within the sandbox's own window, so nothing is probed.
 *
 * The accesses made here are ordinary ones, which the last pass confines.
 */
import { intrinsicName, lifetimePointer } from '../analysis/intrinsic-name.js';
import { isLeaf } from '../analysis/leaf.js';
import type { StackFacts, StackSlot } from '../analysis/stack-slots.js';
import { analyzeStack } from '../analysis/stack-slots.js';
import type {
  Alloca,
  Block,
  Call,
  FunctionBody,
  Instruction,
  TypedValue,
} from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { DATA_STACK_ALIGNMENT, dataStackPointer } from './data-stack.js';
import type { FrameLayout } from './frame-layout.js';
import { layOutFrame } from './frame-layout.js';
import { moveDynamicAlloca } from './frames-dynamic.js';
import type { Point } from './frames-points.js';
import { rematerialize } from './frames-points.js';
import { restoreBefore } from './frames-restore.js';
import { insertAtEntry, rewriteInstructions } from './rewrite.js';

/** Largest frame: beyond it, its slots would not even fit into the data stack. */
const MAXIMUM_FRAME = 2 ** 28;

export function moveFrames(body: FunctionBody, context: FunctionContext): FunctionBody {
  const stack = analyzeStack(body, context.module.module, context.module.layout);
  const moved = [...stack.slots.values()].filter(({ unsafe }) => unsafe !== undefined);
  if (stack.slots.size === 0 && !hasStackIntrinsic(body)) return body;
  count(stack, moved, context);
  const frame = layOutFrame(moved);
  if (!moved.every((slot) => isMovable(slot, context))) return body;
  if (frame.size > MAXIMUM_FRAME) {
    const message = `the local objects of ${context.function.name} need ${frame.size} bytes`;
    context.error('TBX0212', moved[0]?.alloca ?? context.function, message);
    return body;
  }
  const mover = new FrameMover(body, stack, frame, context);
  return mover.move();
}

/** They name the stack pointer, so they must not stay, with or without allocas. */
function hasStackIntrinsic(body: FunctionBody): boolean {
  return body.blocks.some(({ instructions }) =>
    instructions.some(
      (instruction) => instruction.kind === 'call' && isStackIntrinsic(intrinsicName(instruction)),
    ),
  );
}

function isStackIntrinsic(name: string | undefined): boolean {
  return name === 'llvm.stacksave' || name === 'llvm.stackrestore';
}

function count(stack: StackFacts, moved: readonly StackSlot[], context: FunctionContext): void {
  const { statistics } = context.module;
  statistics.count('allocas', stack.slots.size);
  statistics.count('allocasMoved', moved.length);
  statistics.count('allocasSafe', stack.slots.size - moved.length);
  statistics.count('allocasDynamic', moved.filter(({ layout }) => layout === undefined).length);
  if (moved.length > 0) statistics.count('functionsWithFrame');
}

/** Refuses objects that have no place on the data stack. */
function isMovable({ alloca }: StackSlot, context: FunctionContext): boolean {
  const { allocatedType, addressSpace } = alloca;
  if (addressSpace !== undefined && addressSpace !== 0) {
    context.error('TBX0201', alloca, `alloca in address space ${addressSpace}`);
    return false;
  }
  if (context.module.layout.layoutOf(allocatedType) !== undefined) return true;
  context.error('TBX0211', alloca, `alloca of '${allocatedType.text}', whose size is not known`);
  return false;
}

class FrameMover {
  readonly #body: FunctionBody;
  readonly #stack: StackFacts;
  readonly #frame: FrameLayout;
  readonly #context: FunctionContext;
  /** A moved alloca, to take positions from; undefined when none moves. */
  readonly #anchor: Alloca | undefined;
  /** The data stack pointer as the caller left it, and the lowest address of the frame. */
  #entryPointer: TypedValue | undefined;
  #framePointer: TypedValue | undefined;
  /** Whether `__tbx_data_sp` moves, so that it must be restored. */
  readonly #stores: boolean;

  constructor(body: FunctionBody, stack: StackFacts, frame: FrameLayout, context: FunctionContext) {
    this.#body = body;
    this.#stack = stack;
    this.#frame = frame;
    this.#context = context;
    const moved = [...stack.slots.values()].filter(({ unsafe }) => unsafe !== undefined);
    this.#anchor = moved[0]?.alloca;
    const dynamic = moved.some(({ layout }) => layout === undefined);
    this.#stores = dynamic || (moved.length > 0 && !isLeaf(body));
  }

  move(): FunctionBody {
    const prologue = this.#anchor === undefined ? [] : this.#prologue(this.#anchor);
    const rematerialized = rematerialize(this.#body, this.#points(), this.#context);
    if (this.#anchor === undefined && !hasStackIntrinsic(this.#body)) return rematerialized;
    const rewritten = rewriteInstructions(rematerialized, (instruction, block, index) =>
      this.#rewrite(instruction, block, index),
    );
    return insertAtEntry(rewritten, prologue);
  }

  #prologue(anchor: Alloca): readonly Instruction[] {
    const build = new InstructionBuilder(this.#context, anchor);
    const variable = dataStackPointer(this.#context.module);
    const { size, alignment } = this.#frame;
    const pointer = build.load(build.types.ptr, variable, 'sp', 8);
    this.#entryPointer = pointer;
    if (size === 0) return build.instructions;
    const below = build.offset(pointer, -size, 'frame');
    this.#framePointer =
      alignment > DATA_STACK_ALIGNMENT ? build.alignDown(below, alignment, 'frame') : below;
    if (this.#stores) build.store(this.#framePointer, variable, 8);
    return build.instructions;
  }

  /** Addresses that are computed anew in each block that uses them, by name. */
  #points(): Map<string, Point> {
    const points = new Map<string, Point>();
    const home = definingBlocks(this.#body, this.#stack);
    for (const [name, { slot, offset }] of this.#stack.addresses) {
      const isSlot = name === slot;
      const base = this.#baseOf(slot);
      const start = this.#frame.offsets.get(slot) ?? 0;
      // A native alloca is a constant address for code generation wherever it is used.
      if (base === undefined || (isSlot && base.name === slot)) continue;
      points.set(name, { base: base.name, offset: start + offset, home: home.get(name) ?? '' });
    }
    return points;
  }

  /** What the addresses of a slot are computed from; undefined for dynamic ones. */
  #baseOf(slot: string): { readonly name: string } | undefined {
    const facts = this.#stack.slots.get(slot);
    if (facts?.unsafe === undefined) return { name: slot };
    if (!this.#frame.offsets.has(slot) || this.#framePointer?.value.kind !== 'local')
      return undefined;
    return { name: this.#framePointer.value.name };
  }

  #rewrite(
    instruction: Instruction,
    block: Block,
    index: number,
  ): readonly Instruction[] | undefined {
    if (instruction.kind === 'alloca') return this.#moveAlloca(instruction);
    if (instruction.kind === 'call') return this.#rewriteCall(instruction, block, index);
    if (instruction.kind !== 'ret' || !this.#stores || restoreBefore(block) !== index)
      return undefined;
    return [...this.#restore(instruction), instruction];
  }

  #rewriteCall(call: Call, block: Block, index: number): readonly Instruction[] | undefined {
    const marked = lifetimePointer(call);
    if (marked?.value.kind === 'local') {
      // Markers name allocas, which moved ones no longer are.
      return this.#stack.slots.get(marked.value.name)?.unsafe === undefined ? undefined : [];
    }
    const stackPointer = this.#rewriteStackIntrinsic(call);
    if (stackPointer !== undefined) return stackPointer;
    if (!this.#stores || restoreBefore(block) !== index) return undefined;
    return [...this.#restore(call), call];
  }

  /** Dynamic allocas always move, so the stack that is saved and restored around them is the data stack. */
  #rewriteStackIntrinsic(call: Call): readonly Instruction[] | undefined {
    const name = intrinsicName(call);
    if (!isStackIntrinsic(name)) return undefined;
    const build = new InstructionBuilder(this.#context, call);
    const variable = dataStackPointer(this.#context.module);
    if (name === 'llvm.stacksave') {
      build.load(build.types.ptr, variable, 'sp', 8);
      build.nameLast(call.result);
    } else {
      const [saved] = call.arguments;
      if (saved !== undefined) build.store({ type: saved.type, value: saved.value }, variable, 8);
    }
    return build.instructions;
  }

  #moveAlloca(alloca: Alloca): readonly Instruction[] | undefined {
    const { result } = alloca;
    const slot = result === undefined ? undefined : this.#stack.slots.get(result);
    if (result === undefined || slot?.unsafe === undefined) return undefined;
    const offset = this.#frame.offsets.get(result);
    if (offset === undefined || this.#framePointer === undefined) {
      return moveDynamicAlloca(alloca, this.#context);
    }
    const build = new InstructionBuilder(this.#context, alloca);
    build.offset(this.#framePointer, offset, 'slot');
    build.nameLast(result);
    return build.instructions;
  }

  /** The frame pointer plus the size gives the caller's pointer back, so that only one of them is kept in a register. */
  #restore(anchor: Instruction): readonly Instruction[] {
    const build = new InstructionBuilder(this.#context, anchor);
    const exact = this.#frame.alignment <= DATA_STACK_ALIGNMENT ? this.#framePointer : undefined;
    const pointer =
      exact === undefined ? this.#entryPointer : build.offset(exact, this.#frame.size, 'sp');
    if (pointer !== undefined) build.store(pointer, dataStackPointer(this.#context.module), 8);
    return build.instructions;
  }
}

/** The labels of the blocks that define addresses of slots, by the addresses' names. */
function definingBlocks({ blocks }: FunctionBody, { addresses }: StackFacts): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { label, instructions } of blocks) {
    for (const { result } of instructions) {
      if (result !== undefined && addresses.has(result)) labels.set(result, label);
    }
  }
  return labels;
}
