/** Names and numbers of results, arguments and blocks. */
import type { Atom } from './atoms.js';
import type { Parser } from './parser.js';

/** The name of the value that the current instruction defines: the one that the text gives, or the next number. */
export function defineResult(p: Parser): string {
  const atom = p.result;
  if (atom === undefined) return `%${p.nextNumber++}`;
  checkNumber(p, atom, p.instructionStart);
  return atom.text;
}

/** Checks that the text gives no name to an instruction that has no result. */
export function rejectResult(p: Parser): void {
  const atom = p.result;
  if (atom === undefined) return;
  const end = p.instructionStart + atom.text.length;
  p.fail(
    'TBX0110',
    `this instruction has no result that '${atom.text}' could name`,
    p.instructionStart,
    end,
  );
}

/**
 * Checks an explicit number against those that were given out before it: it must not go back. Gaps are legal since
 * LLVM 17.
 */
export function checkNumber(p: Parser, atom: Atom, start: number): void {
  if (atom.number < 0) return;
  if (atom.number < p.nextNumber) {
    const message = `'${atom.text}' is out of order: the next number here is ${p.nextNumber}`;
    p.fail('TBX0107', message, start, start + atom.text.length);
  }
  p.nextNumber = atom.number + 1;
}
