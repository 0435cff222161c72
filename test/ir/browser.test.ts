/** The parser runs where there is no Node: bundled for a browser, in a context that has nothing but the language. */
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';

const EXAMPLE = `
  import { ModuleEditor, SourceText, parseModule, printModuleCanonical, walk } from './src/ir/index.js';

  export function count(text) {
    const { value: module } = parseModule(new SourceText('a.ll', text));
    let loads = 0;
    walk(module, { instruction: ({ kind }) => { if (kind === 'load') loads++; } });
    const editor = new ModuleEditor(module);
    editor.append('; counted');
    return { loads, canonical: printModuleCanonical(module).value, edited: editor.finish() };
  }
`;

const TEXT = 'define i32 @f(ptr %p) {\n  %x = load i32, ptr %p\n  ret i32 %x\n}\n';

/** A script that a page could load: what it exports hangs on \`parser\`. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: EXAMPLE, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'parser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

test('bundled for a browser, it needs nothing of Node', async () => {
  const script = await bundle();
  expect(/["'`]node:|\brequire\(/.test(script)).toBe(false);
  const context = createContext({});
  runInContext(script, context);
  const result: unknown = runInContext(
    `JSON.stringify(parser.count(${JSON.stringify(TEXT)}))`,
    context,
  );
  expect(result).toBe(JSON.stringify({ loads: 1, canonical: TEXT, edited: `${TEXT}; counted\n` }));
});

test('an import of Node would not be bundled', async () => {
  const contents = "import { readFileSync } from 'node:fs'; console.log(readFileSync);";
  const bundled = build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  await expect(bundled).rejects.toThrow('node:fs');
});
