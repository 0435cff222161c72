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

test.each([
  ['-ftbx-isolat=data', /^unknown option '-ftbx-isolat=data'; there are .*-ftbx-isolate/],
  ['-ftbx-', /^unknown option/],
  ['-ftbx-isolate=code', "'-ftbx-isolate=code': -ftbx-isolate takes data or code+data"],
  ['-ftbx-isolate', /takes data or code\+data$/],
  ['-ftbx-keybits=0', /takes a number from 1 to 15$/],
  ['-ftbx-keybits=16', /takes a number from 1 to 15$/],
  ['-ftbx-off=1', /takes no value$/],
  ['-ftbx-dir=', /takes HOST::GUEST, or a folder that keeps its name$/],
  ['-ftbx-grant=all', /takes none, default, stdio, clock, cwd, args$/],
])('%s is an error', (argument, message) => {
  const { diagnostics } = splitArguments([argument]);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.code).toBe('TBX0801');
  expect(diagnostics[0]?.message).toMatch(message);
});
