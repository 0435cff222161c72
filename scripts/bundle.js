/**
 * Bundles each command into one file: a compiler wrapper starts once for every source file of a build, and one file
 * starts in a fraction of the time of many.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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

await Promise.all([
  build({ ...SHARED, entryPoints: ['src/cli/tbx-cc.ts'], outfile: 'dist/tbx-cc.mjs' }),
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
  // The verifier's decoder finds its WebAssembly beside itself, and is loaded by `tme-box verify` alone.
  external: ['iced-x86'],
  banner: { js: REQUIRE },
});
