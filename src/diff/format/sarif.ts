/**
 * For code scanning services.
 *
 * @see "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard
 */
import type { DiffReport } from '../report.js';
import type { Location } from '../site.js';
import { type Result, results, RULES } from './results.js';

/** The report as one SARIF log, ended by a newline. @param version of this tool */
export function formatSarif(report: DiffReport, version: string): string {
  const rules = Object.entries(RULES).map(([id, text]) => ({ id, shortDescription: { text } }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tme-box diff', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        results: results(report).map((result) => resultOf(result)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function resultOf({ rule, level, message, location }: Result): object {
  const places = location === undefined ? [] : [{ physicalLocation: physical(location) }];
  return {
    ruleId: rule,
    ruleIndex: Object.keys(RULES).indexOf(rule),
    level,
    message: { text: message },
    locations: places,
  };
}

/** Columns are left out where debug information has none. */
function physical({ file, line, column }: Location): object {
  const region = column > 0 ? { startLine: line, startColumn: column } : { startLine: line };
  return { artifactLocation: { uri: uri(file) }, region };
}

/** A path as a URI reference; absolute ones get their scheme. */
function uri(path: string): string {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${escaped}` : escaped;
}
