import type { FunctionDetail, ReportIndex } from '../../src/report/data.js';
import { reportUnit, type UnitReport } from '../../src/report/unit.js';
import { DATA_PLACE, jsonForScript, writePage } from '../../src/report/write-page.js';
import { SourceText } from '../../src/text/source.js';
import { ACCESSES } from '../diff/modules.js';
import { HEADER } from './modules.js';

function report(text: string, files: Readonly<Record<string, string>> = {}): UnitReport {
  const options = { isolation: 'code+data', lowering: 'addr32', keyBits: 15 } as const;
  return reportUnit(new SourceText('a.ll', text), options, (_, file) => files[file]);
}

/** Each site as `fate action: why`. */
function sites(detail: FunctionDetail | undefined): readonly string[] {
  return detail?.sites.map(({ fate, action, why }) => `${fate} ${action}: ${why}`) ?? [];
}

test('each access has its fate and its reason', () => {
  const { details, summary } = report(`${HEADER}
@g = global i32 0
declare void @take(ptr)
define i32 @f(ptr %p, ptr %call) {
  %safe = alloca [4 x i32]
  %seen = alloca i32
  %at = getelementptr i8, ptr %safe, i64 8
  store i32 1, ptr %at
  store i32 2, ptr %seen
  store i32 3, ptr @g
  call void @take(ptr %seen)
  %next = load ptr, ptr %p
  %v = load i32, ptr %next
  call void %call()
  ret i32 %v
}
`);
  expect(sites(details[0]).filter((line) => !line.startsWith('added'))).toEqual([
    'safe store i32: local object %safe, byte 8 of 16: its address goes nowhere else',
    'confined store i32: local object %seen: its address is passed to a call',
    'confined store i32: global @g',
    'direct call @take: ',
    'confined load ptr: argument %p',
    'confined load i32: a pointer from memory',
    'table indirect call: argument %call',
  ]);
  expect(summary.functions).toMatchObject([
    { name: 'f', fates: { confined: 4, safe: 1, direct: 1, table: 1 }, objects: 2, moved: 1 },
  ]);
  expect(details[0]?.objects).toEqual([
    { name: '%safe', size: 16 },
    { name: '%seen', size: 4, moved: 'its address is passed to a call' },
  ]);
});

test('what is refused is shown where it stands, and nothing else passes for confined', () => {
  const { details, summary } = report(`${HEADER}
define i32 @f(ptr %p) {
  call void asm "syscall", ""()
  %v = load i32, ptr %p
  ret i32 %v
}
`);
  expect(summary.instrumented).toBe(false);
  expect(summary.problems).toMatchObject([{ severity: 'error', line: 5 }]);
  expect(details[0]?.after).toBeUndefined();
  expect(details[0]?.sites.map(({ fate }) => fate)).toEqual(['refused', 'open']);
});

test('the source is shown from the comment above the function to its end, with the lines of the IR', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index + 1};`);
  lines[5] = '/* about it */';
  lines[34] = '}';
  const { details } = report(ACCESSES, { 'accesses.c': lines.join('\n') });
  const source = details[0]?.source;
  expect(source?.lines.at(-1)).toBe('}');
  const load = details[0]?.sites.find(({ action }) => action === 'load i32');
  expect(load?.source).toBe(12);
  const { first = 0, lines: ir = [], origins = [] } = details[0]?.after ?? {};
  const line = (load?.after ?? 0) - first;
  expect(ir[line]).toContain('= load i32, ptr addrspace(256)');
  expect(origins[line]).toBe(12);
});

test('no name ends the script that holds the data', () => {
  const hostile = '</script><script>alert(1)</script><!-- "\\';
  const index: ReportIndex = { title: hostile, version: '0', units: [] };
  expect(jsonForScript(index)).not.toContain('<');
  expect(JSON.parse(jsonForScript(index))).toEqual(index);
  const page = writePage(`<p>${DATA_PLACE}</p>`, index, ['QUJD']).join('');
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).toMatch(/id="unit-0">QUJD<\/script>\n<\/p>$/);
});
