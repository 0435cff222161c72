/** What stands outside of functions: assembly, and globals that act without being called. */
import { unquoteString } from '../../ir/names.js';
import type { Entity, FunctionEntity, Module } from '../../ir/model/index.js';
import { attributesOf, copies, isFlag } from './attributes.js';
import type { Refusals } from './refusals.js';

/** A symbol, plain or quoted. */
const SYMBOL = String.raw`(?:[A-Za-z_.$][\w.$]*|"[^"\\]*")`;

/** Lines of an entry of the call table. */
const ENTRY_LINES: readonly RegExp[] = [
  String.raw`\.section (?:\.tbx\.icall\.[\w.$]+|"\.tbx\.icall\.[^"\\]*"),"axG?",@progbits(?:,${SYMBOL},comdat)?`,
  String.raw`\.(?:globl|weak|hidden|protected) ${SYMBOL}`,
  String.raw`\.p2align 3, 0xcc`,
  String.raw`\.type ${SYMBOL}, @function`,
  String.raw`${SYMBOL}:`,
  String.raw`jmp ${SYMBOL}`,
  String.raw`\.size ${SYMBOL}, 8`,
  String.raw`\.text`,
  String.raw`\.set ${SYMBOL}, ${SYMBOL}`,
].map((pattern) => new RegExp(`^${pattern}$`));

export function checkEntity(entity: Entity, module: Module, refusals: Refusals): void {
  switch (entity.kind) {
    case 'module-asm': {
      const line = unquoteString(entity.text);
      if (!ENTRY_LINES.some((pattern) => pattern.test(line)))
        refusals.refuse('TBV0106', entity, 'assembly that is no entry of the call table');
      return;
    }
    case 'variable':
      if (entity.threadLocal !== undefined)
        refusals.refuse('TBV0108', entity, 'a thread-local variable, which is found through FS');
      return;
    case 'ifunc':
      refusals.refuse('TBV0108', entity, 'an ifunc, whose resolver runs before the program');
      return;
    case 'function':
      checkHeader(entity, module, refusals);
      return;
    case 'alias':
      if (entity.threadLocal !== undefined)
        refusals.refuse('TBV0108', entity, 'a thread-local alias, which is found through FS');
      return;
    case 'type':
    case 'attributes':
    case 'metadata':
    case 'named-metadata':
    case 'comdat':
    case 'source_filename':
    case 'datalayout':
    case 'triple':
    case 'uselistorder':
    case 'summary':
      return;
  }
}

function checkHeader(fn: FunctionEntity, module: Module, refusals: Refusals): void {
  const { start, end } = fn.body === undefined ? fn : { start: fn.start, end: fn.body.start };
  const span = { start, end };
  if (fn.prologue ?? fn.prefix)
    refusals.refuse('TBV0108', span, 'data in front of code, which would run or be read as code');
  if (fn.personality !== undefined)
    refusals.refuse('TBV0108', span, 'a personality routine, which an unwinder calls');
  if (fn.gc !== undefined) refusals.refuse('TBV0108', span, 'a garbage collector');
  if (attributesOf(fn.attributes, module).some((attribute) => isFlag(attribute, 'naked')))
    refusals.refuse('TBV0106', span, 'a naked function, whose body is assembly');
  for (const { attributes } of fn.parameters) {
    if (copies(attributes))
      refusals.refuse('TBV0104', span, 'a parameter that lies on the native stack of the caller');
  }
}
