/**
 * Drops use-list orders: they permute the uses of a value as they were, which passes change, and LLVM refuses one that
 * does not fit. Nothing but the order of lists in memory depends on them.
 *
 * @see LangRef, "Use-list Order Directives"
 */
import type { FunctionBody } from '../ir/model/index.js';
import type { ModuleWriter } from '../ir/printer/index.js';
import type { ModuleContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

export function dropUseListOrders(body: FunctionBody): FunctionBody {
  return rewriteInstructions(body, ({ kind }) => (kind === 'uselistorder' ? [] : undefined));
}

export function dropModuleUseListOrders({ module }: ModuleContext, writer: ModuleWriter): void {
  for (const { kind, start, end } of module.entities) {
    if (kind === 'uselistorder') writer.replace({ start, end }, '');
  }
}
