/** Lists of attributes, asked for by name. */
import type { Attribute, Module } from '../ir/index.js';

/** The attributes at one place, those of groups included. */
export class AttributeSet {
  readonly #byName = new Map<string, Attribute>();

  constructor(module: Module, attributes: readonly Attribute[]) {
    for (const attribute of attributes) {
      if (attribute.kind === 'group') {
        for (const own of module.attributeGroups.get(attribute.id) ?? []) this.#add(own);
      } else this.#add(attribute);
    }
  }

  /** String attributes are known by their key, in quotes as it is spelled. */
  #add(attribute: Attribute): void {
    if (attribute.kind === 'group') return;
    this.#byName.set(attribute.kind === 'string' ? attribute.key : attribute.name, attribute);
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  get names(): Iterable<string> {
    return this.#byName.keys();
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  get(name: string): Attribute | undefined {
    return this.#byName.get(name);
  }

  /** What stands between the parentheses of `memory(…)` and its like. */
  argumentsOf(name: string): string | undefined {
    const found = this.#byName.get(name);
    return found?.kind === 'structured' ? found.arguments : undefined;
  }

  /** The value of a string attribute, without its quotes; empty where it has none. */
  text(key: string): string | undefined {
    const found = this.#byName.get(`"${key}"`);
    return found?.kind === 'string' ? (found.value ?? '""').slice(1, -1) : undefined;
  }

  /** The first of some names that is here. */
  first(names: readonly string[]): string | undefined {
    return names.find((name) => this.#byName.has(name));
  }
}
