/** @see LangRef, "Alignment" of loads, stores, globals and parameters; "Pointer Type" for address spaces */
import type { Span } from '../ir/index.js';
import { isAddressSpaceName } from './data-layout.js';
import type { ModuleScope } from './scope.js';

/** LLVM's limit, 2^32. */
const MAXIMUM_ALIGNMENT = 2 ** 32;

/** What is wrong with an alignment; undefined when nothing is. */
export function alignmentProblem(alignment: number): string | undefined {
  if (alignment > MAXIMUM_ALIGNMENT) return 'an alignment is at most 4294967296';
  const isPower = alignment > 0 && Number.isInteger(Math.log2(alignment));
  return isPower ? undefined : `the alignment ${alignment} is no power of two`;
}

/** Reports an alignment that is none. */
export function checkAlignment(
  scope: ModuleScope,
  alignment: number | undefined,
  span: Span,
): void {
  const message = alignment === undefined ? undefined : alignmentProblem(alignment);
  if (message === undefined) return;
  scope.findings.report('TBX0407', message, scope.findings.locate('align', span));
}

/** Reports the name of an address space that the data layout does not know. */
export function checkAddressSpace(
  scope: ModuleScope,
  space: number | string | undefined,
  span: Span,
): void {
  if (typeof space !== 'string' || isAddressSpaceName(scope.module.dataLayout, space)) return;
  const where = scope.findings.locate('addrspace', span);
  scope.findings.report('TBX0407', `no address space is named "${space}"`, where);
}
