import { expect, test } from '@jest/globals';
import { imageIn } from '../../src/verify/image/container.js';
import { verifyImage } from '../../src/verify/image/verify.js';
import { buildSnippets } from './snippets.js';

test('a file without the section of a program is the image itself', () => {
  const { bytes } = buildSnippets('pass/calls.s');
  expect(imageIn(bytes)).toBe(bytes);
});

test('text is refused as no image', async () => {
  const { refusals, level } = await verifyImage(new TextEncoder().encode('#!/bin/sh\nexit 0\n'));
  expect(refusals.map(({ rule }) => rule)).toEqual(['TBV0001']);
  expect(level).toBeUndefined();
});
