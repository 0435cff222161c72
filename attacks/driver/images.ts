import { join } from 'node:path';
import { must, run } from '../../programs/process.js';
import { ROOT } from '../../programs/toolchain.js';
import { FOLDER, HOST, imageCommand } from './build.js';
import type { Result } from './contained.js';
import { ATTACKS } from './program.js';
import { type Part, writePart } from './refusals.js';
import { stage } from './stage.js';
import { judgeControl, type Problem } from './verdict.js';

const NAME = 'hostile_image';
const COMMON = ['hostile', 'attack'].map((name) => join(FOLDER, `images/${name}.o`));

/** The C part of the images, once for all. */
export async function buildCommon(): Promise<void> {
  const sources = ['host/hostile.c', 'attack.c'];
  for (const [index, source] of sources.entries()) {
    await must(
      imageCommand('code+data', ['-O1', '-c', join(ATTACKS, source)], COMMON[index] ?? ''),
    );
  }
}

/**
 * A function in assembly: its image is refused when it is linked, by the rule that is named, and when it is loaded;
 * a host that loads it all the same loses a secret.
 */
export async function tryImage(part: Part): Promise<Result> {
  const source = writePart(part);
  const object = `${source}.o`;
  const image = `${source}.image`;
  const includes = `-I${join(ATTACKS, 'images')}`;
  await must({ program: 'clang-22', arguments: [includes, '-c', source, '-o', object] });
  const problems: Problem[] = [];
  const problem = (text: string): void => {
    problems.push({ attack: part.name, build: 'image', kind: 'refusal', text });
  };
  const linked = await run(imageCommand('code+data', [...COMMON, object], image));
  const said = linked.stdout.toString('latin1') + linked.stderr.toString('latin1');
  if (linked.status === 0) problem('was linked');
  else if (!said.includes(part.code)) problem(`not refused by ${part.code}: ${said.slice(0, 500)}`);
  await must(imageCommand('code+data', ['-fno-tbx-verify', ...COMMON, object], image));
  const reason = await whyNotLoaded(image);
  if (!reason.includes('was not verified')) problem(`was loaded, or refused otherwise: ${reason}`);
  if (part.noControl !== undefined) {
    return { attacks: [part.name], problems, controls: 0, skipped: [] };
  }
  const [sighting] = await stage(HOST, image, [NAME], { ATTACK_UNVERIFIED: '1' });
  if (sighting === undefined) throw new Error(`${part.name}: the control did not run`);
  problems.push(
    ...judgeControl(part.name, died(sighting.escape) ? { ...sighting, armed: true } : sighting),
  );
  return { attacks: [part.name], problems, controls: 1, skipped: [] };
}

/** A host that died has lost its output too. */
function died(escape: string): boolean {
  return escape === 'the host died';
}

/** The loader's message; empty when it takes the image. */
export async function whyNotLoaded(image: string): Promise<string> {
  const { status, stderr } = await run({
    program: join(ROOT, 'build/host/tbx-run'),
    arguments: [image],
    environment: { TBX_ACCEPT_UNVERIFIED: '' },
    timeoutSeconds: 20,
  });
  return status === 125 ? stderr.toString('latin1') : '';
}
