/** The changes that formats with one entry a change show: those that a review has to see. */
import type { Change, ModuleChanges } from '../compare.js';
import { type DiffReport, describe, placeOf } from '../report.js';
import type { Location } from '../site.js';

/** How bad a change is, in SARIF's words. */
export type Level = 'error' | 'warning' | 'note';

/** One entry. */
export interface Result {
  /** Names its kind; stable, for suppressions. */
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  readonly location: Location | undefined;
}

const LEVELS: Readonly<Partial<Record<Change['kind'], Level>>> = {
  lost: 'error',
  changed: 'warning',
  gained: 'note',
};

/** The kinds of entries, and what each means. */
export const RULES: Readonly<Record<string, string>> = {
  'protection-lost': 'An access or call is confined less than before.',
  'protection-changed': 'An access or call is confined in another way than before.',
  'protection-gained': 'An access or call is confined more than before.',
  'module-removed': 'A module that was there is gone.',
};

/** Entries in the order of files, functions and sites. */
export function results(report: DiffReport): readonly Result[] {
  return report.files.flatMap(({ name, kind, changes }): readonly Result[] => {
    if (kind === 'removed') {
      const location = { file: name, line: 1, column: 1 };
      return [{ rule: 'module-removed', level: 'error', message: `${name} is gone`, location }];
    }
    return changes === undefined ? [] : resultsOf(changes);
  });
}

function resultsOf(module: ModuleChanges): readonly Result[] {
  return module.functions.flatMap(({ name, changes }) =>
    changes.flatMap((change): readonly Result[] => {
      const level = LEVELS[change.kind];
      if (level === undefined) return [];
      const location = placeOf(change, module);
      const message = `${name}: ${describe(change)}`;
      return [{ rule: `protection-${change.kind}`, level, message, location }];
    }),
  );
}
