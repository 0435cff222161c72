/** Types that hold each other a hundred thousand times over, and types that hold themselves. */
import { checkModule } from '../../src/check/index.js';
import { SourceText, parseModule } from '../../src/ir/index.js';
import { instrument } from '../../src/passes/pipeline.js';

const TARGET = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
`;
const DEPTH = 100_000;

function chain(last: string): string {
  const types = Array.from({ length: DEPTH }, (_, at) => `%t${at} = type { %t${at + 1}, i8 }\n`);
  return `${TARGET}${types.join('')}%t${DEPTH} = type ${last}\n`;
}

const BODY = `define void @f(ptr byval(%t0) %p, ptr %q) {
  %a = alloca %t0
  %v = load %t0, ptr %q
  %g = getelementptr %t0, ptr %q, i64 1, i32 0
  store i8 0, ptr %g
  ret void
}
`;

const LOCALS = `define void @f() {
  %a = alloca %t0
  %b = alloca [2 x %t0]
  ret void
}
`;

function messages(text: string): string[] {
  const { value: module, diagnostics } = parseModule(new SourceText('a.ll', text));
  const found = module === undefined ? diagnostics : checkModule(module);
  return found.map(({ code }) => code);
}

function instrumented(text: string): boolean {
  const options = { isolation: 'code+data', lowering: 'ir', keyBits: 4 } as const;
  const { text: result, diagnostics } = instrument(new SourceText('a.ll', text), options);
  expect((result === undefined) === diagnostics.length > 0).toBe(true);
  return result !== undefined;
}

test('a chain of structures is checked to its end', () => {
  expect(messages(chain('{ i8 }') + BODY)).toEqual([]);
  expect(messages(chain('opaque') + BODY)).not.toEqual([]);
});

test('what a chain of structures holds is found at its end', () => {
  const declaration = 'declare nofpclass(nan) %t0 @f()\n';
  expect(messages(chain('{ float }') + declaration)).toEqual(['TBX0410']);
  expect(messages(chain('{ float }').replaceAll('i8', 'float') + declaration)).toEqual([]);
  expect(() => messages(`%t0 = type { float, %t0 }\n${declaration}`)).not.toThrow();
});

test('a chain of structures is instrumented or refused', () => {
  expect(() => instrumented(chain('{ i8 }') + BODY)).not.toThrow();
  expect(() => instrumented(chain('{ i8 }') + LOCALS)).not.toThrow();
});

test('a tree of structures is looked at once', () => {
  const types = Array.from(
    { length: 60 },
    (_, at) => `%t${at} = type { %t${at + 1}, %t${at + 1} }\n`,
  );
  const text = `${TARGET}${types.join('')}%t60 = type { i8 }\n@g = external global %t0\n${LOCALS}`;
  expect(messages(text)).toEqual([]);
  expect(() => instrumented(text)).not.toThrow();
});

test('a structure that holds itself is refused', () => {
  const text = `${TARGET}%t0 = type { i32, { i8, %t0, i8 }, i32 }\n${BODY}`;
  expect(messages(text)).not.toEqual([]);
  expect(() => instrumented(text)).not.toThrow();
  expect(() => instrumented(text.replace(BODY, LOCALS))).not.toThrow();
});
