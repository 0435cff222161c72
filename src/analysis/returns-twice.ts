/**
 * Bodies that call a function which may return twice, such as `setjmp`.
 *
 * `longjmp` restores the native stack as `setjmp` saw it, so that no forged or stale buffer can mix frames; an object
 * that C says keeps its last value must not lie there.
 */
import type { Attribute, CallBase, FunctionBody, Module } from '../ir/model/index.js';

/** Known by name as well: old headers, and programs that declare them themselves, leave the attribute out. */
const NAMES = new Set(['@setjmp', '@_setjmp', '@__setjmp', '@sigsetjmp', '@__sigsetjmp', '@vfork']);

export function callsReturnsTwice(body: FunctionBody, module: Module): boolean {
  return body.blocks.some(({ instructions }) =>
    instructions.some(
      (instruction) =>
        (instruction.kind === 'call' || instruction.kind === 'invoke') &&
        returnsTwice(instruction, module),
    ),
  );
}

function returnsTwice({ callee, functionAttributes }: CallBase, module: Module): boolean {
  if (hasReturnsTwice(functionAttributes, module)) return true;
  if (callee.kind !== 'global') return false;
  const attributes = module.functions.get(callee.name)?.attributes ?? [];
  return NAMES.has(callee.name) || hasReturnsTwice(attributes, module);
}

function hasReturnsTwice(attributes: readonly Attribute[], module: Module): boolean {
  return attributes.some((attribute) => {
    if (attribute.kind === 'flag') return attribute.name === 'returns_twice';
    if (attribute.kind !== 'group') return false;
    return hasReturnsTwice(module.attributeGroups.get(attribute.id) ?? [], module);
  });
}
