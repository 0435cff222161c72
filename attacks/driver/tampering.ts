import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, run } from '../../programs/process.js';
import { FOLDER, HOST, imageCommand } from './build.js';
import type { Result } from './contained.js';
import { whyNotLoaded } from './images.js';
import { ATTACKS } from './program.js';
import { stage } from './stage.js';
import { judgeControl, type Problem } from './verdict.js';

/** A function in an image, by addresses of its window. */
interface Place {
  readonly address: number;
  readonly size: number;
}

/** An edit of a verified image, as somebody may make who can write to the file. */
interface Edit {
  readonly name: string;
  /** Changes the bytes in place. @returns whether it found what it looks for */
  readonly edit: (image: Buffer, place: Place) => boolean;
  /** Part of the loader's message. */
  readonly reason: string;
  /** What is left of the attacks then reaches a secret, when the image is loaded all the same. */
  readonly escapes?: boolean;
}

const ATTACK = 'load_64';
const CHANGED = 'changed after it was verified';
const SEGMENT = { code: 0, readOnly: 1, data: 2 } as const;
const FIELD = { flags: 4, offset: 8, address: 16, fileSize: 32, memorySize: 40 } as const;

/** Where a field of the header of a loadable segment is. */
function field(image: Buffer, segment: number, name: keyof typeof FIELD): number {
  const table = Number(image.readBigUInt64LE(32));
  const loads = Array.from({ length: image.readUInt16LE(56) }, (_, i) => table + 56 * i).filter(
    (at) => image.readUInt32LE(at) === 1,
  );
  return (loads[segment] ?? 0) + FIELD[name];
}

/** The code of the attacking function. */
function codeAt(image: Buffer, place: Place): Buffer {
  const segment = Number(image.readBigUInt64LE(field(image, SEGMENT.code, 'offset')));
  const address = Number(image.readBigUInt64LE(field(image, SEGMENT.code, 'address')));
  const start = segment + place.address - address;
  return image.subarray(start, start + place.size);
}

/** Replaces the prefixes of each load of 64 bits through a register, `65 67`, by two other bytes. */
function replacePrefixes(first: number, second: number) {
  return (image: Buffer, place: Place): boolean => {
    const code = codeAt(image, place);
    let found = false;
    for (let at = code.indexOf('6567', 'hex'); at >= 0; at = code.indexOf('6567', at + 2, 'hex')) {
      const [rex = 0, opcode = 0, modRm = 0] = code.subarray(at + 2, at + 5);
      const loads = (rex & 0xf8) === 0x48 && opcode === 0x8b && (modRm & 0xc7) !== 0x05;
      if (loads) code.set([first, second], at);
      found ||= loads;
    }
    return found;
  };
}

function addTo(segment: number, name: keyof typeof FIELD, amount: bigint) {
  return (image: Buffer): boolean => {
    const at = field(image, segment, name);
    image.writeBigUInt64LE(image.readBigUInt64LE(at) + amount, at);
    return true;
  };
}

function replaceText(from: string, to: string) {
  return (image: Buffer): boolean => {
    const at = image.indexOf(from);
    if (at >= 0) image.write(to, at, 'latin1');
    return at >= 0;
  };
}

const EDITS: readonly Edit[] = [
  {
    name: 'confinement_taken_out',
    edit: replacePrefixes(0x90, 0x90),
    reason: CHANGED,
    escapes: true,
  },
  {
    name: 'address_size_taken_out',
    edit: replacePrefixes(0x90, 0x65),
    reason: CHANGED,
  },
  {
    name: 'system_call_put_in',
    edit: replacePrefixes(0x0f, 0x05),
    reason: CHANGED,
  },
  {
    name: 'another_entry',
    edit: (image) => image.writeBigUInt64LE(image.readBigUInt64LE(24) + 3n, 24) > 0,
    reason: CHANGED,
  },
  {
    name: 'constants_changed',
    edit: (image) => {
      const start = Number(image.readBigUInt64LE(field(image, SEGMENT.readOnly, 'offset')));
      return image.writeUInt8(image.readUInt8(start + 0x1100) ^ 1, start + 0x1100) > 0;
    },
    reason: CHANGED,
  },
  {
    name: 'data_changed',
    edit: (image) => {
      const start = Number(image.readBigUInt64LE(field(image, SEGMENT.data, 'offset')));
      return image.writeUInt8(image.readUInt8(start) ^ 1, start) > 0;
    },
    reason: CHANGED,
  },
  {
    name: 'data_as_code',
    edit: (image) => {
      const data = image.readBigUInt64LE(field(image, SEGMENT.data, 'offset'));
      return image.writeBigUInt64LE(data, field(image, SEGMENT.code, 'offset')) > 0;
    },
    reason: 'the code segment is not in the file',
  },
  { name: 'less_code', edit: addTo(SEGMENT.code, 'fileSize', -16n), reason: 'larger in memory' },
  { name: 'more_data', edit: addTo(SEGMENT.data, 'memorySize', 4096n), reason: CHANGED },
  {
    name: 'executable_data',
    edit: (image) => image.writeUInt32LE(7, field(image, SEGMENT.data, 'flags')) > 0,
    reason: 'segment is rwx',
  },
  {
    name: 'writable_code',
    edit: (image) => image.writeUInt32LE(7, field(image, SEGMENT.code, 'flags')) > 0,
    reason: 'segment is rwx',
  },
  {
    name: 'a_forged_digest',
    edit: (image) => {
      const at = image.indexOf('sha256=');
      return at >= 0 && image.write('0'.repeat(64), at + 7, 'latin1') > 0;
    },
    reason: CHANGED,
  },
  {
    name: 'no_verdict',
    edit: replaceText('verified=', 'verifien='),
    reason: 'verdict is damaged',
  },
  {
    name: 'another_isolation',
    edit: replaceText('isolate=code+data', 'isolate=data     '),
    reason: CHANGED,
  },
];

async function placeOf(name: string, image: string): Promise<Place> {
  const { stdout } = await run({ program: 'llvm-nm-22', arguments: ['--print-size', image] });
  const line = new RegExp(`^(\\w+) (\\w+) t ${name}$`, 'm').exec(stdout.toString('latin1'));
  if (line === null) throw new Error(`${image} has no function ${name}`);
  return { address: parseInt(line[1] ?? '', 16), size: parseInt(line[2] ?? '', 16) };
}

/** Builds one verified image, edits it in each way, and asks the loader. */
export async function tryTampering(): Promise<Result> {
  const folder = join(FOLDER, 'tampered');
  mkdirSync(folder, { recursive: true });
  const original = join(folder, 'loads.image');
  const sources = ['memory/loads.c', 'attack.c'].map((source) => join(ATTACKS, source));
  await must(imageCommand('code+data', ['-O1', ...sources], original));
  const place = await placeOf(ATTACK, original);
  const problems: Problem[] = [];
  for (const edit of EDITS) {
    const image = join(folder, `${edit.name}.image`);
    const problem = (text: string): void => {
      problems.push({ attack: `tampered/${edit.name}`, build: 'image', kind: 'refusal', text });
    };
    const bytes = readFileSync(original);
    if (!edit.edit(bytes, place)) problem('the edit found nothing to change');
    writeFileSync(image, bytes);
    const reason = await whyNotLoaded(image);
    if (!reason.includes(edit.reason)) problem(`loaded, or refused otherwise: ${reason}`);
    if (edit.escapes === true) problems.push(...(await escapes(edit.name, image)));
  }
  return {
    attacks: EDITS.map(({ name }) => `tampered/${name}`),
    problems,
    controls: EDITS.filter(({ escapes: control }) => control === true).length,
    skipped: [],
  };
}

async function escapes(name: string, image: string): Promise<readonly Problem[]> {
  const [sighting] = await stage(HOST, image, [ATTACK], { ATTACK_UNVERIFIED: '1' });
  if (sighting === undefined) throw new Error(`${name}: the control did not run`);
  return judgeControl(`tampered/${name}`, sighting);
}
