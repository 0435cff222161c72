/**
 * Text that comes from a file, such as a name, for a terminal or a log: nothing in it is acted on, and it stays on its
 * line and in its direction.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}
