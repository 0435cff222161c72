/**
 * The entries of the indirect-call table that this unit defines: 8 bytes each, `jmp NAME` padded with traps, in a section
 * of their own, so that the linker keeps those in use and puts them together.
 *
 * A function that other units see has an entry always, since they may take its address; any other one only where its
 * address is taken here. An entry has the binding of its function, and goes away with it where the function is one of
 * several copies.
 *
 * @see docs/abi.md, "Code generation"
 */
import type { FunctionEntity, GlobalAlias, GlobalHeader } from '../ir/model/index.js';
import { quoteString, rawName } from '../ir/names.js';
import type { ModuleContext } from './context.js';
import { isLocal } from './function-attributes.js';
import { isIntrinsicName } from './intrinsics-table.js';
import { aliasTarget, assemblerName, entrySymbol, programFunction } from './symbols.js';

/** A {@link import('./pipeline.js').ModuleStep}; it must run behind all that take addresses. */
export function emitCallTable(context: ModuleContext): void {
  if (context.options.isolation !== 'code+data') return;
  const aliases = [...context.module.aliases.values()].filter((alias) =>
    needsEntry(alias, context),
  );
  const aliased = new Set(aliases.map((alias) => aliasTarget(alias, context.module)));
  for (const fn of context.module.functions.values()) {
    if (!isEmitted(fn)) continue;
    if (needsEntry(fn, context) || aliased.has(fn.name)) emitLines(entryOf(fn, context), context);
  }
  for (const alias of aliases) emitLines(aliasEntry(alias, context), context);
}

/** Whether this unit's object holds the function. */
function isEmitted(fn: FunctionEntity): boolean {
  return (
    fn.body !== undefined && fn.linkage !== 'available_externally' && !isIntrinsicName(fn.name)
  );
}

function needsEntry(header: GlobalHeader, context: ModuleContext): boolean {
  return !isLocal(header) || context.takenFunctions.has(header.name);
}

/** Two-character escapes keep the lines valid inside a quoted string of IR. */
function emitLines(lines: readonly string[], context: ModuleContext): void {
  for (const line of lines) context.append(`module asm ${quoteString(line)}`);
}

function entryOf(fn: FunctionEntity, context: ModuleContext): readonly string[] {
  const target = assemblerName(fn.name, fn.linkage);
  const entry = entrySymbol(fn.name);
  // A function without a name is local, and taking its address was refused.
  if (target === undefined || entry === undefined) return [];
  const symbol = quoted(entry, fn, context);
  return [
    sectionLine(entry, fn, context),
    ...bindingLines(symbol, fn),
    '.p2align 3, 0xcc',
    `.type ${symbol}, @function`,
    `${symbol}:`,
    `jmp ${quoted(target, fn, context)}`,
    '.p2align 3, 0xcc',
    `.size ${symbol}, 8`,
    '.text',
  ];
}

/** In the group of its function, where that has one, so that both are kept or dropped. */
function sectionLine(entry: string, fn: FunctionEntity, context: ModuleContext): string {
  const section = quoted(`.tbx.icall.${entry.slice('__tbx_ic.'.length)}`, fn, context);
  if (fn.comdat === undefined) return `.section ${section},"ax",@progbits`;
  const group = rawName(fn.comdat.name ?? fn.name);
  return `.section ${section},"axG",@progbits,${quoted(group, fn, context)},comdat`;
}

function bindingLines(symbol: string, header: GlobalHeader): readonly string[] {
  if (isLocal(header)) return [];
  const binding = isWeak(header) ? '.weak' : '.globl';
  const hidden = header.visibility === 'hidden' || header.visibility === 'protected';
  return [`${binding} ${symbol}`, ...(hidden ? [`.${header.visibility} ${symbol}`] : [])];
}

function isWeak({ linkage }: GlobalHeader): boolean {
  return linkage?.startsWith('weak') === true || linkage?.startsWith('linkonce') === true;
}

/** `&a == &f` holds for an alias `a` of `f`, as both name one entry. */
function aliasEntry(alias: GlobalAlias, context: ModuleContext): readonly string[] {
  const target = aliasTarget(alias, context.module);
  if (target === undefined || programFunction(target, context.module) === undefined) return [];
  const entry = entrySymbol(alias.name);
  const aliased = entrySymbol(target);
  if (entry === undefined || aliased === undefined) return [];
  const symbol = quoted(entry, alias, context);
  return [...bindingLines(symbol, alias), `.set ${symbol}, ${quoted(aliased, alias, context)}`];
}

/** A symbol as the assembler takes it. */
function quoted(
  symbol: string,
  where: { readonly start: number; readonly end: number },
  context: ModuleContext,
): string {
  if (/^[A-Za-z_.$][A-Za-z0-9_.$]*$/.test(symbol)) return symbol;
  if (/["\\]/.test(symbol) || hasControlCharacter(symbol)) {
    context.error('TBX0319', where, `the assembler cannot spell the name '${symbol}'`);
  }
  return `"${symbol}"`;
}

/** Such bytes could end the line, and what is behind them would be a directive of its own. */
function hasControlCharacter(symbol: string): boolean {
  for (let at = 0; at < symbol.length; at++) {
    if (symbol.charCodeAt(at) < 0x20) return true;
  }
  return false;
}
