/**
 * Where in the user's source a place in LLVM IR comes from, by its debug information. It is read as text, by the names
 * of its fields: this is for messages only.
 */

import type { SourceText } from '../text/source.js';

export interface Origin {
  /** The file as clang names it. */
  readonly file: string;
  /** The folder that a relative name starts at. */
  readonly directory: string;
  /** Counted from 1; 0 if it is not known. */
  readonly line: number;
  readonly column: number;
}

/** The definition of a metadata node, such as `!DILocation(line: 3, scope: !7)`. */
function node(text: string, id: string): string | undefined {
  const start = text.lastIndexOf(`\n${id} = `);
  if (start < 0) return undefined;
  const end = text.indexOf('\n', start + 1);
  return text.slice(start + id.length + 4, end < 0 ? undefined : end);
}

/** A field that holds a number, a reference or a string. */
function field(definition: string, name: string): string | undefined {
  const found = new RegExp(`[( ]${name}: (?:(!?\\d+)|"((?:[^"\\\\]|\\\\.)*)")`).exec(definition);
  return found?.[1] ?? found?.[2];
}

/** LLVM writes what is not plain ASCII as `\` and two hexadecimal digits, a byte each. */
function unescape(text: string): string {
  const bytes = text.replace(/\\([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The origin of the instruction or function header that stands at `offset`, if it says. */
export function originOf(source: SourceText, offset: number): Origin | undefined {
  const { text } = source;
  const { start, end } = source.lineBounds(offset);
  const location = /!dbg (!\d+)/.exec(text.slice(start, end))?.[1];
  const place = location === undefined ? undefined : node(text, location);
  if (place === undefined) return undefined;
  // The location of an instruction names its scope; that of a function is the scope.
  const scopeId = place.includes('!DILocation(') ? field(place, 'scope') : undefined;
  const scope = scopeId === undefined ? place : node(text, scopeId);
  const fileId = scope === undefined ? undefined : field(scope, 'file');
  const file = fileId === undefined ? undefined : node(text, fileId);
  const name = file === undefined ? undefined : field(file, 'filename');
  if (file === undefined || name === undefined) return undefined;
  return {
    file: unescape(name),
    directory: unescape(field(file, 'directory') ?? ''),
    line: Number(field(place, 'line') ?? 0),
    column: Number(field(place, 'column') ?? 0),
  };
}
