/** Attributes that make code generation do what no instruction shows. */
import type { Attribute, Module } from '../../ir/model/index.js';

/** It copies memory for the argument, or passes a slot of the native stack. */
const COPYING = new Set(['byval', 'inalloca', 'preallocated', 'swifterror']);

export function copies(attributes: readonly Attribute[]): boolean {
  return attributes.some((attribute) => 'name' in attribute && COPYING.has(attribute.name));
}

export function isFlag(attribute: Attribute, name: string): boolean {
  return attribute.kind === 'flag' && attribute.name === name;
}

/** With the attributes of the groups that are named. */
export function attributesOf(attributes: readonly Attribute[], module: Module): Attribute[] {
  return attributes.flatMap((attribute) =>
    attribute.kind === 'group' ? (module.attributeGroups.get(attribute.id) ?? []) : [attribute],
  );
}
