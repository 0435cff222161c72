/** Accepts modules for x86-64 Linux and refuses every other target: sizes, calls and segments are all of that one. */
import { readDataLayout } from '../analysis/data-layout-string.js';
import { DataLayout } from '../analysis/layout.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { Module } from '../ir/model/index.js';

/** Undefined unless the module is for x86-64 Linux. */
export function dataLayoutOf(module: Module): DataLayout | undefined {
  const facts = module.dataLayout === undefined ? undefined : readDataLayout(module.dataLayout);
  if (facts === undefined || !/^x86_64-.*linux/.test(module.triple ?? '')) return undefined;
  return new DataLayout(module.types, facts.integers);
}

/** The diagnostic for a module that {@link dataLayoutOf} does not accept. */
export function foreignTarget(module: Module): Diagnostic {
  const statement = module.entities.find(({ kind }) => kind === 'triple' || kind === 'datalayout');
  const base = { code: 'TBX0200', severity: 'error', source: module.source, notes: [] } as const;
  const target = `'${module.triple ?? ''}', '${module.dataLayout ?? ''}'`;
  const message = `the module is for ${target}; only x86-64 Linux can be instrumented`;
  if (statement === undefined) {
    return { ...base, message: 'the module does not say that it is for x86-64 Linux' };
  }
  return { ...base, message, span: { start: statement.start, end: statement.end } };
}
