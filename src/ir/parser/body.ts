/** Function bodies, one at a time. */
import type { Block, FunctionBody, FunctionEntity, Instruction } from '../model/index.js';
import type { Atom } from './atoms.js';
import { parseInstruction } from './instructions.js';
import { K } from './keywords.js';
import type { ModuleTables } from './parser.js';
import { Parser } from './parser.js';
import { checkUses, defineLocal, defineNext } from './results.js';
import { Token } from './token.js';

// '{' block { block } { uselistorder } '}'
export function parseBlocks(tables: ModuleTables, fn: FunctionEntity, start: number): FunctionBody {
  const p = new Parser(tables, start);
  defineParameters(p, fn);
  p.expect(Token.leftBrace);
  const blocks: Block[] = [];
  do blocks.push(parseBlock(p));
  while (p.kind !== Token.rightBrace);
  checkEnd(p, fn);
  checkUses(p);
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

/** Opens the body's scope with its parameters in it. */
function defineParameters(p: Parser, fn: FunctionEntity): void {
  p.atoms.scope++;
  for (const { name } of fn.parameters) {
    if (name !== undefined) defineLocal(p, p.atoms.intern(name), fn.nameStart);
  }
}

// [label] { instruction } terminator
function parseBlock(p: Parser): Block {
  let label: string;
  const labelStart = p.start;
  let labelEnd = labelStart;
  if (p.kind === Token.label) {
    labelEnd = p.pos;
    label = parseBlockLabel(p);
  } else label = defineNext(p);
  const instructions: Instruction[] = [];
  do instructions.push(parseInstruction(p));
  while (!p.ended);
  // Use-list orders stand behind the last block.
  if (p.isWord(K.uselistorder)) {
    do instructions.push(parseInstruction(p));
    while (p.isWord(K.uselistorder));
    if (p.kind !== Token.rightBrace) p.expected("'}'");
  }
  return { label, labelStart, labelEnd, instructions };
}

function parseBlockLabel(p: Parser): string {
  const name = blockName(p, p.atom);
  defineLocal(p, name, p.start);
  p.next();
  return name.text;
}

/** The atom of `%x` for a label `x:`. */
function blockName(p: Parser, label: Atom): Atom {
  if (label.shared) return p.atoms.intern(`%${label.text}`);
  return (label.block ??= p.atoms.intern(`%${label.text}`));
}
