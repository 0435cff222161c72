import fc from 'fast-check';
import {
  SourceText,
  canonicalName,
  globalName,
  localName,
  parseBody,
  parseMetadataNode,
  parseModule,
  printModuleCanonical,
  quoteString,
  rawName,
  unquoteString,
} from '../../src/ir/index.js';
import { fixtures, moduleOf, reprinted, valueOf } from './fixtures.js';
import { moduleText } from './generator.js';

const latin1 = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

test('names survive quoting', () => {
  fc.assert(
    fc.property(latin1, (raw) => {
      expect(rawName(localName(raw))).toBe(raw);
      expect(rawName(globalName(raw))).toBe(raw);
      expect(canonicalName(localName(raw))).toBe(localName(raw));
      expect(unquoteString(quoteString(raw))).toBe(raw);
    }),
    { numRuns: 1000 },
  );
});

test('what is generated prints as it came, and means the same when it is printed from the tree', () => {
  fc.assert(
    fc.property(moduleText, (text) => {
      const module = moduleOf(text);
      expect(reprinted(module)).toBe(text);
      const canonical = valueOf(printModuleCanonical(module));
      expect(valueOf(printModuleCanonical(moduleOf(canonical)))).toBe(canonical);
    }),
    { numRuns: 300 },
  );
});

/** Where, and what: a byte put in place of another, bytes cut out, or the rest cut off. */
const mutation = fc.record({
  file: fc.nat(),
  edits: fc.array(fc.record({ at: fc.nat(), length: fc.nat(8), put: latin1 }), {
    minLength: 1,
    maxLength: 4,
  }),
  cut: fc.option(fc.nat()),
});

function mutate(
  text: string,
  { edits, cut }: { edits: readonly Edit[]; cut: number | null },
): string {
  let mutated = text;
  for (const { at, length, put } of edits) {
    const start = at % (mutated.length + 1);
    mutated = mutated.slice(0, start) + put + mutated.slice(start + length);
  }
  return cut === null ? mutated : mutated.slice(0, cut % (mutated.length + 1));
}

interface Edit {
  readonly at: number;
  readonly length: number;
  readonly put: string;
}

/** Reads everything there is; throws whatever the parser throws. */
function readAll(text: string): void {
  const { value: module, diagnostics } = parseModule(new SourceText('mutated.ll', text));
  expect(module === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  if (module === undefined) return;
  for (const fn of module.functions.values()) if (fn.body !== undefined) parseBody(module, fn);
  for (const definition of module.metadata.values()) parseMetadataNode(definition);
  printModuleCanonical(module);
}

test('damaged input gives diagnostics, never an exception', () => {
  const sources = fixtures();
  fc.assert(
    fc.property(mutation, (change) => {
      const { source } = sources[change.file % sources.length] ?? { source: undefined };
      if (source !== undefined) readAll(mutate(source.text, change));
    }),
    { numRuns: 10_000 },
  );
});
