/**
 * Bundles each command into one file: a compiler wrapper starts once for every source file of a build, and one file
 * starts in a fraction of the time of many.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** One hash over the folders that decide what instrumented code looks like. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const folder of ['src/text', 'src/ir', 'src/analysis', 'src/passes', 'src/asm']) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
      hash
        .update(`${folder}/${file}\0`)
        .update(readFileSync(`${folder}/${file}`))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

const SHARED = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: {
    TBX_VERSION: JSON.stringify(version),
    TBX_SOURCE_HASH: JSON.stringify(hashOfSources()),
  },
};

/** CommonJS dependencies call `require`, which ES modules do not have. */
const REQUIRE =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

/** The verifier and its decoder are a bundle of their own, which commands load when they verify and not before. */
const VERIFIER_APART = {
  name: 'verifier-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/verify\/prove\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './verifier.mjs', external: true } : undefined,
    );
  },
};

mkdirSync('dist', { recursive: true });
await Promise.all([
  build({
    ...SHARED,
    entryPoints: ['src/cli/tbx-cc.ts'],
    outfile: 'dist/tbx-cc.mjs',
    plugins: [VERIFIER_APART],
  }),
  build({
    ...SHARED,
    entryPoints: ['src/verify/prove.ts'],
    outfile: 'dist/verifier.mjs',
    // iced-x86 reads its WebAssembly from the folder that it is in.
    define: { ...SHARED.define, __dirname: 'import.meta.dirname' },
    banner: { js: REQUIRE },
  }),
  copyFile('node_modules/iced-x86/iced_x86_bg.wasm', 'dist/iced_x86_bg.wasm'),
  build({ ...SHARED, entryPoints: ['src/cli/tbx-as.ts'], outfile: 'dist/tbx-as.mjs' }),
  build({
    ...SHARED,
    platform: 'neutral',
    entryPoints: ['src/ir/index.ts'],
    outfile: 'dist/llvm-ir-parser.mjs',
  }),
]);
// Last: make takes this one for the sign that all are there.
await build({
  ...SHARED,
  entryPoints: ['src/cli/tme-box.ts'],
  outfile: 'dist/tme-box.mjs',
  plugins: [VERIFIER_APART],
  banner: { js: REQUIRE },
});
