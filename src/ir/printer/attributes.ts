import type { Attribute } from '../model/index.js';

/** One attribute, as it stands at a use or in an attribute group. */
export function printAttribute(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'flag':
      return attribute.name;
    case 'integer':
      return printInteger(attribute);
    case 'type':
      return `${attribute.name}(${attribute.type.text})`;
    case 'string':
      return attribute.value === undefined ? attribute.key : `${attribute.key}=${attribute.value}`;
    case 'group':
      return attribute.id;
    case 'structured':
      return `${attribute.name}(${attribute.arguments})`;
  }
}

/** Attributes joined by spaces; the empty string for none. */
export function printAttributes(attributes: readonly Attribute[]): string {
  let text = '';
  for (const attribute of attributes) {
    text = text === '' ? printAttribute(attribute) : `${text} ${printAttribute(attribute)}`;
  }
  return text;
}

/** `align 8 ` → each followed by a space, so that the text can stand in front of what it belongs to. */
export function prefixAttributes(attributes: readonly Attribute[]): string {
  return attributes.length === 0 ? '' : `${printAttributes(attributes)} `;
}

/** ` nounwind #3`: each preceded by a space, so that the text can stand behind what it belongs to. */
export function suffixAttributes(attributes: readonly Attribute[]): string {
  return attributes.length === 0 ? '' : ` ${printAttributes(attributes)}`;
}

function printInteger(attribute: Extract<Attribute, { kind: 'integer' }>): string {
  switch (attribute.form) {
    case 'space':
      return `${attribute.name} ${attribute.value}`;
    case 'parentheses':
      return `${attribute.name}(${attribute.value})`;
    case 'equals':
      return `${attribute.name}=${attribute.value}`;
  }
}
