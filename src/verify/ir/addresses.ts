/**
 * Addresses in the window, and places in code, by the instructions that make them.
 *
 * `ir` lowering: an address is cut where it is made, `inttoptr (zext (ptrtoint (freeze p) to i32))`. The `freeze` keeps
 * code generation from choosing any 64 bits for a poison address, and a constant would be folded into a RIP-relative
 * operand, to which the base of the window is added as well. With `addr32` the address step cuts every GS operand.
 */
import { type Definitions, definitionsOf } from '../../ir/definitions.js';
import type {
  Binary,
  FunctionBody,
  Instruction,
  Module,
  Type,
  Value,
} from '../../ir/model/index.js';
import type { Marker } from './marker.js';

export const WINDOW = 256;

const TABLE = '@__tbx_icall_table';
const MASK = '@__tbx_icall_mask';
const CODE_BASE = '@__tbx_code_base';

export class Addresses {
  readonly #definitions: Definitions;
  readonly #marker: Marker;
  readonly #module: Module;

  constructor(body: FunctionBody, module: Module, marker: Marker) {
    this.#marker = marker;
    this.#module = module;
    this.#definitions = definitionsOf(body);
  }

  definition(value: Value): Instruction | undefined {
    return value.kind === 'local' ? this.#definitions.get(value.name) : undefined;
  }

  /** Whether an access through the address stays in the window. */
  isConfined(type: Type, value: Value): boolean {
    const pointer = scalar(type);
    if (pointer.kind !== 'pointer' || pointer.addressSpace !== WINDOW) return false;
    return this.#marker.lowering === 'addr32' || this.#isCut(value);
  }

  #isCut(value: Value): boolean {
    const made = this.#cast(value, 'inttoptr');
    const wide = made && this.#cast(made, 'zext');
    const low = wide && this.#cast(wide, 'ptrtoint', 32);
    return low !== undefined && this.definition(low)?.kind === 'freeze';
  }

  /** Whether a call through the value goes to an entry of the call table, or, with `data`, into the code window. */
  isCodeAddress(value: Value): boolean {
    const sum = this.definition(value);
    const [offset, ...more] = sum?.kind === 'getelementptr' ? sum.indices : [];
    if (sum?.kind !== 'getelementptr' || offset === undefined || more.length > 0) return false;
    if (sum.sourceElementType.text !== 'i8' || sum.pointer.value.kind !== 'global') return false;
    if (!this.#isLinkers(sum.pointer.value.name)) return false;
    if (sum.pointer.value.name === TABLE) return this.#isMasked(offset.value);
    if (sum.pointer.value.name !== CODE_BASE || this.#marker.isolation !== 'data') return false;
    const low = this.#cast(offset.value, 'zext');
    return low !== undefined && this.#cast(low, 'ptrtoint', 32) !== undefined;
  }

  #isMasked(value: Value): boolean {
    const and = this.definition(value);
    if (and?.kind !== 'binary' || and.opcode !== 'and') return false;
    return isMask(and) && this.#isLinkers(MASK);
  }

  /** Whether a symbol is the linker's: a module that defines it has another. */
  #isLinkers(name: string): boolean {
    const variable = this.#module.variables.get(name);
    return variable?.linkage === 'external' && variable.initializer === undefined;
  }

  /** What a cast of this kind is made from; with `bits`, of the number of bits that it makes. */
  #cast(value: Value, opcode: string, bits?: number): Value | undefined {
    const made = this.definition(value);
    if (made?.kind !== 'cast' || made.opcode !== opcode) return undefined;
    const result = scalar(made.type);
    if (bits !== undefined && (result.kind !== 'integer' || result.bits !== bits)) return undefined;
    const from = scalar(made.operand.type);
    if (opcode === 'zext' && (from.kind !== 'integer' || from.bits !== 32)) return undefined;
    return made.operand.value;
  }
}

/** The type of the elements of a vector, or the type itself. */
export function scalar(type: Type): Type {
  return type.kind === 'vector' ? type.element : type;
}

function isMask({ left, right }: Binary): boolean {
  return [left, right].some(
    (side) =>
      side.kind === 'expression' &&
      side.opcode === 'ptrtoint' &&
      side.operands[0]?.value.kind === 'global' &&
      side.operands[0].value.name === MASK,
  );
}
