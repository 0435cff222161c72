/** docs/llvm-ir-parser.md: its examples are these files, and they do what it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleEditor, walk } from '../../src/ir/index.js';
import type { Instruction } from '../../src/ir/index.js';
import { countLoads } from './examples/count-loads.js';
import { renameGlobal } from './examples/rename-global.js';
import { traceEntries } from './examples/trace-entries.js';
import { moduleOf } from './fixtures.js';

const TEXT = `; @g in a comment
@g = global i32 0
@"g h" = constant [2 x i8] c"@g"

define i32 @f(ptr %p) {
  %a = load i32, ptr @g ; @g
  %b = load i32, ptr %p
  store ptr @g, ptr %p
  ret i32 %b
}

define void @k() {
entry:
  ret void
}

!0 = !{ptr @g, !"@g"}
`;

test.each(['count-loads', 'trace-entries', 'rename-global'])('the guide shows %s', (name) => {
  const folder = import.meta.dirname;
  const guide = readFileSync(join(folder, '../../docs/llvm-ir-parser.md'), 'utf8');
  const example = readFileSync(join(folder, `examples/${name}.ts`), 'utf8');
  const shown = example.replace('../../../src/ir/index.js', 'tme-box/llvm-ir-parser');
  expect(guide).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

test('loads are counted', () => {
  expect([...countLoads('a.ll', TEXT)]).toEqual([
    ['@f', 2],
    ['@k', 0],
  ]);
});

test('entries are traced', () => {
  expect(traceEntries('a.ll', TEXT)).toBe(
    TEXT.replace('  %a =', '  call void @trace(ptr @f)\n  %a =')
      .replace('  ret void', '  call void @trace(ptr @k)\n  ret void')
      .concat('declare void @trace(ptr)\n'),
  );
  expect(traceEntries('a.ll', 'define void @f() {\n  oops\n}\n')).toBeUndefined();
});

test('a global is renamed where code names it', () => {
  expect(renameGlobal('a.ll', TEXT, 'g', 'a b')).toBe(
    TEXT.replace('@g = global', '@"a b" = global')
      .replace('ptr @g ;', 'ptr @"a b" ;')
      .replace('store ptr @g', 'store ptr @"a b"')
      .replace('!{ptr @g', '!{ptr @"a b"'),
  );
  expect(renameGlobal('a.ll', TEXT, 'g h', 'x')).toBe(TEXT.replace('@"g h"', '@x'));
});

test('the editor inserts behind, replaces and removes', () => {
  const module = moduleOf(TEXT);
  const found: Instruction[] = [];
  walk(module, { instruction: (instruction) => found.push(instruction) });
  const [first, second, store] = found;
  if (first === undefined || second === undefined || store === undefined) throw new Error('?');
  const editor = new ModuleEditor(module);
  editor.insertAfter(first, '%c = freeze i32 %a');
  editor.replace(second, { ...second, attachments: [], verbatim: false });
  editor.remove(store);
  expect(editor.finish()).toBe(
    TEXT.replace('; @g\n', '; @g\n  %c = freeze i32 %a\n').replace('  store ptr @g, ptr %p\n', ''),
  );
});

test('bodies with an error are reported and left out', () => {
  const module = moduleOf('define void @f() {\n  oops\n}\ndefine void @g() {\n  ret void\n}\n');
  const seen: string[] = [];
  const diagnostics = walk(module, { block: (block, fn) => seen.push(fn.name + block.label) });
  expect(diagnostics.map(({ code }) => code)).toEqual(['TBX0104']);
  expect(seen).toEqual(['@g%0']);
});
