/** For programs. */
import type { Change, FunctionChanges, ModuleChanges } from '../compare.js';
import { type DiffReport, totals } from '../report.js';
import type { Site } from '../site.js';

/** Changes when a field changes its meaning or goes. */
const FORMAT_VERSION = 1;

/** The report as one JSON document, ended by a newline. Functions without differences are left out. */
export function formatJson(report: DiffReport): string {
  const files = report.files.map(({ name, kind, changes }) => ({
    name,
    kind,
    old: changes?.old.source.path ?? null,
    new: changes?.fresh.source.path ?? null,
    functions: changes === undefined ? [] : functionsOf(changes),
  }));
  const document = { version: FORMAT_VERSION, totals: totals(report), files };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function functionsOf(module: ModuleChanges): readonly object[] {
  return module.functions
    .filter(({ kind }) => kind !== 'same')
    .map((fn: FunctionChanges) => ({
      name: fn.name,
      kind: fn.kind,
      counts: { old: fn.old, new: fn.fresh },
      changes: fn.changes.map((change) => changeOf(change, module)),
    }));
}

function changeOf({ kind, action, old, fresh }: Change, module: ModuleChanges): object {
  return { kind, action, old: siteOf(old, module.old), new: siteOf(fresh, module.fresh) };
}

function siteOf(site: Site | undefined, module: ModuleChanges['old']): object | null {
  if (site === undefined) return null;
  const { line, column } = module.source.position(site.offset);
  return {
    protection: site.protection,
    source: site.origin ?? null,
    ir: { file: module.source.path, line, column },
  };
}
