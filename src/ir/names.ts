/**
 * How LLVM spells names and strings: the one place that knows when quotes are needed and what is escaped.
 *
 * A *name* carries its sigil and is spelled canonically (`%x`, `@"a b"`); a *raw name* is the bytes that it stands for
 * (`a b`). Numbers are not raw names: `@1` is the second unnamed global, `@"1"` is named by the byte `1`.
 *
 * @see LangRef, "Identifiers"
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** `x` → `%x`, `a b` → `%"a b"` */
export function localName(raw: string): string {
  return `%${spellName(raw)}`;
}

/** `main` → `@main` */
export function globalName(raw: string): string {
  return `@${spellName(raw)}`;
}

/** `f` → `$f` */
export function comdatName(raw: string): string {
  return `$${spellName(raw)}`;
}

/** The bytes that a name with its sigil stands for: `%"a\20b"` → `a b`, `@main` → `main`, `%3` → `3`. */
export function rawName(name: string): string {
  return name.charCodeAt(1) === QUOTE ? unquoteString(name.slice(1)) : name.slice(1);
}

/** The same name in canonical spelling: `%"x"` → `%x`; what is canonical is returned as it is. */
export function canonicalName(name: string): string {
  return name.charCodeAt(1) === QUOTE ? `${name.charAt(0)}${spellName(rawName(name))}` : name;
}

/** Whether the name is a number (`%12`), that is, the value has none of its own. */
export function isNumbered(name: string): boolean {
  if (name.length < 2) return false;
  for (let at = 1; at < name.length; at++) {
    if (!isDigit(name.charCodeAt(at))) return false;
  }
  return true;
}

/** A label as it stands in front of its block: `%entry` → `entry:`, `%"a b"` → `"a b":`. */
export function printLabel(name: string): string {
  return `${name.slice(1)}:`;
}

/** Bytes to a quoted string: what is not printable ASCII, quotes and backslashes become two hexadecimal digits. */
export function quoteString(bytes: string): string {
  let text = '"';
  let copied = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f && code !== QUOTE && code !== BACKSLASH) continue;
    text += `${bytes.slice(copied, at)}\\${code.toString(16).toUpperCase().padStart(2, '0')}`;
    copied = at + 1;
  }
  return `${text}${bytes.slice(copied)}"`;
}

/** A quoted string to its bytes; `\\` is a backslash, `\xx` a byte, any other backslash itself. */
export function unquoteString(quoted: string): string {
  const inside = quoted.slice(1, -1);
  let at = inside.indexOf('\\');
  if (at < 0) return inside;
  let bytes = '';
  let copied = 0;
  while (at >= 0) {
    bytes += inside.slice(copied, at);
    const high = hexDigit(inside.charCodeAt(at + 1));
    const low = hexDigit(inside.charCodeAt(at + 2));
    if (inside.charCodeAt(at + 1) === BACKSLASH) {
      bytes += '\\';
      copied = at + 2;
    } else if (high >= 0 && low >= 0) {
      bytes += String.fromCharCode(high * 16 + low);
      copied = at + 3;
    } else {
      bytes += '\\';
      copied = at + 1;
    }
    at = inside.indexOf('\\', copied);
  }
  return bytes + inside.slice(copied);
}

/** Whether the byte may stand in an unquoted name: `[-a-zA-Z$._0-9]`. */
export function isNameCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    isDigit(code) ||
    code === 0x2d ||
    code === 0x24 ||
    code === 0x2e ||
    code === 0x5f
  );
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The value of a hexadecimal digit, -1 for anything else. */
function hexDigit(code: number): number {
  if (isDigit(code)) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function spellName(raw: string): string {
  if (raw === '' || isDigit(raw.charCodeAt(0))) return quoteString(raw);
  for (let at = 0; at < raw.length; at++) {
    if (!isNameCharacter(raw.charCodeAt(at))) return quoteString(raw);
  }
  return raw;
}
