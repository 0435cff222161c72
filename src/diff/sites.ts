/** Collects the sites of a module. */
import { intrinsicName } from '../analysis/intrinsic-name.js';
import {
  INSTRUCTION_FACTS,
  accessedPointer,
  parseModule,
  unquoteString,
  walk,
  type Diagnostic,
  type FunctionBody,
} from '../ir/index.js';
import type { Call, CallBase, Instruction, Module, Type } from '../ir/model/index.js';
import type { SourceText } from '../text/source.js';
import { WINDOW } from '../verify/ir/addresses.js';
import type { Marker } from '../verify/ir/marker.js';
import { DebugLocations } from './debug-locations.js';
import { isPointer, Protections, weakestOperand } from './protection.js';
import type { FunctionSites, Protection, Site } from './site.js';

/** The sites of a module, and what its marks say. */
export interface ModuleSites {
  readonly source: SourceText;
  /** Whether the passes have made it, by its note. */
  readonly instrumented: boolean;
  /** Definitions by name, in the order of the text. */
  readonly functions: ReadonlyMap<string, FunctionSites>;
}

/** The action of calls through pointers. */
export const INDIRECT = 'indirect call';

/** What every access and call of one body needs to be judged. */
interface Scope {
  readonly instrumented: boolean;
  readonly protections: Protections;
  readonly locations: DebugLocations;
}

/** The variable that holds the note of docs/abi.md, "Notes". */
const NOTE = '@__tbx_note';

/** How pointers into the window are printed. */
const WINDOW_POINTER = `ptr addrspace(${WINDOW})`;

/** Routines that intrinsics become: of an instrumented module, the image's own. */
export const MEMORY_ROUTINES: ReadonlySet<string> = new Set(['memcpy', 'memmove', 'memset']);

/** Intrinsics with pointers that neither read nor write what these point to. */
const MARKERS: readonly string[] = [
  'llvm.lifetime',
  'llvm.invariant',
  'llvm.launder',
  'llvm.strip',
  'llvm.assume',
  'llvm.dbg',
  'llvm.objectsize',
  'llvm.ptrmask',
  'llvm.ptr.annotation',
  'llvm.var.annotation',
  'llvm.experimental.noalias',
  'llvm.stackrestore',
  'llvm.prefetch',
  'llvm.is.constant',
  'llvm.threadlocal.address',
];

/** A body and its sites, while the module is walked. */
export interface BodySites {
  readonly module: Module;
  readonly body: FunctionBody;
  readonly sites: readonly Site[];
  readonly locations: DebugLocations;
}

/**
 * Goes over the bodies of a module.
 *
 * @returns whether the module was instrumented, undefined when it has an error; what is wrong with it
 */
export function walkSites(
  source: SourceText,
  visit: (body: BodySites) => void,
): { readonly instrumented: boolean | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const { value: module, diagnostics } = parseModule(source);
  if (module === undefined) return { instrumented: undefined, diagnostics };
  const lowering = loweringOf(module);
  const locations = new DebugLocations(module);
  const problems = walk(module, {
    body: (body) => {
      const protections = new Protections(body, module, lowering);
      const scope = { instrumented: lowering !== undefined, protections, locations };
      visit({ module, body, sites: sitesOf(body, scope), locations });
    },
  });
  const instrumented = problems.length > 0 ? undefined : lowering !== undefined;
  return { instrumented, diagnostics: [...diagnostics, ...problems] };
}

/** @returns the sites, or what is wrong with the module */
export function collectSites(source: SourceText): {
  readonly value: ModuleSites | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const functions = new Map<string, FunctionSites>();
  const { instrumented, diagnostics } = walkSites(source, ({ body, sites }) => {
    const { name } = body.function;
    functions.set(name, { name, sites });
  });
  if (instrumented === undefined) return { value: undefined, diagnostics };
  return { value: { source, instrumented, functions }, diagnostics };
}

/** By what the module says of itself; undefined for one that was not instrumented. */
function loweringOf(module: Module): Marker['lowering'] | undefined {
  const note = module.variables.get(NOTE)?.initializer;
  if (note?.kind !== 'string') return undefined;
  const lowering = /lowering=(\w+)/.exec(unquoteString(note.text.slice(1)))?.[1];
  if (lowering === undefined) return undefined;
  return lowering === 'addr32' ? 'addr32' : 'ir';
}

function sitesOf(body: FunctionBody, scope: Scope): readonly Site[] {
  const sites: Site[] = [];
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      const act = actOf(instruction, scope);
      if (act === undefined) continue;
      const origin = scope.locations.of(instruction);
      sites.push({ ...act, origin, offset: instruction.start });
    }
  }
  return sites;
}

/** How computed goto finds its target, from a table of the function's labels beside the code. */
const LABEL_LOOKUP = { action: 'computed goto', protection: 'table' } as const;

type Act = Pick<Site, 'action' | 'protection'>;

function actOf(instruction: Instruction, scope: Scope): Act | undefined {
  const pointer = accessedPointer(instruction);
  if (pointer !== undefined) {
    if (scope.protections.isLabelLookup(instruction)) return LABEL_LOOKUP;
    const protection = scope.protections.ofAccess(pointer.type, pointer.value);
    return { action: accessName(instruction), protection };
  }
  if (!INSTRUCTION_FACTS[instruction.kind].calls) return undefined;
  return 'callee' in instruction ? actOfCall(instruction, scope) : undefined;
}

function accessName(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'load':
      return `load ${typeName(instruction.type)}`;
    case 'store':
      return `store ${typeName(instruction.value.type)}`;
    case 'atomicrmw':
      return `atomicrmw ${instruction.operation} ${typeName(instruction.value.type)}`;
    case 'cmpxchg':
      return `cmpxchg ${typeName(instruction.replacement.type)}`;
    default:
      return instruction.kind;
  }
}

/** The passes make pointers that stay in registers pointers into the window: to what is accessed that is no difference. */
function typeName({ text }: Type): string {
  return text.replaceAll(WINDOW_POINTER, 'ptr');
}

function actOfCall(
  instruction: Instruction & CallBase,
  { instrumented, protections }: Scope,
): Act | undefined {
  const { callee } = instruction;
  if (callee.kind === 'asm') {
    return callee.template === '""' ? undefined : { action: 'assembly', protection: 'none' };
  }
  if (callee.kind !== 'global') {
    return { action: INDIRECT, protection: protections.ofCallee(callee) };
  }
  if (instruction.kind === 'call' && callee.name.startsWith('@llvm.')) {
    return actOfIntrinsic(instruction, protections);
  }
  const name = callee.name.slice(1);
  if (!MEMORY_ROUTINES.has(name)) return { action: `call ${callee.name}`, protection: 'direct' };
  return { action: name, protection: instrumented ? 'window' : 'none' };
}

function actOfIntrinsic(call: Call, protections: Protections): Act | undefined {
  const name = intrinsicName(call) ?? '';
  if (MARKERS.some((marker) => name.startsWith(marker))) return undefined;
  if (!call.arguments.some(({ type }) => isPointer(type))) return undefined;
  const routine = name.split('.')[1] ?? '';
  const protection: Protection = weakestOperand(call, protections);
  return { action: MEMORY_ROUTINES.has(routine) ? routine : name, protection };
}
