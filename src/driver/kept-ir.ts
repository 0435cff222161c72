/** What `-ftbx-keep-ir=DIR` leaves for `tme-box report`: each unit as the passes were given it. */

import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { InstrumentOptions } from '../passes/pipeline.js';
import { writeText } from './session.js';
import { Workspace } from './workspace.js';

/** The first line of a kept module: how the passes were called. It is a comment to LLVM. */
const HEADER = /^; tbx-cc isolate=(data|code\+data) lowering=(ir|addr32) keybits=(\d+) unit=(.*)\n/;

/** The kept module's own options and name; undefined for a module that was not kept. */
export function readKept(
  text: string,
): { readonly options: InstrumentOptions; readonly unit: string } | undefined {
  const [, isolate, lowering, keyBits, unit = ''] = HEADER.exec(text) ?? [];
  if (keyBits === undefined) return undefined;
  const isolation = isolate === 'data' ? 'data' : 'code+data';
  const options = {
    isolation,
    lowering: lowering === 'ir' ? 'ir' : 'addr32',
    keyBits: Number(keyBits),
  } as const;
  return { options, unit };
}

/**
 * Keeps a module under a name that is the same when the unit is compiled again, wherever the project is, and its own among
 * units of that name in other folders. It appears whole: builds run in parallel.
 */
export function keepIr(folder: string, ir: string, unit: string, options: InstrumentOptions): void {
  const { isolation, lowering, keyBits } = options;
  const from = relative(resolve(folder), process.cwd());
  const identity = [from, unit, isolation, lowering, String(keyBits)].join('\0');
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const file = join(folder, `${basename(unit)}.${hash}.ll`);
  const name = unit.replaceAll(/[\r\n]/g, ' ');
  const header = `; tbx-cc isolate=${isolation} lowering=${lowering} keybits=${keyBits} unit=${name}\n`;
  mkdirSync(folder, { recursive: true });
  const workspace = new Workspace();
  try {
    const staged = workspace.stage(file);
    writeText(staged, header + ir);
    renameSync(staged, file);
  } finally {
    workspace.remove();
  }
}
