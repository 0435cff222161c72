import { spawnSync } from 'node:child_process';
import { readDataLayout } from '../../src/analysis/data-layout-string.js';
import { constantIndex, constantLength, DataLayout } from '../../src/analysis/layout.js';
import { TypeTable } from '../../src/ir/type-table.js';
import { parseModule } from '../../src/ir/parser/index.js';
import { SourceText } from '../../src/text/source.js';

const LAYOUTS = {
  '19': 'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128',
  '22': 'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128',
};
/** Before LLVM 18: 128-bit integers were aligned to 8 bytes. */
const OLD_LAYOUT = 'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128';

const TYPES = [
  ...['i1', 'i8', 'i16', 'i24', 'i32', 'i33', 'i48', 'i64', 'i65', 'i96', 'i128', 'i129', 'i256'],
  ...['half', 'bfloat', 'float', 'double', 'x86_fp80', 'fp128'],
  ...['ptr', 'ptr addrspace(256)', 'ptr addrspace(270)', 'ptr addrspace(272)'],
  ...['<2 x i8>', '<3 x i32>', '<4 x float>', '<8 x ptr>', '<5 x i16>', '<16 x i32>', '<1 x i64>'],
  ...['[0 x i32]', '[3 x i24]', '[7 x { i8, i32 }]', '[2 x [3 x i16]]', '[4 x <3 x float>]'],
  ...['{}', '{ i8 }', '{ i8, i16, i32, i64 }', '{ i64, i8 }', '{ i8, x86_fp80, i8 }'],
  ...['<{ i8, i64, i16 }>', '{ i8, <{ i8, i32 }>, i16 }', '{ i1, i128 }', '{ i8, [0 x i64] }'],
  ...['%pair', '[3 x %pair]', '{ i8, %outer }', '<{ %outer, i8 }>'],
];
const DEFINITIONS = '%pair = type { i8, double }\n%outer = type { %pair, i16, %pair }\n';

/** Size and offset behind a byte, which is the alignment, as LLVM's own constant folding has them. */
function judgeByLlvm(version: string, layout: string): readonly (readonly bigint[])[] {
  const functions = TYPES.map((type, index) => {
    const size = `ptrtoint (ptr getelementptr (${type}, ptr null, i64 1) to i64)`;
    const place = `ptrtoint (ptr getelementptr ({ i8, ${type} }, ptr null, i64 0, i32 1) to i64)`;
    return (
      `define i64 @size${index}() {\n  ret i64 ${size}\n}\n` +
      `define i64 @place${index}() {\n  ret i64 ${place}\n}\n`
    );
  });
  const input = `target datalayout = "${layout}"\n${DEFINITIONS}${functions.join('')}`;
  const options = ['-passes=instcombine', '-S', '-'];
  const { stdout } = spawnSync(`opt-${version}`, options, { input, encoding: 'latin1' });
  const values = [...stdout.matchAll(/ret i64 (\d+)/g)].map(([, digits = '']) => BigInt(digits));
  return TYPES.map((_, index) => values.slice(2 * index, 2 * index + 2));
}

function layoutOfTypes(text: string): readonly (readonly bigint[])[] {
  const globals = TYPES.map((type, index) => `@g${index} = external global ${type}\n`).join('');
  const { value: module } = parseModule(new SourceText('types.ll', DEFINITIONS + globals));
  const facts = readDataLayout(text);
  if (module === undefined || facts === undefined) throw new Error('the module is not accepted');
  const layout = new DataLayout(module.types, facts.integers);
  return [...module.variables.values()].map(({ type }) => {
    const found = layout.layoutOf(type);
    return found === undefined ? [] : [BigInt(found.size), BigInt(found.alignment)];
  });
}

describe('sizes and alignments are those of LLVM', () => {
  test.each([
    ['19', LAYOUTS['19']],
    ['22', LAYOUTS['22']],
    ['22', OLD_LAYOUT],
  ])('clang %s, %s', (version, layout) => {
    const named = (values: readonly (readonly bigint[])[]): readonly (readonly string[])[] =>
      values.map((value, index) => [TYPES[index] ?? '', ...value.map(String)]);
    expect(named(layoutOfTypes(layout))).toEqual(named(judgeByLlvm(version, layout)));
  });
});

describe('data layouts', () => {
  test.each([
    'E-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128',
    'e-m:e-p:32:32-p270:32:32-p271:32:32-p272:64:64-i128:128-f64:32:64-f80:32-n8:16:32-S128',
    'e-m:w-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128',
    'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128-A5',
    'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128-ni:1',
    '',
  ])('%s is refused', (layout) => {
    expect(readDataLayout(layout)).toBeUndefined();
  });
});

test('types whose layout differs between versions of LLVM, or that have none, have none here', () => {
  const types = ['<3 x i1>', '<vscale x 2 x i64>', '[99999999999 x i8]', '%hidden'];
  const globals = types.map((type, index) => `@g${index} = external global ${type}\n`).join('');
  const source = new SourceText('types.ll', `%hidden = type opaque\n${globals}`);
  const { value: module } = parseModule(source);
  const facts = readDataLayout(LAYOUTS['22']);
  if (module === undefined || facts === undefined) throw new Error('the module is not accepted');
  const layout = new DataLayout(module.types, facts.integers);
  expect([...module.variables.values()].map(({ type }) => layout.layoutOf(type))).toEqual(
    types.map(() => undefined),
  );
});

describe('constants are cut to their type, as LLVM cuts them', () => {
  const types = new TypeTable();
  test.each([
    [8, '255', -1],
    [8, '127', 127],
    [8, '-129', 127],
    [32, '4294967295', -1],
    [64, '18446744073709551615', -1],
    [64, '9007199254740993', undefined],
    [64, 'u0xFF', undefined],
  ])('i%d %s', (bits, text, expected) => {
    const operand = { type: types.integer(bits), value: { kind: 'integer', text } } as const;
    expect(constantIndex(operand)).toBe(expected);
    expect(constantLength(operand)).toBe((expected ?? -1) < 0 ? undefined : expected);
  });
});
