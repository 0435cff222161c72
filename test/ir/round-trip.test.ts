import { printModuleCanonical } from '../../src/ir/index.js';
import { disassembly, fixtures, moduleOf, printVerbatim, valueOf } from './fixtures.js';

describe.each(fixtures())('$name', ({ source, versions }) => {
  test('prints as it came', () => {
    expect(printVerbatim(moduleOf(source.text))).toBe(source.text);
  });

  test('the canonical print is stable', () => {
    const canonical = valueOf(printModuleCanonical(moduleOf(source.text)));
    expect(valueOf(printModuleCanonical(moduleOf(canonical)))).toBe(canonical);
  });

  test.each(versions)('LLVM %s reads the same module from the canonical print', (version) => {
    const original = disassembly(source.text, version);
    expect(original).not.toMatch(/^error: /);
    const canonical = valueOf(printModuleCanonical(moduleOf(source.text)));
    expect(disassembly(canonical, version)).toBe(original);
  });
});
