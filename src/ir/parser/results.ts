/** Names and numbers of results, arguments and blocks. */
import type { Atom } from './atoms.js';
import { NUMBERED } from './atoms.js';
import type { Parser } from './parser.js';
import { Token } from './token.js';

/** The name of the value that the current instruction defines: the one that the text gives, or the next number. */
export function defineResult(p: Parser): string {
  const atom = p.result;
  if (atom === undefined) return defineNext(p);
  defineLocal(p, atom, p.instructionStart);
  return atom.text;
}

/** Gives the next number to a value or block that the text does not name. */
export function defineNext(p: Parser): string {
  const number = p.nextNumber++;
  const atom = number < NUMBERED ? p.atoms.local(number) : p.atoms.intern(`%${number}`);
  atom.definedIn = p.atoms.scope;
  return atom.text;
}

/** Records that an argument, a result or a block of the current body has this name; they share one space of names. */
export function defineLocal(p: Parser, atom: Atom, start: number): void {
  checkNumber(p, atom, start);
  defineOnce(p, atom, start);
}

/** Records a definition in the current scope. The empty name is no name: many things may have it. */
export function defineOnce(p: Parser, atom: Atom, start: number): void {
  const { scope } = p.atoms;
  if (atom.definedIn === scope && !atom.text.endsWith('""')) {
    p.fail('TBX0109', `'${atom.text}' is defined twice`, start, start + atom.text.length);
  }
  atom.definedIn = scope;
}

/** Passes over the name of a local value or block, which may be defined further down. */
export function useLocal(p: Parser): Atom {
  const atom = p.atom;
  if (p.kind === Token.local && atom.definedIn !== p.atoms.scope) p.awaited.push(atom, p.start);
  p.expect(Token.local);
  return atom;
}

/** Checks that every name that was used has been defined by now. */
export function checkUses(p: Parser): void {
  const { awaited } = p;
  for (let at = 0; at < awaited.length; at += 2) {
    const atom = awaited[at];
    const start = awaited[at + 1];
    if (typeof atom !== 'object' || typeof start !== 'number') continue;
    if (atom.definedIn === p.atoms.scope) continue;
    p.fail('TBX0115', `'${atom.text}' is not defined here`, start, start + atom.text.length);
  }
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
