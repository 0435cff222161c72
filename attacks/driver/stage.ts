import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../programs/process.js';
import { FOLDER, SERVICE } from './build.js';

/** What a host saw of one attack (host/stage.h). */
export interface Sighting {
  readonly name: string;
  /** How the run ended: `held`, the name of a fault, `exit N`, `timeout`. */
  readonly end: string;
  /** The hostile instruction was reached. */
  readonly armed: boolean;
  /** Host and neighbours went on. */
  readonly serving: boolean;
  /** What was reached; empty: nothing. */
  readonly escape: string;
}

/** Runs attacks of an image on `host` (attack-host, or a control), each in a process of its own. */
export async function stage(
  host: string,
  image: string,
  names: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Sighting[]> {
  mkdirSync(FOLDER, { recursive: true });
  const directory = mkdtempSync(join(FOLDER, 'stage-'));
  try {
    const outcome = await run({
      program: host,
      arguments: [SERVICE, image, ...names],
      directory,
      environment,
      timeoutSeconds: 300 + 30 * names.length,
    });
    const sightings = outcome.stdout
      .toString('latin1')
      .split('\n')
      .flatMap((line) => readSighting(line));
    if (sightings.length !== names.length) {
      throw new Error(`${host} ${image}: ${outcome.stderr.toString('latin1')}`);
    }
    return sightings;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const LINE =
  /^\{"name": "(\w+)", "end": "([^"]*)", "armed": (true|false), "serving": (true|false), "escape": "([^"]*)"\}$/;

function readSighting(line: string): readonly Sighting[] {
  const [, name, end, armed, serving, escape] = LINE.exec(line) ?? [];
  if (name === undefined || end === undefined || escape === undefined) return [];
  return [{ name, end, armed: armed === 'true', serving: serving === 'true', escape }];
}
