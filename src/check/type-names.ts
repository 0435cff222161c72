/** @see LangRef, "Structure Type", "Opaque Structure Types" */
import type { TypeDefinition } from '../ir/index.js';
import type { ModuleScope } from './scope.js';

/** Checks `%t = type …`. */
export function checkTypeDefinition(scope: ModuleScope, { body, ...entity }: TypeDefinition): void {
  const bad = body === undefined ? undefined : scope.types.misplaced(body);
  if (bad === undefined) return;
  const where = scope.findings.locate(bad.text, entity);
  scope.findings.report('TBX0403', `'${bad.text}' cannot be part of another type`, where);
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
