import { SourceText, formatDiagnostic } from '../../src/text/index.js';
import type { Diagnostic } from '../../src/text/index.js';

test.each([
  ['', 0, 1, 1],
  ['abc', 0, 1, 1],
  ['abc', 3, 1, 4],
  ['abc', 99, 1, 4],
  ['a\nb', 1, 1, 2],
  ['a\nb', 2, 2, 1],
  ['a\r\nb', 3, 2, 1],
  ['\n\n\n', 3, 4, 1],
])('%j at %d is line %d, column %d', (text, offset, line, column) => {
  expect(new SourceText('a', text).position(offset)).toEqual({ line, column });
});

test.each([
  ['a\nbc\nd', 3, 'bc'],
  ['a\r\nbc\r\n', 3, 'bc'],
  ['abc', 1, 'abc'],
  ['\n', 1, ''],
])('the line of %j at %d', (text, offset, line) => {
  const { start, end } = new SourceText('a', text).lineBounds(offset);
  expect(text.slice(start, end)).toBe(line);
});

function error(
  text: string,
  start: number,
  end: number,
  notes: readonly Diagnostic[] = [],
): Diagnostic {
  const source = new SourceText('a.ll', text);
  return {
    code: 'TBX0199',
    severity: 'error',
    message: 'wrong',
    source,
    span: { start, end },
    notes,
  };
}

test('a tab and other bytes keep their column', () => {
  expect(formatDiagnostic(error('\t\x01\xe4 bad here', 4, 7), { color: false })).toBe(
    'a.ll:1:5: error: wrong [TBX0199]\n     .. bad here\n        ^~~\n',
  );
});

test('a span of several lines is marked to the end of the first', () => {
  expect(formatDiagnostic(error('ab\ncd', 1, 5), { color: false })).toBe(
    'a.ll:1:2: error: wrong [TBX0199]\n    ab\n     ^\n',
  );
});

test('an empty span has one caret', () => {
  expect(formatDiagnostic(error('ab', 2, 2), { color: false })).toContain('\n      ^\n');
});

test('long lines are shown in part', () => {
  const shown = formatDiagnostic(error(`${'x'.repeat(5000)}!${'y'.repeat(5000)}`, 5000, 5001), {
    color: false,
  });
  const [, line, carets] = shown.split('\n');
  expect(line).toMatch(/^ {4}\.\.\.x+!y+\.\.\.$/);
  expect(line?.indexOf('!')).toBe(carets?.indexOf('^'));
});

test('notes follow, and colours are asked for', () => {
  const note: Diagnostic = { code: 'TBX0199', severity: 'note', message: 'because', notes: [] };
  const shown = formatDiagnostic(error('ab', 0, 1, [note]), { color: true });
  expect(shown).toContain('\u001b[1;31merror:\u001b[0m wrong');
  expect(shown).toContain('\u001b[1;36mnote:\u001b[0m because [TBX0199]\n');
});

test('nothing of a name is acted on by a terminal', () => {
  const shown = formatDiagnostic(
    {
      code: 'TBX0701',
      severity: 'error',
      message: 'a(\u001b]0;title\u0007\u009b31m.o): is\nno\u202e object',
      source: new SourceText('b\u001b[2J.ll', 'x'),
      notes: [],
    },
    { color: false },
  );
  expect(shown).toBe('b?[2J.ll: error: a(?]0;title??31m.o): is?no? object [TBX0701]\n');
});
