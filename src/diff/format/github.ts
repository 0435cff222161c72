/**
 * For GitHub Actions: workflow commands on standard output, which become annotations of the lines they name.
 *
 * @see GitHub's documentation, "Workflow commands for GitHub Actions"
 */
import type { DiffReport } from '../report.js';
import { type Level, type Result, results } from './results.js';
import { summary } from './text.js';

/** GitHub shows ten annotations of a kind for each step; the rest is told in one. */
const MAXIMUM_SHOWN = 9;
const COMMANDS: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

/** The report as workflow commands, each line ended by a newline; the last one sums up. */
export function formatGithub(report: DiffReport): string {
  const all = results(report);
  const lines = (['error', 'warning', 'note'] as const).flatMap((level) =>
    commands(
      level,
      all.filter((result) => result.level === level),
    ),
  );
  const last = `::notice title=tme-box diff::${escapeData(summary(report))}`;
  return [...lines, last].map((line) => `${line}\n`).join('');
}

function commands(level: Level, of: readonly Result[]): readonly string[] {
  const lines = of.slice(0, MAXIMUM_SHOWN).map(command);
  const hidden = of.length - lines.length;
  if (hidden > 0) lines.push(`::${COMMANDS[level]} title=tme-box diff::${hidden} more like these`);
  return lines;
}

function command({ rule, level, message, location }: Result): string {
  const place =
    location === undefined
      ? []
      : [
          `file=${escapeProperty(location.file)}`,
          `line=${location.line}`,
          `col=${location.column}`,
        ];
  const properties = [...place, `title=${escapeProperty(rule)}`].join(',');
  return `::${COMMANDS[level]} ${properties}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
