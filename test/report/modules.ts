/** Modules for reports. */

export const HEADER = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-musl"
`;

/** A name that would end a script, an attribute or a string, where it were not escaped. */
export const HOSTILE = `</script><img src=x onerror=hacked()>'"&`;

/** A module of many functions. */
export function manyFunctions(count: number): string {
  const bodies = Array.from(
    { length: count },
    (_, index) => `define i32 @function_${index}(ptr %p) {
  %v = load i32, ptr %p
  store i32 ${index}, ptr %p
  ret i32 %v
}
`,
  );
  return HEADER + bodies.join('');
}

/** A module with a function of the hostile name, which the passes refuse. */
export function hostileModule(): string {
  return `${HEADER}define void @"${HOSTILE.replaceAll('"', '\\22')}"(ptr %p) {
  store i8 0, ptr %p
  ret void
}
`;
}
