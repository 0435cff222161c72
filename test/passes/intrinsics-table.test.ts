import { findIntrinsic } from '../../src/passes/intrinsics-table.js';

/** What the table says of a name, in a word. */
function treatment(name: string): string {
  const found = findIntrinsic(name);
  if (found === undefined) return 'unknown';
  return found.treatment.kind === 'rewritten' ? found.treatment.by : found.treatment.kind;
}

test.each([
  ['llvm.umin.i32', 'harmless'],
  ['llvm.vector.reduce.add.v4i32', 'harmless'],
  ['llvm.experimental.cttz.elts.i64.v16i1', 'harmless'],
  ['llvm.experimental.constrained.fadd.f64', 'harmless'],
  ['llvm.x86.avx2.psad.bw', 'harmless'],
  ['llvm.memcpy.p0.p0.i64', 'memory'],
  ['llvm.memcpy.inline.p0.p0.i64', 'memory'],
  ['llvm.masked.gather.v4f64.v4p0', 'memory'],
  ['llvm.va_start.p0', 'variadic'],
  ['llvm.modf.f64', 'libcalls'],
  ['llvm.threadlocal.address.p0', 'intrinsics'],
  ['llvm.memcpy.element.unordered.atomic.p0.p0.i32', 'refused'],
  ['llvm.experimental.memset.pattern.p0.i32.i64', 'refused'],
  ['llvm.coro.begin', 'refused'],
  ['llvm.eh.typeid.for.p0', 'refused'],
  ['llvm.read_register.i64', 'refused'],
  ['llvm.get.fpenv.i256', 'refused'],
  ['llvm.x86.wrgsbase.64', 'unknown'],
  ['llvm.x86.xsave', 'unknown'],
  ['llvm.x86.int', 'unknown'],
  ['llvm.x86', 'unknown'],
  ['llvm.aarch64.neon.ld1', 'unknown'],
  ['llvm.next.version', 'unknown'],
  ['llvm', 'unknown'],
  ['', 'unknown'],
])('%s is %s', (name, expected) => {
  expect(treatment(name)).toBe(expected);
  // The second look-up takes another way.
  expect(treatment(name)).toBe(expected);
});

test('a longer name does not match a shorter one without a dot between', () => {
  expect(treatment('llvm.absolute')).toBe('unknown');
  expect(treatment('llvm.sinusoid.f64')).toBe('unknown');
});
