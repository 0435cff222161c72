/**
 * Metadata, generically: a specialised node is its name and its fields, whatever LLVM version brought it.
 *
 * @see LangRef, "Metadata"
 */
import type { TypedValue } from './value.js';

/** A node, a reference to one, a string or a value, wherever metadata can stand. */
export type Metadata =
  /** `!12` */
  | { readonly kind: 'reference'; readonly id: string }
  /** `!"text"`, spelled with its quotes and exclamation mark */
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'null' }
  /** `!{…}`, `distinct !{…}` */
  | { readonly kind: 'tuple'; readonly distinct: boolean; readonly elements: readonly Metadata[] }
  /** `!DILocation(line: 3, …)`, `!DIExpression(…)`, `!DIArgList(…)` */
  | {
      readonly kind: 'node';
      readonly distinct: boolean;
      readonly name: string;
      readonly fields: readonly MetadataField[];
    }
  | { readonly kind: 'value'; readonly value: TypedValue };

/** `key: value` of a specialised node. */
export interface MetadataField {
  /** Undefined for positional fields, as in `!DIExpression(DW_OP_deref)`. */
  readonly key: string | undefined;
  readonly value: MetadataFieldValue;
}

/** What stands behind a field's key. */
export type MetadataFieldValue =
  /** Numbers, keywords, strings with quotes, and flags joined by ` | `, as spelled. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'metadata'; readonly metadata: Metadata }
  | { readonly kind: 'list'; readonly elements: readonly MetadataFieldValue[] };

/** `!dbg !7` behind an instruction or a global. */
export interface MetadataAttachment {
  /** With its sigil: `!dbg`. */
  readonly name: string;
  readonly node: Metadata;
}
