import {
  type Module,
  parseMetadataNode,
  parseModule,
  printModuleCanonical,
  walk,
} from '../../ir/index.js';
import { append } from '../../text/append.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { expectModule } from '../../driver/long-run.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { readInput, writeResult } from '../streams.js';
import { terminalReporter } from '../terminal.js';

/**
 * `tme-box print`: parses a module and prints it. With `canonical` the text comes from the tree alone; otherwise it
 * is the text that came in, once it is known to parse.
 */
export function printCommand(file: string, output: string, canonical: boolean): Exit {
  const source = readInput(file);
  expectModule(source.text.length);
  const reporter = terminalReporter();
  const parsed = parseModule(source);
  if (reportAll(reporter, parsed.diagnostics) || parsed.value === undefined) return FAILURE;
  if (!canonical) {
    if (reportAll(reporter, readAll(parsed.value))) return FAILURE;
    writeResult(output, source.text);
    return SUCCESS;
  }
  const printed = printModuleCanonical(parsed.value);
  if (reportAll(reporter, printed.diagnostics) || printed.value === undefined) return FAILURE;
  writeResult(output, printed.value);
  return SUCCESS;
}

/** Reads what {@link parseModule} leaves for later: bodies and metadata. */
function readAll(module: Module): readonly Diagnostic[] {
  const inMetadata: Diagnostic[] = [];
  const inBodies = walk(module, {
    entity: (entity) => {
      if (entity.kind === 'metadata') append(inMetadata, parseMetadataNode(entity).diagnostics);
    },
    body: () => undefined,
  });
  return [...inMetadata, ...inBodies];
}
