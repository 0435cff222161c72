/** The host library as other builds find it: by pkg-config, after make install. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { blocks } from '../cli/markdown.js';
import { ScratchCopy } from './scratch-copy.js';

let copy: ScratchCopy;
beforeAll(() => {
  copy = new ScratchCopy();
});
afterAll(() => {
  copy.remove();
});

const HOST = `#include <tmebox.h>
#include <stdio.h>
int main(void) {
  tbx_error error;
  tbx_image *image = tbx_image_open("there is none", &error);
  puts(image == NULL ? "no image" : "an image");
  return 0;
}
`;

test('shared and static, below a prefix of its own', () => {
  const prefix = join(copy.folder, 'installed');
  const host = resolve('runtime/host');
  copy.run('.', ['make', '-s', '-C', host, 'install', 'DESTDIR=', `PREFIX=${prefix}`]);
  writeFileSync(join(copy.folder, 'host.c'), HOST);
  const settings = { PKG_CONFIG_PATH: join(prefix, 'lib/pkgconfig') };
  const commands = blocks('integrations/pkg-config/README.md', 'sh').join('').trimEnd().split('\n');
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const build = command
      .replace('-o host', `-Wl,-rpath,${prefix}/lib -o host`)
      .replace(/^cc/, 'clang-22');
    copy.run('.', ['sh', '-euc', `${build} && ./host`], settings);
    expect(copy.run('.', ['./host'])).toBe('no image\n');
  }
});
