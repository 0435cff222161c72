import { SourceText, parseModule, walk } from '../../../src/ir/index.js';

/** How many loads each function has. */
export function countLoads(path: string, text: string): Map<string, number> {
  const loads = new Map<string, number>();
  const { value: module } = parseModule(new SourceText(path, text));
  if (module === undefined) return loads;
  walk(module, {
    body: ({ function: fn }) => loads.set(fn.name, 0),
    instruction: (instruction, _, fn) => {
      if (instruction.kind === 'load') loads.set(fn.name, (loads.get(fn.name) ?? 0) + 1);
    },
  });
  return loads;
}
