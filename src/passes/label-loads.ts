/**
 * Finds jumps whose label comes from constant tables of the program alone: the loads of labels that flow, through phis,
 * selects and freezes, into `indirectbr` and nowhere else.
 */
import type {
  Constant,
  FunctionBody,
  IndirectBr,
  Instruction,
  Load,
  Module,
  TypedValue,
} from '../ir/model/index.js';
import { forEachOperand, operands } from '../ir/operands.js';
import { append } from '../text/append.js';

/** A load of a label from a table of the program. */
export interface TableLoad {
  /** Labels in the order of the table. */
  readonly labels: readonly string[];
  readonly index: TypedValue;
  /** One more than the largest value of the index, where the machine bounds it. */
  readonly indexLimit: number | undefined;
  /** The labels that the jump may go to. */
  readonly targets: readonly string[];
}

export interface Dispatches {
  readonly direct: ReadonlySet<Instruction>;
  readonly loads: ReadonlyMap<Instruction, TableLoad>;
}

export function findDispatches(body: FunctionBody, module: Module): Dispatches {
  const flow = new Flow(body);
  const direct = new Set<Instruction>();
  const loads = new Map<Instruction, TableLoad>();
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      if (instruction.kind !== 'indirectbr') continue;
      const found = loadsOf(instruction, flow, body, module);
      if (found === undefined) continue;
      direct.add(instruction);
      for (const [load, facts] of found) loads.set(load, facts);
    }
  }
  return { direct, loads };
}

/** Definitions and uses of local values. */
class Flow {
  readonly definitions = new Map<string, Instruction>();
  readonly uses = new Map<string, Set<Instruction>>();

  constructor(body: FunctionBody) {
    for (const { instructions } of body.blocks) {
      for (const instruction of instructions) this.#add(instruction);
    }
  }

  #add(instruction: Instruction): void {
    if (instruction.result !== undefined) this.definitions.set(instruction.result, instruction);
    forEachOperand(instruction, ({ value }) => {
      if (value.kind !== 'local') return;
      const users = this.uses.get(value.name) ?? new Set();
      users.add(instruction);
      this.uses.set(value.name, users);
    });
  }
}

/** Undefined when the label can come from anywhere else, or go anywhere else than to jumps with these targets. */
function loadsOf(
  jump: IndirectBr,
  flow: Flow,
  body: FunctionBody,
  module: Module,
): ReadonlyMap<Instruction, TableLoad> | undefined {
  const found = new Map<Instruction, TableLoad>();
  const seen = new Set<string>();
  const pending: TypedValue[] = [jump.address];
  for (let operand = pending.pop(); operand !== undefined; operand = pending.pop()) {
    if (operand.value.kind !== 'local') return undefined;
    const { name } = operand.value;
    if (seen.has(name)) continue;
    seen.add(name);
    const definition = flow.definitions.get(name);
    if (definition === undefined) return undefined;
    if (definition.kind === 'load') {
      const load = tableLoad(definition, jump, flow, body, module);
      if (load === undefined) return undefined;
      found.set(definition, load);
    } else if (carriesLabel(definition)) {
      append(pending, labelOperands(definition));
    } else {
      return undefined;
    }
  }
  return [...seen].every((name) => onlyJumps(name, seen, jump, flow)) ? found : undefined;
}

function carriesLabel({ kind }: Instruction): boolean {
  return kind === 'phi' || kind === 'select' || kind === 'freeze';
}

/** All operands but the condition of a select. */
function labelOperands(instruction: Instruction): readonly TypedValue[] {
  return instruction.kind === 'select'
    ? [instruction.ifTrue, instruction.ifFalse]
    : operands(instruction);
}

/** A value that leaves the chain would show the program an address where it expects a number. */
function onlyJumps(
  name: string,
  chain: ReadonlySet<string>,
  jump: IndirectBr,
  flow: Flow,
): boolean {
  return [...(flow.uses.get(name) ?? [])].every((user) => {
    if (user.kind === 'indirectbr') return user.targets.join() === jump.targets.join();
    return carriesLabel(user) && user.result !== undefined && chain.has(user.result);
  });
}

function tableLoad(
  load: Load,
  jump: IndirectBr,
  flow: Flow,
  body: FunctionBody,
  module: Module,
): TableLoad | undefined {
  if (load.volatile || load.atomic !== undefined || load.pointer.value.kind !== 'local') {
    return undefined;
  }
  const address = flow.definitions.get(load.pointer.value.name);
  if (address?.kind !== 'getelementptr' || address.pointer.value.kind !== 'global')
    return undefined;
  const index = elementIndex(address.sourceElementType.kind, address.indices);
  const labels = labelTable(address.pointer.value.name, body.function.name, module);
  if (index === undefined || labels === undefined) return undefined;
  return { labels, index, indexLimit: limitOf(index, flow), targets: jump.targets };
}

/** `getelementptr ptr, @table, i` or `getelementptr [n x ptr], @table, 0, i` */
function elementIndex(kind: string, indices: readonly TypedValue[]): TypedValue | undefined {
  const [first, second] = indices;
  if (kind === 'pointer' && indices.length === 1) return first;
  if (kind !== 'array' || indices.length !== 2) return undefined;
  return first?.value.kind === 'integer' && first.value.text === '0' ? second : undefined;
}

/** The labels of a constant that holds labels of this function and nothing else, and that nothing can replace. */
function labelTable(name: string, fn: string, module: Module): readonly string[] | undefined {
  const variable = module.variables.get(name);
  if (variable?.constant !== true || variable.initializer?.kind !== 'aggregate') return undefined;
  if (variable.linkage !== 'internal' && variable.linkage !== 'private') return undefined;
  if (variable.type.kind !== 'array' || variable.type.element.kind !== 'pointer') return undefined;
  const labels: string[] = [];
  for (const { value } of variable.initializer.elements) {
    const label = labelIn(value, fn);
    if (label === undefined) return undefined;
    labels.push(label);
  }
  return labels;
}

function labelIn(value: Constant | TypedValue['value'], fn: string): string | undefined {
  return value.kind === 'blockaddress' && value.function === fn ? value.block : undefined;
}

/**
 * 256 for an index that the machine itself bounds: bytes loaded and zero-extended, through phis at most. The table then
 * has an entry for each, and needs no cutting of the index. Bounds that LLVM infers from promises (`nneg`, `!range`, an
 * argument's type) do not count: a promise that the program breaks would move the jump out of the table.
 */
function limitOf(index: TypedValue, flow: Flow): number | undefined {
  const seen = new Set<string>();
  const pending: TypedValue[] = [index];
  for (let operand = pending.pop(); operand !== undefined; operand = pending.pop()) {
    if (operand.value.kind !== 'local') return undefined;
    const { name } = operand.value;
    if (seen.has(name)) continue;
    seen.add(name);
    const definition = flow.definitions.get(name);
    if (definition?.kind === 'phi') append(pending, operands(definition));
    else if (definition === undefined || !isLoadedByte(definition, flow)) return undefined;
  }
  return 256;
}

function isLoadedByte(definition: Instruction, flow: Flow): boolean {
  if (definition.kind !== 'cast' || definition.opcode !== 'zext') return false;
  const { type, value } = definition.operand;
  if (definition.flags.length > 0 || type.kind !== 'integer' || type.bits !== 8) return false;
  return value.kind === 'local' && flow.definitions.get(value.name)?.kind === 'load';
}
