import { originOf } from '../../src/driver/origin.js';
import { SourceText } from '../../src/text/source.js';

const MODULE = `define void @f() !dbg !4 {
  call void @g(), !dbg !9
  call void @h()
  ret void, !dbg !10
}

!1 = !DIFile(filename: "a\\C3\\A9 \\22b\\22.c", directory: "/src")
!2 = !DIFile(filename: "/inc/x.h", directory: "")
!4 = distinct !DISubprogram(name: "f", scope: !1, file: !1, line: 3, type: !5, scopeLine: 4)
!7 = distinct !DILexicalBlock(scope: !4, file: !2, line: 30, column: 1)
!9 = !DILocation(line: 31, column: 5, scope: !7, inlinedAt: !10)
!10 = distinct !DILocation(line: 6, scope: !4)
`;

const at = (text: string): ReturnType<typeof originOf> =>
  originOf(new SourceText('a.ll', MODULE), MODULE.indexOf(text));

test('an instruction has the line of its scope’s file', () => {
  expect(at('@g')).toEqual({ file: '/inc/x.h', directory: '', line: 31, column: 5 });
});

test('a function has its own line; names are UTF-8 behind escapes', () => {
  expect(at('@f')).toEqual({ file: 'aé "b".c', directory: '/src', line: 3, column: 0 });
});

test('a location without a column', () => {
  expect(at('ret void')).toMatchObject({ line: 6, column: 0, directory: '/src' });
});

test('what says nothing has no origin', () => {
  expect(at('@h')).toBeUndefined();
  expect(originOf(new SourceText('a.ll', 'ret void, !dbg !99\n'), 0)).toBeUndefined();
});
