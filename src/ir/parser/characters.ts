/** Classes of bytes, for the lexer. */

/** May stand in a name: `[-a-zA-Z$._0-9]`. */
export const NAME = 1;
/** May stand in a keyword: `[a-zA-Z_0-9]`. */
export const KEYWORD = 2;
export const DIGIT = 4;

/** The classes of each byte, as bits. */
export const CLASSES = new Uint8Array(256);

for (let code = 0; code < 256; code++) {
  const digit = code >= 0x30 && code <= 0x39;
  const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
  const mark = code === 0x2d || code === 0x24 || code === 0x2e;
  CLASSES[code] =
    (digit ? DIGIT : 0) | (digit || letter ? KEYWORD : 0) | (digit || letter || mark ? NAME : 0);
}
