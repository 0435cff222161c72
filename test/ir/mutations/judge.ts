/** What must hold of the front end for any input whatever. */
import { SourceText, parseBody, parseModule, printModuleCanonical } from '../../../src/ir/index.js';
import type { FunctionBody, Module, Span } from '../../../src/ir/index.js';
import { printVerbatim } from '../verbatim.js';

export interface Judgement {
  readonly accepted: boolean;
  /** What is wrong with the front end, in words that do not depend on the input; undefined if nothing is. */
  readonly fault: string | undefined;
}

const REJECTED: Judgement = { accepted: false, fault: undefined };

/**
 * Reads everything there is of an input. An input is either rejected, with one error at a place in it, or it prints as
 * it came, and its canonical print is a module of the same canonical print.
 */
export function judge(text: string): Judgement {
  try {
    return judgeParsed(text);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { accepted: false, fault: `exception: ${stack.split('\n').slice(0, 3).join(' ')}` };
  }
}

function judgeParsed(text: string): Judgement {
  const { value: module, diagnostics } = parseModule(new SourceText('input.ll', text));
  if (!diagnostics.every(({ span }) => standsIn(text, span)))
    return fault('a diagnostic stands outside of the input');
  if (module === undefined)
    return diagnostics.length > 0 ? REJECTED : fault('rejected without a diagnostic');
  const bodies = parseBodies(module);
  if (bodies === undefined) return REJECTED;
  if (printVerbatim(module, bodies) !== text) return fault('the verbatim print differs');
  return judgeCanonical(module);
}

function judgeCanonical(module: Module): Judgement {
  const canonical = printModuleCanonical(module);
  if (canonical.value === undefined)
    return canonical.diagnostics.length > 0 ? REJECTED : fault('not printed, and not said why');
  const again = parseModule(new SourceText('canonical.ll', canonical.value));
  if (again.value === undefined)
    return fault(`the canonical print is rejected: ${again.diagnostics[0]?.message ?? ''}`);
  const second = printModuleCanonical(again.value);
  if (second.value === canonical.value) return { accepted: true, fault: undefined };
  return fault(`the canonical print is not stable ${second.diagnostics[0]?.message ?? ''}`);
}

function standsIn(text: string, span: Span | undefined): boolean {
  return span !== undefined && span.start >= 0 && span.start <= span.end && span.end <= text.length;
}

function fault(what: string): Judgement {
  return { accepted: true, fault: what };
}

/** All bodies; undefined where one has an error. */
function parseBodies(module: Module): FunctionBody[] | undefined {
  const bodies: FunctionBody[] = [];
  for (const fn of module.functions.values()) {
    if (fn.body === undefined) continue;
    const { value } = parseBody(module, fn);
    if (value === undefined) return undefined;
    bodies.push(value);
  }
  return bodies;
}
