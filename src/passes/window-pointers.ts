/**
 * Which pointers of a body become `ptr addrspace(256)`: the *web*.
 *
 * Casting each address just before its access would be enough to be safe, but the casts hide from code generation how
 * addresses are computed: loop strength reduction and address sinking do not look through them, and loops come out with
 * more registers and additions than the original (measured on kernels: 6.6 % more instructions; none with the web). So
 * the pointers that addresses are computed from are window pointers themselves, as far back as the body shows them.
 *
 * The web is the smallest set of pointers that holds
 *
 * - each address of a confined access;
 * - what a `getelementptr`, `phi`, `select` or `freeze` of the web is made from;
 * - both sides of an `icmp` with a side in the web.
 *
 * @see confine-addr32.ts, which rewrites the body by it
 */
import type { StackFacts } from '../analysis/stack-slots.js';
import { isNativeAddress } from '../analysis/stack-slots.js';
import { type Definitions, definitionsOf } from '../ir/definitions.js';
import type { FunctionBody, ICmp, Instruction, TypedValue, Value } from '../ir/model/index.js';
import { accessesOf } from './accesses.js';
import { append } from '../text/append.js';

/** Instructions whose result can be a window pointer by itself; every other one is followed by a cast. */
type Convertible = Extract<
  Instruction,
  { kind: 'getelementptr' | 'phi' | 'select' | 'freeze' | 'load' | 'cast' }
>;

export interface Web {
  /** Names of the pointers that become window pointers: results, and parameters of the function. */
  readonly pointers: ReadonlySet<string>;
  /** Those of them whose own instruction becomes one that makes a window pointer. */
  readonly converted: ReadonlySet<string>;
}

export function collectWeb(body: FunctionBody, stack: StackFacts): Web {
  const definitions = definitionsOf(body);
  const collector = new WebCollector(definitions, stack);
  const comparisons: ICmp[] = [];
  for (const block of body.blocks) {
    for (const instruction of block.instructions) {
      for (const { pointer } of accessesOf(instruction)) collector.add(pointer.value);
      if (instruction.kind === 'icmp' && instruction.type.text === 'ptr') {
        comparisons.push(instruction);
      }
    }
  }
  collector.addComparisons(comparisons);
  return collector;
}

class WebCollector implements Web {
  readonly pointers = new Set<string>();
  readonly converted = new Set<string>();
  readonly #definitions: Definitions;
  readonly #stack: StackFacts;

  constructor(definitions: Definitions, stack: StackFacts) {
    this.#definitions = definitions;
    this.#stack = stack;
  }

  /** Adds a pointer and what it is made from; an explicit stack, as chains are long in generated code. */
  add(pointer: Value): void {
    const waiting = [pointer];
    for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
      if (value.kind !== 'local' || this.pointers.has(value.name)) continue;
      if (isNativeAddress(this.#stack, value)) continue;
      this.pointers.add(value.name);
      const definition = this.#definitions.get(value.name);
      if (definition === undefined || !isConvertible(definition)) continue;
      this.converted.add(value.name);
      append(waiting, sources(definition));
    }
  }

  /** A comparison can bring in pointers that other comparisons use. */
  addComparisons(comparisons: readonly ICmp[]): void {
    for (let before = -1; before < this.pointers.size;) {
      before = this.pointers.size;
      for (const { left, right } of comparisons) {
        if (!this.#has(left) && !this.#has(right)) continue;
        this.add(left);
        this.add(right);
      }
    }
  }

  #has(value: Value): boolean {
    return value.kind === 'local' && this.pointers.has(value.name);
  }
}

function isConvertible(instruction: Instruction): instruction is Convertible {
  switch (instruction.kind) {
    case 'getelementptr':
    case 'phi':
    case 'freeze':
    case 'load':
      return true;
    case 'select':
      return instruction.condition.type.kind === 'integer';
    case 'cast':
      return instruction.opcode === 'inttoptr';
    default:
      return false;
  }
}

/** The pointers that a window pointer is made from. */
function sources(instruction: Convertible): readonly Value[] {
  switch (instruction.kind) {
    case 'getelementptr':
      return [instruction.pointer.value];
    case 'phi':
      return instruction.incoming.map(({ value }) => value);
    case 'select':
      return [instruction.ifTrue.value, instruction.ifFalse.value];
    case 'freeze':
      return [instruction.operand.value];
    case 'load':
    case 'cast':
      return [];
  }
}

/** True for an operand that is a window pointer once the body is rewritten. */
export function inWeb(web: Web, operand: TypedValue): boolean {
  return operand.value.kind === 'local' && web.pointers.has(operand.value.name);
}
