/** What an address leads to, in words: the reason why an access is, or is not, proven safe. */
import type { SlotAddress, StackFacts } from '../analysis/stack-slots.js';
import { slotAddress } from '../analysis/stack-slots.js';
import { type Definitions, definitionsOf } from '../ir/definitions.js';
import type { FunctionBody, Instruction, Value } from '../ir/model/index.js';

/** Steps from an address back to what it was made from; more is a cycle of unreachable code. */
const MAXIMUM_STEPS = 100;

/** Follows addresses of one body to their roots. */
export class Reach {
  readonly #stack: StackFacts;
  readonly #definitions: Definitions;
  readonly #parameters: ReadonlySet<string>;

  constructor(body: FunctionBody, stack: StackFacts) {
    this.#stack = stack;
    this.#definitions = definitionsOf(body);
    this.#parameters = new Set(body.function.parameters.flatMap(({ name }) => name ?? []));
  }

  /** Where an access that is proven safe lies. */
  safe(pointer: Value): string {
    const address = slotAddress(this.#stack, pointer);
    return address === undefined ? 'a local object' : inside(address, this.#stack);
  }

  /** What an access or a call through a pointer reaches, as far as the function shows. */
  root(pointer: Value): string {
    let value = pointer;
    for (let steps = 0; steps < MAXIMUM_STEPS; steps++) {
      if (value.kind !== 'local') return constantRoot(value);
      const made = this.#definitions.get(value.name);
      if (made === undefined)
        return this.#parameters.has(value.name) ? `argument ${value.name}` : value.name;
      const base = baseOf(made);
      if (base === undefined) return this.#named(made, value.name);
      value = base;
    }
    return 'a pointer';
  }

  #named(made: Instruction, name: string): string {
    switch (made.kind) {
      case 'alloca': {
        const reason = this.#stack.slots.get(name)?.unsafe;
        return `local object ${name}${reason === undefined ? '' : `: ${reason}`}`;
      }
      case 'load':
        return 'a pointer from memory';
      case 'call':
        return made.callee.kind === 'global' ? `result of ${made.callee.name}` : 'result of a call';
      case 'phi':
      case 'select':
        return 'one of several pointers';
      default:
        return 'a computed pointer';
    }
  }
}

function inside({ slot, offset }: SlotAddress, stack: StackFacts): string {
  const size = stack.slots.get(slot)?.layout?.size;
  const place = size === undefined ? '' : `, byte ${offset} of ${size}`;
  return `local object ${slot}${place}: its address goes nowhere else`;
}

function constantRoot(value: Value): string {
  switch (value.kind) {
    case 'global':
      return `global ${value.name}`;
    case 'expression': {
      const base = value.operands[0]?.value;
      return base === undefined ? 'a constant address' : constantRoot(base);
    }
    default:
      return 'a constant address';
  }
}

/** What an address was computed from. */
function baseOf(made: Instruction): Value | undefined {
  switch (made.kind) {
    case 'getelementptr':
      return made.pointer.value;
    case 'cast':
    case 'freeze':
      return made.operand.value;
    default:
      return undefined;
  }
}
