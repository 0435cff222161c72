/**
 * Instruments a module: the order of the passes, and nothing else.
 *
 *     source ─ parseModule ─ prepare steps ─┬─ for each body: parseBody ─ body passes ─ printBody ─┬─ module steps ─ text
 *                                           └─ header passes                                      ┘
 *
 * Bodies are parsed, rewritten and printed one at a time. Text that no pass changed is copied from the source. Nothing
 * that a pass does to one body depends on another, so that the bodies of a large module can be shared out: each thread
 * reads the module and makes some of its {@link Part}s.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceText } from '../text/source.js';
import type { FunctionBody, FunctionEntity } from '../ir/model/index.js';
import { parseBody, parseModule } from '../ir/parser/index.js';
import type { Edit } from '../ir/printer/index.js';
import { ModuleWriter, printBody, printFunctionHeader } from '../ir/printer/index.js';
import { ANYTHING, contentsAfter, contentsOf, HOLDS } from './body-contents.js';
import { confine } from './confine.js';
import { moveFrames } from './frames.js';
import { lowerMasked } from './masked.js';
import { computeGlobalOffsets } from './global-offsets.js';
import { lowerLoadRelative } from './load-relative.js';
import { lowerMemoryIntrinsics } from './memory-intrinsics.js';
import { dropModuleUseListOrders, dropUseListOrders } from './use-list-orders.js';
import { lowerVectorIndices } from './vector-index.js';
import { dataLayoutOf, foreignTarget } from './target.js';
import { hideAtomicResults } from './atomic-results.js';
import { stripByval } from './byval.js';
import { prepareCalls } from './calls.js';
import { avoidCodegenHazards } from './codegen-hazards.js';
import { rewriteComputedGotos } from './computed-goto.js';
import type { BodyPass, ContextRecord } from './context.js';
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
import { prepareSwitchOperands } from './switch-operands.js';
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
  { pass: hideAtomicResults, holds: HOLDS.atomicOperation },
  { pass: callMathLibrary, holds: HOLDS.mathIntrinsic },
  { pass: trapBeforeUnreachable, holds: HOLDS.unreachable },
  { pass: prepareSwitchOperands, holds: HOLDS.switch },
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
  const { pieces, diagnostics, statistics } = instrumentPieces(source, options);
  return { text: pieces?.join(''), diagnostics, statistics };
}

/** Like {@link instrument}, for results that are longer than a string can be. */
export function instrumentPieces(source: SourceText, options: InstrumentOptions): InstrumentPieces {
  const started = ModuleInstrumenter.start(source, options);
  return started instanceof ModuleInstrumenter ? started.run() : started;
}

export interface InstrumentPieces extends Omit<InstrumentResult, 'text'> {
  /** The instrumented module, to be written one behind the other; undefined when there is an error. */
  readonly pieces: readonly string[] | undefined;
}

/** What the passes made of a run of functions: edits of the source, and what they want of the rest of the module. */
export interface Part {
  readonly bodies: readonly Edit[];
  readonly headers: readonly Edit[];
  readonly record: ContextRecord;
}

/** About how much of a module's text is one {@link Part}, in bytes. */
const PART_SIZE = 2 ** 18;

/** A module on its way through the passes. */
export class ModuleInstrumenter {
  readonly #context: ModuleContext;

  private constructor(context: ModuleContext) {
    this.#context = context;
  }

  /** Reads a module, all but its bodies; the result where there is nothing more to do. */
  static start(
    source: SourceText,
    options: InstrumentOptions,
  ): ModuleInstrumenter | InstrumentPieces {
    const { value: module, diagnostics } = parseModule(source);
    if (module === undefined) return failed(diagnostics);
    const layout = dataLayoutOf(module);
    if (layout === undefined) return failed([...diagnostics, foreignTarget(module)]);
    const context = new ModuleContext(module, layout, options);
    for (const diagnostic of diagnostics) context.report(diagnostic);
    for (const step of PREPARE_STEPS) step(context);
    return new ModuleInstrumenter(context);
  }

  /** Runs all passes. */
  run(): InstrumentPieces {
    const context = this.#context;
    const writer = new ModuleWriter(context.module);
    for (const fn of context.module.functions.values()) {
      for (const edit of instrumentFunction(fn, context)) writer.replace(edit, edit.text);
    }
    return this.#finish(writer);
  }

  /**
   * The functions of a module in runs of some size; the same for the same module. Undefined for a module that has an
   * error, or whose bodies depend on each other: labels are numbered over all of them.
   */
  runs(): readonly (readonly FunctionEntity[])[] | undefined {
    const { failed: hasErrors, usesLabels, module } = this.#context;
    if (hasErrors || usesLabels || module.source.text.includes('\0')) return undefined;
    const runs: FunctionEntity[][] = [];
    let size = PART_SIZE;
    for (const fn of module.functions.values()) {
      if (size >= PART_SIZE) {
        runs.push([]);
        size = 0;
      }
      runs.at(-1)?.push(fn);
      size += fn.end - fn.start;
    }
    return runs;
  }

  /** Runs the passes over one of the {@link runs}; undefined when something is refused. */
  part(run: readonly FunctionEntity[]): Part | undefined {
    const { module, layout, options } = this.#context;
    const context = new ModuleContext(module, layout, options, this.#context);
    const bodies: Edit[] = [];
    const headers: Edit[] = [];
    for (const fn of run) {
      for (const edit of instrumentFunction(fn, context)) {
        (edit.start === fn.start ? headers : bodies).push(edit);
      }
    }
    return context.diagnostics.length > 0
      ? undefined
      : { bodies, headers, record: context.record() };
  }

  /** Puts the parts of all {@link runs}, in their order, together with what stands between functions. */
  join(parts: readonly Part[]): InstrumentPieces {
    const writer = new ModuleWriter(this.#context.module);
    for (const { bodies, headers, record } of parts) {
      const numbered = this.#context.take(record);
      for (const edit of headers) writer.replace(edit, numbered(edit.text));
      for (const edit of bodies) writer.replace(edit, edit.text);
    }
    return this.#finish(writer);
  }

  #finish(writer: ModuleWriter): InstrumentPieces {
    const context = this.#context;
    for (const step of MODULE_STEPS) step(context, writer);
    for (const line of context.appendix()) writer.append(`${line}\n`);
    return {
      pieces: context.failed ? undefined : writer.pieces(),
      diagnostics: context.diagnostics,
      statistics: context.statistics.finish(),
    };
  }
}

function failed(diagnostics: readonly Diagnostic[]): InstrumentPieces {
  return { pieces: undefined, diagnostics, statistics: new StatisticsRecorder().finish() };
}

function instrumentFunction(fn: FunctionEntity, context: ModuleContext): readonly Edit[] {
  const edits: Edit[] = [];
  const rewritten = fn.body === undefined ? fn : instrumentBody(fn, fn.body, context, edits);
  const header = HEADER_PASSES.reduce((current, pass) => pass(current, context), rewritten);
  if (header === fn) return edits;
  const end = fn.body === undefined ? fn.end : fn.body.start;
  const separator = fn.body === undefined ? '' : ' ';
  edits.push({ start: fn.start, end, text: printFunctionHeader(header) + separator });
  return edits;
}

/** @returns the header that the body passes want */
function instrumentBody(
  fn: FunctionEntity,
  span: { readonly start: number; readonly end: number },
  context: ModuleContext,
  edits: Edit[],
): FunctionEntity {
  const { value: original, diagnostics } = parseBody(context.module, fn);
  for (const diagnostic of diagnostics) context.report(diagnostic);
  if (original === undefined) return fn;
  context.statistics.count('functions');
  const functionContext = new FunctionContext(context, original);
  const rewritten = runBodyPasses(original, functionContext);
  if (rewritten.blocks !== original.blocks) {
    const text = printBody(original, rewritten, context.module.source);
    edits.push({ start: span.start, end: span.end, text });
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
    if (body !== before) contents = contentsAfter(before, contents, body);
  }
  return body;
}
