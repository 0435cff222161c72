/**
 * Library functions whose calls code generation replaces by accesses of its own: comparisons and copies of constant size
 * become plain loads and stores, and `sin` and `cos` of one operand become one call that writes to the native stack.
 *
 * No other function is here on purpose: `sqrt`, `fabs` and the like become single instructions, which is worth having.
 */
const EXPANDED: ReadonlySet<string> = new Set(
  [
    'memcmp bcmp memcpy mempcpy memmove memset memchr memrchr memccpy bcopy bzero',
    'strlen strnlen strcpy stpcpy strncpy stpncpy strcmp strncmp strcat strncat strchr strrchr strstr',
    'wcslen wmemcmp wmemcpy wmemmove wmemset',
    'sin sinf sinl cos cosf cosl',
  ].flatMap((names) => names.split(' ')),
);

/** @param name of the callee, with its sigil */
export function expandsInline(name: string): boolean {
  return EXPANDED.has(name.slice(1));
}
