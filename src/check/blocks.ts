/** @see LangRef, "'phi' Instruction", "Functions" */
import { INSTRUCTION_FACTS } from '../ir/index.js';
import type { Block, Phi, Value } from '../ir/index.js';
import type { ControlFlow } from './control-flow.js';
import type { BodyScope } from './scope.js';

/** Checks what each block begins with, and where it is entered from. */
export function checkBlocks(scope: BodyScope, flow: ControlFlow): void {
  const [entry] = flow.blocks;
  if (entry !== undefined && (flow.predecessors[0]?.length ?? 0) > 0) {
    const where = { start: entry.labelStart, end: Math.max(entry.labelEnd, entry.labelStart) };
    scope.findings.report('TBX0416', 'nothing may branch to the first block', where);
  }
  for (const [at, block] of flow.blocks.entries()) {
    checkPhis(scope, flow, block, flow.predecessors[at] ?? []);
  }
}

function checkPhis(
  scope: BodyScope,
  flow: ControlFlow,
  block: Block,
  predecessors: readonly number[],
): void {
  let grouped = true;
  const expected = predecessors.map((at) => flow.blocks[at]?.label ?? '').sort();
  for (const instruction of block.instructions) {
    if (instruction.kind !== 'phi') {
      grouped &&= INSTRUCTION_FACTS[instruction.kind].pseudo;
      continue;
    }
    if (!grouped) {
      scope.findings.report('TBX0416', 'phis stand at the start of a block', instruction);
    }
    // A label that is none is said elsewhere.
    if (instruction.incoming.some(({ block: label }) => flow.index(label) === undefined)) continue;
    checkIncoming(scope, instruction, expected);
  }
}

function checkIncoming(scope: BodyScope, phi: Phi, expected: readonly string[]): void {
  const report = (message: string): void => {
    scope.findings.report('TBX0416', message, phi);
  };
  const found = phi.incoming.map(({ block }) => block).sort();
  if (found.length !== expected.length || found.some((label, at) => label !== expected[at])) {
    report('a phi has one value for each way into its block, and no other');
    return;
  }
  const seen = new Map<string, string>();
  for (const { block, value } of phi.incoming) {
    const spelled = spell(value);
    if (spelled === undefined) continue;
    const before = seen.get(block);
    if (before !== undefined && before !== spelled) report(`two values come from '${block}'`);
    seen.set(block, spelled);
  }
}

/** Enough of a value to tell two apart; undefined where that takes more than its text. */
function spell(value: Value): string | undefined {
  switch (value.kind) {
    case 'local':
    case 'global':
      return value.name;
    case 'integer':
      return /^-?[0-9]+$/.test(value.text) && value.text.length < 10 ? value.text : undefined;
    default:
      return undefined;
  }
}
