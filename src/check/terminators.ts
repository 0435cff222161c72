/** @see LangRef, "Terminator Instructions" */
import type * as ir from '../ir/index.js';
import type { CheckCode } from './findings.js';
import type { BodyScope } from './scope.js';

type Report = (code: CheckCode, message: string, word?: string) => void;

export function checkRet(scope: BodyScope, { value }: ir.Ret, report: Report): void {
  const needed = scope.fn.returns;
  const found = value?.type ?? scope.module.typeTable.void;
  if (scope.types.same(found, needed)) return;
  report('TBX0402', `the function returns '${needed.text}', not '${found.text}'`);
}

export function checkBr(_: BodyScope, { condition }: ir.Br, report: Report): void {
  if (condition === undefined || condition.type.text === 'i1') return;
  report('TBX0402', `a branch decides by an i1, not by '${condition.type.text}'`);
}

export function checkSwitch(scope: BodyScope, { value, cases }: ir.Switch, report: Report): void {
  if (!scope.types.isInteger(value.type)) {
    report('TBX0402', `a switch decides by an integer, not by '${value.type.text}'`);
    return;
  }
  const seen = new Set<string>();
  for (const { value: item } of cases) {
    if (!scope.types.same(item.type, value.type)) {
      report('TBX0402', `a case of type '${item.type.text}' in a switch over '${value.type.text}'`);
    } else if (item.value.kind !== 'integer') {
      // A constant expression is a constant integer only where LLVM folds it.
      if (item.value.kind === 'local') report('TBX0404', 'a case must be a constant');
    } else if (seen.has(caseKey(item.value.text, value.type))) {
      report('TBX0416', `the case ${item.value.text} stands here twice`, item.value.text);
    } else seen.add(caseKey(item.value.text, value.type));
  }
}

/** Cases are equal as bits: `-1` and `255` of an i8 are one. */
function caseKey(text: string, type: ir.Type): string {
  if (text === 'true') return '1';
  if (text === 'false') return '0';
  if (!/^-?[0-9]+$/.test(text) || type.kind !== 'integer' || text.length > 1000) return text;
  return BigInt.asUintN(type.bits, BigInt(text)).toString();
}

export function checkIndirectBr(
  scope: BodyScope,
  { address }: ir.IndirectBr,
  report: Report,
): void {
  if (scope.types.isPointer(address.type)) return;
  report('TBX0402', `an indirect branch goes to a pointer, not to '${address.type.text}'`);
}
