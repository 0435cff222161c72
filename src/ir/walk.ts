import { append } from '../text/append.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type {
  Block,
  Entity,
  FunctionBody,
  FunctionEntity,
  Instruction,
  Module,
} from './model/index.js';
import { parseBody } from './parser/index.js';

/** What {@link walk} calls, in the order of the source; what is left out is passed over. */
export interface Visitor {
  /** Everything at the top level, functions included. */
  readonly entity?: (entity: Entity) => void;
  /** A definition, before its blocks. */
  readonly body?: (body: FunctionBody) => void;
  /** A block, before its instructions. */
  readonly block?: (block: Block, fn: FunctionEntity) => void;
  /** Debug records and use-list orders too. */
  readonly instruction?: (instruction: Instruction, block: Block, fn: FunctionEntity) => void;
}

/**
 * Visits a module from its first line to its last. One body is held at a time, and bodies are read only for visitors
 * that look into them.
 *
 * @returns what is wrong with bodies; such a body is not visited
 */
export function walk(module: Module, visitor: Visitor): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const looksInside =
    visitor.body !== undefined || visitor.block !== undefined || visitor.instruction !== undefined;
  for (const entity of module.entities) {
    visitor.entity?.(entity);
    if (!looksInside || entity.kind !== 'function' || entity.body === undefined) continue;
    const parsed = parseBody(module, entity);
    append(diagnostics, parsed.diagnostics);
    if (parsed.value !== undefined) walkBody(parsed.value, visitor);
  }
  return diagnostics;
}

/** Visits one body that was read already. */
export function walkBody(body: FunctionBody, visitor: Visitor): void {
  visitor.body?.(body);
  for (const block of body.blocks) {
    visitor.block?.(block, body.function);
    if (visitor.instruction === undefined) continue;
    for (const instruction of block.instructions) {
      visitor.instruction(instruction, block, body.function);
    }
  }
}
