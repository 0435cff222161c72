/** Recognises calls of intrinsics by their names, without the suffixes that state types. */
import type { Argument, Call } from '../ir/model/index.js';

/** `i64`, `p0`, `p256`, `v4f32`, `nxv2i64`, `a4i8`, `f80`, `bf16`, `ppcf128`, `isVoid`, `sl_…s`, `s_…s` */
const TYPE_SUFFIX =
  /^(?:(?:nx)?v\d+|a\d+)*(?:p\d+|i\d+|b?f\d+|ppcf128|x86mmx|x86amx|isVoid|sl?_.*s)$/;

/** `llvm.memcpy.inline` for a call of `@llvm.memcpy.inline.p0.p0.i64`; undefined for a call of anything else. */
export function intrinsicName({ callee }: Call): string | undefined {
  if (callee.kind !== 'global' || !callee.name.startsWith('@llvm.')) return undefined;
  let name = KNOWN.get(callee.name);
  if (name === undefined) {
    name = withoutTypes(callee.name.slice(1));
    KNOWN.set(callee.name, name);
  }
  return name;
}

/** Names that were looked up before: a module calls few intrinsics, many times. */
const KNOWN = new Map<string, string>();

function withoutTypes(name: string): string {
  const parts = name.split('.');
  while (parts.length > 2 && TYPE_SUFFIX.test(parts.at(-1) ?? '')) parts.pop();
  return parts.join('.');
}

/** The alloca that a lifetime marker names: its only argument since LLVM 22, behind a size before. */
export function lifetimePointer(call: Call): Argument | undefined {
  const name = intrinsicName(call);
  if (name !== 'llvm.lifetime.start' && name !== 'llvm.lifetime.end') return undefined;
  return call.arguments.at(-1);
}
