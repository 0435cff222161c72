/** Kinds of tokens. Tokens are not objects: the lexer holds the current one in its fields. */
export const Token = {
  end: 0,
  /** A keyword, a type such as `i32`, an opcode. */
  word: 1,
  /** `%x`, `%12`, `%"a b"` */
  local: 2,
  /** `@x` */
  global: 3,
  /** `$x` */
  comdat: 4,
  /** `!dbg`, `!DILocation` */
  metadataName: 5,
  /** `!12` */
  metadataId: 6,
  /** `#0` */
  attributeGroup: 7,
  /** `#dbg_value` */
  hashWord: 8,
  /** `^0` */
  summaryId: 9,
  /** `"…"` */
  string: 10,
  /** `c"…"` */
  byteString: 11,
  /** `x:`, `"a b":`, `12:`; also the keys of metadata fields */
  label: 12,
  /** `12`, `-1`, `u0xFF` */
  integer: 13,
  /** `1.5e+00`, `0x3FF0000000000000`, `0xK…` */
  float: 14,
  ellipsis: 15,
  equals: 16,
  comma: 17,
  star: 18,
  leftParenthesis: 19,
  rightParenthesis: 20,
  leftBracket: 21,
  rightBracket: 22,
  leftBrace: 23,
  rightBrace: 24,
  less: 25,
  greater: 26,
  bar: 27,
  exclamation: 28,
  colon: 29,
} as const;

/** What a diagnostic calls a kind of token that was expected. */
export const TOKEN_NAMES: readonly string[] = [
  'the end of the text',
  'a keyword',
  'a local name (%x)',
  'a global name (@x)',
  'a comdat name ($x)',
  'a metadata name (!x)',
  'a metadata number (!0)',
  'an attribute group (#0)',
  'a debug record (#dbg_value)',
  'a summary number (^0)',
  'a string',
  'a byte string (c"...")',
  'a label or field name',
  'an integer',
  'a floating-point number',
  "'...'",
  "'='",
  "','",
  "'*'",
  "'('",
  "')'",
  "'['",
  "']'",
  "'{'",
  "'}'",
  "'<'",
  "'>'",
  "'|'",
  "'!'",
  "':'",
];
