/**
 * Variables that LLVM gives a meaning, and linkages that go with few of them.
 *
 * @see LangRef, "Intrinsic Global Variables", "Linkage Types"
 */
import type { Constant, GlobalVariable, Type, Value } from '../ir/index.js';
import type { CheckCode } from './findings.js';
import type { ModuleScope } from './scope.js';

type Report = (code: CheckCode, message: string) => void;

const LISTS_OF_GLOBALS: ReadonlySet<string> = new Set(['@llvm.used', '@llvm.compiler.used']);
const LISTS_OF_FUNCTIONS: ReadonlySet<string> = new Set([
  '@llvm.global_ctors',
  '@llvm.global_dtors',
]);

/** Whether nothing in the module may name a variable. */
export function isReserved(name: string): boolean {
  return LISTS_OF_GLOBALS.has(name) || LISTS_OF_FUNCTIONS.has(name);
}

/** Checks what a variable's linkage and a reserved name ask of it. */
export function checkReserved(scope: ModuleScope, variable: GlobalVariable): void {
  const { name, nameStart, initializer, linkage } = variable;
  const report: Report = (code, message) => {
    const where = { start: nameStart, end: nameStart + name.length };
    scope.findings.report(code, message, where);
  };
  const type = scope.types.body(variable.type) ?? variable.type;
  if (linkage === 'appending' && type.kind !== 'array') {
    report('TBX0409', 'only global arrays can have appending linkage');
  }
  if (linkage === 'common') checkCommon(variable, report);
  if (scope.types.holdsScalable(type)) {
    report('TBX0403', 'no variable holds a vector of unknown length');
  }
  if (!isReserved(name)) return;
  if (initializer !== undefined && linkage !== 'appending') {
    report('TBX0422', `'${name}' must have appending linkage`);
  }
  if (type.kind !== 'array') return;
  if (LISTS_OF_FUNCTIONS.has(name)) checkFunctionList(scope, type.element, report);
  else checkGlobalList(scope, variable, type.element, report);
}

function checkCommon({ initializer, constant, comdat }: GlobalVariable, report: Report): void {
  if (initializer !== undefined && !isZero(initializer)) {
    report('TBX0409', "a 'common' variable must have a zero initializer");
  }
  if (constant) report('TBX0409', "a 'common' variable may not be marked constant");
  if (comdat !== undefined) report('TBX0409', "a 'common' variable may not be in a comdat");
}

function isZero(constant: Constant): boolean {
  switch (constant.kind) {
    case 'integer':
      return /^(?:-?0+|false|[us]0x0+)$/.test(constant.text);
    case 'float':
      return /^\+?0+\.0*(?:e[-+]?[0-9]+)?$|^0x[KLMHR]?0+$/.test(constant.text);
    case 'keyword':
      return constant.keyword === 'null' || constant.keyword === 'zeroinitializer';
    case 'string':
      return /^c"(?:\\00)*"$/.test(constant.text);
    case 'aggregate':
      return constant.elements.every(({ value }) => isConstantZero(value));
    case 'splat':
      return isConstantZero(constant.element.value);
    default:
      return false;
  }
}

function isConstantZero(value: Value): boolean {
  if (value.kind === 'local' || value.kind === 'asm' || value.kind === 'metadata') return false;
  return isZero(value);
}

/** `{ i32, ptr, ptr }`: the priority, the function, and what it belongs to. */
function checkFunctionList(scope: ModuleScope, element: Type, report: Report): void {
  const fields = scope.types.struct(element)?.fields ?? [];
  const [priority, called, data] = fields;
  const program = scope.module.typeTable.pointer(scope.programAddressSpace);
  const isList = priority?.text === 'i32' && called?.text === program.text && fields.length < 4;
  if (!isList || (data !== undefined && data.kind !== 'pointer')) {
    report('TBX0422', `its elements must be { i32, ${program.text}, ptr }`);
  } else if (data === undefined) {
    report('TBX0422', 'the third field is mandatory: specify ptr null');
  }
}

function checkGlobalList(
  scope: ModuleScope,
  { name, initializer }: GlobalVariable,
  element: Type,
  report: Report,
): void {
  if (!scope.types.isPointer(element)) {
    report('TBX0422', `'${name}' is a list of pointers`);
    return;
  }
  if (initializer === undefined) return;
  if (initializer.kind !== 'aggregate') {
    // An empty array is a zero to LLVM, which is no list.
    report('TBX0422', `'${name}' must be initialized by a list`);
    return;
  }
  const odd = initializer.elements.some(({ value }) => baseOf(value)?.kind !== 'global');
  if (odd) report('TBX0422', `members of '${name}' must be globals`);
}

/** What a pointer points to, conversions and indices of zero left out. */
function baseOf(value: Value): Value | undefined {
  let current: Value | undefined = value;
  while (current?.kind === 'expression') current = current.operands[0]?.value;
  return current;
}
