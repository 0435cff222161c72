/** @see LangRef, "Structure Type", "Opaque Structure Types" */
import type { Type, TypeDefinition } from '../ir/index.js';
import type { ModuleScope } from './scope.js';

/** Checks `%t = type …`. */
export function checkTypeDefinition(scope: ModuleScope, { body, ...entity }: TypeDefinition): void {
  if (body === undefined) return;
  const bad = scope.types.misplaced(body);
  if (bad !== undefined) {
    const where = scope.findings.locate(bad.text, entity);
    scope.findings.report('TBX0403', `'${bad.text}' cannot be part of another type`, where);
  }
}

/** Checks that definitions name only structures that are defined behind them, and that none but those hold themselves. */
export function checkTypeOrder({ module, findings }: ModuleScope): void {
  const early = new Set<TypeDefinition>();
  for (const { body, start } of module.types.values()) {
    for (const name of body === undefined ? [] : namesIn(body)) {
      const named = module.types.get(name);
      const isAlias = named?.body !== undefined && named.body.kind !== 'struct';
      if (isAlias && named.start >= start) early.add(named);
    }
  }
  for (const definition of early) {
    const { name } = definition;
    const message = `'${name}' is no structure and cannot be used before it is defined`;
    findings.report('TBX0403', message, findings.locate(name, definition));
  }
}

/** The names inside a type; how deep it is written the parser bounds. */
function namesIn(type: Type): readonly string[] {
  switch (type.kind) {
    case 'named':
      return [type.name];
    case 'array':
    case 'vector':
      return namesIn(type.element);
    case 'struct':
      return type.fields.flatMap(namesIn);
    case 'function':
      return [type.returns, ...type.parameters].flatMap(namesIn);
    case 'target':
      return type.types.flatMap(namesIn);
    default:
      return [];
  }
}

/** Checks that every name of a type that the text uses is defined; bodies must have been read by then. */
export function checkTypeNames(scope: ModuleScope): void {
  const { module, findings } = scope;
  for (const { name } of module.typeTable.namedTypes()) {
    if (module.types.has(name)) continue;
    const where = findings.locate(name, { start: 0, end: findings.source.text.length });
    findings.report('TBX0401', `the type '${name}' is not defined`, where);
  }
}
