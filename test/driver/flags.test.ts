import { checkFlags, clangArguments } from '../../src/driver/flags.js';
import { installation } from '../../src/driver/installation.js';

test.each([
  '-m32',
  '-mx32',
  '-shared',
  '-Wl,-shared',
  '-Wl,-z,now,--shared',
  '--target=aarch64-linux-gnu',
  '-target',
  '-fsanitize=address',
  '-mcmodel=large',
  '-masm=intel',
  '-fprofile-generate',
  '--coverage',
])('%s is refused', (flag) => {
  const { diagnostics, flags } = checkFlags(['-O2', flag, 'a.c']);
  expect(diagnostics.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['TBX0802 error']);
  expect(diagnostics[0]?.message).toContain(`'${flag}' cannot be used here: `);
  expect(flags).toEqual(['-O2', 'a.c']);
});

test('no name makes a line of its own in what clang says of its jobs', () => {
  const name = 'x\n "./evil" "-cc1" "-E"';
  const { diagnostics } = checkFlags(['-c', 'a.c', name]);
  expect(diagnostics.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['TBX0802 error']);
});

test('flags that only look like refused ones are kept', () => {
  const kept = [
    '-o',
    '-shared',
    '-D',
    '-m32',
    '-fPIC',
    '-fno-lto',
    '-Wl,--gc-sections',
    '-shared-x',
  ];
  expect(checkFlags(kept)).toEqual({ flags: kept, diagnostics: [] });
  const inputs = ['-c', '--', '-m32'];
  expect(checkFlags(inputs)).toEqual({ flags: inputs, diagnostics: [] });
});

test('flags about how are dropped, wanted ones with a warning', () => {
  const { flags, diagnostics } = checkFlags([
    '-fno-integrated-as',
    '-fno-plt',
    '-fuse-ld=bfd',
    '-save-temps',
    'a.c',
  ]);
  expect(flags).toEqual(['a.c']);
  expect(diagnostics.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
    'TBX0803 warning',
  ]);
});

test.each([
  [['-flto'], true],
  [['-flto=auto', '-ffat-lto-objects'], true],
  [['-flto=thin'], true],
  [['-flto', '-fno-lto'], false],
  [[], false],
])('%j: objects are bitcode: %s', (flags, whole) => {
  const checked = checkFlags([...flags, '-c', 'a.c']);
  expect(checked.diagnostics).toEqual([]);
  const args = clangArguments('cc', checked.flags, installation('/tbx'), false);
  const wanted = whole ? ['-flto=full'] : ['-fno-lto'];
  expect(args.filter((word) => word.includes('lto'))).toEqual(wanted);
});

test("our flags come after the user's, and before inputs that follow --", () => {
  const args = clangArguments('c++', ['-fPIC', '-c', '--', '-x.c'], installation('/tbx'), true);
  expect(args.indexOf('-fPIE')).toBeGreaterThan(args.indexOf('-fPIC'));
  expect(args.slice(-2)).toEqual(['--', '-x.c']);
  expect(args[0]).toBe('--driver-mode=g++');
  expect(args).toContain('-fcolor-diagnostics');
  expect(args).toContain('--sysroot=/tbx/build/sysroot');
});
