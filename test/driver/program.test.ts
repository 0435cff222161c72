import { programAssembly } from '../../src/driver/program.js';

test('the options are NUL-terminated strings with an empty one at the end', () => {
  const text = programAssembly('/a "b"\\.image', ['--env=X=é\n', '--grant=none']);
  expect(text).toContain('\t.incbin\t"/a \\042b\\042\\134.image"\n');
  expect(text).toContain(
    'tbx_options:\n\t.asciz\t"--env=X=\\303\\251\\012"\n\t.asciz\t"--grant=none"\n\t.byte\t0\n',
  );
});
