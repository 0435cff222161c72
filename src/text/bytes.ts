/** What no byte is: names that the system gives have such characters, texts of files have none. */
const WIDE = /[^\0-\xff]+/gu;
const UTF8 = new TextEncoder();

/**
 * A text of one character a byte for one that may have others: each becomes its bytes of UTF-8. Without this, writers
 * keep the low byte of it, and of U+013C that is `<`.
 */
export function asBytes(text: string): string {
  return text.replace(WIDE, (wide) => String.fromCharCode(...UTF8.encode(wide)));
}
