/**
 * Bundles each command into one file: a compiler wrapper starts once for every source file of a build, and one file
 * starts in a fraction of the time of many. With the bundles of the compiler, of tme-box and of the verifier goes the code
 * that V8 made of them, which start.js hands back to V8. Files are written beside their place and renamed: a build that
 * runs meanwhile sees the old one or the new one.
 */

import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build as bundle } from 'esbuild';
import { writeLicences } from './licences.js';

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
  metafile: true,
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
      kind === 'dynamic-import' ? { path: './verifier.cjs', external: true } : undefined,
    );
  },
};

/** The decoder is one more, which the verifier loads when it does not know an opcode. */
const DECODER_APART = {
  name: 'decoder-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^iced-x86$/ }, () => ({ path: './iced.mjs', external: true }));
  },
};

/** What the verifier knows of opcodes (src/verify/image/opcode-survey.ts). */
async function opcodes() {
  const { outputFiles } = await bundle({
    ...SHARED,
    entryPoints: ['src/verify/image/opcode-survey.ts'],
    plugins: [DECODER_APART],
    write: false,
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  const { surveyOpcodes } = await import(`data:text/javascript;base64,${source}`);
  return surveyOpcodes(createRequire(import.meta.url)('iced-x86'));
}

/** iced-x86, which is CommonJS, as an ES module. It reads its WebAssembly from the folder that it is in. */
function buildDecoder() {
  const names = Object.keys(createRequire(import.meta.url)('iced-x86'));
  const contents = `import iced from 'iced-x86';export const{${names.join()}}=iced;`;
  return build({
    stdin: { contents, resolveDir: '.' },
    outfile: 'dist/iced.mjs',
    define: { ...SHARED.define, __dirname: 'import.meta.dirname' },
    banner: { js: REQUIRE },
  });
}

function writeWhole(path, contents) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** CommonJS files have no `import.meta`. */
const URL_OF_BUNDLE = 'const __url=require("node:url").pathToFileURL(__filename).href;';

/** All files that went into bundles. */
const bundled = new Set();

function note({ inputs }) {
  for (const file of Object.keys(inputs)) bundled.add(file);
}

async function build(options) {
  const { outputFiles, metafile } = await bundle({ ...SHARED, ...options, write: false });
  note(metafile);
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
}

/** A bundle for start.js: its first line is a stamp of its contents. */
async function buildForStart(options) {
  const { outputFiles, metafile } = await bundle({
    ...SHARED,
    format: 'cjs',
    ...options,
    define: { ...SHARED.define, 'import.meta.url': '__url', ...options.define },
    write: false,
  });
  note(metafile);
  for (const { path, text } of outputFiles) {
    const code = text.replaceAll('import("./', '__import("./');
    const stamp = createHash('sha256').update(code).digest('hex').slice(0, 16);
    writeWhole(path, `/*${stamp}*/${URL_OF_BUNDLE}${code}`);
  }
}

/** The code that V8 makes of a bundle when that instruments the modules of the tests. */
async function compiledCode(name) {
  const { compile } = createRequire(import.meta.url)('../dist/start.cjs');
  const files = ['fixtures/passes', 'fixtures/programs'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ll'))
      .map((path) => `${folder}/${path}`),
  );
  const modules = files.map((path) => readFileSync(path, 'latin1'));
  const rehearsal = ({ rehearse }) => rehearse(modules, 'fixtures/passes/confine/accesses.ll');
  return compile(name, rehearsal);
}

/**
 * The page that `tme-box report` fills: its style and its script stand in it, by their hashes nothing else may, and it
 * reaches no network.
 */
async function buildReportPage() {
  const { outputFiles } = await bundle({
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
    write: false,
    entryPoints: ['src/report/page/main.ts'],
  });
  const script = outputFiles[0].text;
  if (/<\/script|<!--/i.test(script)) throw new Error("the page's script would end before its end");
  const style = ['page', 'overview', 'function']
    .map((name) => readFileSync(`src/report/page/${name}.css`, 'utf8'))
    .join('\n');
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}`;
  const page = readFileSync('src/report/page/page.html', 'utf8')
    .replace('<!-- policy -->', () => policy)
    .replace('<!-- style -->', () => `<style>${style}</style>`)
    .replace('<!-- script -->', () => `<script>${script}</script>`);
  writeWhole('dist/report.html', page);
}

mkdirSync('dist', { recursive: true });
await Promise.all([
  buildReportPage(),
  buildForStart({
    entryPoints: ['src/cli/tbx-cc.ts'],
    outfile: 'dist/tbx-cc.cjs',
    plugins: [VERIFIER_APART],
  }),
  buildForStart({
    entryPoints: ['src/cli/tme-box.ts'],
    outfile: 'dist/tme-box.cjs',
    plugins: [VERIFIER_APART],
    alias: { 'string-width': './scripts/plain-width.js' },
  }),
  buildForStart({ entryPoints: ['src/cli/tbx-as.ts'], outfile: 'dist/tbx-as.cjs' }),
  build({
    entryPoints: ['scripts/start.js'],
    outfile: 'dist/start.cjs',
    format: 'cjs',
    define: { 'import.meta.url': '__url' },
    banner: { js: URL_OF_BUNDLE },
  }),
  buildForStart({
    entryPoints: ['src/verify/prove.ts'],
    outfile: 'dist/verifier.cjs',
    plugins: [DECODER_APART],
    define: { TBX_OPCODES: JSON.stringify(await opcodes()) },
  }),
  buildDecoder(),
  ...['instrument-worker', 'instrument-files-worker'].map((name) =>
    build({ entryPoints: [`src/driver/${name}.ts`], outfile: `dist/${name}.mjs` }),
  ),
  build({
    platform: 'neutral',
    entryPoints: ['src/ir/index.ts'],
    outfile: 'dist/llvm-ir-parser.mjs',
  }),
]);
writeWhole('dist/iced_x86_bg.wasm', readFileSync('node_modules/iced-x86/iced_x86_bg.wasm'));
writeLicences('dist/licences', [...bundled]);
const { compileWhole } = createRequire(import.meta.url)('../dist/start.cjs');
writeWhole('dist/tbx-cc.cjs.code', await compiledCode('tbx-cc'));
const tmeBox = await compiledCode('tme-box');
// With flags of its own, so behind the others.
writeWhole('dist/verifier.cjs.code', compileWhole('verifier'));
// Last: make takes this one for the sign that all are there.
writeWhole('dist/tme-box.cjs.code', tmeBox);
