/**
 * The module's own word on how it was made, as it stands in the note that the object will carry. It decides which rules
 * apply, and the assembler and linker steps hold it to that word: what says `addr32` is not linked unless the address
 * step ran.
 *
 * @see docs/abi.md, "Notes"
 */
import { unquoteString } from '../../ir/names.js';
import type { Constant, GlobalVariable, Module } from '../../ir/model/index.js';

export interface Marker {
  readonly lowering: 'ir' | 'addr32';
  readonly isolation: 'data' | 'code+data';
}

const SECTION = '".note.tmebox"';
const OWNER = 'TME-Box\0';
const HEADER = 12;
const DESCRIPTION = /^abi=1 lowering=(ir|addr32) isolate=(data|code\+data) keybits=\d+$/;

/** Undefined where there is none, more than one, or one that code generation would drop. */
export function markerOf(module: Module): Marker | undefined {
  const notes = [...module.variables.values()].filter(({ section }) => section === SECTION);
  const [note] = notes;
  if (note === undefined || notes.length > 1 || !isKept(note, module)) return undefined;
  const [, lowering, isolation] = DESCRIPTION.exec(descriptionOf(note) ?? '') ?? [];
  if (lowering === undefined || isolation === undefined) return undefined;
  return {
    lowering: lowering === 'ir' ? 'ir' : 'addr32',
    isolation: isolation === 'data' ? 'data' : 'code+data',
  };
}

function descriptionOf({ initializer }: GlobalVariable): string | undefined {
  if (initializer?.kind !== 'string') return undefined;
  const bytes = unquoteString(initializer.text.slice(1));
  if (bytes.slice(HEADER, HEADER + OWNER.length) !== OWNER) return undefined;
  return bytes.slice(HEADER + OWNER.length).replace(/\0+$/, '');
}

function isKept({ name }: GlobalVariable, module: Module): boolean {
  return ['@llvm.compiler.used', '@llvm.used'].some((list) => {
    const used: Constant | undefined = module.variables.get(list)?.initializer;
    if (used?.kind !== 'aggregate') return false;
    return used.elements.some(({ value }) => value.kind === 'global' && value.name === name);
  });
}
