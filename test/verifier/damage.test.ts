import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildAllowList } from '../../src/verify/image/allow-list.js';
import { type Code, decodeImage } from '../../src/verify/image/decode.js';
import { type ImageFile, readImage } from '../../src/verify/image/elf.js';
import { loadIced, registerFacts } from '../../src/verify/image/iced.js';
import { KINDS } from '../../src/verify/image/kinds.js';
import { OPERAND } from '../../src/verify/image/operands.js';
import { verifyImage } from '../../src/verify/image/verify.js';
import { buildSnippets, type SnippetImage } from './snippets.js';

/** Images that are accepted, damaged at every place of a kind, one at a time: each has to be refused. */
interface Victim {
  readonly bytes: Uint8Array;
  readonly image: ImageFile;
  readonly code: Code;
  readonly owner: SnippetImage['owner'];
}

const FILES = ['pass/operands.s', 'pass/frames.s', 'pass/calls.s', 'pass/jump-tables.s'];
let victims: readonly Victim[] = [];

beforeAll(async () => {
  const iced = await loadIced();
  victims = FILES.map((file) => {
    const built = buildSnippets(file);
    const bytes = new Uint8Array(built.bytes);
    const refuse = (rule: string, address: number | undefined, message: string): never => {
      throw new Error(`${file} ${rule} ${address ?? 0}: ${message}`);
    };
    const image = readImage(bytes, refuse);
    if (image === undefined) throw new Error(`${file} is no image`);
    const code = decodeImage(iced, image, buildAllowList(iced), registerFacts(iced), refuse);
    return { bytes, image, code, owner: built.owner };
  });
});

/** Overwrites what `damage` gives for each instruction, and returns the addresses where that was accepted. */
async function accepted(
  damage: (code: Code, at: number, bytes: Uint8Array) => readonly (readonly [number, number])[],
): Promise<{ readonly tried: number; readonly accepted: readonly string[] }> {
  const survivors: string[] = [];
  let tried = 0;
  for (const { bytes, image, code, owner } of victims) {
    for (let at = 0; at < code.count; at++) {
      const address = code.address[at] ?? 0;
      // The functions of the prelude are not called from every file.
      if (owner(address) === undefined) continue;
      const offset = address - code.start;
      for (const [place, value] of damage(code, at, image.code.bytes.subarray(offset))) {
        tried++;
        const old = image.code.bytes[offset + place] ?? 0;
        image.code.bytes[offset + place] = value;
        const { refusals } = await verifyImage(bytes);
        image.code.bytes[offset + place] = old;
        if (refusals.length === 0) survivors.push(`0x${address.toString(16)}`);
      }
    }
  }
  return { tried, accepted: survivors };
}

/** The place of a prefix byte, in front of everything else. */
function prefixAt(bytes: Uint8Array, prefix: number): number {
  const place = bytes.subarray(0, 3).indexOf(prefix);
  return place;
}

describe('every place where', () => {
  test('a gs prefix becomes another segment', async () => {
    const result = await accepted((code, at, bytes) =>
      code.operand[at] === OPERAND.window ? [[prefixAt(bytes, 0x65), 0x3e]] : [],
    );
    expect(result.accepted).toEqual([]);
    expect(result.tried).toBeGreaterThan(20);
  });

  test('a 67 prefix is lost', async () => {
    const result = await accepted((code, at, bytes) => {
      const place = prefixAt(bytes, 0x67);
      return code.operand[at] === OPERAND.window && place >= 0 ? [[place, 0x65]] : [];
    });
    expect(result.accepted).toEqual([]);
    expect(result.tried).toBeGreaterThan(15);
  });

  test('a push or pop of a preserved register is lost', async () => {
    const result = await accepted((code, at, bytes) => {
      const kind = code.kind[at];
      const isWord = kind === KINDS.push || kind === KINDS.pop;
      // push and pop of rbx and rbp; a lost push of rax may only change the alignment.
      return isWord && [0x53, 0x55, 0x5b, 0x5d].includes(bytes[0] ?? 0) ? [[0, 0x90]] : [];
    });
    expect(result.accepted).toEqual([]);
    expect(result.tried).toBeGreaterThan(20);
  });

  test('a call or jump goes one byte further', async () => {
    const result = await accepted((code, at, bytes) => {
      const isNear = bytes[0] === 0xe8 && code.kind[at] === KINDS.call;
      return isNear ? [[1, ((bytes[1] ?? 0) + 1) & 0xff]] : [];
    });
    // One byte further there may be another instruction, with which the call is as good.
    expect(result.accepted.length).toBeLessThan(result.tried / 2);
  });

  test('a return becomes a system call, a stack switch or a far return', async () => {
    const result = await accepted((code, at) =>
      code.kind[at] === KINDS.return
        ? [
            [0, 0xcb],
            [0, 0xcf],
            [0, 0xc9],
            [0, 0x5c],
          ]
        : [],
    );
    expect(result.accepted).toEqual([]);
    expect(result.tried).toBeGreaterThan(60);
  });
});
