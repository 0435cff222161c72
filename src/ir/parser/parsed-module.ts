/** The module that the parser makes: its tables, and indexes that are built when they are asked for. */
import { unquoteString } from '../names.js';
import type * as ir from '../model/index.js';
import type { SourceText } from '../../text/source.js';
import type { TypeTable } from '../type-table.js';
import { ParseFailure } from './failure.js';
import { parseMetadata } from './metadata.js';
import type { ModuleTables } from './parser.js';
import { Parser } from './parser.js';

export class ParsedModule implements ir.Module {
  readonly source: SourceText;
  readonly typeTable: TypeTable;
  readonly entities: readonly ir.Entity[];
  readonly types = new Map<string, ir.TypeDefinition>();
  readonly functions = new Map<string, ir.FunctionEntity>();
  readonly variables = new Map<string, ir.GlobalVariable>();
  readonly aliases = new Map<string, ir.GlobalAlias>();
  readonly attributeGroups = new Map<string, readonly ir.Attribute[]>();
  dataLayout: string | undefined = undefined;
  triple: string | undefined = undefined;
  readonly tables: ModuleTables;
  #metadata: Map<string, ir.MetadataDefinition> | undefined = undefined;

  constructor(tables: ModuleTables, entities: readonly ir.Entity[]) {
    this.source = tables.source;
    this.typeTable = tables.types;
    this.tables = tables;
    this.entities = entities;
    for (const entity of entities) this.#index(entity);
  }

  get metadata(): ReadonlyMap<string, ir.MetadataDefinition> {
    if (this.#metadata === undefined) {
      this.#metadata = new Map();
      for (const entity of this.entities)
        if (entity.kind === 'metadata') this.#metadata.set(entity.id, entity);
    }
    return this.#metadata;
  }

  #index(entity: ir.Entity): void {
    switch (entity.kind) {
      case 'metadata':
      case 'named-metadata':
      case 'comdat':
      case 'source_filename':
      case 'module-asm':
      case 'uselistorder':
      case 'summary':
        return;
      case 'function':
        this.functions.set(entity.name, entity);
        return;
      case 'variable':
        this.variables.set(entity.name, entity);
        return;
      case 'alias':
      case 'ifunc':
        this.aliases.set(entity.name, entity);
        return;
      case 'type':
        this.types.set(entity.name, entity);
        return;
      case 'attributes':
        this.#addAttributes(entity);
        return;
      case 'datalayout':
        this.dataLayout = unquoteString(entity.text);
        return;
      case 'triple':
        this.triple = unquoteString(entity.text);
    }
  }

  /** A group that is defined twice has the attributes of both. */
  #addAttributes({ id, attributes }: ir.AttributeGroup): void {
    const known = this.attributeGroups.get(id);
    this.attributeGroups.set(id, known === undefined ? attributes : [...known, ...attributes]);
  }
}

/** A metadata definition of which only the extent is known until its node is asked for. */
export class LazyMetadata implements ir.MetadataDefinition {
  readonly kind = 'metadata';
  readonly start: number;
  readonly end: number;
  readonly #tables: ModuleTables;
  readonly #idEnd: number;
  readonly #nodeStart: number;

  constructor(tables: ModuleTables, start: number, idEnd: number, nodeStart: number, end: number) {
    this.#tables = tables;
    this.start = start;
    this.#idEnd = idEnd;
    this.#nodeStart = nodeStart;
    this.end = end;
  }

  get id(): string {
    return this.#tables.source.text.slice(this.start, this.#idEnd);
  }

  node(): ir.Metadata | undefined {
    try {
      return this.parse();
    } catch (error) {
      if (error instanceof ParseFailure) return undefined;
      throw error;
    }
  }

  /** @throws ParseFailure */
  parse(): ir.Metadata {
    return parseMetadata(new Parser(this.#tables, this.#nodeStart));
  }
}
