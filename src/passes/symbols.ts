/**
 * Names of functions and of what stands for them: by what symbol an address is known, and how the assembler spells it.
 */
import type { FunctionEntity, GlobalAlias, Module, Value } from '../ir/model/index.js';
import { globalName, isNumbered, rawName } from '../ir/names.js';
import type { ModuleContext } from './context.js';
import { isIntrinsicName } from './intrinsics-table.js';

/** The range of addresses in an image, which ends below 2 GiB: the address is an immediate of 32 bits. */
const IMAGE_ADDRESSES = '!{i64 0, i64 2147483648}';

/** ` !absolute_symbol !7`, for a declaration in text. */
export function absoluteSymbol(context: ModuleContext): string {
  return `!absolute_symbol ${context.metadataNode(IMAGE_ADDRESSES)}`;
}

/** Prefix of the symbols of call table entries. */
export const ENTRY_PREFIX = '__tbx_ic.';

/** The byte in front of a name that the assembler is to see as it is. */
const LITERAL = '\u0001';

/** The name that the assembler sees; undefined for a global without a name. */
export function assemblerName(name: string, linkage: string | undefined): string | undefined {
  if (isNumbered(name)) return undefined;
  const raw = rawName(name);
  if (raw.startsWith(LITERAL)) return raw.slice(1);
  return linkage === 'private' ? `.L${raw}` : raw;
}

/** The name of a function's table entry, without sigil; undefined for a function without a name. */
export function entrySymbol(name: string): string | undefined {
  const raw = assemblerName(name, undefined);
  return raw === undefined ? undefined : ENTRY_PREFIX + raw;
}

/** A function of the program, not an intrinsic. */
export function programFunction(name: string, module: Module): FunctionEntity | undefined {
  return isIntrinsicName(name) ? undefined : module.functions.get(name);
}

/** What an alias stands for in the end: a name, followed through other aliases; undefined for anything but a name. */
export function aliasTarget(alias: GlobalAlias, module: Module): string | undefined {
  const passed = new Set<GlobalAlias>();
  let current: GlobalAlias | undefined = alias;
  let name: string | undefined;
  while (current !== undefined && !passed.has(current)) {
    if (TARGETS.has(current)) {
      name = TARGETS.get(current);
      break;
    }
    passed.add(current);
    name = globalIn(current.aliasee.value);
    current = name === undefined ? undefined : module.aliases.get(name);
  }
  for (const each of passed) TARGETS.set(each, name);
  return name;
}

/** What was found before: a module may have one long chain of aliases, and each is asked about. */
const TARGETS = new WeakMap<GlobalAlias, string | undefined>();

function globalIn(value: Value): string | undefined {
  return value.kind === 'global' ? value.name : undefined;
}

/** Whether a name is a function's, or an alias' of one. */
export function namesFunction(name: string, module: Module): boolean {
  if (programFunction(name, module) !== undefined) return true;
  const alias = module.aliases.get(name);
  if (alias === undefined) return false;
  const target = aliasTarget(alias, module);
  return target !== undefined && programFunction(target, module) !== undefined;
}

/** A second name for a symbol that can carry metadata where the first cannot: aliases carry none. */
export function symbolTwin(name: string, linkage: string | undefined): string | undefined {
  const symbol = assemblerName(name, linkage);
  return symbol === undefined ? undefined : globalName(LITERAL + symbol);
}
