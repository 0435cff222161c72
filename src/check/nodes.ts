/** Metadata looked at as data: what references stand for, and what nodes hold. */
import { parseMetadataNode, unquoteString } from '../ir/index.js';
import type { Metadata } from '../ir/index.js';
import type { ModuleScope } from './scope.js';

/** The node that a reference stands for; what is none stands for itself. */
export function resolveNode(
  { module, nodes }: ModuleScope,
  metadata: Metadata | undefined,
): Metadata | undefined {
  if (metadata?.kind !== 'reference') return metadata;
  const { id } = metadata;
  if (nodes.has(id)) return nodes.get(id);
  const definition = module.metadata.get(id);
  const node = definition === undefined ? undefined : parseMetadataNode(definition).value;
  nodes.set(id, node);
  return node;
}

/** The operands of a plain node; undefined for anything else. */
export function elementsOf(node: Metadata | undefined): readonly Metadata[] | undefined {
  return node?.kind === 'tuple' ? node.elements : undefined;
}

/** The type and text of an integer that stands as metadata. */
export function integerOf(
  metadata: Metadata | undefined,
): { readonly type: string; readonly text: string } | undefined {
  if (metadata?.kind !== 'value' || metadata.value.value.kind !== 'integer') return undefined;
  return { type: metadata.value.type.text, text: metadata.value.value.text };
}

/** What a metadata string says. */
export function stringOf(metadata: Metadata | undefined): string | undefined {
  return metadata?.kind === 'string' ? unquoteString(metadata.text.slice(1)) : undefined;
}
