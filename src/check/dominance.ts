/**
 * Values are used where they have been computed: on every way to a use lies the definition. Code that nothing leads to
 * may use anything.
 *
 * @see LangRef, "Well-Formedness"
 */
import { forEachOperand } from '../ir/index.js';
import type { Instruction, Value } from '../ir/index.js';
import type { ControlFlow } from './control-flow.js';
import type { BodyScope } from './scope.js';

interface Definition {
  readonly block: number;
  readonly at: number;
  /** The block that an `invoke` continues in: only there, and behind, its result is known. */
  readonly normal: number | undefined;
}

export function checkDominance(scope: BodyScope, flow: ControlFlow): void {
  const definitions = findDefinitions(flow);
  for (const [block, { instructions }] of flow.blocks.entries()) {
    if (!flow.isReachable(block)) continue;
    for (const [at, instruction] of instructions.entries()) {
      const report = (name: string): void => {
        const message = `'${name}' is used here, and not on every way here it has been computed`;
        scope.findings.report('TBX0420', message, scope.findings.locate(name, instruction));
      };
      if (instruction.kind === 'phi') {
        for (const { value, block: label } of instruction.incoming) {
          const from = flow.index(label);
          const definition = definitionOf(definitions, value);
          if (from === undefined || definition === undefined) continue;
          if (!reachesEdge(flow, definition, from, block)) report(nameOf(value));
        }
      } else {
        forEachUse(instruction, (value) => {
          const definition = definitionOf(definitions, value);
          if (definition !== undefined && !reaches(flow, definition, block, at)) {
            report(nameOf(value));
          }
        });
      }
    }
  }
}

function findDefinitions(flow: ControlFlow): Map<string, Definition> {
  const definitions = new Map<string, Definition>();
  for (const [block, { instructions }] of flow.blocks.entries()) {
    for (const [at, instruction] of instructions.entries()) {
      if (instruction.result === undefined) continue;
      const normal = instruction.kind === 'invoke' ? flow.index(instruction.normal) : undefined;
      definitions.set(instruction.result, { block, at, normal });
    }
  }
  return definitions;
}

function forEachUse(instruction: Instruction, visit: (value: Value) => void): void {
  forEachOperand(instruction, ({ value }) => {
    visit(value);
  });
  if ('callee' in instruction) visit(instruction.callee);
  if ('parent' in instruction) visit(instruction.parent);
  if ('pad' in instruction) visit(instruction.pad);
}

function definitionOf(
  definitions: ReadonlyMap<string, Definition>,
  value: Value,
): Definition | undefined {
  return value.kind === 'local' ? definitions.get(value.name) : undefined;
}

function nameOf(value: Value): string {
  return value.kind === 'local' ? value.name : '';
}

/** Whether a definition lies on every way to an instruction. */
function reaches(flow: ControlFlow, definition: Definition, block: number, at: number): boolean {
  if (definition.normal !== undefined) return edgeDominates(flow, definition, block);
  if (definition.block === block) return definition.at < at;
  return flow.isReachable(definition.block) && flow.dominates(definition.block, block);
}

/** The same for what comes into a phi of `to` from the block `from`. */
function reachesEdge(flow: ControlFlow, definition: Definition, from: number, to: number): boolean {
  if (!flow.isReachable(from)) return true;
  if (definition.normal !== undefined) {
    const isOwnEdge = definition.block === from && definition.normal === to;
    return isOwnEdge || edgeDominates(flow, definition, from);
  }
  if (definition.block === from) return true;
  return flow.isReachable(definition.block) && flow.dominates(definition.block, from);
}

/** Whether every way to a block takes the normal edge of an invoke. */
function edgeDominates(
  flow: ControlFlow,
  { block: invoke, normal }: Definition,
  block: number,
): boolean {
  if (normal === undefined || !flow.isReachable(invoke)) return false;
  if (!flow.dominates(normal, block)) return false;
  const others = (flow.predecessors[normal] ?? []).filter((from) => from !== invoke);
  return others.every((from) => !flow.isReachable(from) || flow.dominates(normal, from));
}
