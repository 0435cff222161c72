/** Function bodies, one at a time. */
import type { Block, FunctionBody, FunctionEntity, Instruction } from '../model/index.js';
import { isNumbered } from '../names.js';
import type { Atom } from './atoms.js';
import { parseInstruction } from './instructions.js';
import { K } from './keywords.js';
import type { ModuleTables } from './parser.js';
import { Parser } from './parser.js';
import { checkNumber } from './results.js';
import { Token } from './token.js';

// '{' block { block } { uselistorder } '}'
export function parseBlocks(tables: ModuleTables, fn: FunctionEntity, start: number): FunctionBody {
  const p = new Parser(tables, start);
  p.nextNumber = firstNumber(fn);
  p.expect(Token.leftBrace);
  const blocks: Block[] = [];
  do blocks.push(parseBlock(p));
  while (p.kind !== Token.rightBrace);
  checkEnd(p, fn);
  return { function: fn, blocks };
}

/** The module's parser must have found the same end, or what stands behind it was read wrongly. */
function checkEnd(p: Parser, fn: FunctionEntity): void {
  if (p.pos === fn.body?.end) return;
  p.failHere(
    'TBX0112',
    "this '}' ends the body, but another one inside a string was taken for its end",
  );
}

/** The number behind those of the arguments. */
function firstNumber(fn: FunctionEntity): number {
  for (let at = fn.parameters.length - 1; at >= 0; at--) {
    const name = fn.parameters[at]?.name;
    if (name !== undefined && isNumbered(name)) return Number(name.slice(1)) + 1;
  }
  return 0;
}

// [label] { instruction } terminator
function parseBlock(p: Parser): Block {
  let label: string;
  const labelStart = p.start;
  let labelEnd = labelStart;
  if (p.kind === Token.label) {
    labelEnd = p.pos;
    label = parseBlockLabel(p);
  } else label = `%${p.nextNumber++}`;
  const instructions: Instruction[] = [];
  do instructions.push(parseInstruction(p));
  while (!p.ended);
  // Use-list orders stand behind the last block.
  while (p.isWord(K.uselistorder)) instructions.push(parseInstruction(p));
  return { label, labelStart, labelEnd, instructions };
}

function parseBlockLabel(p: Parser): string {
  const name = blockName(p, p.atom);
  checkNumber(p, name, p.start);
  p.next();
  return name.text;
}

/** The atom of `%x` for a label `x:`. */
function blockName(p: Parser, label: Atom): Atom {
  return (label.block ??= p.atoms.intern(`%${label.text}`));
}
