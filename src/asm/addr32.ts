/**
 * The `addr32` lowering, on assembler text in AT&T syntax: every memory operand with the GS segment gets 32-bit
 * address registers, so that the CPU cuts the effective address to 32 bits before it adds the base of the window.
 *
 *     movl %gs:8(%rdi,%rcx,8), %eax   ->   movl %gs:8(%edi,%ecx,8), %eax
 *
 * Addresses of data that are taken RIP-relative become immediates (image-address.ts), and the targets of jump tables are
 * aligned (branch-targets.ts).
 *
 * One pass over the text finds the lines that could matter (they name a segment register, hold a quote or a refused
 * word); these are read in full, all others are copied as they are. A line that holds no quote and no comment sign
 * cannot hide what follows it, and one that holds some is read by `parseLine`, which refuses what would go on in the
 * next line: so each line stands for itself.
 */

import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceText } from '../text/source.js';
import { parseLine, type Statement } from './assembly-line.js';
import { alignBranchTargets } from './branch-targets.js';
import { confineGsOperand, type Edit } from './gs-operand.js';
import { IMAGE_ADDRESS_PATTERN, immediateAddress } from './image-address.js';
import { ADDR32_NOTE } from './note.js';
import { REFUSED_PATTERN, refusal } from './refused.js';

/** The outcome of {@link confineAssembly}: the confined text, or errors only. */
export interface ConfinedAssembly {
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What makes a line worth reading. A refused word counts at the start of a statement only, but the cheap test finds
 * it anywhere after a blank or separator.
 */
const NOTEWORTHY = new RegExp(
  `%\\s*[c-gs]s(?!\\w)|["']|/[*/]|#APP|\\0|\\r(?!\\n)|(?<=^|[\\s;:])(?:${REFUSED_PATTERN})(?![\\w.:])|${IMAGE_ADDRESS_PATTERN}`,
  'gim',
);
const SEGMENT = /%\s*([c-gs]s)(?!\w)(:?)/gi;

class Confinement {
  readonly diagnostics: Diagnostic[] = [];
  readonly edits: Edit[] = [];
  private readonly source: SourceText;

  constructor(source: SourceText) {
    this.source = source;
  }

  private refuse(code: Diagnostic['code'], start: number, end: number, message: string): void {
    const span = { start, end };
    this.diagnostics.push({
      code,
      severity: 'error',
      message,
      source: this.source,
      span,
      notes: [],
    });
  }

  /** Reads the line around `offset` and returns the offset of its end. */
  line(offset: number): number {
    const { text } = this.source;
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    const newline = text.indexOf('\n', offset);
    const end = newline < 0 ? text.length : newline;
    if (text[offset] === '\0') {
      this.refuse('TBX0502', offset, offset + 1, 'a NUL byte in assembler text');
      return end;
    }
    const line = parseLine(text, start, end);
    if (line.kind === 'malformed') {
      this.refuse('TBX0502', line.offset, line.offset + 1, `${line.reason} in assembler text`);
      return end;
    }
    if (/^\s*#APP\s*$/.test(text.slice(start, end))) return this.inlineAssembly(start, end);
    for (const statement of line.statements) this.statement(statement);
    return end;
  }

  /** Inline assembly is outside what the passes know; clang brackets it, and only an empty one may stay. */
  private inlineAssembly(start: number, end: number): number {
    const { text } = this.source;
    const close = text.indexOf('#NO_APP', end);
    const inside = text.slice(end, close < 0 ? text.length : close);
    for (const line of inside.matchAll(/(?<=^[ \t]*)[^\s#].*$/gm)) {
      const at = end + line.index;
      this.refuse('TBX0301', at, at + line[0].length, 'inline assembly cannot be confined');
    }
    if (close < 0) this.refuse('TBX0502', start, end, '#APP without #NO_APP');
    return close < 0 ? text.length : close;
  }

  private statement(statement: Statement): void {
    const reason = refusal(statement.mnemonic);
    if (reason !== undefined) {
      const { start, mnemonic } = statement;
      this.refuse('TBX0503', start, start + mnemonic.length, `'${mnemonic}' ${reason}`);
      return;
    }
    const immediate = immediateAddress(statement, this.source.text);
    if (immediate !== undefined) this.edits.push(immediate);
    let needsAddr32 = false;
    for (const segment of statement.code.matchAll(SEGMENT)) {
      needsAddr32 = this.segmentOperand(statement, segment) || needsAddr32;
    }
    if (needsAddr32 && !statement.prefixes.includes('addr32')) {
      this.edits.push({ start: statement.start, end: statement.start, text: 'addr32 ' });
    }
  }

  /** Confines the operand at `segment` and says whether the statement needs an `addr32` prefix for it. */
  private segmentOperand(statement: Statement, segment: RegExpExecArray): boolean {
    const start = statement.start + segment.index;
    const end = start + segment[0].length;
    if (segment[0] !== '%gs:') {
      const use = segment[2] === ':' ? 'memory operand' : 'use';
      this.refuse('TBX0504', start, end, `${use} of segment register '${segment[1] ?? ''}'`);
      return false;
    }
    const misuse = misuseOf(statement, segment.index);
    if (misuse !== undefined) {
      this.refuse('TBX0505', start, end, misuse);
      return false;
    }
    const operand = confineGsOperand(statement.code, segment.index + segment[0].length);
    if (operand.kind === 'malformed') {
      const at = statement.start + operand.offset;
      this.refuse(
        'TBX0501',
        start,
        Math.max(at, end),
        `cannot confine this operand: ${operand.reason}`,
      );
      return false;
    }
    for (const edit of operand.edits) {
      this.edits.push({
        start: statement.start + edit.start,
        end: statement.start + edit.end,
        text: edit.text,
      });
    }
    return operand.needsAddr32;
  }
}

/** What is wrong with a GS operand in this statement, whatever its address is. */
function misuseOf(statement: Statement, at: number): string | undefined {
  const { mnemonic, code } = statement;
  if (mnemonic === '') return 'a GS operand without an instruction';
  if (mnemonic.startsWith('.')) return `a GS operand in the directive '${mnemonic}'`;
  // 64-bit absolute addresses: an address-size prefix would change the length of the instruction's operand.
  if (mnemonic.startsWith('movabs')) return `'${mnemonic}' takes a 64-bit address`;
  if (mnemonic.startsWith('lea')) return `'${mnemonic}' ignores the segment`;
  if (code[at - 1] === '*') return 'a branch through memory that the sandbox can write';
  return undefined;
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let copied = 0;
  // An operand is found before it is known that its statement needs a prefix, so edits of one statement may come late.
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(copied, edit.start), edit.text);
    copied = edit.end;
  }
  pieces.push(text.slice(copied));
  return pieces.join('');
}

/**
 * Confines every GS memory operand of `source` and appends the note that says so. Text is undefined when there is an
 * error: nothing is passed on that was not understood.
 */
export function confineAssembly(source: SourceText): ConfinedAssembly {
  const confinement = new Confinement(source);
  const { text } = source;
  NOTEWORTHY.lastIndex = 0;
  for (let hit = NOTEWORTHY.exec(text); hit !== null; hit = NOTEWORTHY.exec(text)) {
    NOTEWORTHY.lastIndex = Math.max(confinement.line(hit.index), hit.index + 1);
  }
  const { diagnostics, edits } = confinement;
  if (diagnostics.length > 0) return { text: undefined, diagnostics };
  const newline = text.endsWith('\n') || text === '' ? '' : '\n';
  const aligned = [...edits, ...alignBranchTargets(text)];
  return { text: applyEdits(text, aligned) + newline + ADDR32_NOTE, diagnostics };
}
