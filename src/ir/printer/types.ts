import type { Type } from '../model/index.js';

/** A type as LLVM spells it. */
export function printType(type: Type): string {
  return type.text;
}
