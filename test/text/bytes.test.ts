import { asBytes } from '../../src/text/bytes.js';

test('bytes stay, and other characters become their bytes of UTF-8', () => {
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
  expect(asBytes(bytes)).toBe(bytes);
  expect(asBytes('a\u013c\u010a\ud83d\ude00b')).toBe(
    Buffer.from('aļĊ😀b', 'utf8').toString('latin1'),
  );
});

test('half a character is no byte either', () => {
  expect(asBytes('\ud83d')).toBe('\xef\xbf\xbd');
});
