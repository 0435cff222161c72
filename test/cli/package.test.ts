/** The package as another one sees it. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

test('tme-box/llvm-ir-parser parses and prints a module', () => {
  const script = `
    import { parseModule, printModuleCanonical, SourceText } from 'tme-box/llvm-ir-parser';
    const source = new SourceText('a.ll', '@g = global i32 7\\n');
    process.stdout.write(printModuleCanonical(parseModule(source).value).value);
  `;
  const { stdout, stderr } = spawnSync('node', ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toBe('@g = global i32 7\n');
});

test('every file that package.json names is there, and commands can be run', () => {
  const text = readFileSync('package.json', 'utf8');
  const paths = [...text.matchAll(/"(?:\.\/)?((?:bin|dist)\/[^"]+)"/g)].flatMap(
    ([, path]) => path ?? [],
  );
  expect(paths.length).toBeGreaterThan(6);
  for (const path of paths) {
    expect(existsSync(path)).toBe(true);
    if (path.startsWith('bin/')) expect(statSync(path).mode & 0o111).toBe(0o111);
  }
});

test('the parser needs nothing of Node', () => {
  const bundle = readFileSync('dist/llvm-ir-parser.mjs', 'utf8');
  expect(/^import\s.*|[^\n]{20}["']node:|\brequire\(/m.exec(bundle)?.[0]).toBeUndefined();
});
