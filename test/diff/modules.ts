import { readFileSync } from 'node:fs';
import { compareModules, type ModuleChanges } from '../../src/diff/compare.js';
import { collectSites, type ModuleSites } from '../../src/diff/sites.js';
import { instrument, type InstrumentOptions } from '../../src/passes/pipeline.js';
import { SourceText } from '../../src/text/source.js';

/** A module with one access or call of each kind. */
export const ACCESSES = readFileSync('fixtures/diff/accesses.ll', 'latin1');

/** What the passes make of a module. */
export function instrumented(text: string, lowering: InstrumentOptions['lowering']): string {
  const options = { isolation: 'code+data', lowering, keyBits: 15 } as const;
  const result = instrument(new SourceText('a.ll', text), options);
  if (result.text === undefined) throw new Error(result.diagnostics[0]?.message);
  return result.text;
}

/** The text with one place changed, which has to be there. */
export function edited(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to replace: ${String(from)}`);
  return changed;
}

function sites(path: string, text: string): ModuleSites {
  const { value, diagnostics } = collectSites(new SourceText(path, text));
  if (value === undefined) throw new Error(diagnostics[0]?.message);
  return value;
}

/** The comparison of two texts. */
export function compare(old: string, fresh: string): ModuleChanges {
  return compareModules(sites('old.ll', old), sites('new.ll', fresh));
}

/** Each change as `kind action line: old -> new`. */
export function lines(changes: ModuleChanges): readonly string[] {
  return changes.functions.flatMap((fn) =>
    fn.changes.map(({ kind, action, old, fresh }) => {
      const line = (fresh ?? old)?.origin?.line ?? '?';
      return `${kind} ${action} ${line}: ${old?.protection ?? '-'} -> ${fresh?.protection ?? '-'}`;
    }),
  );
}
