/**
 * Each page of docs/diagnostics has an example, and the example gives the diagnostic: IR by the parser, the checks or the
 * passes, assembly by the address step, C by tbx-cc, snippets of machine code by the verifier's own tests. Sessions are run by
 * document-sessions.test.ts; `text` shows what cannot be had without breaking the tool.
 */

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { confineAssembly } from '../../src/asm/addr32.js';
import { checkModule } from '../../src/check/index.js';
import { parseBody, parseModule } from '../../src/ir/index.js';
import { instrument } from '../../src/passes/pipeline.js';
import { SourceText } from '../../src/text/source.js';
import { Scratch } from '../support/scratch.js';
import { blocks, fences } from './markdown.js';

const PAGES = 'docs/diagnostics';
const codes = readdirSync(PAGES).map((file) => file.replace(/\.md$/, ''));
const page = (code: string): string => join(PAGES, `${code}.md`);
const withBlocks = (language: string): readonly string[] =>
  codes.filter((code) => code.startsWith('TBX') && blocks(page(code), language).length > 0);

test.each(codes)('the page of %s has an example', (code) => {
  expect(fences(page(code)).length).toBeGreaterThan(0);
});

/** The target, which examples are not about. */
const TARGET = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-musl"
`;

/** What is said of a module on its way through the tool. */
function saidOfModule(example: string): string {
  const text = example.includes('target triple') ? example : TARGET + example;
  const source = new SourceText('a.ll', text);
  const { value: module, diagnostics } = parseModule(source);
  const found = [...diagnostics];
  if (module !== undefined) {
    for (const fn of module.functions.values())
      if (fn.body !== undefined) found.push(...parseBody(module, fn).diagnostics);
    found.push(...checkModule(module));
    const options = { isolation: 'code+data', lowering: 'addr32', keyBits: 15 } as const;
    found.push(...instrument(source, options).diagnostics);
  }
  return found.map(({ code, message }) => `${message} [${code}]`).join('\n');
}

test.each(withBlocks('llvm'))('IR gives %s', (code) => {
  for (const text of blocks(page(code), 'llvm')) expect(saidOfModule(text)).toContain(`[${code}]`);
});

test.each(withBlocks('asm'))('assembly gives %s', (code) => {
  for (const text of blocks(page(code), 'asm')) {
    const { diagnostics } = confineAssembly(new SourceText('a.s', text));
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
  }
});

/** Blocks of C that are no file of a session. */
const FRAGMENTS = codes.flatMap((code) =>
  fences(page(code))
    .filter(({ language, name }) => /^c(?:pp)?$/.test(language) && name === '')
    .map(({ language, text }) => [code, language, text] as const),
);

test.each(FRAGMENTS)('C gives %s', (code, language, text) => {
  const scratch = new Scratch();
  const source = scratch.file(`a.${language}`, text);
  const { stderr } = scratch.run(resolve('bin/tbx-cc'), ['-O1', '-c', source]);
  scratch.remove();
  expect(stderr).toContain(`[${code}]`);
});
