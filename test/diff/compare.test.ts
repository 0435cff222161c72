import { ACCESSES, compare, edited, instrumented, lines } from './modules.js';

test.each(['ir', 'addr32'] as const)(
  'what instrumentation gains, with the lowering %s',
  (lowering) => {
    const changes = lines(compare(ACCESSES, instrumented(ACCESSES, lowering)));
    expect(changes.filter((line) => !line.startsWith('added'))).toEqual([
      'gained load i32 12: none -> window',
      'gained load i32 13: none -> window',
      'gained memcpy 14: none -> window',
      'gained indirect call 15: none -> table',
      'gained atomicrmw add i32 16: none -> window',
      'gained store i8 ?: none -> window',
    ]);
    expect(changes.filter((line) => line.startsWith('added')).join()).not.toContain('none');
  },
);

test('names, numbers, metadata and attribute groups do not count', () => {
  const text = instrumented(ACCESSES, 'addr32');
  const renamed = text
    .replaceAll('%a', '%renamed')
    .replace(/!(\d+)/g, (_, id: string) => `!${Number(id) + 100}`)
    .replace(/^(@global = .*)\n([^]*)$/m, '$2\n$1\n');
  expect(renamed).not.toBe(text);
  const { functions } = compare(text, renamed);
  expect(functions.map(({ kind }) => kind)).toEqual(['same', 'same']);
});

test('an access that loses its window is lost, at its place', () => {
  const text = instrumented(ACCESSES, 'addr32');
  const open = edited(
    text,
    /load i32, ptr addrspace\(256\) %tbx\S+ align 4, !dbg !12/,
    'load i32, ptr %p, align 4, !dbg !12',
  );
  expect(lines(compare(text, open))).toEqual(['lost load i32 12: window -> none']);
  expect(lines(compare(open, text))).toEqual(['gained load i32 12: none -> window']);
});

test('an address that is no longer masked is lost, where masks are due in the IR', () => {
  const text = instrumented(ACCESSES, 'ir');
  const open = edited(
    text,
    /(%tbx\.offset\S*) = zext i32 %tbx\.low\S* to i64, !dbg !12/,
    '$1 = ptrtoint ptr %p to i64, !dbg !12',
  );
  expect(lines(compare(text, open))).toContain('lost load i32 12: window -> unmasked');
});

test('a call through the pointer itself is lost', () => {
  const text = instrumented(ACCESSES, 'addr32');
  const open = edited(text, /call i32 %tbx\.callee\S*\(/, 'call i32 %f(');
  expect(lines(compare(text, open))).toEqual(['lost indirect call 15: table -> none']);
});

test('an index that is not cut by the mask does not pass for the table', () => {
  const text = instrumented(ACCESSES, 'addr32');
  const open = edited(text, 'ptrtoint (ptr @__tbx_icall_mask to i64)', '-8');
  expect(lines(compare(text, open))).toEqual(['lost indirect call 15: table -> none']);
});

test('an open access that is new in an instrumented module is lost; in another it is added', () => {
  const text = instrumented(ACCESSES, 'addr32');
  const line = '  store i8 1, ptr %p, align 1\n  ret void';
  expect(lines(compare(text, edited(text, '  ret void', line)))).toEqual([
    'lost store i8 ?: - -> none',
  ]);
  expect(lines(compare(ACCESSES, edited(ACCESSES, '  ret void', line)))).toEqual([
    'added store i8 ?: - -> none',
  ]);
});

test('functions that only one module has', () => {
  const without = edited(ACCESSES, /define void @again[^]*?\n}\n/, '');
  const removed = compare(ACCESSES, without).functions.map(({ name, kind }) => [name, kind]);
  expect(removed).toEqual([
    ['@accesses', 'same'],
    ['@again', 'removed'],
  ]);
  const added = compare(without, ACCESSES).functions.map(({ name, kind }) => [name, kind]);
  expect(added).toContainEqual(['@again', 'added']);
});

test('counts before and after', () => {
  const [accesses] = compare(ACCESSES, instrumented(ACCESSES, 'addr32')).functions;
  expect(accesses?.old).toEqual({ none: 5, stack: 2, direct: 1 });
  expect(accesses?.fresh).toMatchObject({ stack: 2, direct: 1, table: 1 });
  expect(accesses?.fresh.none).toBeUndefined();
});
