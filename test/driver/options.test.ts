import { OPTION_NAMES, optionsHelp } from '../../src/driver/option-table.js';
import { DEFAULT_OPTIONS, splitArguments } from '../../src/driver/options.js';

test("own options are taken out, in their order, and clang's stay", () => {
  const split = splitArguments([
    '-O2',
    '-ftbx-isolate=data',
    '-c',
    '-ftbx-dir=/a b::/in',
    'a.c',
    '-ftbx-env=X=1=2',
    '-ftbx-keybits=6',
    '-ftbx-lowering=ir',
    '-ftbx-grant=none',
    '-ftbx-image',
  ]);
  expect(split.diagnostics).toEqual([]);
  expect(split.clang).toEqual(['-O2', '-c', 'a.c']);
  expect(split.options).toEqual({
    ...DEFAULT_OPTIONS,
    isolation: 'data',
    lowering: 'ir',
    keyBits: 6,
    image: true,
    runnerOptions: ['--dir=/a b::/in', '--env=X=1=2', '--grant=none'],
  });
});

test('what is linked is verified, unless one says not to', () => {
  expect(splitArguments([]).options.verify).toBe(true);
  const { options, clang } = splitArguments(['-c', '-fno-tbx-verify']);
  expect({ verify: options.verify, clang }).toEqual({ verify: false, clang: ['-c'] });
  expect(splitArguments(['-fno-tbx-verify', '-ftbx-verify']).options.verify).toBe(true);
});

test.each([
  ['-ftbx-isolat=data', /^unknown option '-ftbx-isolat=data'; there are .*-ftbx-isolate/],
  ['-ftbx-', /^unknown option/],
  ['-ftbx-isolate=code', "'-ftbx-isolate=code' should be -ftbx-isolate=data|code+data"],
  ['-ftbx-isolate', "'-ftbx-isolate' should be -ftbx-isolate=data|code+data"],
  ['-ftbx-keybits=0', "'-ftbx-keybits=0' should be -ftbx-keybits=N"],
  ['-ftbx-keybits=16', "'-ftbx-keybits=16' should be -ftbx-keybits=N"],
  ['-ftbx-off=1', "'-ftbx-off=1' should be -ftbx-off"],
  ['-ftbx-dir=', "'-ftbx-dir=' should be -ftbx-dir=HOST::GUEST"],
  ['-ftbx-grant=all', /should be -ftbx-grant=none\|default\|stdio\|clock\|cwd\|args$/],
])('%s is an error', (argument, message) => {
  const { diagnostics } = splitArguments([argument]);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.code).toBe('TBX0801');
  if (typeof message === 'string') expect(diagnostics[0]?.message).toBe(message);
  else expect(diagnostics[0]?.message).toMatch(message);
});

test('the help has a line for each option', () => {
  for (const name of OPTION_NAMES)
    expect(optionsHelp()).toMatch(new RegExp(`^ {2}-ftbx-${name}\\b.*`, 'm'));
  expect(
    Math.max(
      ...optionsHelp()
        .split('\n')
        .map(({ length }) => length),
    ),
  ).toBeLessThanOrEqual(100);
});
