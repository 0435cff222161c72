import { beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Refusal } from '../../src/verify/image/rules.js';
import { verifyImage } from '../../src/verify/image/verify.js';
import { buildSnippets, describeRefusal, isolationOf, readSnippets } from './snippets.js';

function files(folder: string): readonly string[] {
  const names = readdirSync(join(import.meta.dirname, folder));
  return names.filter((name) => name.endsWith('.s')).map((name) => `${folder}/${name}`);
}

describe.each(files('fail'))('%s', (file) => {
  let refusals: readonly (Refusal & { readonly owner: string | undefined })[] = [];

  beforeAll(async () => {
    const image = buildSnippets(file);
    const verdict = await verifyImage(image.bytes);
    refusals = verdict.refusals.map((refusal) => ({
      ...refusal,
      owner: image.owner(refusal.address),
    }));
  });

  test.each(readSnippets(file))('$name is refused for $rule', ({ name, rule }) => {
    const own = refusals.filter(({ owner }) => owner === name);
    expect(rule).toBeDefined();
    expect(own.map(describeRefusal)).toContainEqual(expect.stringContaining(rule ?? 'none'));
  });

  test('nothing but the snippets is refused', () => {
    const others = refusals.filter(({ owner }) => owner === undefined);
    expect(others.map(describeRefusal)).toEqual([]);
  });
});

describe.each(files('pass'))('%s', (file) => {
  test('is proven', async () => {
    const { refusals, level } = await verifyImage(buildSnippets(file).bytes);
    expect(refusals.map(describeRefusal)).toEqual([]);
    expect(level).toBe(isolationOf(file) === 'data' ? 'data' : 'code+data');
  });
});
