/** Judges how an access or a call is confined, by the form of its address alone; which forms are, the IR verifier says. */
import { operands } from '../ir/index.js';
import type { FunctionBody, Instruction, Module, Type, Value } from '../ir/model/index.js';
import { Addresses, scalar, WINDOW } from '../verify/ir/addresses.js';
import { isLabelEntry } from '../verify/ir/labels.js';
import type { Marker } from '../verify/ir/marker.js';
import { type Protection, strength } from './site.js';

/** The weaker of two. */
export function weaker(a: Protection, b: Protection): Protection {
  return strength(b) < strength(a) ? b : a;
}

/** Whether the type is a pointer or a vector of pointers. */
export function isPointer(type: Type): boolean {
  return scalar(type).kind === 'pointer';
}

/** What the addresses of one body say of how accesses and calls through them are confined. */
export class Protections {
  readonly #body: FunctionBody;
  readonly #module: Module;
  readonly #addresses: Addresses;

  /** @param lowering what the module says of itself; addresses of one that says nothing have to be cut in the IR */
  constructor(body: FunctionBody, module: Module, lowering: Marker['lowering'] | undefined) {
    // Only the call table counts as protection of a call, whatever the module's isolation.
    const marker = { lowering: lowering ?? 'ir', isolation: 'code+data' } as const;
    this.#body = body;
    this.#module = module;
    this.#addresses = new Addresses(body, module, marker);
  }

  ofAccess(type: Type, pointer: Value): Protection {
    const element = scalar(type);
    if (element.kind === 'pointer' && element.addressSpace === WINDOW) {
      return this.#addresses.isConfined(type, pointer) ? 'window' : 'unmasked';
    }
    return this.#isLocalObject(pointer) ? 'stack' : 'none';
  }

  /** Whether an instruction reads an offset from a table of the labels of its function. */
  isLabelLookup(instruction: Instruction): boolean {
    if (instruction.kind !== 'load' || instruction.type.text !== 'i32') return false;
    const { value } = instruction.pointer;
    return isLabelEntry(value, this.#body.function, this.#addresses, this.#module);
  }

  ofCallee(callee: Value): Protection {
    return this.#addresses.isCodeAddress(callee) ? 'table' : 'none';
  }

  /** Whether the pointer is an `alloca`, or a fixed distance from one. */
  #isLocalObject(pointer: Value): boolean {
    let at = this.#addresses.definition(pointer);
    while (at?.kind === 'getelementptr') {
      if (at.indices.some(({ value }) => value.kind === 'local')) return false;
      at = this.#addresses.definition(at.pointer.value);
    }
    return at?.kind === 'alloca';
  }
}

/** The weakest protection among the pointers that an instruction is given. */
export function weakestOperand(instruction: Instruction, protections: Protections): Protection {
  return operands(instruction)
    .filter(({ type }) => isPointer(type))
    .map(({ type, value }) => protections.ofAccess(type, value))
    .reduce(weaker, 'window');
}
