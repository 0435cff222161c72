/** Attributes with their groups looked up, and without those that a pass takes away. */
import type { Attribute, Module } from '../ir/model/index.js';

/** The attributes with every `#3` replaced by what the group holds. */
export function attributesOf(
  attributes: readonly Attribute[],
  module: Module,
): readonly Attribute[] {
  if (!attributes.some(({ kind }) => kind === 'group')) return attributes;
  return attributes.flatMap((attribute) =>
    attribute.kind === 'group'
      ? (module.attributeGroups.get(attribute.id) ?? []).map(asWrittenInline)
      : [attribute],
  );
}

/** `flag`, `integer`, `type` and `structured` attributes have a bare name, `string` ones a key, without its quotes. */
export function attributeName(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'string':
      return attribute.key.slice(1, -1);
    case 'group':
      return attribute.id;
    case 'flag':
    case 'integer':
    case 'type':
    case 'structured':
      return attribute.name;
  }
}

/** Whether an attribute of this name is among them, groups included. */
export function hasAttribute(
  attributes: readonly Attribute[],
  name: string,
  module: Module,
): boolean {
  return attributesOf(attributes, module).some((attribute) => attributeName(attribute) === name);
}

/** Takes the attributes that `drop` names away; the same array where there are none, else one without groups. */
export function withoutAttributes(
  attributes: readonly Attribute[],
  module: Module,
  drop: (name: string) => boolean,
): readonly Attribute[] {
  const all = attributesOf(attributes, module);
  const kept = all.filter((attribute) => !drop(attributeName(attribute)));
  return kept.length === all.length ? attributes : kept;
}

/** A group spells `alignstack=16` what a function spells `alignstack(16)`. */
function asWrittenInline(attribute: Attribute): Attribute {
  if (attribute.kind !== 'integer' || attribute.form !== 'equals') return attribute;
  return { ...attribute, form: attribute.name === 'align' ? 'space' : 'parentheses' };
}
