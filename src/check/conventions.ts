/** @see LangRef, "Calling Conventions" */
import type { FunctionEntity } from '../ir/index.js';
import { AttributeSet } from './attribute-set.js';
import type { ModuleScope } from './scope.js';

const KERNELS: ReadonlySet<string> = new Set([
  'amdgpu_kernel',
  'spir_kernel',
  'amdgpu_cs_chain',
  'amdgpu_cs_chain_preserve',
]);
const SHADERS: ReadonlySet<string> = new Set([
  ...KERNELS,
  'amdgpu_vs',
  'amdgpu_hs',
  'amdgpu_gs',
  'amdgpu_ps',
  'amdgpu_cs',
]);
const NEVER_VARIADIC: ReadonlySet<string> = new Set([
  ...SHADERS,
  'fastcc',
  'coldcc',
  'intel_ocl_bicc',
  'ptx_kernel',
  'ptx_device',
]);
const IN_MEMORY = ['byval', 'preallocated', 'inalloca'] as const;

/** Checks what a function's calling convention asks of its signature. */
export function checkConvention(scope: ModuleScope, fn: FunctionEntity): void {
  const { callingConvention: convention } = fn;
  const problem = convention === undefined ? undefined : problemOf(scope, fn, convention);
  if (problem === undefined) return;
  const where = scope.findings.locate(convention ?? '', { start: fn.start, end: fn.nameStart });
  scope.findings.report('TBX0417', `'${convention ?? ''}' ${problem}`, where);
}

function problemOf(
  scope: ModuleScope,
  { returns, parameters, variadic }: FunctionEntity,
  convention: string,
): string | undefined {
  const sets = parameters.map(({ attributes }) => new AttributeSet(scope.module, attributes));
  if (convention === 'x86_intrcc') {
    return sets[0]?.has('byval') === false ? 'requires byval on the first parameter' : undefined;
  }
  if (KERNELS.has(convention) && returns.kind !== 'void') return 'requires that it returns void';
  if (SHADERS.has(convention)) {
    if (sets.some((set) => set.has('sret'))) return "does not allow 'sret'";
    const odd = convention === 'spir_kernel' ? undefined : first(sets);
    if (odd !== undefined) return `does not allow '${odd}'`;
  }
  return variadic && NEVER_VARIADIC.has(convention)
    ? 'does not support variadic arguments'
    : undefined;
}

function first(sets: readonly AttributeSet[]): string | undefined {
  return sets.map((set) => set.first(IN_MEMORY)).find((name) => name !== undefined);
}
