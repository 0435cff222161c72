/** What can go wrong with a file, by chance or by malice: each turns a text into a damaged one. */
import type { Random } from '../../support/random.js';

export type Mutator = (text: string, random: Random, other: string) => string;

/** Bytes that mean something to a lexer, or to nobody. */
const BYTES: readonly string[] = [
  ...['\0', '"', '{', '}', '(', ')', '[', ']', '<', '>', ',', ';', '=', ':', '!', '@', '%', '#'],
  ...['\\', '\r', '\n', '\t', '\x80', '\xc3\x28', '\xff', '-', '*', '/*', '*/', '^', '$', '|'],
];

/** Words and numbers where no grammar wants them. */
const WORDS: readonly string[] = [
  ...['define void @f() {', '}', 'ret void', 'i32', 'ptr', 'x', 'to', 'label %a', '!dbg !0', '#0'],
  ...['i8388608', '99999999999999999999999999', '-1', '0x', '0xK', 'u0x', '1e999999', 'c"\\'],
  ...['splat (', 'getelementptr (', '<vscale x 0 x', '[0 x', 'target("', 'asm "', 'inrange(-1,'],
  ...['!DIExpression(', '#dbg_value(', 'uselistorder i32 %x, {', '^0 = module: (', '; "', '"":'],
];

/** What can stand in itself, and so can be nested for ever. */
const NESTS: readonly (readonly [string, string])[] = [
  ['[1 x ', ']'],
  ['{ ', ' }'],
  ['<{', '}>'],
  ['<2 x ', '>'],
  ['i8 (', ')'],
  ['ptrtoint (i8 ', ' to i8)'],
  ['[i8 ', ']'],
  ['!{', '}'],
  ['!A(b: ', ')'],
  ['target("t", ', ')'],
  ['splat (i8 ', ')'],
  ['(', ')'],
  ['*', ''],
  ['/*', '*/'],
];

function put(text: string, at: number, length: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at + length);
}

function flipBit(text: string, random: Random): string {
  const at = random.below(text.length);
  const byte = (text.charCodeAt(at) | 0) ^ (1 << random.below(8));
  return put(text, at, 1, String.fromCharCode(byte & 0xff));
}

function lines(text: string): string[] {
  return text.split('\n');
}

/** Line ends of another system in all places or in some. */
function carriageReturns(text: string, random: Random): string {
  const all = random.below(2) === 0;
  return lines(text)
    .map((line) => (all || random.below(2) === 0 ? `${line}\r` : line))
    .join('\n');
}

function swapLines(text: string, random: Random): string {
  const all = lines(text);
  const a = random.below(all.length);
  const b = random.below(all.length);
  const kept = all[a] ?? '';
  all[a] = all[b] ?? '';
  all[b] = kept;
  return all.join('\n');
}

/** A line of another file in place of one, or in front of it. */
function spliceLine(text: string, random: Random, other: string): string {
  const all = lines(text);
  const foreign = lines(other);
  all.splice(
    random.below(all.length),
    random.below(2),
    foreign[random.below(foreign.length)] ?? '',
  );
  return all.join('\n');
}

function nest(text: string, random: Random): string {
  const [open, close] = random.pick(NESTS);
  const depth = 1 << random.below(13);
  const at = random.below(text.length + 1);
  const inside = text.slice(at, at + random.below(12));
  return put(text, at, inside.length, open.repeat(depth) + inside + close.repeat(depth));
}

function repeat(text: string, random: Random): string {
  const at = random.below(text.length);
  const piece = text.slice(at, at + 1 + random.below(60));
  return put(text, at, 0, piece.repeat(1 + random.below(200)));
}

export const MUTATORS: readonly Mutator[] = [
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length)),
  flipBit,
  (text, random) => put(text, random.below(text.length), random.below(3), random.pick(BYTES)),
  (text, random) => put(text, random.below(text.length), random.below(9), random.pick(WORDS)),
  (text, random) => put(text, random.below(text.length), 1 + random.below(40), ''),
  (text, random, other) => {
    const from = random.below(other.length);
    const piece = other.slice(from, from + random.below(80));
    return put(text, random.below(text.length), random.below(80), piece);
  },
  carriageReturns,
  swapLines,
  spliceLine,
  nest,
  repeat,
  (text, random) => text.replaceAll('\n', random.pick([' ', '\r', ' ; '])),
  (text, random) => random.pick(['\xef\xbb\xbf', '\0', '\r\n', '\f']) + text,
];

/** One to four damages, one upon the other. */
export function damage(text: string, random: Random, other: string): string {
  let damaged = text;
  for (let count = 1 + random.below(4); count > 0; count--)
    damaged = random.pick(MUTATORS)(damaged, random, other);
  return damaged;
}

/** Inputs that are too large, too deep or too empty; each made when it is its turn. */
export const GIANTS: readonly (() => string)[] = [
  () => '',
  () => '\0'.repeat(2 ** 20),
  () => `@a = constant [104857600 x i8] c"${'a'.repeat(100 * 2 ** 20)}"`,
  () => `@a = constant [104857600 x i8] c"${'a'.repeat(100 * 2 ** 20)}`,
  () => `; ${'x'.repeat(100 * 2 ** 20)}`,
  () => 'a'.repeat(100 * 2 ** 20),
  () => '9'.repeat(100 * 2 ** 20),
  () => `define void @f() { ${'call void @f() '.repeat(2 ** 20)} ret void }`,
  () => `@a = global i32 0 ${'\xff'.repeat(2 ** 20)}`,
  () => '"'.repeat(2 ** 20),
  () => `define void @f() {\n${'  ret void\n'.repeat(2 ** 18)}`,
  () => 'define void @f() {'.repeat(2 ** 18),
  () => `define void @f() {\n  ret void ; "\n}\n`.repeat(2 ** 16),
  ...NESTS.map(
    ([open, close]) =>
      () =>
        `@a = global ${open.repeat(10 ** 6)}${close.repeat(10 ** 6)}`,
  ),
  ...NESTS.map(
    ([open]) =>
      () =>
        `!0 = !{i8 ${open.repeat(10 ** 6)}`,
  ),
];
