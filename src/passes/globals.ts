/**
 * Global variables: ordinary ones of the image, at addresses below 2 GiB that code takes as immediates.
 *
 * Thread-local variables become ordinary ones, since one thread at a time is inside a sandbox. In static initialisers,
 * addresses of functions become those of their table entries.
 */
import type {
  Constant,
  GlobalAlias,
  GlobalVariable,
  MetadataAttachment,
  TypedValue,
} from '../ir/model/index.js';
import { mapConstant } from '../ir/operands.js';
import type { ModuleWriter } from '../ir/printer/index.js';
import { printAlias, printGlobalVariable } from '../ir/printer/index.js';
import { mapConstantLeaves } from './constants.js';
import type { ModuleContext } from './context.js';
import { isLocal } from './function-attributes.js';
import { addressOf } from './function-pointers.js';
import { labelNumber } from './label-numbers.js';
import { namesFunction } from './symbols.js';

/** `!absolute_symbol` with the range of the addresses in an image. */
export function imageAddress(context: ModuleContext): MetadataAttachment {
  const id = context.metadataNode('!{i64 0, i64 2147483648}');
  return { name: '!absolute_symbol', node: { kind: 'reference', id } };
}

/** A {@link import('./pipeline.js').ModuleStep}. */
export function rewriteGlobals(context: ModuleContext, writer: ModuleWriter): void {
  for (const variable of context.module.variables.values()) {
    const rewritten = rewriteVariable(variable, context);
    if (rewritten === variable) continue;
    writer.replace({ start: variable.start, end: variable.end }, printGlobalVariable(rewritten));
  }
  for (const alias of context.module.aliases.values()) {
    const rewritten = rewriteAlias(alias);
    writer.replace({ start: alias.start, end: alias.end }, printAlias(rewritten));
  }
}

function rewriteVariable(variable: GlobalVariable, context: ModuleContext): GlobalVariable {
  if (isCompilerList(variable)) return variable;
  if (variable.linkage === 'appending') return rewriteStructors(variable, context);
  const kept = variable.attachments.filter(({ name }) => name !== '!absolute_symbol');
  const { initializer } = variable;
  return {
    ...variable,
    preemption: isLocal(variable) ? variable.preemption : 'dso_local',
    dllStorage: undefined,
    threadLocal: undefined,
    codeModel: undefined,
    externallyInitialized: false,
    initializer: initializer === undefined ? undefined : offsets(initializer, context),
    attachments: [...kept, imageAddress(context)],
  };
}

/** Function addresses and labels in a static initialiser, as the program sees them. */
function offsets(initializer: Constant, context: ModuleContext): Constant {
  return mapConstantLeaves(initializer, (leaf) => {
    if (leaf.kind === 'blockaddress') return labelNumber(leaf, context);
    return leaf.kind === 'global' && keepsName(leaf.name, context)
      ? leaf
      : addressOf(leaf, context);
  });
}

/** The address of an alias is right as it stands where a relocation takes it, unless it is to be a table entry's. */
function keepsName(name: string, { module, options }: ModuleContext): boolean {
  if (!module.aliases.has(name)) return false;
  return options.isolation === 'data' || !namesFunction(name, module);
}

/** Lists for the compiler and the linker, whose elements are symbols, not addresses. */
function isCompilerList({ name, section }: GlobalVariable): boolean {
  return name === '@llvm.used' || name === '@llvm.compiler.used' || section === '"llvm.metadata"';
}

/** `llvm.global_ctors`: priority, function, and the symbol that the entry goes away with. */
function rewriteStructors(variable: GlobalVariable, context: ModuleContext): GlobalVariable {
  const { initializer } = variable;
  if (initializer === undefined) return variable;
  const mapped = mapConstant(initializer, (entry) => rewriteStructor(entry, context));
  return mapped === initializer ? variable : { ...variable, initializer: mapped };
}

function rewriteStructor(entry: TypedValue, context: ModuleContext): TypedValue {
  const { value } = entry;
  if (value.kind !== 'aggregate') return entry;
  const elements = value.elements.map((element, index) => {
    if (index !== 1 || element.value.kind !== 'global') return element;
    return { type: element.type, value: addressOf(element.value, context) };
  });
  return { type: entry.type, value: { ...value, elements } };
}

function rewriteAlias(alias: GlobalAlias): GlobalAlias {
  return {
    ...alias,
    preemption: isLocal(alias) ? alias.preemption : 'dso_local',
    dllStorage: undefined,
    threadLocal: undefined,
  };
}
