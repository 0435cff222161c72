import type {
  Metadata,
  MetadataAttachment,
  MetadataField,
  MetadataFieldValue,
} from '../model/index.js';
import { printTypedValue } from './values.js';

/** Metadata where `metadata` or a node's field names it: without the `metadata` keyword. */
export function printMetadata(metadata: Metadata): string {
  switch (metadata.kind) {
    case 'reference':
      return metadata.id;
    case 'string':
      return metadata.text;
    case 'null':
      return 'null';
    case 'tuple':
      return `${metadata.distinct ? 'distinct ' : ''}!{${metadata.elements.map(printMetadata).join(', ')}}`;
    case 'node':
      return `${metadata.distinct ? 'distinct ' : ''}${metadata.name}(${metadata.fields.map(printField).join(', ')})`;
    case 'value':
      return printTypedValue(metadata.value);
  }
}

/** `, !dbg !7, !tbaa !9` behind an instruction or a variable. */
export function suffixAttachments(attachments: readonly MetadataAttachment[]): string {
  let text = '';
  for (const { name, node } of attachments) text += `, ${name} ${printMetadata(node)}`;
  return text;
}

/** ` !dbg !7 !prof !9` behind a function's header, where no commas stand. */
export function suffixFunctionAttachments(attachments: readonly MetadataAttachment[]): string {
  let text = '';
  for (const { name, node } of attachments) text += ` ${name} ${printMetadata(node)}`;
  return text;
}

function printField(field: MetadataField): string {
  const value = printFieldValue(field.value);
  return field.key === undefined ? value : `${field.key}: ${value}`;
}

function printFieldValue(value: MetadataFieldValue): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'metadata':
      return printMetadata(value.metadata);
    case 'list':
      return `{${value.elements.map(printFieldValue).join(', ')}}`;
  }
}
