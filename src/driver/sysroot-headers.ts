/**
 * musl's headers: those that its Makefile makes with sed, and the tree that is installed.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The architecture whose ABI, types and system-call numbers a sandbox has. */
const ARCHITECTURE = 'x86_64';

/** Where {@link generateHeaders} writes. */
export interface GeneratedHeaders {
  readonly include: string;
  readonly internal: string;
}

/** Type definitions that happen once, when `__NEED_…` asks for them; made by musl's own script. */
function allTypes(musl: string): string {
  const templates = [`arch/${ARCHITECTURE}/bits/alltypes.h.in`, 'include/alltypes.h.in'];
  const paths = ['tools/mkalltypes.sed', ...templates].map((path) => join(musl, path));
  return execFileSync('sed', ['-f', ...paths], { encoding: 'latin1' });
}

/** `__NR_read` and, for programs, the same number as `SYS_read`. */
function systemCalls(template: string): string {
  const lines = template.split('\n').filter((line) => line.includes('__NR_'));
  return `${template}${lines.map((line) => `${line.replace('__NR_', 'SYS_')}\n`).join('')}`;
}

function writeIfChanged(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'latin1') === text) return;
  writeFileSync(path, text, 'latin1');
}

/** Writes alltypes.h, syscall.h and version.h below `folder`. */
export function generateHeaders(musl: string, folder: string): GeneratedHeaders {
  const include = join(folder, 'include');
  const internal = join(folder, 'internal');
  mkdirSync(join(include, 'bits'), { recursive: true });
  mkdirSync(internal, { recursive: true });
  const read = (path: string): string => readFileSync(join(musl, path), 'latin1');
  writeIfChanged(join(include, 'bits/alltypes.h'), allTypes(musl));
  const calls = systemCalls(read(`arch/${ARCHITECTURE}/bits/syscall.h.in`));
  writeIfChanged(join(include, 'bits/syscall.h'), calls);
  const version = read('VERSION').trim();
  writeIfChanged(join(internal, 'version.h'), `#define VERSION "${version}"\n`);
  return { include, internal };
}

/** Copies the headers that programs include to `destination`. Later ones win, as in musl's search order. */
export function installHeaders(
  musl: string,
  generated: GeneratedHeaders,
  destination: string,
): void {
  const isHeader = (path: string): boolean => !path.endsWith('.in');
  cpSync(join(musl, 'include'), destination, { recursive: true, filter: isHeader });
  for (const architecture of ['generic', ARCHITECTURE]) {
    const bits = join(musl, 'arch', architecture, 'bits');
    cpSync(bits, join(destination, 'bits'), { recursive: true, filter: isHeader });
  }
  cpSync(generated.include, destination, { recursive: true });
}
