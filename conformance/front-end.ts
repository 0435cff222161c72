/** What our front end does with one text; runs in a worker, as it may run into a fault of ours or not end. */
import { checkModule } from '../src/check/index.js';
import { SourceText, parseBody, parseModule, printModuleCanonical } from '../src/ir/index.js';
import type { Diagnostic, FunctionBody, Module } from '../src/ir/index.js';
import { printVerbatim } from '../test/ir/verbatim.js';

/** The first thing that is wrong with a text. */
export interface Complaint {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export interface Result {
  /** Of the parser, which reads bodies and metadata too; undefined when it takes the text. */
  readonly syntax: Complaint | undefined;
  /** Of `tme-box check`; undefined when it takes the text. */
  readonly check: Complaint | undefined;
  /** Whether printing without changes gives the same bytes. */
  readonly verbatim: boolean;
  /** The canonical print; undefined when the text is not taken. */
  readonly canonical: string | undefined;
}

/** Reads, checks and prints one text. */
export function examine(text: string): Result {
  const source = new SourceText('a.ll', text);
  const parsed = parseModule(source);
  const check = complaint(
    parsed.value === undefined ? parsed.diagnostics : checkModule(parsed.value),
  );
  if (parsed.value === undefined) {
    return { syntax: check, check, verbatim: false, canonical: undefined };
  }
  const canonical = printModuleCanonical(parsed.value);
  return {
    syntax: complaint(canonical.diagnostics),
    check,
    verbatim: printVerbatim(parsed.value, readableBodies(parsed.value)) === text,
    canonical: canonical.value,
  };
}

function complaint([first]: readonly Diagnostic[]): Complaint | undefined {
  if (first === undefined) return undefined;
  const { source, span } = first;
  const line = source === undefined || span === undefined ? 0 : source.position(span.start).line;
  return { line, code: first.code, message: first.message };
}

function readableBodies(module: Module): FunctionBody[] {
  return [...module.functions.values()].flatMap((fn) =>
    fn.body === undefined ? [] : (parseBody(module, fn).value ?? []),
  );
}
