/**
 * Native slots: allocas of the entry block, and the addresses that are made from them at constant places.
 *
 * A slot is safe if each use of it and of those addresses is an access that lies inside, an address computation at a
 * constant distance, or one of the intrinsics that only say something about it. So no register or memory ever holds an
 * address of the native stack that the program could change.
 */
import { forEachOperand } from '../../ir/operands.js';
import type {
  Alloca,
  FunctionBody,
  GetElementPtr,
  Instruction,
  Module,
  Type,
  TypedValue,
  Value,
} from '../../ir/model/index.js';
import type { Refusals } from './refusals.js';
import { fieldOffset, sizeOf } from './sizes.js';

/** A place in a slot: bytes from its start, and how many the slot has. */
export interface Place {
  readonly offset: number;
  readonly size: number;
}

/** Intrinsics that may name a slot. */
const REMARKS = /^@llvm\.(?:lifetime\.(?:start|end)|dbg\.(?:declare|value|assign)|fake\.use)\b/;

/** Intrinsics that access memory inline; where they reach is checked with the calls. */
const INLINE = /^@llvm\.mem(?:cpy|set)\.inline\./;

export class Slots {
  readonly #module: Module;
  readonly #places = new Map<string, Place>();

  constructor(body: FunctionBody, module: Module, refusals: Refusals) {
    this.#module = module;
    body.blocks.forEach((block, index) => {
      for (const instruction of block.instructions) {
        if (instruction.kind === 'alloca') this.#addSlot(instruction, index === 0, refusals);
      }
    });
    if (this.#places.size > 0) this.#followAddresses(body);
  }

  /** The place that a value is the address of. */
  placeOf(value: Value): Place | undefined {
    return value.kind === 'local' ? this.#places.get(value.name) : undefined;
  }

  /** Whether an access of a type through an address stays inside its slot. */
  holds(place: Place, type: Type): boolean {
    const size = sizeOf(type, this.#module);
    return size !== undefined && place.offset >= 0 && place.offset + size <= place.size;
  }

  /** Refuses every use of a slot's address but accesses, which are checked where all accesses are. */
  checkUses(instruction: Instruction, refusals: Refusals): void {
    if (this.#places.size === 0 || instruction.kind === 'debug-record') return;
    const addresses: TypedValue[] = [];
    forEachOperand(instruction, (operand) => {
      if (this.placeOf(operand.value) !== undefined) addresses.push(operand);
    });
    const named = addresses.length - allowed(instruction, (value) => this.placeOf(value));
    if (named > 0 || (instruction.kind === 'call' && this.placeOf(instruction.callee)))
      refusals.refuse('TBV0103', instruction, 'the address of a native slot goes elsewhere');
  }

  #addSlot(alloca: Alloca, isEntry: boolean, refusals: Refusals): void {
    const { allocatedType, count, result } = alloca;
    const size = sizeOf(allocatedType, this.#module);
    const times = count === undefined ? 1 : constantOf(count.value);
    if (!isEntry || size === undefined || times === undefined || times < 0)
      refusals.refuse('TBV0103', alloca, 'a native slot of a size that is not constant');
    else if (alloca.inalloca || alloca.swifterror)
      refusals.refuse('TBV0103', alloca, 'a native slot that calls pass on');
    else if (result !== undefined) this.#places.set(result, { offset: 0, size: size * times });
  }

  /** An address may be used above the line that computes it, so lines are read until nothing new is found. */
  #followAddresses(body: FunctionBody): void {
    for (let before = 0; before < this.#places.size;) {
      before = this.#places.size;
      for (const { instructions } of body.blocks) {
        for (const instruction of instructions) {
          if (instruction.kind === 'getelementptr') this.#follow(instruction);
        }
      }
    }
  }

  #follow(instruction: GetElementPtr): void {
    const base = this.placeOf(instruction.pointer.value);
    if (base === undefined || instruction.result === undefined) return;
    const distance = distanceOf(instruction, this.#module);
    if (distance === undefined) return;
    this.#places.set(instruction.result, { ...base, offset: base.offset + distance });
  }
}

/** How many operands may be addresses of slots. */
function allowed(instruction: Instruction, placeOf: (value: Value) => Place | undefined): number {
  switch (instruction.kind) {
    case 'load':
      return 1;
    case 'store':
    case 'atomicrmw':
      return placeOf(instruction.value.value) === undefined ? 1 : 0;
    case 'cmpxchg':
      return placeOf(instruction.expected.value) || placeOf(instruction.replacement.value) ? 0 : 1;
    case 'getelementptr':
      return placeOf({ kind: 'local', name: instruction.result ?? '' }) === undefined ? 0 : 1;
    case 'call': {
      const { callee } = instruction;
      if (callee.kind !== 'global') return 0;
      if (INLINE.test(callee.name)) return 2;
      return REMARKS.test(callee.name) ? 1 : 0;
    }
    default:
      return 0;
  }
}

/** Bytes that a getelementptr adds; undefined where that is not constant. */
function distanceOf(instruction: GetElementPtr, module: Module): number | undefined {
  let distance = 0;
  let type: Type | undefined;
  for (const { value } of instruction.indices) {
    const index = constantOf(value);
    if (index === undefined) return undefined;
    const step: number | undefined =
      type === undefined
        ? scaled(instruction.sourceElementType, index, module)
        : inside(type, index, module);
    if (step === undefined) return undefined;
    distance += step;
    type = type === undefined ? instruction.sourceElementType : elementOf(type, index, module);
    if (type === undefined) return undefined;
  }
  return distance;
}

function inside(type: Type, index: number, module: Module): number | undefined {
  if (type.kind === 'array' || type.kind === 'vector') return scaled(type.element, index, module);
  return fieldOffset(type, index, module);
}

function elementOf(type: Type, index: number, module: Module): Type | undefined {
  if (type.kind === 'array' || type.kind === 'vector') return type.element;
  const body = type.kind === 'named' ? module.types.get(type.name)?.body : type;
  return body?.kind === 'struct' ? body.fields[index] : undefined;
}

function scaled(type: Type, index: number, module: Module): number | undefined {
  const size = sizeOf(type, module);
  return size === undefined ? undefined : size * index;
}

/** A number that is exact; larger ones cannot be distances inside a slot. */
export function constantOf(value: Value): number | undefined {
  if (value.kind !== 'integer' || !/^-?\d{1,15}$/.test(value.text)) return undefined;
  return Number(value.text);
}
