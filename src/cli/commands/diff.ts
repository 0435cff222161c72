import { join } from 'node:path';
import { type Exit, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { compareModules, type ModuleChanges } from '../../diff/compare.js';
import { formatGithub } from '../../diff/format/github.js';
import { formatHtml } from '../../diff/format/html.js';
import { formatJson } from '../../diff/format/json.js';
import { formatSarif } from '../../diff/format/sarif.js';
import { formatText } from '../../diff/format/text.js';
import {
  type DiffFormat,
  type DiffReport,
  type FailOn,
  fails,
  type FilePair,
} from '../../diff/report.js';
import { collectSites } from '../../diff/sites.js';
import { VERSION } from '../build-info.js';
import { isFolder, modulesBelow } from '../module-files.js';
import { readInput, writeResult } from '../streams.js';
import { EXIT, terminalReporter, useColor } from '../terminal.js';

/** How `tme-box diff` is called. */
export interface DiffOptions {
  readonly format: DiffFormat;
  readonly failOn: FailOn;
  readonly output: string;
  readonly verbose: boolean;
}

/** `tme-box diff`: what became of the confinement between two modules, or two folders of modules. */
export function diffCommand(old: string, fresh: string, options: DiffOptions): Exit {
  const files = pairs(old, fresh);
  const report: FilePair[] = [];
  for (const { name, kind, old: oldPath, fresh: freshPath } of files) {
    const changes = kind === 'both' ? compareFiles(oldPath, freshPath) : undefined;
    if (kind === 'both' && changes === undefined) return { kind: 'code', code: EXIT.input };
    report.push({ name, kind, changes });
  }
  writeResult(options.output, format({ files: report }, options));
  const failed = fails({ files: report }, options.failOn);
  return failed ? { kind: 'code', code: EXIT.input } : SUCCESS;
}

function format(report: DiffReport, { format: kind, output, verbose }: DiffOptions): string {
  switch (kind) {
    case 'text':
      return formatText(report, { color: output === '-' && useColor(), verbose });
    case 'json':
      return formatJson(report);
    case 'sarif':
      return formatSarif(report, VERSION);
    case 'github':
      return formatGithub(report);
    case 'html':
      return formatHtml(report);
  }
}

/** @returns undefined when one of them has an error, which was reported */
function compareFiles(old: string, fresh: string): ModuleChanges | undefined {
  const before = collectSites(readInput(old));
  const after = collectSites(readInput(fresh));
  const failed = reportAll(terminalReporter(), [...before.diagnostics, ...after.diagnostics]);
  if (failed || before.value === undefined || after.value === undefined) return undefined;
  return compareModules(before.value, after.value);
}

interface PathPair extends Pick<FilePair, 'name' | 'kind'> {
  readonly old: string;
  readonly fresh: string;
}

/** Two files, or the modules below two folders, by their names. */
function pairs(old: string, fresh: string): readonly PathPair[] {
  if (!isFolder(old) || !isFolder(fresh)) return [{ name: fresh, kind: 'both', old, fresh }];
  const before = new Set(modulesBelow(old));
  const after = new Set(modulesBelow(fresh));
  return [...new Set([...before, ...after])].sort().map((name) => {
    const kind = !before.has(name) ? 'added' : !after.has(name) ? 'removed' : 'both';
    return { name, kind, old: join(old, name), fresh: join(fresh, name) };
  });
}
