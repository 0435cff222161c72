import { ACCESS_KINDS, COUNTERS, type Statistics } from '../../passes/statistics.js';
import { instrument, type InstrumentOptions } from '../../passes/pipeline.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { readInput, writeResult } from '../streams.js';
import { terminalReporter } from '../terminal.js';

const COLUMN = 12;

function row(name: string, values: readonly (number | string)[]): string {
  return `${name.padEnd(24)}${values.map((value) => String(value).padStart(COLUMN)).join('')}\n`;
}

/** Statistics as a table for people. */
export function statisticsTable({ accesses, counters }: Statistics): string {
  return [
    row('accesses', ['seen', 'confined', 'safe']),
    ...ACCESS_KINDS.map((kind) => {
      const { seen, confined, safe } = accesses[kind];
      return row(`  ${kind}`, [seen, confined, safe]);
    }),
    '\n',
    ...COUNTERS.map((counter) => row(counter, [counters[counter]])),
  ].join('');
}

/** `tme-box stats`: what the passes see in a module and do to it. */
export function statsCommand(file: string, json: boolean, options: InstrumentOptions): Exit {
  const { text, diagnostics, statistics } = instrument(readInput(file), options);
  if (reportAll(terminalReporter(), diagnostics) || text === undefined) return FAILURE;
  writeResult(
    '-',
    json ? `${JSON.stringify(statistics, undefined, 2)}\n` : statisticsTable(statistics),
  );
  return SUCCESS;
}
