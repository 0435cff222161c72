/**
 * Refuses what a module says outside of function bodies and no pass confines: assembly, symbols that are resolved or
 * laid out by rules of their own, and names that belong to this tool.
 *
 * @see refuse.ts for bodies
 */
import type {
  Entity,
  FunctionEntity,
  GlobalAlias,
  GlobalVariable,
  Metadata,
  MetadataDefinition,
  Module,
} from '../ir/model/index.js';
import { unquoteString } from '../ir/names.js';
import type { ModuleContext, Range } from './context.js';
import { refuseAttributes } from './function-attributes.js';
import { isIntrinsicName } from './intrinsics-table.js';
import { isKnownConvention, refusedParameterAttribute } from './refuse.js';
import { refuseConstant } from './refuse-constants.js';
import { aliasTarget, assemblerName } from './symbols.js';
import { refuseWideReturn } from './wide-returns.js';

/** A {@link import('./pipeline.js').PrepareStep}. */
export function refuseModule(context: ModuleContext): void {
  for (const entity of context.module.entities) refuseEntity(entity, context);
}

function refuseEntity(entity: Entity, context: ModuleContext): void {
  switch (entity.kind) {
    case 'function':
      refuseFunction(entity, context);
      return;
    case 'variable':
      refuseVariable(entity, context);
      return;
    case 'alias':
    case 'ifunc':
      refuseAlias(entity, context);
      return;
    case 'module-asm':
      refuseModuleAsm(entity, unquoteString(entity.text), context);
      return;
    case 'named-metadata':
      refuseNamedMetadata(entity, context);
      return;
    case 'type':
    case 'attributes':
    case 'metadata':
    case 'comdat':
    case 'source_filename':
    case 'datalayout':
    case 'triple':
    case 'uselistorder':
    case 'summary':
      return;
  }
}

/** Blank lines and comments say nothing; everything else could define code or place data. */
function refuseModuleAsm(where: Range, text: string, context: ModuleContext): void {
  const statement = text.replace(/#.*$/s, '').trim();
  if (statement === '' || /^\.ident\s+"[^"]*"$/.test(statement)) return;
  context.error('TBX0302', where, `module-level assembly '${statement}' is not on the allow-list`);
}

/** Flags that change how code generation makes branches, calls and addresses, or lays out the stack. */
const REFUSED_FLAGS: readonly string[] = [
  '!"cf-protection-branch"',
  '!"cf-protection-return"',
  '!"kcfi"',
  '!"ptrauth-elf-got"',
  '!"indirect_branch_cs_prefix"',
  '!"Code Model"',
  '!"override-stack-alignment"',
  '!"RtLibUseGOT"',
];

/** Lists that would make the linker take in what the driver has not seen. */
const LINKER_LISTS: readonly string[] = ['!llvm.linker.options', '!llvm.dependent-libraries'];

function refuseNamedMetadata(
  list: Extract<Entity, { kind: 'named-metadata' }>,
  context: ModuleContext,
): void {
  if (list.name === '!llvm.module.flags') refuseModuleFlags(list, context);
  if (!LINKER_LISTS.includes(list.name)) return;
  context.error('TBX0325', list, `'${list.name}' would add libraries to the link`);
}

function refuseModuleFlags(
  flags: Extract<Entity, { kind: 'named-metadata' }>,
  context: ModuleContext,
): void {
  const definitions = definitionsOf(flags.operands, context.module);
  for (const operand of flags.operands) {
    const entity = operand.kind === 'reference' ? definitions.get(operand.id) : undefined;
    const node = entity === undefined ? operand : entity.node();
    if (node?.kind !== 'tuple') continue;
    const name = node.elements[1];
    if (name?.kind !== 'string' || !REFUSED_FLAGS.includes(name.text)) continue;
    context.error('TBX0325', entity ?? flags, `the module flag ${name.text} is not supported`);
  }
}

/** By id. Not by the index of all nodes, which would be built for this alone: debug information has millions. */
function definitionsOf(
  operands: readonly Metadata[],
  module: Module,
): ReadonlyMap<string, MetadataDefinition> {
  const definitions = new Map<string, MetadataDefinition>();
  const wanted = new Set<string>();
  for (const operand of operands) if (operand.kind === 'reference') wanted.add(operand.id);
  for (const entity of module.entities) {
    if (entity.kind !== 'metadata') continue;
    const { id } = entity;
    if (wanted.has(id)) definitions.set(id, entity);
  }
  return definitions;
}

function refuseFunction(fn: FunctionEntity, context: ModuleContext): void {
  const where = { start: fn.nameStart, end: fn.nameStart + fn.name.length };
  if (isIntrinsicName(fn.name)) {
    if (fn.body !== undefined) context.error('TBX0306', where, `'${fn.name}' cannot be defined`);
    return;
  }
  refuseName(fn.name, fn.body !== undefined, where, context);
  refuseAttributes(fn.attributes, where, context);
  if (!isKnownConvention(fn.callingConvention)) {
    context.error(
      'TBX0309',
      where,
      `the calling convention '${fn.callingConvention ?? ''}' is not supported`,
    );
  }
  for (const { attributes } of fn.parameters) {
    const refused = refusedParameterAttribute(attributes);
    if (refused !== undefined) {
      context.error('TBX0308', where, `parameters passed '${refused}' are not supported`);
    }
  }
  if (fn.body !== undefined) refuseWideReturn(fn.returns, where, context);
  refuseAddressSpace(fn.addressSpace, where, context);
  refuseSection(fn.section, where, isFunctionSection, context);
  refuseClauses(fn, where, context);
}

const CLAUSES = ['gc', 'prefix', 'prologue', 'personality'] as const;

function refuseClauses(fn: FunctionEntity, where: Range, context: ModuleContext): void {
  for (const clause of CLAUSES) {
    if (fn[clause] === undefined) continue;
    const advice = clause === 'personality' ? '; compile with -fno-exceptions' : '';
    context.error('TBX0314', where, `functions with '${clause}' are not supported${advice}`);
  }
}

function refuseVariable(variable: GlobalVariable, context: ModuleContext): void {
  const where = { start: variable.nameStart, end: variable.nameStart + variable.name.length };
  const isDefinition = variable.initializer !== undefined;
  refuseName(variable.name, isDefinition, where, context);
  refuseAddressSpace(variable.addressSpace, where, context);
  if (variable.section !== '"llvm.metadata"') {
    refuseSection(variable.section, where, isDataSection, context);
  }
  if (variable.initializer !== undefined) {
    refuseConstant({ type: variable.type, value: variable.initializer }, where, context);
  }
}

function refuseAlias(alias: GlobalAlias, context: ModuleContext): void {
  const where = { start: alias.nameStart, end: alias.nameStart + alias.name.length };
  refuseName(alias.name, true, where, context);
  if (alias.kind === 'ifunc') {
    context.error(
      'TBX0323',
      where,
      "an 'ifunc' is resolved by a dynamic linker, which an image does not have",
    );
  } else if (aliasTarget(alias, context.module) === undefined && isCode(alias, context.module)) {
    context.error('TBX0323', where, 'an alias into the middle of a function is not supported');
  }
}

/** Only an alias of a whole function is known to be one. */
function isCode(alias: GlobalAlias, { functions }: Module): boolean {
  const { value } = alias.aliasee;
  if (value.kind !== 'expression') return false;
  return value.operands.some(
    (operand) => operand.value.kind === 'global' && functions.has(operand.value.name),
  );
}

/** What only this tool, the link script or the runtime may define. */
const RESERVED = /^__tbx_(?:ic\.|icall_|code_base$|gate$|note$|end$|labels)/;

function refuseName(
  name: string,
  isDefinition: boolean,
  where: Range,
  context: ModuleContext,
): void {
  const raw = assemblerName(name, undefined) ?? '';
  if (!RESERVED.test(raw) || (!isDefinition && /^__tbx_(?:gate|end)$/.test(raw))) return;
  context.error(
    'TBX0319',
    where,
    `the name '${raw}' is reserved: is this module instrumented already?`,
  );
}

function refuseAddressSpace(
  space: number | string | undefined,
  where: Range,
  context: ModuleContext,
): void {
  if (space === undefined || space === 0) return;
  context.error('TBX0316', where, `address space ${space} is not the sandbox's`);
}

function refuseSection(
  section: string | undefined,
  where: Range,
  accepts: (name: string) => boolean,
  context: ModuleContext,
): void {
  if (section === undefined) return;
  const name = unquoteString(section);
  // Other characters could end the directive that names the section, and begin another.
  if (/^[A-Za-z0-9_.$-]+$/.test(name) && accepts(name)) return;
  context.error('TBX0317', where, `the section ${section} is not for sandboxed code`);
}

/** Sections that the linker or the loader gives a meaning of its own. */
const SPECIAL =
  /^\.(?:tbx|note|eh_frame|gcc_except_table|got|plt|dynamic|dynsym|dynstr|interp|rela?|tdata|tbss|gnu|hash|symtab|strtab|shstrtab|init|fini|preinit_array|init_array|fini_array|ctors|dtors|comment|debug|llvm)(?:$|[._])/;

/** The tables of a library (docs/abi.md): whatever stands in them is checked by the host and by the verifier. */
const LIBRARY_TABLES: readonly string[] = ['.tbx.exports', '.tbx.imports'];

function isDataSection(name: string): boolean {
  if (LIBRARY_TABLES.includes(name)) return true;
  return !SPECIAL.test(name) && !/^\.text(?:$|\.)/.test(name);
}

function isFunctionSection(name: string): boolean {
  return !SPECIAL.test(name) && !/^\.(?:rodata|data|bss)(?:$|\.)/.test(name);
}
