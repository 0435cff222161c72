import { append } from '../../src/text/append.js';

test('a list takes more items than a stack holds', () => {
  const list = [0];
  append(list, Array<number>(500_000).fill(7));
  expect(list).toHaveLength(500_001);
  expect(list.at(-1)).toBe(7);
});
