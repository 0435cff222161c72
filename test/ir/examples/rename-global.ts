import { ModuleEditor, SourceText, globalName, parseModule } from '../../../src/ir/index.js';

/** Renames a global everywhere but in comments, strings and assembly; `from` and `to` are plain names. */
export function renameGlobal(
  path: string,
  text: string,
  from: string,
  to: string,
): string | undefined {
  const { value: module } = parseModule(new SourceText(path, text));
  if (module === undefined) return undefined;
  const editor = new ModuleEditor(module);
  editor.renameGlobal(globalName(from), globalName(to));
  return editor.finish();
}
