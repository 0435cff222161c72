import { expandResponseFiles, splitResponseText } from '../../src/driver/response-file.js';

test.each([
  ['', []],
  ['  \n\t', []],
  ['a b\nc', ['a', 'b', 'c']],
  ['"a b" \'c d\'', ['a b', 'c d']],
  ['a\\ b \\"c', ['a b', '"c']],
  ['"a\\"b\\\\" \'x\\y\'', ['a"b\\', 'x\\y']],
  ["''", ['']],
  ['-DX="y z"w', ['-DX=y zw']],
])('%j splits as GNU tools split it', (text, words) => {
  expect(splitResponseText(text)).toEqual(words);
});

test('files are expanded where they stand, also inside each other', () => {
  const files = new Map([
    ['a', '-c @b'],
    ['b', '"x y.c"'],
  ]);
  expect(expandResponseFiles(['-O2', '@a', '@none', '-g'], (path) => files.get(path))).toEqual([
    '-O2',
    '-c',
    'x y.c',
    '@none',
    '-g',
  ]);
});

test('a file that names itself ends', () => {
  const expanded = expandResponseFiles(['@a'], () => '@a');
  expect(expanded).toEqual(['@a']);
});

test('files that name each other many times end, too', () => {
  const files = new Map([
    ['a', '@b @b @a @b'],
    ['b', '@a -O2 @a'],
  ]);
  const read = (path: string): string | undefined => files.get(path);
  expect(expandResponseFiles(['@a'], read)).toEqual([
    '@a',
    '-O2',
    '@a',
    '@a',
    '-O2',
    '@a',
    '@a',
    '@a',
    '-O2',
    '@a',
  ]);
  let count = 0;
  expect(expandResponseFiles(['@a'], () => `@${++count} @${++count}`)).toBeUndefined();
});

test.each([
  [1000, 1000],
  [1001, undefined],
])('%i files are %j words', (count, words) => {
  const line = Array.from({ length: count }, (_, index) => `@${index}`);
  expect(expandResponseFiles(line, () => '-g')?.length).toBe(words);
});
