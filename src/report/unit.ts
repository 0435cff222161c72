/** Collects what a report says of one module: its sites before and after the passes, paired, and what they reach. */
import { analyzeStack, type StackFacts } from '../analysis/stack-slots.js';
import { pairSites } from '../diff/compare.js';
import type { Location, Site } from '../diff/site.js';
import { type BodySites, INDIRECT, MEMORY_ROUTINES, walkSites } from '../diff/sites.js';
import { accessedPointer, rawName } from '../ir/index.js';
import type { Instruction, Value } from '../ir/model/index.js';
import { instrument, type InstrumentOptions } from '../passes/pipeline.js';
import { dataLayoutOf } from '../passes/target.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { SourceText } from '../text/source.js';
import { codeOf, excerpt } from './code.js';
import type {
  Code,
  Fate,
  FateCounts,
  FunctionDetail,
  FunctionSummary,
  LocalObject,
  Problem,
  SiteDetail,
  UnitSummary,
} from './data.js';
import { Reach } from './reach.js';

/** A module, as far as the passes came with it. */
export interface UnitReport {
  readonly summary: UnitSummary;
  /** In the order of the summary's functions. */
  readonly details: readonly FunctionDetail[];
  /** The instrumented module; undefined when there is an error. */
  readonly instrumented: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a source file that debug information names; undefined where it is not here. */
export type ReadSource = (directory: string, file: string) => string | undefined;

/** Instruments a module and looks at both sides. */
export function reportUnit(
  source: SourceText,
  options: InstrumentOptions,
  readSource: ReadSource,
): UnitReport {
  const { text, diagnostics } = instrument(source, options);
  const fresh = new Map<string, Side>();
  if (text !== undefined) {
    const result = new SourceText(source.path, text);
    walkSites(result, (found) => fresh.set(found.body.function.name, sideOf(found, result)));
  }
  const problems = diagnostics.map((diagnostic) => problemOf(diagnostic, source));
  const functions: FunctionSummary[] = [];
  const details: FunctionDetail[] = [];
  walkSites(source, (found) => {
    const { name } = found.body.function;
    const old = sideOf(found, source);
    const sites = siteDetails(old, fresh.get(name), problems);
    const objects = localObjects(old, fresh.get(name));
    const excerpts =
      old.home === undefined ? undefined : readExcerpt(old.home, old.code, readSource);
    functions.push({
      name: rawName(name),
      file: old.home?.file ?? source.path,
      line: old.home?.line ?? 0,
      fates: countFates(sites),
      objects: objects.length,
      moved: objects.filter(({ moved }) => moved !== undefined).length,
    });
    const after = fresh.get(name)?.code;
    details.push({
      before: old.code,
      ...(after === undefined ? {} : { after }),
      ...(excerpts === undefined ? {} : { source: excerpts }),
      sites,
      objects,
    });
  });
  const { isolation, lowering } = options;
  const instrumented = text !== undefined;
  const summary = { name: source.path, isolation, lowering, instrumented, problems, functions };
  return { summary, details, instrumented: text, diagnostics };
}

type Home = Location & { readonly directory: string };

/** One version of a function. */
interface Side {
  readonly sites: readonly Site[];
  readonly code: Code;
  readonly home: Home | undefined;
  readonly stack: StackFacts;
  /** The line of a site. */
  readonly lineOf: (site: Site) => number;
  /** The line of a site in the source file of the function. */
  readonly originOf: (site: Site) => number;
  /** What a site reaches, if that is through an address. */
  readonly whyOf: (site: Site, fate: Fate) => string;
}

function sideOf({ module, body, sites, locations }: BodySites, source: SourceText): Side {
  const home = locations.ofFunction(body.function);
  const code = codeOf(body, source, locations, home?.file);
  const layout = dataLayoutOf(module);
  const stack =
    layout === undefined
      ? { slots: new Map(), addresses: new Map() }
      : analyzeStack(body, module, layout);
  const reach = new Reach(body, stack);
  const instructions = new Map<number, Instruction>();
  for (const block of body.blocks) {
    for (const instruction of block.instructions) instructions.set(instruction.start, instruction);
  }
  const lineOf = ({ offset }: Site): number => source.position(offset).line;
  return {
    sites,
    code,
    home,
    stack,
    lineOf,
    originOf: (site) => code.origins[lineOf(site) - code.first] ?? 0,
    whyOf: ({ offset }, fate) => {
      const pointer = pointerOf(instructions.get(offset));
      if (pointer === undefined) return '';
      return fate === 'safe' ? reach.safe(pointer) : reach.root(pointer);
    },
  };
}

/** The address of an access or of an indirect call. */
function pointerOf(instruction: Instruction | undefined): Value | undefined {
  if (instruction === undefined) return undefined;
  const pointer = accessedPointer(instruction);
  if (pointer !== undefined) return pointer.value;
  if (instruction.kind !== 'call') return undefined;
  const { callee } = instruction;
  if (callee.kind === 'local') return callee;
  const intrinsic = callee.kind === 'global' && callee.name.startsWith('@llvm.');
  const first = instruction.arguments.find(({ type }) => type.kind === 'pointer');
  return intrinsic || isRoutine(callee) ? first?.value : undefined;
}

function isRoutine(callee: Value): boolean {
  return callee.kind === 'global' && MEMORY_ROUTINES.has(callee.name.slice(1));
}

/** Sites in the order of the instrumented function; of one that was not made, in the order of the module. */
function siteDetails(
  old: Side,
  fresh: Side | undefined,
  problems: readonly Problem[],
): readonly SiteDetail[] {
  const broken = new Set(
    problems.filter(({ severity }) => severity === 'error').map(({ line }) => line),
  );
  if (fresh === undefined) {
    return old.sites.map((site) => {
      const before = old.lineOf(site);
      const fate: Fate = broken.has(before)
        ? 'refused'
        : site.protection === 'direct'
          ? 'direct'
          : 'open';
      const why = problems.find(({ line }) => line === before)?.message ?? old.whyOf(site, fate);
      return { fate, action: site.action, why, before, after: 0, source: old.originOf(site) };
    });
  }
  const partner = new Map(pairSites(old.sites, fresh.sites).map(([x, y]) => [y, old.sites[x]]));
  return fresh.sites.map((site, index) => {
    const was = partner.get(index);
    const fate = fateOf(site, was);
    const why =
      was === undefined || fate === 'safe' ? fresh.whyOf(site, fate) : old.whyOf(was, fate);
    return {
      fate,
      action: site.action,
      why,
      before: was === undefined ? 0 : old.lineOf(was),
      after: fresh.lineOf(site),
      source: fresh.originOf(site),
    };
  });
}

function fateOf({ protection, action }: Site, was: Site | undefined): Fate {
  switch (protection) {
    case 'window':
      return was === undefined ? 'added' : 'confined';
    case 'stack':
      return 'safe';
    case 'table':
    case 'direct':
      return protection;
    case 'none':
    case 'unmasked':
      return action === INDIRECT ? 'free' : 'open';
  }
}

function countFates(sites: readonly SiteDetail[]): FateCounts {
  const counts: Partial<Record<Fate, number>> = {};
  for (const { fate } of sites) counts[fate] = (counts[fate] ?? 0) + 1;
  return counts;
}

/** What is no longer there after the passes has moved. */
function localObjects(old: Side, fresh: Side | undefined): readonly LocalObject[] {
  return [...old.stack.slots].map(([name, { layout, unsafe }]) => {
    const size = layout === undefined ? {} : { size: layout.size };
    const stays = fresh === undefined ? unsafe === undefined : fresh.stack.slots.has(name);
    const moved = unsafe ?? 'the passes took its address';
    return stays ? { name, ...size } : { name, ...size, moved };
  });
}

function readExcerpt(home: Home, code: Code, readSource: ReadSource): Code | undefined {
  const text = readSource(home.directory, home.file);
  return text === undefined ? undefined : excerpt(text, home, code);
}

function problemOf({ code, severity, message, span }: Diagnostic, source: SourceText): Problem {
  const line = span === undefined ? 0 : source.position(span.start).line;
  return { code, severity, message, line };
}
