/** @see LangRef, "Global Variables", "Functions", "Aliases", "IFuncs", "Comdats" */
import type {
  FunctionEntity,
  GlobalAlias,
  GlobalVariable,
  Span,
  Type,
  Value,
} from '../ir/index.js';
import { isNumbered } from '../ir/index.js';
import { checkAddressSpace, checkAlignment } from './alignment.js';
import { checkFunctionAttributes } from './attributes.js';
import { checkConvention } from './conventions.js';
import type { CheckCode } from './findings.js';
import { checkAttachments } from './metadata-uses.js';
import { checkGlobalAttachments } from './global-attachments.js';
import { checkReserved } from './reserved-globals.js';
import type { Global, ModuleScope, Place } from './scope.js';
import { NEVER_IN_MEMORY } from './type-rules.js';
import { checkConstant, checkOperand } from './values.js';

const LOCAL: ReadonlySet<string | undefined> = new Set(['private', 'internal']);
const ALIAS_LINKAGES: ReadonlySet<string | undefined> = new Set([
  undefined,
  'external',
  'private',
  'internal',
  'weak',
  'weak_odr',
  'linkonce',
  'linkonce_odr',
  'available_externally',
]);
const NEVER_RETURNED: ReadonlySet<Type['kind']> = new Set(['token', 'x86_amx']);
const NEVER_PASSED: ReadonlySet<Type['kind']> = new Set(['metadata', 'token', 'x86_amx']);
const REPLACEABLE: ReadonlySet<string | undefined> = new Set(['weak', 'linkonce']);
const NEVER_FUNCTIONS: ReadonlySet<string | undefined> = new Set(['appending', 'common']);
const DECLARATIONS: ReadonlySet<string | undefined> = new Set([
  undefined,
  'external',
  'extern_weak',
]);

/** What stands in front of the name's own part: its line is the one that LLVM names. */
function header(global: Global): Span {
  const { start, nameStart, name } = global;
  return { start, end: nameStart + name.length };
}

function nameOf({ nameStart, name }: Global): Span {
  return { start: nameStart, end: nameStart + name.length };
}

function checkLinkage(scope: ModuleScope, global: Global): void {
  const report = (message: string): void => {
    scope.findings.report('TBX0409', message, nameOf(global));
  };
  if (LOCAL.has(global.linkage)) {
    if (global.visibility === 'hidden' || global.visibility === 'protected') {
      report(`'${global.linkage ?? ''}' cannot be '${global.visibility}'`);
    }
    if (global.dllStorage !== undefined) {
      report(`'${global.linkage ?? ''}' cannot be '${global.dllStorage}'`);
    }
  }
  if (global.dllStorage === 'dllexport' && global.visibility === 'hidden') {
    report("'dllexport' cannot be 'hidden'");
  }
  if (global.dllStorage === 'dllimport') checkImported(global, report);
  if (global.preemption === 'dso_local' && global.dllStorage === 'dllimport') {
    report("'dllimport' cannot be 'dso_local'");
  }
}

/** What comes from another image is only declared here, unless this is a copy that may be dropped. */
function checkImported(global: Global, report: (message: string) => void): void {
  if (global.visibility !== undefined && global.visibility !== 'default') {
    report(`'dllimport' cannot be '${global.visibility}'`);
  }
  const isDeclared =
    (global.kind === 'function' && global.body === undefined) ||
    (global.kind === 'variable' && global.initializer === undefined);
  if (isDeclared ? DECLARATIONS.has(global.linkage) : global.linkage === 'available_externally')
    return;
  report("'dllimport' is for declarations");
}

export function checkVariable(scope: ModuleScope, variable: GlobalVariable): void {
  const { type, initializer } = variable;
  const place: Place = { start: variable.start, end: variable.end, locals: undefined };
  checkLinkage(scope, variable);
  checkAlignment(scope, variable.alignment, place);
  checkAddressSpace(scope, variable.addressSpace, place);
  checkComdat(scope, variable);
  checkReserved(scope, variable);
  checkAttachments(scope, variable.attachments, place);
  checkGlobalAttachments(scope, variable, place);
  const odd = NEVER_IN_MEMORY.has(type.kind) ? type : scope.types.misplaced(type);
  if (odd !== undefined) {
    const where = scope.findings.locate(odd.text, place);
    scope.findings.report('TBX0403', `no variable has type '${type.text}'`, where);
  } else if (initializer !== undefined) {
    const { initializerStart: start, initializerEnd: end } = variable;
    checkConstant(scope, type, initializer, { start, end, locals: undefined });
  }
}

export function checkAlias(scope: ModuleScope, alias: GlobalAlias): void {
  const place: Place = { start: alias.start, end: alias.end, locals: undefined };
  const report = (code: CheckCode, message: string): void => {
    scope.findings.report(code, message, header(alias));
  };
  checkLinkage(scope, alias);
  checkAttachments(scope, alias.attachments, place);
  if (!ALIAS_LINKAGES.has(alias.linkage)) {
    report('TBX0409', `no ${alias.kind} can be '${alias.linkage ?? ''}'`);
  }
  if (!scope.types.isPointer(alias.aliasee.type)) {
    report(
      'TBX0402',
      `an ${alias.kind} stands for a pointer, not for '${alias.aliasee.type.text}'`,
    );
  } else if (alias.kind === 'ifunc' && alias.linkage === 'available_externally') {
    report('TBX0409', "no ifunc can be 'available_externally'");
  } else if (checkOperand(scope, alias.aliasee, place)) checkAliasee(scope, alias);
}

/** An alias is a second name of something that this module defines. */
function checkAliasee(scope: ModuleScope, alias: GlobalAlias): void {
  const { value } = alias.aliasee;
  const target = value.kind === 'global' ? scope.globals.get(value.name) : undefined;
  const isDeclared =
    (target?.kind === 'function' && target.body === undefined) ||
    (target?.kind === 'variable' && target.initializer === undefined);
  const report = (message: string): void => {
    scope.findings.report('TBX0409', message, header(alias));
  };
  if (alias.kind === 'ifunc') {
    if (target?.kind === 'variable') report('an ifunc must have a function as its resolver');
    else if (isDeclared)
      report(`'${target.name}' is only declared, and a resolver is a definition`);
    else if (target?.kind === 'function' && !scope.types.isPointer(target.returns)) {
      report('the resolver of an ifunc must return a pointer');
    }
    return;
  }
  if (isDeclared && alias.linkage !== 'available_externally') {
    report(`'${target.name}' is only declared, and an alias stands for a definition`);
  } else if (target?.kind === 'alias') checkAliasOfAlias(scope, target, report);
}

/** An alias may stand for another, but not for one that the linker may replace, nor for itself. */
function checkAliasOfAlias(
  scope: ModuleScope,
  first: GlobalAlias,
  report: (message: string) => void,
): void {
  if (REPLACEABLE.has(first.linkage)) {
    report(`'${first.name}' may be replaced, and an alias cannot stand for it`);
  }
  const seen = new Set<GlobalAlias>();
  let current: Global | undefined = first;
  while (current?.kind === 'alias' && !scope.endingAliases.has(current)) {
    if (seen.has(current)) {
      report('aliases cannot form a cycle');
      return;
    }
    seen.add(current);
    const value: Value = current.aliasee.value;
    current = value.kind === 'global' ? scope.globals.get(value.name) : undefined;
  }
  for (const alias of seen) scope.endingAliases.add(alias);
}

export function checkFunction(scope: ModuleScope, fn: FunctionEntity): void {
  const place: Place = { start: fn.nameStart, end: fn.body?.start ?? fn.end, locals: undefined };
  checkLinkage(scope, fn);
  checkFunctionLinkage(scope, fn);
  checkSignature(scope, fn);
  checkDefinition(scope, fn);
  checkAlignment(scope, fn.alignment, place);
  checkAddressSpace(scope, fn.addressSpace, place);
  checkComdat(scope, fn);
  checkFunctionAttributes(scope, fn);
  checkAttachments(scope, fn.attachments, { ...place, start: fn.start });
  checkGlobalAttachments(scope, fn, { ...place, start: fn.start });
  checkConvention(scope, fn);
  for (const operand of [fn.prefix, fn.prologue, fn.personality]) {
    if (operand !== undefined) checkOperand(scope, operand, place);
  }
}

function checkFunctionLinkage(scope: ModuleScope, fn: FunctionEntity): void {
  const { linkage, body } = fn;
  const isDefinition = body !== undefined;
  const fits = isDefinition ? linkage !== 'extern_weak' : DECLARATIONS.has(linkage);
  if (fits && !NEVER_FUNCTIONS.has(linkage)) return;
  const what = isDefinition ? 'a definition' : 'a declaration';
  const where = { start: fn.start, end: fn.nameStart };
  scope.findings.report('TBX0409', `${what} of a function cannot be '${linkage ?? ''}'`, where);
}

/** Intrinsics have no body; a comdat is for what has one. */
function checkDefinition(scope: ModuleScope, fn: FunctionEntity): void {
  const { name, body, comdat } = fn;
  if (body !== undefined && name.startsWith('@llvm.')) {
    scope.findings.report('TBX0418', `'${name}' is an intrinsic and cannot be defined`, nameOf(fn));
  }
  if (body === undefined && fn.personality !== undefined) {
    scope.findings.report('TBX0421', 'a declaration cannot have a personality', nameOf(fn));
  }
  if (body === undefined && comdat !== undefined) {
    scope.findings.report('TBX0409', 'a declaration cannot be in a comdat', nameOf(fn));
  }
}

function checkSignature(scope: ModuleScope, fn: FunctionEntity): void {
  const { returns, parameters } = fn;
  const report = (message: string, word: string, span: Span): void => {
    scope.findings.report('TBX0403', message, scope.findings.locate(word, span));
  };
  if (returns.kind === 'function' || returns.kind === 'label' || returns.kind === 'metadata') {
    report(`no function returns '${returns.text}'`, returns.text, fn);
  }
  const behindName = { start: fn.nameStart, end: fn.body?.start ?? fn.end };
  const isIntrinsic = fn.name.startsWith('@llvm.');
  if (!isIntrinsic && NEVER_RETURNED.has(returns.kind)) {
    report(`only intrinsics return '${returns.text}'`, returns.text, fn);
  }
  for (const { type, attributes } of parameters) {
    if (!scope.types.isFirstClass(type)) {
      report(`no parameter has type '${type.text}'`, type.text, behindName);
    }
    if (!isIntrinsic && NEVER_PASSED.has(type.kind)) {
      report(`only intrinsics take '${type.text}'`, type.text, behindName);
    }
    const isResult = attributes.some((own) => own.kind === 'type' && own.name === 'sret');
    if (isResult && returns.kind !== 'void') {
      report("a function with an 'sret' parameter returns void", 'sret', behindName);
    }
  }
}

function checkComdat(scope: ModuleScope, global: FunctionEntity | GlobalVariable): void {
  const { comdat, name } = global;
  if (comdat === undefined) return;
  const isDropped = global.linkage === 'available_externally';
  const isDeclared = global.kind === 'variable' && global.initializer === undefined;
  if (isDropped || isDeclared) {
    scope.findings.report('TBX0409', 'a declaration cannot be in a comdat', nameOf(global));
  }
  const end = global.kind === 'function' ? (global.body?.start ?? global.end) : global.end;
  const where = scope.findings.locate('comdat', { start: global.nameStart + name.length, end });
  if (comdat.name === undefined && isNumbered(name)) {
    scope.findings.report('TBX0409', 'a comdat needs the name that this global has not', where);
    return;
  }
  const used = comdat.name ?? `$${name.slice(1)}`;
  if (scope.comdats.has(used)) return;
  scope.findings.report('TBX0401', `the comdat '${used}' is not defined`, where);
}
