/** Places in the source for addresses of an image, from its debug information, by the program that LLVM has for that. */

import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { SourceLines } from '../verify/prove.js';
import { field, list } from './json.js';
import { capture, succeeded } from './process.js';
import type { Toolchain } from './toolchain.js';
import { Workspace } from './workspace.js';

/**
 * A lookup that runs llvm-symbolizer on a copy of the image. It gives messages a better place and decides nothing: where
 * the program is missing, fails or knows no line, there are none.
 */
export function sourceLines(toolchain: Toolchain): SourceLines {
  return async (image, addresses) => {
    const workspace = new Workspace();
    try {
      const file = workspace.file('.image');
      writeFileSync(file, image);
      const words = addresses.map((address) => `0x${address.toString(16)}`);
      const { exit, stdout } = await capture({
        program: toolchain.tool('llvm-symbolizer'),
        args: ['--output-style=JSON', `--obj=${file}`, ...words],
      });
      return succeeded(exit) ? readPlaces(stdout) : new Map();
    } finally {
      workspace.remove();
    }
  };
}

/** What llvm-symbolizer prints: a list with an entry an address, whose first symbol is the innermost inlined one. */
function readPlaces(text: string): ReadonlyMap<number, string> {
  const places = new Map<number, string>();
  for (const entry of list(JSON.parse(text))) {
    const address = Number(field(entry, 'Address'));
    const [symbol] = list(field(entry, 'Symbol'));
    const [file, line, column] = ['FileName', 'Line', 'Column'].map((key) => field(symbol, key));
    if (typeof file !== 'string' || file === '' || typeof line !== 'number' || line === 0) continue;
    const place = `${shortest(file)}:${line}`;
    places.set(address, typeof column === 'number' && column > 0 ? `${place}:${column}` : place);
  }
  return places;
}

/** Below the working directory a path is shown from there. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
