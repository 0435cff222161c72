/**
 * One line of AT&T assembler text, as far as the address step must understand it: where its statements are, and
 * what in it is code and what is only a quoted name, a string or a comment.
 */

/** A statement of a line: the instruction or directive after its labels. Offsets are into the whole text. */
export interface Statement {
  /** Offset of the mnemonic or directive. */
  readonly start: number;
  /** The statement without quoted text and comments (see {@link AssemblyLine.code}), from `start`. */
  readonly code: string;
  /** Prefixes that stand before the mnemonic (`lock`, `rep`, `addr32`, `{vex}` …), in order. */
  readonly prefixes: readonly string[];
  /** The mnemonic in lower case, or the directive with its dot; empty for a line of labels or a bare prefix. */
  readonly mnemonic: string;
}

export type AssemblyLine =
  | {
      readonly kind: 'line';
      /**
       * The line with every quoted byte replaced by `_` and its comment by blanks, so that offsets stay and what is
       * left is code: a quoted symbol reads as an ordinary one, and nothing quoted can look like an operand.
       */
      readonly code: string;
      readonly statements: readonly Statement[];
    }
  | { readonly kind: 'malformed'; readonly offset: number; readonly reason: string };

const PREFIXES = new Set([
  'lock',
  'rep',
  'repe',
  'repz',
  'repne',
  'repnz',
  'addr32',
  'data16',
  'data32',
  'rex64',
  'notrack',
  'xacquire',
  'xrelease',
]);

/** The offset just after the closing quote of the string that opens at `open`, or undefined if the line ends first. */
function endOfQuoted(text: string, open: number, end: number): number | undefined {
  for (let at = open + 1; at < end; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"') return at + 1;
  }
  return undefined;
}

const LABEL = /\s*[\w.$@]+\s*:/y;
const WORD = /\s*([\w.]+|\{\w+\})/y;
/** `{vex}`, `{evex}`, `{disp32}` …: which encoding of the mnemonic is meant. */
const PSEUDO_PREFIX = /^\{/;

function parseStatement(code: string, offset: number): Statement {
  let at = 0;
  LABEL.lastIndex = 0;
  while (LABEL.test(code)) at = LABEL.lastIndex;
  const start = at + (code.slice(at).length - code.slice(at).trimStart().length);
  const prefixes: string[] = [];
  let mnemonic = '';
  WORD.lastIndex = start;
  for (let word = WORD.exec(code); word?.[1] !== undefined; word = WORD.exec(code)) {
    const name = word[1].toLowerCase();
    if (!PREFIXES.has(name) && !PSEUDO_PREFIX.test(name)) {
      mnemonic = name;
      break;
    }
    prefixes.push(name);
  }
  return { start: offset + start, code: code.slice(start), prefixes, mnemonic };
}

function parseStatements(code: string, start: number): readonly Statement[] {
  const statements: Statement[] = [];
  for (let at = 0; at <= code.length;) {
    const semicolon = code.indexOf(';', at);
    const end = semicolon < 0 ? code.length : semicolon;
    statements.push(parseStatement(code.slice(at, end), start + at));
    at = end + 1;
  }
  return statements;
}

/**
 * Reads the line `[start, end)` of `text`. What an assembler might take for the beginning of something that goes on
 * in the next line (an open string, a block comment) is malformed, so every line can be read on its own.
 */
export function parseLine(text: string, start: number, end: number): AssemblyLine {
  // A carriage return ends a line for some assemblers, even inside a comment.
  const carriageReturn = text.slice(start, end - 1).indexOf('\r');
  if (carriageReturn >= 0) {
    const offset = start + carriageReturn;
    return { kind: 'malformed', offset, reason: 'a carriage return inside a line' };
  }
  let code = '';
  let copied = start;
  for (let at = start; at < end; at++) {
    const char = text[at];
    if (char === '"') {
      const after = endOfQuoted(text, at, end);
      if (after === undefined) {
        return { kind: 'malformed', offset: at, reason: 'a string that does not end in its line' };
      }
      code += text.slice(copied, at) + '_'.repeat(after - at);
      copied = after;
      at = after - 1;
    } else if (char === '#') {
      code += text.slice(copied, at) + ' '.repeat(end - at);
      copied = end;
      break;
    } else if (char === "'") {
      return { kind: 'malformed', offset: at, reason: 'a character constant' };
    } else if (char === '/' && (text[at + 1] === '*' || text[at + 1] === '/')) {
      return { kind: 'malformed', offset: at, reason: 'a comment that is not a # comment' };
    }
  }
  code += text.slice(copied, end);
  return { kind: 'line', code, statements: parseStatements(code, start) };
}
