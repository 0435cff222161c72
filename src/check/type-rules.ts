/**
 * What LangRef says of types: which may be loaded, stored, indexed, sized.
 *
 * @see LangRef, "Type System"
 */
import type { Module, StructType, Type, VectorType } from '../ir/index.js';
import { TypeIdentity } from './type-identity.js';
import { append } from '../text/append.js';

/** Types that only some places can have, and that no aggregate holds. */
const NEVER_ELEMENTS: ReadonlySet<Type['kind']> = new Set([
  'void',
  'label',
  'metadata',
  'function',
  'token',
]);
/** Types of which there is no variable and no `alloca`. */
export const NEVER_IN_MEMORY: ReadonlySet<Type['kind']> = new Set([...NEVER_ELEMENTS, 'x86_amx']);
/** Target types of which a variable may be made, or a zero; all others are opaque. */
const TARGET_TYPES_WITH_ZERO = /^(?:spirv\.|aarch64\.svcount$|riscv\.vector\.tuple$|dx\.|amdgcn\.)/;

export class TypeRules {
  readonly #module: Module;
  readonly #sized = new Map<Type, boolean>();
  /** Whether a name stands for a type that is no structure, as `%t = type i32` says. */
  readonly #hasAliases: boolean;
  readonly #identity: TypeIdentity;

  constructor(module: Module) {
    this.#module = module;
    this.#identity = new TypeIdentity(module);
    this.#hasAliases = [...module.types.values()].some(
      ({ body }) => body !== undefined && body.kind !== 'struct',
    );
  }

  /** The structure that a name stands for, or the type itself; undefined for an opaque one. */
  body(type: Type): Type | undefined {
    let current: Type | undefined = type;
    for (let step = 0; current?.kind === 'named' && step < 100; step++) {
      current = this.#module.types.get(current.name)?.body;
    }
    return current?.kind === 'named' ? undefined : current;
  }

  /** Whether two types are one. */
  same(left: Type, right: Type): boolean {
    if (left === right || left.text === right.text) return true;
    // A name of an address space stands for a number that the data layout gives.
    if (left.text.includes('addrspace("') || right.text.includes('addrspace("')) return true;
    return this.#hasAliases && this.#identity.of(left) === this.#identity.of(right);
  }

  /** Whether an instruction can make a value of it. Opaque types counted until LLVM 19. */
  isFirstClass(type: Type): boolean {
    const { kind } = this.body(type) ?? type;
    return kind !== 'void' && kind !== 'function';
  }

  /** Whether its size is known, so that memory can hold it. Names can nest types deeper than a stack is. */
  isSized(type: Type): boolean {
    const stack: { readonly type: Type; readonly parts: readonly Type[]; next: number }[] = [];
    const enter = (entered: Type): void => {
      // A type that contains itself has no size.
      this.#sized.set(entered, false);
      const parts = this.#parts(entered);
      if (parts !== undefined) stack.push({ type: entered, parts, next: 0 });
      else stack.length = 0;
    };
    if (!this.#sized.has(type)) enter(type);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const part = top.parts[top.next++];
      if (part === undefined) {
        this.#sized.set(top.type, true);
        stack.pop();
      } else if (!this.#sized.has(part)) enter(part);
      else if (this.#sized.get(part) === false) stack.length = 0;
    }
    return this.#sized.get(type) === true;
  }

  /** The types whose sizes make up the size of a type; undefined for a type that has none. */
  #parts(type: Type): readonly Type[] | undefined {
    switch (type.kind) {
      case 'integer':
      case 'float':
      case 'pointer':
      case 'vector':
      case 'x86_amx':
      case 'x86_mmx':
      case 'target':
        return [];
      case 'array':
        return [type.element];
      case 'struct':
        return type.fields;
      case 'named': {
        const body = this.body(type);
        return body === undefined ? undefined : [body];
      }
      case 'void':
      case 'label':
      case 'token':
      case 'metadata':
      case 'function':
        return undefined;
    }
  }

  /** The element of a vector, else the type itself. */
  scalar(type: Type): Type {
    const body = this.body(type) ?? type;
    return body.kind === 'vector' ? body.element : body;
  }

  vector(type: Type): VectorType | undefined {
    const body = this.body(type);
    return body?.kind === 'vector' ? body : undefined;
  }

  struct(type: Type): StructType | undefined {
    const body = this.body(type);
    return body?.kind === 'struct' ? body : undefined;
  }

  isInteger(type: Type): boolean {
    return this.body(type)?.kind === 'integer';
  }

  isPointer(type: Type): boolean {
    return this.body(type)?.kind === 'pointer';
  }

  /** Integers and vectors of them. */
  isIntegerLike(type: Type): boolean {
    return this.scalar(type).kind === 'integer';
  }

  isFloatLike(type: Type): boolean {
    return this.scalar(type).kind === 'float';
  }

  isPointerLike(type: Type): boolean {
    return this.scalar(type).kind === 'pointer';
  }

  isAggregate(type: Type): boolean {
    const kind = this.body(type)?.kind;
    return kind === 'array' || kind === 'struct';
  }

  /** The type of a member, undefined where the aggregate has none of that number. */
  member(type: Type, index: number): Type | undefined {
    const body = this.body(type);
    if (body?.kind === 'struct') return body.fields[index];
    return body?.kind === 'array' && BigInt(index) < body.length ? body.element : undefined;
  }

  /** Whether a structure, at any depth, holds a vector of unknown length. */
  holdsScalable(type: Type): boolean {
    for (const leaf of this.#leaves(type)) {
      if (leaf.kind === 'vector' && leaf.scalable) return true;
    }
    return false;
  }

  /** Whether an aggregate, at any depth, holds floating-point numbers and vectors of them only. */
  holdsFloats(type: Type): boolean {
    for (const leaf of this.#leaves(type)) {
      if (!this.isFloatLike(leaf)) return false;
    }
    return true;
  }

  /** What arrays and structures hold in the end. Each type is looked at once: it may hold itself, or lie very deep. */
  *#leaves(type: Type): Generator<Type, void> {
    const seen = new Set<Type>();
    const stack = [type];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const body = this.body(next) ?? next;
      if (body.kind === 'array') stack.push(body.element);
      else if (body.kind === 'struct') append(stack, body.fields);
      else yield body;
    }
  }

  /** Whether the type has a zero: target types have one only where their target says so. */
  hasZero(type: Type): boolean {
    return type.kind !== 'target' || TARGET_TYPES_WITH_ZERO.test(type.name);
  }

  /** The first type inside `type` that cannot stand where it stands; undefined when all can. */
  misplaced(type: Type): Type | undefined {
    switch (type.kind) {
      case 'vector':
        return isVectorElement(type.element) ? undefined : type.element;
      case 'array':
        return NEVER_IN_MEMORY.has(type.element.kind) ? type.element : this.misplaced(type.element);
      case 'struct':
        return this.#firstBad(type.fields);
      case 'function': {
        const { returns, parameters } = type;
        if (returns.kind === 'function' || returns.kind === 'label') return returns;
        const bad = parameters.find(({ kind }) => kind === 'void' || kind === 'function');
        return bad ?? (returns.kind === 'void' ? undefined : this.misplaced(returns));
      }
      default:
        return undefined;
    }
  }

  #firstBad(types: readonly Type[]): Type | undefined {
    for (const type of types) {
      const bad = this.#badElement(type) ?? this.misplaced(type);
      if (bad !== undefined) return bad;
    }
    return undefined;
  }

  #badElement(type: Type): Type | undefined {
    return NEVER_ELEMENTS.has(type.kind) ? type : undefined;
  }
}

function isVectorElement({ kind }: Type): boolean {
  return ['integer', 'float', 'pointer', 'named', 'target'].includes(kind);
}
