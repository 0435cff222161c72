/** Source positions of instructions, from `!dbg`. */
import { unquoteString } from '../ir/index.js';
import type {
  FunctionEntity,
  Instruction,
  Metadata,
  MetadataFieldValue,
  MetadataDefinition,
  Module,
} from '../ir/model/index.js';
import type { Location } from './site.js';

type Node = Extract<Metadata, { readonly kind: 'node' }>;

/** Scopes nest as blocks of the program do. More is a cycle, which the parser does not refuse. */
const MAXIMUM_SCOPES = 1000;

/** Reads each node once. */
export class DebugLocations {
  readonly #definitions: ReadonlyMap<string, MetadataDefinition>;
  readonly #nodes = new Map<string, Node | undefined>();
  readonly #locations = new Map<string, Location | undefined>();

  constructor(module: Module) {
    this.#definitions = module.metadata;
  }

  /** Where the instruction stands in the source; for inlined code, in the function that it came from. */
  of(instruction: Instruction): Location | undefined {
    const node = debugNode(instruction);
    if (node === undefined) return undefined;
    if (node.kind !== 'reference') return this.#locate(this.#resolve(node));
    if (!this.#locations.has(node.id)) {
      this.#locations.set(node.id, this.#locate(this.#resolve(node)));
    }
    return this.#locations.get(node.id);
  }

  /** Where the instruction stands in its own function: for inlined code, at the call that it took the place of. */
  inFunction(instruction: Instruction): Location | undefined {
    return this.#locate(this.#outermost(this.#resolve(debugNode(instruction))));
  }

  /** Where a function is defined, and the folder that the name of its file starts at. */
  ofFunction(fn: FunctionEntity): (Location & { directory: string }) | undefined {
    const subprogram = this.#resolve(debugNode(fn));
    const place = this.#locate(subprogram);
    const file = subprogram && this.#resolve(metadata(subprogram, 'file'));
    if (place === undefined || file === undefined) return undefined;
    return { ...place, directory: unquoteString(text(file, 'directory') ?? '""') };
  }

  #outermost(location: Node | undefined): Node | undefined {
    let at = location;
    for (let depth = 0; at !== undefined && depth < MAXIMUM_SCOPES; depth++) {
      const call = this.#resolve(metadata(at, 'inlinedAt'));
      if (call === undefined) return at;
      at = call;
    }
    return undefined;
  }

  #locate(node: Node | undefined): Location | undefined {
    if (node === undefined) return undefined;
    const line = Number(text(node, 'line') ?? 0);
    const file = this.#fileOf(node);
    if (line === 0 || file === undefined) return undefined;
    return { file, line, column: Number(text(node, 'column') ?? 0) };
  }

  /** The file of the innermost scope that names one. */
  #fileOf(location: Node): string | undefined {
    let at: Node | undefined = location;
    for (let depth = 0; at !== undefined && depth < MAXIMUM_SCOPES; depth++) {
      const file = this.#resolve(metadata(at, 'file'));
      const name = file === undefined ? undefined : text(file, 'filename');
      if (name !== undefined) return unquoteString(name);
      at = this.#resolve(metadata(at, 'scope'));
    }
    return undefined;
  }

  #resolve(node: Metadata | undefined): Node | undefined {
    if (node?.kind === 'node') return node;
    if (node?.kind !== 'reference') return undefined;
    if (!this.#nodes.has(node.id)) {
      const found = this.#definitions.get(node.id)?.node();
      this.#nodes.set(node.id, found?.kind === 'node' ? found : undefined);
    }
    return this.#nodes.get(node.id);
  }
}

function debugNode({ attachments }: Instruction | FunctionEntity): Metadata | undefined {
  return attachments.find(({ name }) => name === '!dbg')?.node;
}

function field(node: Node, key: string): MetadataFieldValue | undefined {
  return node.fields.find((candidate) => candidate.key === key)?.value;
}

function text(node: Node, key: string): string | undefined {
  const value = field(node, key);
  return value?.kind === 'text' ? value.text : undefined;
}

function metadata(node: Node, key: string): Metadata | undefined {
  const value = field(node, key);
  return value?.kind === 'metadata' ? value.metadata : undefined;
}
