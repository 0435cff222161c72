/** How large types are, as far as a check must know. */
import type { Type } from '../ir/index.js';
import { scalarBits } from './conversions.js';
import type { TypeRules } from './type-rules.js';

/** Types inside types; names can nest them deeper than their text does. */
const MAXIMUM_DEPTH = 1000;

/** Of some types, the bytes that are known; a structure that holds another many times is looked at once. */
export class LeastSizes {
  readonly #types: TypeRules;
  readonly #known = new Map<Type, bigint>();
  #depth = 0;

  constructor(types: TypeRules) {
    this.#types = types;
  }

  /** A number of bytes that a value of a sized type has at least: padding and pointers do not count. */
  of(type: Type): bigint {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    if (this.#depth >= MAXIMUM_DEPTH) return 0n;
    // A type that contains itself has no size.
    this.#known.set(type, 0n);
    this.#depth++;
    const size = this.#compute(type);
    this.#depth--;
    this.#known.set(type, size);
    return size;
  }

  #compute(type: Type): bigint {
    const body = this.#types.body(type);
    switch (body?.kind) {
      case 'array':
        return body.length * this.of(body.element);
      case 'vector':
        return BigInt(Math.floor((body.length * scalarBits(this.#types.scalar(body.element))) / 8));
      case 'struct':
        return body.fields.reduce((sum, field) => sum + this.of(field), 0n);
      default:
        return body === undefined ? 0n : BigInt(Math.ceil(scalarBits(body) / 8));
    }
  }
}
