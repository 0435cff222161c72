import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { blameAll } from '../../driver/blame.js';
import { type CodeSizes, codeSizes } from '../../driver/code-size.js';
import { readKept } from '../../driver/kept-ir.js';
import { readerBelow } from '../../driver/named-sources.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { problem, readSource, reportAll } from '../../driver/session.js';
import { chosenToolchain } from '../../driver/toolchain.js';
import type { InstrumentOptions } from '../../passes/pipeline.js';
import type { FunctionSummary, UnitSummary } from '../../report/data.js';
import { reportUnit } from '../../report/unit.js';
import { writePage } from '../../report/write-page.js';
import { asBytes } from '../../text/bytes.js';
import { SourceText } from '../../text/source.js';
import { VERSION } from '../build-info.js';
import { writePieces } from '../../driver/large-files.js';
import { isFolder, modulesBelow } from '../module-files.js';
import { readInput } from '../streams.js';
import { PACKAGE_ROOT, terminalReporter } from '../terminal.js';

/** How `tme-box report` is called. */
export interface ReportOptions {
  readonly output: string;
  readonly title: string | undefined;
  /** Of modules that do not say themselves how they were instrumented. */
  readonly passes: InstrumentOptions;
  /** Whether machine code is made to measure it. */
  readonly codeSize: boolean;
  /** Folders whose files may be shown, besides the working directory. */
  readonly sources: readonly string[];
}

/** `tme-box report`: one page that shows what the passes make of modules. */
export async function reportCommand(
  inputs: readonly string[],
  options: ReportOptions,
): Promise<Exit> {
  const files = inputs.flatMap((input) =>
    isFolder(input) ? modulesBelow(input).map((name) => join(input, name)) : [input],
  );
  const units: UnitSummary[] = [];
  const details: string[] = [];
  const reporter = terminalReporter();
  let failed = false;
  for (const file of files) {
    // Anew for each: what all of them name may be more than there is memory.
    const readNamed = readerBelow(['.', ...options.sources]);
    const { source, passes } = readModule(file, options.passes);
    const unit = reportUnit(source, passes, readNamed);
    failed = reportAll(reporter, blameAll(unit.diagnostics, readNamed)) || failed;
    const sizes = options.codeSize
      ? await bothSizes(source.text, unit.instrumented, passes)
      : undefined;
    units.push(sizes === undefined ? unit.summary : withSizes(unit.summary, sizes));
    details.push(compress(JSON.stringify(unit.details)));
  }
  if (units.length === 0) {
    const message = `there is no module of LLVM IR (.ll) in ${inputs.join(', ')}`;
    reporter.report(problem('TBX0823', message));
    return FAILURE;
  }
  const template = readSource(join(PACKAGE_ROOT, 'dist', 'report.html'), 'report.html').text;
  const title = options.title ?? inputs.join(' ');
  writePieces(options.output, writePage(template, { title, version: VERSION, units }, details));
  return failed ? FAILURE : SUCCESS;
}

/** A module that tbx-cc kept has its own options and the name of its unit. */
function readModule(
  file: string,
  passes: InstrumentOptions,
): { readonly source: SourceText; readonly passes: InstrumentOptions } {
  const source = readInput(file);
  const kept = readKept(source.text);
  if (kept === undefined) return { source, passes };
  return { source: new SourceText(kept.unit, source.text), passes: kept.options };
}

interface BothSizes {
  readonly before: CodeSizes;
  readonly after: CodeSizes;
}

async function bothSizes(
  old: string,
  fresh: string | undefined,
  { lowering }: InstrumentOptions,
): Promise<BothSizes | undefined> {
  if (fresh === undefined) return undefined;
  const tools = chosenToolchain(process.env);
  const before = await codeSizes(tools, old, undefined);
  const after = await codeSizes(tools, fresh, lowering);
  return before === undefined || after === undefined ? undefined : { before, after };
}

function withSizes(unit: UnitSummary, { before, after }: BothSizes): UnitSummary {
  const functions = unit.functions.map((fn): FunctionSummary => {
    const [old, fresh] = [before.get(fn.name), after.get(fn.name)];
    if (old === undefined || fresh === undefined) return fn;
    return { ...fn, size: { before: old, after: fresh } };
  });
  return { ...unit, functions };
}

function compress(text: string): string {
  return gzipSync(Buffer.from(asBytes(text), 'latin1'), { level: 9 }).toString('base64');
}
