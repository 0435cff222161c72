/** Files whose names, links and debug information were made by somebody who means harm. */

import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Ran, Scratch } from '../support/scratch.js';

const MODULE = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-musl"
`;

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  mkdirSync(scratch.path('ir'));
  scratch.file('ir/a.ll', MODULE);
});
afterEach(() => {
  scratch.remove();
});

const tmeBox = (...args: readonly string[]): Ran => scratch.run(resolve('bin/tme-box'), args);

/** The low bytes of its last characters are `<`, `>`, `"`, a line break and ESC. */
const WIDE = 'a\u013cscript\u013e\u0122\u010a::error::x\u011b[31m';

test.each(['html', 'github', 'text', 'json', 'sarif'])(
  'no character of a name becomes another in %s',
  (format) => {
    mkdirSync(scratch.path('new'));
    scratch.file('new/a.ll', MODULE);
    scratch.file(`ir/${WIDE}.ll`, MODULE);
    const { stdout } = tmeBox('diff', `--format=${format}`, 'ir', 'new');
    const shown = Buffer.from(stdout, 'latin1').toString('utf8');
    expect(shown).toContain(format === 'sarif' ? encodeURIComponent(WIDE) : WIDE);
    expect(stdout).not.toMatch(/<script|^::error::x/m);
    expect(stdout).not.toContain('\u001b');
  },
);

test('a control character in a name stays on its line and does nothing', () => {
  mkdirSync(scratch.path('new'));
  scratch.file('ir/b\n::error::x\u001b[31m.ll', MODULE);
  expect(tmeBox('diff', 'ir', 'new').stdout).toContain('b?::error::x?[31m.ll: removed\n');
  const { status, stderr } = tmeBox('check', 'none\n::error::x\u001b[31m.ll');
  expect(status).toBe(1);
  expect(stderr).toContain('none?::error::x?[31m.ll');
});

test('links to folders are not followed', () => {
  symlinkSync('.', scratch.path('ir/loop'));
  symlinkSync('..', scratch.path('ir/up'));
  expect(tmeBox('instrument', '-o', 'out', 'ir').status).toBe(0);
  expect(readdirSync(scratch.path('out'))).toEqual(['a.tbx.ll']);
});

test.each([
  ['instrument', '-o', 'out', 'ir'],
  ['diff', 'ir', 'ir'],
  ['report', 'ir'],
])('%s takes no link for a module of a folder', (...words) => {
  symlinkSync('/etc/passwd', scratch.path('ir/b.ll'));
  const { status, stderr } = tmeBox(...words);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^[^\n]*ir\/b\.ll is a link or a device: [^\n]* \[TBX0806\]\n$/);
});

test.each(['instrument', 'instrument --check'])('%s follows no link among results', (command) => {
  mkdirSync(scratch.path('ir/sub'));
  scratch.file('ir/sub/b.ll', MODULE);
  mkdirSync(scratch.path('out'));
  mkdirSync(scratch.path('elsewhere'));
  scratch.file('victim', 'as it was');
  symlinkSync('../victim', scratch.path('out/a.tbx.ll'));
  symlinkSync('../elsewhere', scratch.path('out/sub'));
  const { status, stderr } = tmeBox(...command.split(' '), '-o', 'out', 'ir');
  expect(status).toBe(1);
  expect(stderr).toContain('out/a.tbx.ll is a link');
  expect(stderr).toContain('out/sub is a link');
  expect(scratch.read('victim')).toBe('as it was');
  expect(readdirSync(scratch.path('elsewhere'))).toEqual([]);
});

function moduleOf(directory: string, file: string): string {
  return `${MODULE}define i32 @f(ptr %p) !dbg !3 {
  %x = load i32, ptr %p, !dbg !6
  ret i32 %x, !dbg !6
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: LineTablesOnly)
!1 = !DIFile(filename: "${file}", directory: "${directory}")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = distinct !DISubprogram(name: "f", file: !1, line: 1, type: !4, unit: !0, spFlags: DISPFlagDefinition)
!4 = !DISubroutineType(types: !5)
!5 = !{null}
!6 = !DILocation(line: 1, column: 1, scope: !3)
`;
}

test('a report shows no file from elsewhere that a module names, and no hidden one', () => {
  for (const folder of ['src', 'elsewhere', 'project', 'project/.git']) {
    mkdirSync(scratch.path(folder));
    scratch.file(join(folder, 'f.c'), 'int secret;\n');
  }
  symlinkSync('../elsewhere/f.c', scratch.path('project/link.c'));
  const project = resolve(scratch.path('project'));
  const shows = (name: string, ...words: readonly string[]): boolean => {
    scratch.file('m.ll', moduleOf(project, name));
    const run = { below: 'project' };
    const command = ['report', '--no-code-size', '../m.ll', '-o', '../page.html', ...words];
    scratch.must(resolve('bin/tme-box'), command, run);
    const packed = /id="unit-0">([^<]*)</.exec(scratch.read('page.html'))?.[1] ?? '';
    return gunzipSync(Buffer.from(packed, 'base64')).includes('int secret;');
  };
  expect(shows('f.c')).toBe(true);
  expect(shows('../elsewhere/f.c')).toBe(false);
  expect(shows('link.c')).toBe(false);
  expect(shows('.git/f.c')).toBe(false);
  expect(shows('../src/f.c')).toBe(false);
  expect(shows('../src/f.c', '--sources', '../src')).toBe(true);
});

test('a file that is proven keeps its permissions, but runs as nobody else', () => {
  const source = scratch.file('m.c', 'int main(void) { return 0; }\n');
  scratch.must(resolve('bin/tbx-cc'), ['-ftbx-image', source, '-o', 'image']);
  scratch.must('chmod', ['6755', 'image']);
  scratch.must(resolve('bin/tme-box'), ['verify', '--stamp', 'image']);
  expect(statSync(scratch.path('image')).mode & 0o7777).toBe(0o755);
});
