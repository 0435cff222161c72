/**
 * Instruments a module: the order of the passes, and nothing else.
 *
 *     source ─ parseModule ─ prepare steps ─┬─ for each body: parseBody ─ body passes ─ printBody ─┬─ module steps ─ text
 *                                           └─ header passes                                      ┘
 *
 * Bodies are parsed, rewritten and printed one at a time. Text that no pass changed is copied from the source.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceText } from '../text/source.js';
import type { FunctionBody, FunctionEntity } from '../ir/model/index.js';
import { parseBody, parseModule } from '../ir/parser/index.js';
import { ModuleWriter, printBody, printFunctionHeader } from '../ir/printer/index.js';
import { ANYTHING, contentsOf, HOLDS } from './body-contents.js';
import { confine } from './confine.js';
import { moveFrames } from './frames.js';
import { lowerMasked } from './masked.js';
import { computeGlobalOffsets } from './global-offsets.js';
import { lowerLoadRelative } from './load-relative.js';
import { lowerMemoryIntrinsics } from './memory-intrinsics.js';
import { dropModuleUseListOrders, dropUseListOrders } from './use-list-orders.js';
import { lowerVectorIndices } from './vector-index.js';
import { dataLayoutOf, foreignTarget } from './target.js';
import { stripByval } from './byval.js';
import { prepareCalls } from './calls.js';
import { avoidCodegenHazards } from './codegen-hazards.js';
import { rewriteComputedGotos } from './computed-goto.js';
import type { BodyPass } from './context.js';
import { FunctionContext, ModuleContext } from './context.js';
import { trapBeforeUnreachable } from './control-flow.js';
import { cleanHeader } from './function-attributes.js';
import { isolateFunctionPointers } from './function-pointers.js';
import { rewriteGlobals } from './globals.js';
import { emitCallTable } from './icall-table.js';
import { rewriteIntrinsics } from './intrinsics.js';
import { replaceKnownAssembly } from './known-assembly.js';
import { numberLabels } from './label-numbers.js';
import { emitLabelTables, expandLabelLookups } from './label-tables.js';
import { callMathLibrary } from './libcalls.js';
import { emitNote } from './note.js';
import type { InstrumentOptions } from './options.js';
import { refuseInstructions } from './refuse.js';
import { refuseModule } from './refuse-module.js';
import type { Statistics } from './statistics.js';
import { copyStackParameters } from './stack-parameters.js';
import { freezeSwitchOperands } from './switch-operands.js';
import { takeVariadicArguments } from './variadic.js';
import { StatisticsRecorder } from './statistics.js';

export type { InstrumentOptions } from './options.js';
export type { Statistics } from './statistics.js';

export interface InstrumentResult {
  /** The instrumented module; undefined when there is an error. */
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly statistics: Statistics;
}

/** Checks or collects facts of a whole module, before any body is read. */
export type PrepareStep = (context: ModuleContext) => void;

/** Changes the header of a function, definition or declaration; returns the same object where nothing changes. */
export type HeaderPass = (header: FunctionEntity, context: ModuleContext) => FunctionEntity;

/** Edits everything that is not a function, when all bodies are done. */
export type ModuleStep = (context: ModuleContext, writer: ModuleWriter) => void;

const PREPARE_STEPS: readonly PrepareStep[] = [refuseModule, numberLabels];

/** A pass, and what a body must hold for it to have anything to do there: one or more bits of {@link HOLDS}. */
interface Step {
  readonly pass: BodyPass;
  readonly holds: number;
}

/**
 * Each pass may make work for those below it: byval copies and variadic areas become allocas, which move to the data
 * stack, whose accesses are confined last of all.
 */
const BODY_PASSES: readonly Step[] = [
  { pass: dropUseListOrders, holds: HOLDS.useListOrder },
  { pass: refuseInstructions, holds: ANYTHING },
  { pass: replaceKnownAssembly, holds: HOLDS.assembly },
  { pass: avoidCodegenHazards, holds: HOLDS.codegenHazard },
  { pass: callMathLibrary, holds: HOLDS.mathIntrinsic },
  { pass: trapBeforeUnreachable, holds: HOLDS.unreachable },
  { pass: freezeSwitchOperands, holds: HOLDS.switch },
  { pass: copyStackParameters, holds: HOLDS.store },
  { pass: rewriteIntrinsics, holds: HOLDS.placeIntrinsic },
  { pass: takeVariadicArguments, holds: HOLDS.variadicIntrinsic },
  { pass: prepareCalls, holds: HOLDS.call },
  { pass: isolateFunctionPointers, holds: ANYTHING },
  { pass: rewriteComputedGotos, holds: ANYTHING },
  { pass: lowerMemoryIntrinsics, holds: HOLDS.memoryIntrinsic },
  { pass: lowerLoadRelative, holds: HOLDS.loadRelative },
  { pass: lowerMasked, holds: HOLDS.maskedIntrinsic },
  { pass: lowerVectorIndices, holds: HOLDS.vectorElement },
  { pass: computeGlobalOffsets, holds: ANYTHING },
  { pass: moveFrames, holds: HOLDS.alloca | HOLDS.stackIntrinsic },
  { pass: confine, holds: HOLDS.access | HOLDS.alloca },
  { pass: expandLabelLookups, holds: HOLDS.call },
];

const HEADER_PASSES: readonly HeaderPass[] = [stripByval, cleanHeader];

const MODULE_STEPS: readonly ModuleStep[] = [
  dropModuleUseListOrders,
  rewriteGlobals,
  emitLabelTables,
  emitCallTable,
  emitNote,
];

/** @returns the instrumented module; the same input and options give the same bytes anywhere */
export function instrument(source: SourceText, options: InstrumentOptions): InstrumentResult {
  const { value: module, diagnostics } = parseModule(source);
  if (module === undefined) return failed(diagnostics);
  const layout = dataLayoutOf(module);
  if (layout === undefined) return failed([...diagnostics, foreignTarget(module)]);
  const context = new ModuleContext(module, layout, options);
  diagnostics.forEach((diagnostic) => {
    context.report(diagnostic);
  });
  const writer = new ModuleWriter(module);
  PREPARE_STEPS.forEach((step) => {
    step(context);
  });
  for (const fn of module.functions.values()) instrumentFunction(fn, context, writer);
  MODULE_STEPS.forEach((step) => {
    step(context, writer);
  });
  context.appendix().forEach((line) => {
    writer.append(`${line}\n`);
  });
  return {
    text: context.failed ? undefined : writer.finish(),
    diagnostics: context.diagnostics,
    statistics: context.statistics.finish(),
  };
}

function failed(diagnostics: readonly Diagnostic[]): InstrumentResult {
  return { text: undefined, diagnostics, statistics: new StatisticsRecorder().finish() };
}

function instrumentFunction(
  fn: FunctionEntity,
  context: ModuleContext,
  writer: ModuleWriter,
): void {
  const rewritten = fn.body === undefined ? fn : instrumentBody(fn, fn.body, context, writer);
  const header = HEADER_PASSES.reduce((current, pass) => pass(current, context), rewritten);
  if (header === fn) return;
  const end = fn.body === undefined ? fn.end : fn.body.start;
  const separator = fn.body === undefined ? '' : ' ';
  writer.replace({ start: fn.start, end }, printFunctionHeader(header) + separator);
}

/** @returns the header that the body passes want */
function instrumentBody(
  fn: FunctionEntity,
  span: { readonly start: number; readonly end: number },
  context: ModuleContext,
  writer: ModuleWriter,
): FunctionEntity {
  const { value: original, diagnostics } = parseBody(context.module, fn);
  diagnostics.forEach((diagnostic) => {
    context.report(diagnostic);
  });
  if (original === undefined) return fn;
  context.statistics.count('functions');
  const functionContext = new FunctionContext(context, original);
  const rewritten = runBodyPasses(original, functionContext);
  if (rewritten.blocks !== original.blocks) {
    writer.replace(span, printBody(original, rewritten, context.module.source));
  }
  return rewritten.function;
}

function runBodyPasses(original: FunctionBody, context: FunctionContext): FunctionBody {
  let body = original;
  let contents = contentsOf(body);
  for (const { pass, holds } of BODY_PASSES) {
    if (holds !== ANYTHING && (contents & holds) === 0) continue;
    // Once something is refused there will be no output, and passes rely on what was refused not being there.
    if (context.module.failed && pass !== refuseInstructions) continue;
    const before = body;
    body = pass(body, context);
    if (body !== before) contents = contentsOf(body);
  }
  return body;
}
