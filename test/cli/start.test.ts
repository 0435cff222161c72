/** dist/start.cjs, which runs a bundle with the code that V8 made of it before. */

import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Scratch } from '../support/scratch.js';

const scratch = new Scratch();
afterAll(() => {
  scratch.remove();
});

/** A bundle whose stamp is 16 digits between comment signs. */
const bundle = (stamp: string, answer: number): string =>
  `/*${stamp}*/module.exports = { answer: () => ${answer} };`;

function node(script: string): string {
  const { stdout, stderr } = scratch.run('node', ['-e', script]);
  expect(stderr).toBe('');
  return stdout;
}

const ANSWER = "process.stdout.write(String(require('./start.cjs').start('b').answer()))";

beforeAll(() => {
  copyFileSync('dist/start.cjs', scratch.path('start.cjs'));
  scratch.file('b.cjs', bundle('0123456789abcdef', 1));
  node(
    "require('./start.cjs').compile('b', ({ answer }) => answer()).then((code) => require('fs').writeFileSync('b.cjs.code', code))",
  );
});

test('a bundle runs with the code that was kept of it', () => {
  expect(node(ANSWER)).toBe('1');
});

test('code of another bundle of the same length is not used', () => {
  scratch.file('b.cjs', bundle('fedcba9876543210', 2));
  expect(node(ANSWER)).toBe('2');
});

test('without kept code, or with damaged code, the bundle runs all the same', () => {
  const code = scratch.path('b.cjs.code');
  const whole = readFileSync(code);
  scratch.file('b.cjs', bundle('0123456789abcdef', 1));
  writeFileSync(code, whole.subarray(0, 40));
  expect(node(ANSWER)).toBe('1');
  rmSync(code);
  expect(node(ANSWER)).toBe('1');
});

test.each([
  ['tbx-cc', []],
  ['tme-box', []],
  ['verifier', ['--max-inlined-bytecode-size=30', '--max-inlined-bytecode-size-cumulative=200']],
])('V8 takes the code that was built with %s', (name, flags) => {
  const script = `
    const { Script } = require('node:vm');
    require('node:v8').setFlagsFromString('--interrupt-budget=700000');
    require('node:v8').setFlagsFromString('--no-parallel-scavenge');
    for (const flag of ${JSON.stringify(flags)}) require('node:v8').setFlagsFromString(flag);
    const { readFileSync } = require('node:fs');
    const file = ${JSON.stringify(resolve(`dist/${name}.cjs`))};
    const source = readFileSync(file, 'latin1');
    const kept = readFileSync(file + '.code');
    const wrapped = '(function(module,require,__import,__filename){' + source + '\\n})';
    const { cachedDataRejected } = new Script(wrapped, { filename: file, cachedData: kept.subarray(20) });
    process.stdout.write(kept.latin1Slice(0, 20) === source.slice(0, 20) ? String(cachedDataRejected) : 'other stamp');
  `;
  expect(node(script)).toBe('false');
});
