/**
 * Starts a bundle of `dist` the quick way; bundled to dist/start.cjs, which the files in `bin` call. A compiler runs
 * for a fraction of a second: V8 shall neither parse and compile what it compiled before, nor optimise what is over soon.
 */

import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { versions } from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/**
 * What V8 is told when a bundle is loaded, from one version of Node.js to another. V8 complains of flags that it does not
 * have, and they come and go: in a version that nobody has tried (make test-node) it is told nothing.
 */
const FLAGS = {
  all: {
    /** Little survives a scavenge: to share it out to threads takes longer than to do it. */
    '--no-parallel-scavenge': [20, 26],
    /**
     * A function is optimised after this many bytes of bytecode, ten times V8's default: with that, a third of the
     * processor time of a small compilation went to optimising it. Later versions count calls, and do well by themselves.
     */
    '--interrupt-budget=700000': [20, 20],
  },
  /**
   * An image is verified in less than a second, of which V8 took most to optimise functions with all that they call:
   * with the smallest of those alone they are nearly as quick.
   */
  verifier: {
    '--max-inlined-bytecode-size=30': [20, 26],
    '--max-inlined-bytecode-size-cumulative=200': [20, 26],
  },
};

const NODE = Number.parseInt(versions.node, 10);

/**
 * V8 refuses compiled code that was made with other flags; so it did with Node's own modules, and compiled those anew
 * that a bundle requires, when it was told before. So it is told when they are there.
 */
function setFlags(flags = {}) {
  for (const [flag, [first, last]] of Object.entries(flags)) {
    if (NODE >= first && NODE <= last) setFlagsFromString(flag);
  }
}

/** A bundle and its compiled code begin with the same bytes if they belong together (scripts/bundle.js). */
const STAMP_LENGTH = 20;

/** The compiled code of the bundle with this source, or undefined. V8 itself refuses that of another version. */
function compiledCode(file, source) {
  try {
    const kept = readFileSync(`${file}.code`);
    const belongs = kept.latin1Slice(0, STAMP_LENGTH) === source.slice(0, STAMP_LENGTH);
    return belongs ? kept.subarray(STAMP_LENGTH) : undefined;
  } catch {
    return undefined;
  }
}

/** `import` of a module beside this file, which compiled code that was kept cannot do, or another bundle. */
async function load(path) {
  const name = /^\.\/(.*)\.cjs$/.exec(path)?.[1];
  return name === undefined ? import(path) : start(name);
}

/** Runs a CommonJS bundle that stands beside this file. */
function run(name) {
  const file = fileURLToPath(new URL(`${name}.cjs`, import.meta.url));
  const source = readFileSync(file, 'latin1');
  const script = new Script(`(function(module,require,__import,__filename){${source}\n})`, {
    filename: file,
    cachedData: compiledCode(file, source),
  });
  const module = { exports: {} };
  script.runInThisContext()(module, createRequire(file), load, file);
  return { script, exports: module.exports, stamp: source.slice(0, STAMP_LENGTH) };
}

/** The exports of a bundle. */
export function start(name) {
  const { exports } = run(name);
  setFlags(FLAGS.all);
  setFlags(FLAGS[name]);
  return exports;
}

/** What to keep of a bundle's compiled code: all that `rehearse`, given its exports, has run. */
export async function compile(name, rehearse) {
  const { script, exports, stamp } = run(name);
  await rehearse(exports);
  return codeOf(script, stamp);
}

/** The same of all that is in a bundle which another one loads. This process keeps its flags. */
export function compileWhole(name) {
  setFlags(FLAGS.all);
  setFlagsFromString('--no-lazy');
  const { script, stamp } = run(name);
  setFlagsFromString('--lazy');
  return codeOf(script, stamp);
}

function codeOf(script, stamp) {
  return Buffer.concat([Buffer.from(stamp, 'latin1'), script.createCachedData()]);
}
