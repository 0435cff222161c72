/** Judges how an access or a call is confined, by the form of its address alone. */
import { operands } from '../ir/index.js';
import type { FunctionBody, Instruction, Type, Value } from '../ir/model/index.js';
import { type Protection, strength } from './site.js';

/** The address space of GS, which LLVM's X86 back end gives the number 256. */
const WINDOW_ADDRESS_SPACE = 256;
const CALL_TABLE = '@__tbx_icall_table';
const CALL_MASK = '@__tbx_icall_mask';

/** The weaker of two. */
export function weaker(a: Protection, b: Protection): Protection {
  return strength(b) < strength(a) ? b : a;
}

/** Whether the type is a pointer or a vector of pointers. */
export function isPointer(type: Type): boolean {
  return type.kind === 'pointer' || (type.kind === 'vector' && type.element.kind === 'pointer');
}

/** What defines the values of one body, and what that says of addresses. */
export class Addresses {
  readonly #definitions = new Map<string, Instruction>();
  readonly #masked: boolean;

  /** @param masked whether addresses have to be cut to 32 bits in the IR: the lowering `ir` */
  constructor(body: FunctionBody, masked: boolean) {
    this.#masked = masked;
    for (const { instructions } of body.blocks) {
      for (const instruction of instructions) {
        if (instruction.result !== undefined) {
          this.#definitions.set(instruction.result, instruction);
        }
      }
    }
  }

  /** How an access through this pointer is confined. */
  ofAccess(type: Type, pointer: Value): Protection {
    const element = type.kind === 'vector' ? type.element : type;
    if (element.kind === 'pointer' && element.addressSpace === WINDOW_ADDRESS_SPACE) {
      return !this.#masked || this.#isMasked(pointer) ? 'window' : 'unmasked';
    }
    return this.#isLocalObject(pointer) ? 'stack' : 'none';
  }

  /** How a call through this pointer is confined: `table` for an offset in the call table, cut by its mask. */
  ofCallee(callee: Value): Protection {
    const address = this.#definition(callee);
    if (address?.kind !== 'getelementptr' || address.indices.length !== 1) return 'none';
    if (address.pointer.value.kind !== 'global' || address.pointer.value.name !== CALL_TABLE) {
      return 'none';
    }
    const offset = this.#definition(address.indices[0]?.value);
    if (offset?.kind !== 'binary' || offset.opcode !== 'and') return 'none';
    return [offset.left, offset.right].some(isCallMask) ? 'table' : 'none';
  }

  /** `inttoptr` of what `zext` made of 32 bits, or a constant. */
  #isMasked(pointer: Value): boolean {
    if (pointer.kind !== 'local') return true;
    const cast = this.#definition(pointer);
    if (cast?.kind !== 'cast' || cast.opcode !== 'inttoptr') return false;
    const widened = this.#definition(cast.operand.value);
    if (widened?.kind !== 'cast' || widened.opcode !== 'zext') return false;
    const { type } = widened.operand;
    const narrow = type.kind === 'vector' ? type.element : type;
    return narrow.kind === 'integer' && narrow.bits <= 32;
  }

  /** Whether the pointer is an `alloca`, or a fixed distance from one. */
  #isLocalObject(pointer: Value): boolean {
    let at = this.#definition(pointer);
    while (at?.kind === 'getelementptr') {
      if (at.indices.some(({ value }) => value.kind === 'local')) return false;
      at = this.#definition(at.pointer.value);
    }
    return at?.kind === 'alloca';
  }

  #definition(value: Value | undefined): Instruction | undefined {
    return value?.kind === 'local' ? this.#definitions.get(value.name) : undefined;
  }
}

function isCallMask(value: Value): boolean {
  if (value.kind !== 'expression' || value.opcode !== 'ptrtoint') return false;
  const [operand] = value.operands;
  return operand?.value.kind === 'global' && operand.value.name === CALL_MASK;
}

/** The weakest protection among the pointers that an instruction is given. */
export function weakestOperand(instruction: Instruction, addresses: Addresses): Protection {
  return operands(instruction)
    .filter(({ type }) => isPointer(type))
    .map(({ type, value }) => addresses.ofAccess(type, value))
    .reduce(weaker, 'window');
}
