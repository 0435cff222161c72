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

/** Says of each bundle that is loaded whether V8 refused the code that was kept of it. */
const WITNESS = `
  const vm = require('node:vm');
  const { basename } = require('node:path');
  const { Script } = vm;
  vm.Script = class extends Script {
    constructor(source, options) {
      super(source, options);
      process.stderr.write(basename(options.filename) + ' ' + this.cachedDataRejected + '\\n');
    }
  };
`;

describe('V8 takes the code that was built', () => {
  beforeAll(() => {
    scratch.file('witness.cjs', WITNESS);
    scratch.file('empty.c', 'int main(void) { return 0; }\n');
    scratch.must(resolve('bin/tbx-cc'), ['empty.c', '-o', 'empty']);
  });

  test.each([
    ['tbx-cc', ['--version'], 'tbx-cc.cjs false\n'],
    ['tme-box', ['--version'], 'tme-box.cjs false\n'],
    ['tme-box', ['verify', 'empty'], 'tme-box.cjs false\nverifier.cjs false\n'],
    ['tbx-cc', ['empty.c', '-o', 'empty'], 'tbx-cc.cjs false\nverifier.cjs false\n'],
  ])('with %s %j', (command, words, said) => {
    const environment = { ...process.env, NODE_OPTIONS: `-r ${scratch.path('witness.cjs')}` };
    const { stderr } = scratch.run(resolve('bin', command), words, { environment });
    expect(stderr).toBe(said);
  });
});
