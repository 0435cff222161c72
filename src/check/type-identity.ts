/** Types that are one though their texts differ: a name may stand for an array, a vector, a function type. */
import type { Module, Type } from '../ir/index.js';

/** Types inside types; names can nest them deeper than their text does. */
const MAXIMUM_DEPTH = 1000;

/** Numbers types, the same ones by the same number. */
export class TypeIdentity {
  readonly #module: Module;
  readonly #known = new Map<Type, number>();
  readonly #numbers = new Map<string, number>();
  #depth = 0;

  constructor(module: Module) {
    this.#module = module;
  }

  of(type: Type): number {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    // A type that is being looked at, or is too deep, is known by its own text.
    const own = this.#number(type.text);
    if (this.#depth >= MAXIMUM_DEPTH) return own;
    this.#known.set(type, own);
    this.#depth++;
    const found = this.#compute(type);
    this.#depth--;
    this.#known.set(type, found);
    return found;
  }

  #number(key: string): number {
    const known = this.#numbers.get(key) ?? this.#numbers.size;
    this.#numbers.set(key, known);
    return known;
  }

  /** Parts stand in a key by their numbers, so that no key grows with the depth of its type. */
  #compute(type: Type): number {
    const list = (types: readonly Type[]): string => types.map((part) => this.of(part)).join();
    switch (type.kind) {
      case 'named': {
        const body = this.#module.types.get(type.name)?.body;
        const isAlias = body !== undefined && body.kind !== 'struct';
        return isAlias ? this.of(body) : this.#number(type.text);
      }
      case 'array':
        return this.#number(`#[${type.length} x ${this.of(type.element)}]`);
      case 'vector':
        return this.#number(
          `#<${type.scalable ? 'vscale x ' : ''}${type.length} x ${this.of(type.element)}>`,
        );
      case 'struct':
        return this.#number(`#{${type.packed ? 'packed ' : ''}${list(type.fields)}}`);
      case 'function': {
        const parameters = list(type.parameters);
        return this.#number(`#(${this.of(type.returns)} ${parameters} ${type.variadic})`);
      }
      default:
        return this.#number(type.text);
    }
  }
}
