/**
 * `tme-box check`: whether LLVM would take a module.
 *
 * In this order: the module's tables (types, comdats, data layout), globals, metadata, and then one body after the
 * other. What one entity does wrong does not hide what the next one does; the findings come out in the order of the
 * source.
 */
import { isNumbered, parseBody, unquoteString } from '../ir/index.js';
import type { Diagnostic, Entity, Module, NamedMetadata } from '../ir/index.js';
import { checkAttributeGroup } from './attributes.js';
import { checkBody } from './body.js';
import { dataLayoutProblem, programAddressSpace } from './data-layout.js';
import { Findings } from './findings.js';
import { checkAlias, checkFunction, checkVariable } from './globals.js';
import { checkMetadataDefinition, checkTopLevel } from './metadata.js';
import { checkKnownList } from './module-metadata.js';
import type { Global, ModuleScope } from './scope.js';
import { LeastSizes } from './sizes.js';
import { TypeRules } from './type-rules.js';
import { checkTypeDefinition, checkTypeNames, checkTypeOrder } from './type-names.js';
import { checkSummary } from './summary.js';
import { checkModuleUseList } from './use-lists.js';

/** What is wrong with a module that parses, in the order of the source; nothing for one that LLVM takes. */
export function checkModule(module: Module): readonly Diagnostic[] {
  const findings = new Findings(module.source);
  const types = new TypeRules(module);
  const scope: ModuleScope = {
    module,
    findings,
    types,
    sizes: new LeastSizes(types),
    programAddressSpace: programAddressSpace(module.dataLayout),
    globals: globalsOf(module),
    comdats: new Set(
      module.entities.flatMap((entity) => (entity.kind === 'comdat' ? [entity.name] : [])),
    ),
    metadataIds: new Set(),
    comdatNames: new Set(),
    nodes: new Map(),
    endingAliases: new Set(),
    debugForm: { found: undefined },
  };
  for (const entity of module.entities) checkEntity(scope, entity);
  checkTypeOrder(scope);
  checkTypeNames(scope);
  return findings.inOrder();
}

/** By name; one whose name is empty has the next number instead. */
function globalsOf(module: Module): Map<string, Global> {
  const globals = new Map<string, Global>();
  let next = 0;
  for (const entity of module.entities) {
    const { kind } = entity;
    if (kind !== 'function' && kind !== 'variable' && kind !== 'alias' && kind !== 'ifunc')
      continue;
    const name = entity.name === '@""' ? `@${next}` : entity.name;
    if (isNumbered(name)) next = Number(name.slice(1)) + 1;
    globals.set(name, entity);
  }
  return globals;
}

function checkEntity(scope: ModuleScope, entity: Entity): void {
  switch (entity.kind) {
    case 'function': {
      checkFunction(scope, entity);
      if (entity.body === undefined) return;
      const { value, diagnostics } = parseBody(scope.module, entity);
      scope.findings.add(diagnostics);
      if (value !== undefined) checkBody(scope, value);
      return;
    }
    case 'variable':
      checkVariable(scope, entity);
      return;
    case 'alias':
    case 'ifunc':
      checkAlias(scope, entity);
      return;
    case 'type':
      checkTypeDefinition(scope, entity);
      return;
    case 'attributes':
      checkAttributeGroup(scope, entity);
      return;
    case 'metadata':
      defineOnce(scope, scope.metadataIds, entity.id, entity);
      checkMetadataDefinition(scope, entity);
      return;
    case 'named-metadata':
      checkNamedMetadata(scope, entity);
      checkKnownList(scope, entity);
      return;
    case 'comdat':
      defineOnce(scope, scope.comdatNames, entity.name, entity);
      return;
    case 'datalayout': {
      const message = dataLayoutProblem(unquoteString(entity.text));
      if (message !== undefined) scope.findings.report('TBX0414', message, entity);
      return;
    }
    case 'summary':
      checkSummary(scope, entity);
      return;
    case 'uselistorder':
      checkModuleUseList(scope, entity);
      return;
    case 'source_filename':
    case 'triple':
    case 'module-asm':
      return;
  }
}

function defineOnce(scope: ModuleScope, seen: Set<string>, name: string, entity: Entity): void {
  if (seen.has(name)) scope.findings.report('TBX0401', `'${name}' is defined twice`, entity);
  seen.add(name);
}

function checkNamedMetadata(scope: ModuleScope, { operands, start, end }: NamedMetadata): void {
  for (const operand of operands) {
    if (operand.kind === 'reference' || operand.kind === 'node') {
      checkTopLevel(scope, operand, { start, end, locals: undefined });
    } else
      scope.findings.report('TBX0413', 'named metadata lists nodes by their numbers', {
        start,
        end,
      });
  }
}
