/** @see LangRef, "Use-list Order Directives" */
import { forEachOperand, isNumbered, parseBody } from '../ir/index.js';
import type {
  FunctionBody,
  FunctionEntity,
  OpaqueEntity,
  Span,
  UseListOrder,
} from '../ir/index.js';
import type { BodyScope, ModuleScope } from './scope.js';

/** What a directive says, read from its text. */
interface Directive {
  readonly type: string;
  readonly value: string;
  readonly indices: readonly number[];
}

// 'uselistorder' type value ',' '{' indices '}'
function parse(text: string): Directive | undefined {
  const found = /^uselistorder\s+(.*\S)\s+(\S+)\s*,\s*\{([^{}]*)\}$/s.exec(text);
  if (found === null) return undefined;
  const [, type = '', value = '', list = ''] = found;
  return { type, value, indices: list.split(',').map(Number) };
}

/** Checks the directives at the end of a body. */
export function checkBodyUseLists(scope: BodyScope, body: FunctionBody): void {
  const orders = (body.blocks.at(-1)?.instructions ?? []).flatMap((instruction) =>
    instruction.kind === 'uselistorder' ? [instruction] : [],
  );
  if (orders.length === 0) return;
  const uses = countLocalUses(body);
  for (const order of orders) checkBodyOrder(scope, order, uses);
}

function checkBodyOrder(
  scope: BodyScope,
  order: UseListOrder,
  uses: ReadonlyMap<string, number>,
): void {
  const directive = parse(order.text);
  if (directive === undefined) return;
  const { type, value } = directive;
  const actual = scope.locals.get(value);
  if (actual !== undefined && actual.text !== type && !type.startsWith('%')) {
    const message = `'${value}' has type '${actual.text}', not '${type}'`;
    scope.findings.report('TBX0402', message, order);
    return;
  }
  // Blocks are used by blockaddress too, wherever it stands; constants by the whole module.
  const isCounted = actual !== undefined && actual.kind !== 'label';
  checkIndices(scope, directive, isCounted ? (uses.get(value) ?? 0) : undefined, order);
}

/** How often each local is an operand. */
function countLocalUses({ blocks }: FunctionBody): Map<string, number> {
  const uses = new Map<string, number>();
  const count = (value: { readonly kind: string; readonly name?: string }): void => {
    if (value.kind === 'local' && value.name !== undefined) {
      uses.set(value.name, (uses.get(value.name) ?? 0) + 1);
    }
  };
  for (const { instructions } of blocks) {
    for (const instruction of instructions) {
      forEachOperand(instruction, ({ value }) => {
        count(value);
      });
      if ('callee' in instruction) count(instruction.callee);
      if ('parent' in instruction) count(instruction.parent);
      if ('pad' in instruction) count(instruction.pad);
    }
  }
  return uses;
}

/** Checks a directive outside of functions. */
export function checkModuleUseList(scope: ModuleScope, entity: OpaqueEntity): void {
  const { start, end } = entity;
  const text = scope.findings.source.text.slice(start, end);
  if (text.startsWith('uselistorder_bb')) {
    checkBlockOrder(scope, text, entity);
    return;
  }
  const directive = parse(text);
  if (directive?.value.startsWith('@') !== true) return;
  checkIndices(scope, directive, countGlobalUses(scope, directive.value), entity);
}

/**
 * How often a global is used: known where each use is the whole initializer of a variable, or what an alias stands for;
 * undefined where it may also be an operand or part of another constant.
 */
function countGlobalUses({ module }: ModuleScope, name: string): number | undefined {
  let known = 0;
  for (const entity of module.entities) {
    if (entity.kind === 'variable') {
      const value = entity.initializer;
      if (value?.kind === 'global' && value.name === name) known++;
    } else if (entity.kind === 'alias' || entity.kind === 'ifunc') {
      const { value } = entity.aliasee;
      if (value.kind === 'global' && value.name === name) known++;
    } else if (entity.kind === 'function' && entity.body !== undefined) return undefined;
  }
  return known > 0 || !module.source.text.includes('(') ? known : undefined;
}

function checkIndices(
  scope: ModuleScope,
  { value, indices }: Directive,
  uses: number | undefined,
  span: Span,
): void {
  const report = (message: string): void => {
    scope.findings.report('TBX0415', message, span);
  };
  if (indices.length < 2) report('an order needs two indices or more');
  else if (new Set(indices).size < indices.length || indices.some((at) => at >= indices.length)) {
    report(`the indices must be the numbers from 0 to ${indices.length - 1}, each once`);
  } else if (indices.every((index, at) => index === at)) report('this order changes nothing');
  else if (uses !== undefined && uses !== indices.length) {
    report(`'${value}' has ${uses} uses, and this order is one of ${indices.length}`);
  }
}

// 'uselistorder_bb' function ',' block ',' indices
function checkBlockOrder(scope: ModuleScope, text: string, span: Span): void {
  const found = /^uselistorder_bb\s+(@[^\s,]+)\s*,\s*(%[^\s,]+)\s*,/.exec(text);
  const [, name = '', block = ''] = found ?? [];
  const fn = scope.globals.get(name);
  const report = (message: string): void => {
    scope.findings.report('TBX0415', message, span);
  };
  if (fn?.kind !== 'function') report(`'${name}' is no function`);
  else if (fn.body === undefined) report(`'${name}' has no body, and so no blocks`);
  else if (isNumbered(block)) report('the block must have a name, as its number is not known here');
  else if (!hasBlock(scope, fn, block)) report(`'${name}' has no block '${block}'`);
}

function hasBlock(scope: ModuleScope, fn: FunctionEntity, label: string): boolean {
  const { value } = parseBody(scope.module, fn);
  // What is wrong with the body is said there.
  return value?.blocks.some((block) => block.label === label) ?? true;
}
