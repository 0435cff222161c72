/** @see LangRef, "ThinLTO Summary" */
import type { OpaqueEntity } from '../ir/index.js';
import { globalName } from '../ir/index.js';
import type { ModuleScope } from './scope.js';

const KINDS = /^\^[0-9]+\s*=\s*(?:gv|module|typeid|typeidCompatibleVTable|flags|blockcount)\s*:/;

/** Summaries are kept as text; this looks at their kind and at the globals that they name. */
export function checkSummary(scope: ModuleScope, { start, end }: OpaqueEntity): void {
  const text = scope.findings.source.text.slice(start, end);
  if (!KINDS.test(text)) {
    scope.findings.report('TBX0419', 'this is no kind of summary entry', { start, end });
    return;
  }
  const name = /^\^[0-9]+\s*=\s*gv\s*:\s*\(\s*name\s*:\s*"([^"]*)"/.exec(text)?.[1];
  if (name === undefined || scope.globals.has(globalName(name))) return;
  const where = scope.findings.locate(`"${name}"`, { start, end });
  scope.findings.report('TBX0419', `the global '${name}' is not defined`, where);
}
