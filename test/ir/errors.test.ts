/** Each case: a module, and every line that a user sees. */
import { SourceText, parseBody, parseModule } from '../../src/ir/index.js';
import type { Diagnostic } from '../../src/ir/index.js';
import { show } from './fixtures.js';

function diagnose(text: string): string {
  const { value: module, diagnostics } = parseModule(new SourceText('a.ll', text));
  const found: Diagnostic[] = [...diagnostics];
  for (const fn of module?.functions.values() ?? []) {
    if (module !== undefined && fn.body !== undefined) {
      found.push(...parseBody(module, fn).diagnostics);
    }
  }
  return show(found);
}

function inBody(line: string): string {
  return `define void @f(i32 %0, ptr %p) {\n  ${line}\n  ret void\n}\n`;
}

test.each([
  ['`', "1:1: error: unexpected character '`': no token starts with it [TBX0101]"],
  [
    '@a = global i32 \x80',
    '1:17: error: unexpected character 0x80: no token starts with it [TBX0101]',
  ],
  [
    '@ = global i32 0',
    "1:1: error: unexpected character '@': a name must follow this sign [TBX0101]",
  ],
  ['source_filename = "a', '1:19: error: this string is never closed [TBX0102]'],
  ['/* a', '1:1: error: this comment is never closed [TBX0102]'],
  ['define void @f() {', "1:18: error: this '{' is never closed [TBX0102]"],
  ['!0 = !{!"}', '1:9: error: this string is never closed [TBX0102]'],
  ['@a = global i32 0 @b', "1:21: error: expected '=', found the end of the text [TBX0103]"],
  ['@a = private i32 0', "1:14: error: expected 'global', found 'i32' [TBX0103]"],
  ['define void @f()', "1:17: error: expected '{', found the end of the text [TBX0103]"],
  ['lod', "1:1: error: expected a definition or a declaration, found 'lod' [TBX0105]"],
  ['declare void @f(foo)', "1:17: error: unknown type 'foo' [TBX0106]"],
  ['@a = global i0 0', '1:13: error: the width of an integer type is 1 to 8388608 bits [TBX0111]'],
  [
    '@1 = global i32 0\n@0 = global i32 0',
    "2:1: error: '@0' is out of order: the next number here is 2 [TBX0107]",
  ],
  ['@a = alias i32, null', '1:21: error: expected a type, found the end of the text [TBX0103]'],
  [
    '$c = comdat some',
    "1:13: error: expected any, exactmatch, largest, nodeduplicate or samesize, found 'some' [TBX0103]",
  ],
  ['@a = global [-1 x i8] []', '1:14: error: the number -1 is out of range [TBX0111]'],
])('%j', (text, expected) => {
  expect(diagnose(text).split('\n')[0]).toBe(`a.ll:${expected}`);
});

test.each([
  ['%x = lod i32, ptr %p', "2:8: error: unknown instruction 'lod' [TBX0104]"],
  ['load i32 ptr %p', "2:12: error: expected ',', found 'ptr' [TBX0103]"],
  [
    '%x = store i32 0, ptr %p',
    "2:3: error: this instruction has no result that '%x' could name [TBX0110]",
  ],
  [
    '%0 = load i32, ptr %p',
    "2:3: error: '%0' is out of order: the next number here is 2 [TBX0107]",
  ],
  ['%x = icmp lt i32 1, 2', "2:13: error: expected a predicate, found 'lt' [TBX0103]"],
  ['%x = load i32, ptr %p, align x', "2:32: error: expected a number, found 'x' [TBX0103]"],
  ['%x = load i32, ptr %p, !dbg', "3:3: error: expected metadata, found 'ret' [TBX0103]"],
  [
    '%x = atomicrmw foo ptr %p, i32 1 seq_cst',
    "2:18: error: expected an atomic operation (xchg, add, umax ...), found 'foo' [TBX0103]",
  ],
  [
    '%x = load atomic i32, ptr %p, align 4',
    "2:31: error: expected an atomic ordering (unordered, monotonic, seq_cst ...), found ',' [TBX0103]",
  ],
  [
    'call void @g(i32 frobnicate %0)',
    "2:20: error: expected a value, found 'frobnicate' [TBX0103]",
  ],
  ['%p = add i32 1, 2', "2:3: error: '%p' is defined twice [TBX0109]"],
  ['%x = add i32 %y, 2', "2:16: error: '%y' is not defined here [TBX0115]"],
  ['br label %none', "2:12: error: '%none' is not defined here [TBX0115]"],
  [
    'call void @g(ptr %p, ...)',
    "2:24: error: only a 'musttail' call passes variadic arguments on [TBX0114]",
  ],
  ['#dbg_nothing()', "2:3: error: unknown debug record '#dbg_nothing' [TBX0105]"],
  ['%x = add i32 1, 2\nlabel:', "3:1: error: expected an instruction, found 'label:' [TBX0103]"],
])('%j in a body', (line, expected) => {
  expect(diagnose(inBody(line)).split('\n')[0]).toBe(`a.ll:${expected}`);
});

test('the line and carets are shown', () => {
  expect(diagnose(inBody('%x = lod i32, ptr %p'))).toBe(
    [
      "a.ll:2:8: error: unknown instruction 'lod' [TBX0104]",
      '      %x = lod i32, ptr %p',
      '           ^~~',
      '',
    ].join('\n'),
  );
});

test('each body has a diagnostic of its own', () => {
  const text = 'define void @f() {\n  x\n}\ndefine void @g() {\n  y\n}\n';
  expect(diagnose(text).match(/^a\.ll:.*/gm)).toEqual([
    "a.ll:2:3: error: unknown instruction 'x' [TBX0104]",
    "a.ll:5:3: error: unknown instruction 'y' [TBX0104]",
  ]);
});

test.each([
  ['types', `@a = global ${'['.repeat(1e5)}`],
  ['closed types', `@a = global ${'[1 x '.repeat(1e5)}i8${']'.repeat(1e5)} zeroinitializer`],
  ['structures', `%a = type ${'{'.repeat(1e5)}`],
  ['function types', `declare void @f(${'i8('.repeat(1e5)}`],
  ['constants', `@a = global i8 ${'add (i8 '.repeat(1e5)}`],
  ['aggregates', `@a = global {} ${'[[] '.repeat(1e5)}`],
  ['metadata', `!a = !{${'!{'.repeat(1e5)}`],
])('deep nesting of %s is refused', (_, text) => {
  expect(diagnose(text)).toMatch(/\[TBX010[368]\]/);
});

test('a line of 10 MB is read and shown in part', () => {
  const text = `@a = global [10000000 x i8] c"${'x'.repeat(1e7)}" oops`;
  const shown = diagnose(text);
  expect(shown).toContain("found 'oops' [TBX0105]");
  expect(shown.length).toBeLessThan(500);
});

test.each(['', ' ', '\n', '; only a comment', '\0\0', '\r\n'])('%j is an empty module', (text) => {
  expect(diagnose(text)).toBe('');
});
