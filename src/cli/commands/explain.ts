import fsExtra from 'fs-extra';
import { join } from 'node:path';
import { type Exit, SUCCESS } from '../../driver/process.js';
import { writeResult } from '../streams.js';
import { EXIT, PACKAGE_ROOT } from '../terminal.js';

const FOLDER = join(PACKAGE_ROOT, 'docs', 'diagnostics');

/** The codes that have a page. */
function knownCodes(): readonly string[] {
  return fsExtra
    .readdirSync(FOLDER)
    .flatMap((file) => /^(TB[XV]\d{4})\.md$/.exec(file)?.[1] ?? [])
    .sort();
}

/** `tme-box explain`: the page of a diagnostic code; without one, the list of codes and their titles. */
export function explainCommand(code: string | undefined): Exit {
  const codes = knownCodes();
  if (code === undefined) {
    const titles = codes.map((known) => page(known).split('\n', 1)[0]?.replace(/^# /, '') ?? known);
    writeResult('-', titles.map((title) => `${title}\n`).join(''));
    return SUCCESS;
  }
  const wanted = /^\d+$/.test(code) ? `TBX${code.padStart(4, '0')}` : code.toUpperCase();
  if (!codes.includes(wanted)) {
    process.stderr.write(`tme-box: there is no code '${code}'; 'tme-box explain' lists them\n`);
    return { kind: 'code', code: EXIT.usage };
  }
  writeResult('-', page(wanted));
  return SUCCESS;
}

function page(code: string): string {
  return fsExtra.readFileSync(join(FOLDER, `${code}.md`), 'latin1');
}
