/** Modules, from the tree alone: proof that the tree holds everything. */
import { printAttributes } from './attributes.js';
import { printBodyCanonical } from './body.js';
import { printFunctionHeader } from './functions.js';
import { printAlias, printGlobalVariable } from './globals.js';
import { printMetadata } from './metadata.js';
import { parseBody, parseMetadataNode } from '../parser/index.js';
import { append } from '../../text/append.js';
import type { Diagnostic, Parsed } from '../../text/diagnostic.js';
import type { Entity, FunctionEntity, MetadataDefinition, Module } from '../model/index.js';

/** The text of a module, as it came. */
export function printModule(module: Module): string {
  return module.source.text;
}

/** Parses every body; a body with an error makes the whole result undefined. */
export function printModuleCanonical(module: Module): Parsed<string> {
  const diagnostics: Diagnostic[] = [];
  const pieces: string[] = [];
  for (const entity of module.entities) {
    const text = printEntity(module, entity, diagnostics);
    pieces.push(text, '\n');
  }
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { value: failed ? undefined : pieces.join(''), diagnostics };
}

function printFunction(module: Module, fn: FunctionEntity, diagnostics: Diagnostic[]): string {
  const header = printFunctionHeader(fn);
  if (fn.body === undefined) return header;
  const body = parseBody(module, fn);
  append(diagnostics, body.diagnostics);
  return body.value === undefined ? header : `${header} ${printBodyCanonical(body.value)}`;
}

function printEntity(module: Module, entity: Entity, diagnostics: Diagnostic[]): string {
  switch (entity.kind) {
    case 'function':
      return printFunction(module, entity, diagnostics);
    case 'variable':
      return printGlobalVariable(entity);
    case 'alias':
    case 'ifunc':
      return printAlias(entity);
    case 'type':
      return `${entity.name} = type ${entity.body?.text ?? 'opaque'}`;
    case 'attributes':
      return `attributes ${entity.id} = { ${printAttributes(entity.attributes)} }`;
    case 'metadata':
      return printDefinition(entity, diagnostics);
    case 'named-metadata':
      return `${entity.name} = !{${entity.operands.map(printMetadata).join(', ')}}`;
    case 'comdat':
      return `${entity.name} = comdat ${entity.selection}`;
    case 'source_filename':
      return `source_filename = ${entity.text}`;
    case 'datalayout':
      return `target datalayout = ${entity.text}`;
    case 'triple':
      return `target triple = ${entity.text}`;
    case 'module-asm':
      return `module asm ${entity.text}`;
    case 'uselistorder':
    case 'summary':
      return module.source.text.slice(entity.start, entity.end);
  }
}

function printDefinition(definition: MetadataDefinition, diagnostics: Diagnostic[]): string {
  const node = parseMetadataNode(definition);
  append(diagnostics, node.diagnostics);
  return node.value === undefined ? '' : `${definition.id} = ${printMetadata(node.value)}`;
}
