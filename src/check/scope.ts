/** What the checks know while they look at a module or at one of its bodies. */
import type { Definitions } from '../ir/definitions.js';
import type {
  FunctionEntity,
  GlobalAlias,
  GlobalVariable,
  Metadata,
  Module,
  Span,
  Type,
} from '../ir/index.js';
import type { Findings } from './findings.js';
import type { LeastSizes } from './sizes.js';
import type { TypeRules } from './type-rules.js';

export type Global = FunctionEntity | GlobalVariable | GlobalAlias;

export interface ModuleScope {
  readonly module: Module;
  readonly types: TypeRules;
  readonly sizes: LeastSizes;
  readonly findings: Findings;
  /** The address space of functions that name none, as the data layout says. */
  readonly programAddressSpace: number;
  readonly globals: ReadonlyMap<string, Global>;
  readonly comdats: ReadonlySet<string>;
  /** Numbers of metadata and comdats that were defined so far. */
  readonly metadataIds: Set<string>;
  readonly comdatNames: Set<string>;
  /** Definitions of metadata that were asked for, so that each is read once. */
  readonly nodes: Map<string, Metadata | undefined>;
  /** Aliases that are known to lead to no cycle: a module may have one long chain of them, and each is asked about. */
  readonly endingAliases: Set<GlobalAlias>;
  /** How the module holds debug information about variables: it cannot mix both. */
  readonly debugForm: { found: 'records' | 'intrinsics' | undefined };
}

export interface BodyScope extends ModuleScope {
  readonly fn: FunctionEntity;
  /** The types of arguments and results, and `label` for blocks. */
  readonly locals: ReadonlyMap<string, Type>;
  /** What computes each result, by its name. */
  readonly definitions: Definitions;
}

/** Where a value stands: its place, and the locals that can be seen from there. */
export interface Place extends Span {
  readonly locals: ReadonlyMap<string, Type> | undefined;
  /** Whether metadata names the value, which is no use of it. */
  readonly inMetadata?: boolean;
}

/** The pointer type of a global. */
export function globalType(scope: ModuleScope, global: Global): Type {
  const { typeTable } = scope.module;
  switch (global.kind) {
    case 'function':
      return typeTable.pointer(global.addressSpace ?? scope.programAddressSpace);
    case 'variable':
      return typeTable.pointer(global.addressSpace ?? 0);
    case 'alias':
    case 'ifunc': {
      const type = scope.types.body(global.aliasee.type);
      return type?.kind === 'pointer' ? type : typeTable.ptr;
    }
  }
}
