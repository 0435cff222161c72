import { ModuleWriter, printBody } from '../../src/ir/index.js';
import type { FunctionBody, Module } from '../../src/ir/index.js';

/** Prints with each block copied, so that nothing but the copying of untouched lines can give the source back. */
export function printVerbatim(module: Module, bodies: readonly FunctionBody[]): string {
  const writer = new ModuleWriter(module);
  for (const body of bodies) {
    const copy = { ...body, blocks: body.blocks.map((block) => ({ ...block })) };
    const span = body.function.body;
    if (span !== undefined) writer.replace(span, printBody(body, copy, module.source));
  }
  return writer.finish();
}
