/**
 * Which allocas may stay on the native stack.
 *
 * The native stack holds return addresses, so an alloca stays there only if every access to it is visible, constant
 * and in range. Its address may be used by
 *
 * - a load, or a store *to* it, of a type whose size is known, inside the alloca;
 * - a `getelementptr` with constant indices whose result stays inside, and is again used in these ways only;
 * - a lifetime marker, and a debug record: neither accesses memory;
 * - an `.inline` memory intrinsic of constant length, inside the alloca: it never becomes a call.
 *
 * Everything else lets the address out of sight: being stored, passed, compared, converted, or merged by a phi or a
 * select. Whatever is not listed is unsafe, so a new instruction is unsafe until somebody proves otherwise. In a function
 * that calls `setjmp` nothing is safe.
 *
 * @see LLVM's SafeStack, whose roles are reversed here: what it leaves on the ordinary stack stays on ours
 */
import type {
  Alloca,
  Call,
  FunctionBody,
  GetElementPtr,
  Instruction,
  Module,
  TypedValue,
  Value,
} from '../ir/model/index.js';
import { forEachOperand, someValue } from '../ir/operands.js';
import type { DataLayout, TypeLayout } from './layout.js';
import { constantLength, roundUp } from './layout.js';
import { intrinsicName, lifetimePointer } from './intrinsic-name.js';
import { callsReturnsTwice } from './returns-twice.js';

/** Larger objects move even when they are safe, so that native frames stay far below the guard of the native stack. */
export const MAXIMUM_NATIVE_SLOT = 4096;
/** Of all objects of one function together; spills come on top. */
export const MAXIMUM_NATIVE_FRAME = 8192;

export interface StackSlot {
  readonly alloca: Alloca;
  /** An alloca of the entry block with a constant size; undefined for every other one. */
  readonly layout: TypeLayout | undefined;
  /** Why the slot has to move; undefined for one that is proven safe. */
  readonly unsafe: string | undefined;
}

/** A pointer at a constant distance from the start of an alloca. */
export interface SlotAddress {
  /** The alloca's name. */
  readonly slot: string;
  readonly offset: number;
}

export interface StackFacts {
  /** By name, in the order of the body. */
  readonly slots: ReadonlyMap<string, StackSlot>;
  /** Allocas, and constant `getelementptr`s of them, by name. */
  readonly addresses: ReadonlyMap<string, SlotAddress>;
}

export function analyzeStack(body: FunctionBody, module: Module, layout: DataLayout): StackFacts {
  const slots = collectSlots(body, layout);
  if (slots.size === 0) return { slots, addresses: new Map() };
  const addresses = collectAddresses(body, slots, layout);
  const reasons = new Map<string, string>();
  if (callsReturnsTwice(body, module)) {
    for (const name of slots.keys()) reasons.set(name, 'its function calls one that returns twice');
  }
  const isAddress = (value: Value): boolean => value.kind === 'local' && addresses.has(value.name);
  const judgement = { slots, addresses, layout, reasons, isAddress };
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) judgeUses(instruction, judgement);
  }
  return { slots: judgeSlots(slots, reasons), addresses };
}

/** The slot behind a pointer operand, if it is one. */
export function slotAddress(facts: StackFacts, value: Value): SlotAddress | undefined {
  return value.kind === 'local' ? facts.addresses.get(value.name) : undefined;
}

/** True for a pointer into a slot that stays on the native stack. */
export function isNativeAddress(facts: StackFacts, value: Value): boolean {
  const address = slotAddress(facts, value);
  return address !== undefined && facts.slots.get(address.slot)?.unsafe === undefined;
}

function collectSlots(body: FunctionBody, layout: DataLayout): Map<string, StackSlot> {
  const slots = new Map<string, StackSlot>();
  body.blocks.forEach((block, index) => {
    for (const instruction of block.instructions) {
      if (instruction.kind !== 'alloca' || instruction.result === undefined) continue;
      const size = index === 0 ? allocaLayout(instruction, layout) : undefined;
      const slot = { alloca: instruction, layout: size, unsafe: undefined };
      slots.set(instruction.result, slot);
    }
  });
  return slots;
}

/** Size and alignment of what an alloca makes; undefined unless both are constant. */
function allocaLayout(alloca: Alloca, layout: DataLayout): TypeLayout | undefined {
  const element = layout.layoutOf(alloca.allocatedType);
  const count = alloca.count === undefined ? 1 : constantLength(alloca.count);
  if (element === undefined || count === undefined) return undefined;
  const size = element.size * count;
  if (!Number.isSafeInteger(size)) return undefined;
  const alignment = Math.max(element.alignment, alloca.alignment ?? 1);
  return { storeSize: size, size, alignment };
}

/** Blocks need not stand in the order of dominance: a `getelementptr` waits for the one that it starts from. */
function collectAddresses(
  body: FunctionBody,
  slots: ReadonlyMap<string, StackSlot>,
  layout: DataLayout,
): Map<string, SlotAddress> {
  const addresses = new Map<string, SlotAddress>();
  const byBase = pointersByBase(body);
  const waiting: [string, SlotAddress][] = [];
  for (const name of slots.keys()) waiting.push([name, { slot: name, offset: 0 }]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, address] = next;
    addresses.set(name, address);
    for (const { result, sourceElementType, indices } of byBase.get(name) ?? []) {
      const offset = layout.constantOffset(sourceElementType, indices);
      if (result === undefined || offset === undefined) continue;
      waiting.push([result, { slot: address.slot, offset: address.offset + offset }]);
    }
  }
  return addresses;
}

/** The `getelementptr`s of a body by the name of the pointer that they start from. */
function pointersByBase(body: FunctionBody): Map<string, GetElementPtr[]> {
  const byBase = new Map<string, GetElementPtr[]>();
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      if (instruction.kind !== 'getelementptr') continue;
      const { pointer } = instruction;
      if (pointer.value.kind !== 'local' || pointer.type.kind !== 'pointer') continue;
      const known = byBase.get(pointer.value.name);
      if (known === undefined) byBase.set(pointer.value.name, [instruction]);
      else known.push(instruction);
    }
  }
  return byBase;
}

interface Judgement {
  readonly slots: ReadonlyMap<string, StackSlot>;
  readonly addresses: ReadonlyMap<string, SlotAddress>;
  readonly layout: DataLayout;
  /** Whether a value is among the addresses. */
  readonly isAddress: (value: Value) => boolean;
  /** Why slots are unsafe, by name; the first reason stays. */
  readonly reasons: Map<string, string>;
}

function judgeUses(instruction: Instruction, judgement: Judgement): void {
  switch (instruction.kind) {
    case 'load':
      if (instruction.atomic === undefined) {
        judgeAccess(instruction.pointer, judgement.layout.layoutOf(instruction.type), judgement);
        return;
      }
      break;
    case 'store':
      condemn(instruction.value, 'its address is stored', judgement);
      if (instruction.atomic === undefined) {
        const accessed = judgement.layout.layoutOf(instruction.value.type);
        judgeAccess(instruction.pointer, accessed, judgement);
        return;
      }
      break;
    case 'getelementptr':
      // A constant one has an entry of its own among the addresses, whose uses are judged like these.
      if (instruction.result !== undefined && judgement.addresses.has(instruction.result)) {
        judgeAccess(instruction.pointer, { storeSize: 0, size: 0, alignment: 1 }, judgement);
        judgeRange(instruction.result, 0, judgement);
        return;
      }
      break;
    case 'call':
      judgeCall(instruction, judgement);
      return;
    case 'debug-record':
      return;
    default:
      break;
  }
  // Most instructions use no address of a slot: the test comes before anything is made.
  if (!someValue(instruction, judgement.isAddress)) return;
  const reason = `its address is used by ${instruction.kind}`;
  forEachOperand(instruction, (operand) => {
    condemn(operand, reason, judgement);
  });
}

function judgeCall(call: Call, judgement: Judgement): void {
  if (lifetimePointer(call) !== undefined) return;
  const length = inlineLength(call);
  call.arguments.forEach((argument, index) => {
    if (length !== undefined && index < pointerCount(call)) {
      judgeAccess(argument, { storeSize: length, size: length, alignment: 1 }, judgement);
    } else {
      condemn(argument, 'its address is passed to a call', judgement);
    }
  });
  for (const { inputs } of call.bundles) {
    for (const input of inputs) condemn(input, 'its address is in an operand bundle', judgement);
  }
}

/** The length of an `.inline` memory intrinsic, which code generation always expands in place. */
function inlineLength(call: Call): number | undefined {
  return pointerCount(call) === 0 ? undefined : constantLength(call.arguments[2]);
}

/** How many of the first arguments an `.inline` memory intrinsic accesses; 0 for other calls. */
function pointerCount(call: Call): number {
  switch (intrinsicName(call)) {
    case 'llvm.memcpy.inline':
      return 2;
    case 'llvm.memset.inline':
      return 1;
    default:
      return 0;
  }
}

function judgeAccess(
  pointer: TypedValue,
  accessed: TypeLayout | undefined,
  judgement: Judgement,
): void {
  if (pointer.value.kind !== 'local' || !judgement.addresses.has(pointer.value.name)) return;
  if (accessed === undefined) {
    condemn(pointer, 'the size of an access is not known', judgement);
  } else {
    judgeRange(pointer.value.name, accessed.storeSize, judgement);
  }
}

/** Condemns the slot unless `size` bytes at the address lie inside it. */
function judgeRange(name: string, size: number, judgement: Judgement): void {
  const address = judgement.addresses.get(name);
  if (address === undefined) return;
  const bytes = judgement.slots.get(address.slot)?.layout?.size;
  if (bytes !== undefined && address.offset >= 0 && address.offset + size <= bytes) return;
  judgement.reasons.set(address.slot, 'an access is not inside it');
}

function condemn({ value }: TypedValue, reason: string, judgement: Judgement): void {
  if (value.kind !== 'local') return;
  const address = judgement.addresses.get(value.name);
  if (address === undefined || judgement.reasons.has(address.slot)) return;
  judgement.reasons.set(address.slot, reason);
}

/** Adds what depends on sizes: objects that are large, or too many, move. */
function judgeSlots(
  slots: ReadonlyMap<string, StackSlot>,
  reasons: ReadonlyMap<string, string>,
): Map<string, StackSlot> {
  const judged = new Map<string, StackSlot>();
  let native = 0;
  for (const [name, slot] of slots) {
    let unsafe = reasons.get(name) ?? sizeReason(slot);
    if (unsafe === undefined) {
      const size = roundUp(slot.layout?.size ?? 0, 16);
      if (native + size > MAXIMUM_NATIVE_FRAME) unsafe = 'the native frame is full';
      else native += size;
    }
    judged.set(name, { alloca: slot.alloca, layout: slot.layout, unsafe });
  }
  return judged;
}

function sizeReason({ layout }: StackSlot): string | undefined {
  if (layout === undefined) return 'its size is not constant';
  if (layout.size > MAXIMUM_NATIVE_SLOT) return 'it is large';
  // Larger alignments make code generation realign the native stack.
  return layout.alignment > 16 ? 'its alignment is large' : undefined;
}
