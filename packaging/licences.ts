/**
 * Collects the licences of all that an installation holds or links into programs, to build/licences. Texts come from
 * what was built with: packages of npm (scripts/licences.js found them), musl's source, and Debian's packages of the C
 * library that runners are linked with.
 */

import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';

const FOLDER = 'build/licences';

interface Licence {
  readonly file: string;
  readonly what: string;
  readonly text: string;
}

const read = (path: string): string => readFileSync(path, 'utf8');
const output = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, [...args], { encoding: 'utf8' }).trim();

/** The licence of the Debian package that a file is of. */
function debianLicence(path: string, what: string): Licence {
  // Packages name their files as they were before /lib became /usr/lib.
  const file = realpathSync(path);
  const owner = output('dpkg', '-S', `*${file.replace(/^\/usr/, '')}`).split(':')[0] ?? '';
  return {
    file: `${owner}.txt`,
    what: `${what}: Debian's ${owner} ${output('dpkg-query', '-W', '-f=${Version}', owner)}`,
    text: read(`/usr/share/doc/${owner}/copyright`),
  };
}

function licences(): readonly Licence[] {
  const packages = readdirSync('dist/licences').map((file) => ({
    file,
    what: `in dist: ${basename(file, '.txt')} of npm`,
    text: read(`dist/licences/${file}`),
  }));
  return [
    { file: 'tme-box.txt', what: 'tme-box itself', text: read('LICENSE') },
    {
      file: 'musl.txt',
      what: `in the sysroot, linked into what tbx-cc links: musl ${read('build/sources/musl/VERSION').trim()}`,
      text: read('build/sources/musl/COPYRIGHT'),
    },
    debianLicence(output('clang-22', '-print-file-name=libc.a'), 'linked into runners'),
    debianLicence(output('clang-22', '-print-libgcc-file-name'), 'linked into runners'),
    ...packages,
  ];
}

const found = licences();
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
for (const { file, text } of found) writeFileSync(`${FOLDER}/${file}`, text);
const lines = found.map(({ file, what }) => `${file.padEnd(32)} ${what}\n`);
writeFileSync(`${FOLDER}/README`, lines.join(''));
