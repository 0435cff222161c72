import { ModuleEditor, SourceText, parseModule, walk } from '../../../src/ir/index.js';

/** Calls `@trace` at the entry of each function; undefined for a module with an error. */
export function traceEntries(path: string, text: string): string | undefined {
  const { value: module } = parseModule(new SourceText(path, text));
  if (module === undefined) return undefined;
  const editor = new ModuleEditor(module);
  const diagnostics = walk(module, {
    body: (body) => {
      editor.insertAtEntry(body, `call void @trace(ptr ${body.function.name})`);
    },
  });
  if (diagnostics.length > 0) return undefined;
  if (!module.functions.has('@trace')) editor.append('declare void @trace(ptr)');
  return editor.finish();
}
