/**
 * Modules and what stands at their top level.
 *
 * Parsing a module reads everything but function bodies, which are parsed one at a time when they are asked for: a
 * pass over a 500 MB module never holds more than one body. Entities keep the order of the source.
 *
 * @see LangRef, "High Level Structure"
 */
import type { SourceText } from '../../text/source.js';
import type { Attribute } from './attribute.js';
import type { Instruction } from './instruction.js';
import type { Metadata, MetadataAttachment } from './metadata.js';
import type { TypeTable } from '../type-table.js';
import type { Type } from './type.js';
import type { Constant, TypedValue } from './value.js';

/** Where an entity stands. */
export interface EntityBase {
  /** Offsets of the whole entity in the source, without the line end. */
  readonly start: number;
  readonly end: number;
}

/** What functions, variables, aliases and ifuncs have in common; undefined where the text says nothing. */
export interface GlobalHeader {
  /** With its sigil: `@main`. */
  readonly name: string;
  /** Offset of the name in the source, for diagnostics. */
  readonly nameStart: number;
  /** `private`, `internal`, `linkonce_odr`, `external`, `extern_weak` … */
  readonly linkage: string | undefined;
  readonly preemption: 'dso_local' | 'dso_preemptable' | undefined;
  readonly visibility: 'default' | 'hidden' | 'protected' | undefined;
  readonly dllStorage: 'dllimport' | 'dllexport' | undefined;
  readonly unnamedAddr: 'unnamed_addr' | 'local_unnamed_addr' | undefined;
}

/** A parameter of a definition or a declaration: `ptr noalias %p`. */
export interface Parameter {
  readonly type: Type;
  readonly attributes: readonly Attribute[];
  /** With its sigil; also for unnamed ones (`%0`). Undefined only in declarations that give no name. */
  readonly name: string | undefined;
}

/** A `comdat` clause; `name` with its sigil (`$c`), undefined for the bare form. */
export interface ComdatClause {
  readonly name: string | undefined;
}

/** `define` or `declare`. */
export interface FunctionEntity extends EntityBase, GlobalHeader {
  readonly kind: 'function';
  readonly callingConvention: string | undefined;
  readonly returnAttributes: readonly Attribute[];
  readonly returns: Type;
  readonly parameters: readonly Parameter[];
  readonly variadic: boolean;
  readonly addressSpace: number | string | undefined;
  readonly attributes: readonly Attribute[];
  readonly section: string | undefined;
  readonly partition: string | undefined;
  readonly comdat: ComdatClause | undefined;
  readonly alignment: number | undefined;
  /** With quotes. */
  readonly gc: string | undefined;
  readonly prefix: TypedValue | undefined;
  readonly prologue: TypedValue | undefined;
  readonly personality: TypedValue | undefined;
  readonly attachments: readonly MetadataAttachment[];
  /** Offsets of `{` and just behind `}`; undefined for a declaration. */
  readonly body: { readonly start: number; readonly end: number } | undefined;
}

/** `@g = global i32 0`, `@c = external constant i8` */
export interface GlobalVariable extends EntityBase, GlobalHeader {
  readonly kind: 'variable';
  /** `thread_local`: the model, `generaldynamic` for the bare keyword; undefined when not thread-local. */
  readonly threadLocal: 'generaldynamic' | 'localdynamic' | 'initialexec' | 'localexec' | undefined;
  readonly addressSpace: number | string | undefined;
  readonly externallyInitialized: boolean;
  readonly constant: boolean;
  readonly type: Type;
  /** Undefined for a declaration. */
  readonly initializer: Constant | undefined;
  /** Offsets of the initializer's text. */
  readonly initializerStart: number;
  readonly initializerEnd: number;
  readonly section: string | undefined;
  readonly partition: string | undefined;
  readonly comdat: ComdatClause | undefined;
  readonly alignment: number | undefined;
  readonly codeModel: string | undefined;
  /** `no_sanitize_address`, `sanitize_memtag` … */
  readonly sanitizerFlags: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly attachments: readonly MetadataAttachment[];
}

/** `@a = alias i32, ptr @g`, `@f = ifunc void (), ptr @resolver` */
export interface GlobalAlias extends EntityBase, GlobalHeader {
  readonly kind: 'alias' | 'ifunc';
  readonly threadLocal: GlobalVariable['threadLocal'];
  readonly type: Type;
  readonly aliasee: TypedValue;
  readonly partition: string | undefined;
  readonly attachments: readonly MetadataAttachment[];
}

/** `%t = type { i32, ptr }` */
export interface TypeDefinition extends EntityBase {
  readonly kind: 'type';
  /** With its sigil. */
  readonly name: string;
  /** Undefined for `opaque`. */
  readonly body: Type | undefined;
}

/** `attributes #0 = { nounwind }` */
export interface AttributeGroup extends EntityBase {
  readonly kind: 'attributes';
  /** `#0` */
  readonly id: string;
  readonly attributes: readonly Attribute[];
}

/** `!12 = !{…}`, `!13 = distinct !DISubprogram(…)` */
export interface MetadataDefinition extends EntityBase {
  readonly kind: 'metadata';
  /** `!12` */
  readonly id: string;
  /** Parsed when it is asked for: most metadata is never read. */
  readonly node: () => Metadata | undefined;
}

/** `!llvm.module.flags = !{!0, !1}` */
export interface NamedMetadata extends EntityBase {
  readonly kind: 'named-metadata';
  /** `!llvm.module.flags` */
  readonly name: string;
  /** `!1`, `!2` …, or inline nodes. */
  readonly operands: readonly Metadata[];
}

/** `$c = comdat any` */
export interface Comdat extends EntityBase {
  readonly kind: 'comdat';
  readonly name: string;
  readonly selection: string;
}

/** `source_filename`, `target datalayout`, `target triple`, `module asm`: `text` is the string with its quotes. */
export interface ModuleString extends EntityBase {
  readonly kind: 'source_filename' | 'datalayout' | 'triple' | 'module-asm';
  readonly text: string;
}

/** Use-list orders and summary entries, which only tools that read bitcode order need: kept as text. */
export interface OpaqueEntity extends EntityBase {
  readonly kind: 'uselistorder' | 'summary';
}

/** What stands at the top level of a module. */
export type Entity =
  | FunctionEntity
  | GlobalVariable
  | GlobalAlias
  | TypeDefinition
  | AttributeGroup
  | MetadataDefinition
  | NamedMetadata
  | Comdat
  | ModuleString
  | OpaqueEntity;

/** A module: its entities in order, and indexes of them by name. */
export interface Module {
  readonly source: SourceText;
  /** Makes and compares the module's types; bodies and rewritten instructions use it too. */
  readonly typeTable: TypeTable;
  /** In the order of the source. */
  readonly entities: readonly Entity[];
  readonly types: ReadonlyMap<string, TypeDefinition>;
  readonly functions: ReadonlyMap<string, FunctionEntity>;
  readonly variables: ReadonlyMap<string, GlobalVariable>;
  readonly aliases: ReadonlyMap<string, GlobalAlias>;
  readonly attributeGroups: ReadonlyMap<string, readonly Attribute[]>;
  readonly metadata: ReadonlyMap<string, MetadataDefinition>;
  readonly dataLayout: string | undefined;
  readonly triple: string | undefined;
}

/** A basic block. */
export interface Block {
  /** With the sigil of a value: `%entry`, `%7`; also where the text leaves the entry's label out. */
  readonly label: string;
  /** Offsets of the label's line in the source (`7:  ; preds = …`); equal offsets where there is none. */
  readonly labelStart: number;
  readonly labelEnd: number;
  /** Debug records and use-list orders included, in order. */
  readonly instructions: readonly Instruction[];
}

/** The blocks of a definition, in the order of the source; the first is the entry. */
export interface FunctionBody {
  readonly function: FunctionEntity;
  readonly blocks: readonly Block[];
}
