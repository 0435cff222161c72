import type { Instruction, Register } from 'iced-x86';
import { analyse } from '../src/verify/image/analysis.js';
import { decodeImage } from '../src/verify/image/decode.js';
import { decoderFacts } from '../src/verify/image/decoder-facts.js';
import { type ImageFile, readImage } from '../src/verify/image/elf.js';
import { type Iced, loadIced } from '../src/verify/image/iced.js';
import { rootsOf } from '../src/verify/image/roots.js';
import { readSymbols } from '../src/verify/image/symbols.js';
import type { CallTable } from '../src/verify/image/tables.js';

/** An image that is accepted, and what the kinds of damage have to know of it. */
export interface Victim {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly image: ImageFile;
  /** Offsets in the file of the first bytes of code and of the read-only segment. */
  readonly codeAt: number;
  readonly readOnlyAt: number;
  /** All instructions, in the order of addresses. */
  readonly code: readonly Decoded[];
  /** Indices of `code` by address. */
  readonly starts: ReadonlyMap<number, number>;
  /** Addresses that some path reaches. */
  readonly reached: ReadonlySet<number>;
  readonly callTables: readonly CallTable[];
  /** The function that an address is in. */
  readonly functionAt: (address: number) => string | undefined;
}

/** An instruction as iced decodes it: the verifier's own decoding is among what is tested. */
export interface Decoded {
  readonly index: number;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** iced's name of the code: `Mov_r32_rm32`. */
  readonly code: string;
  readonly gs: boolean;
  /** Has a 67 prefix. */
  readonly cut: boolean;
  readonly memory: 'none' | 'window' | 'rip' | 'frame' | 'other';
  /** Has a base or an index register. */
  readonly hasRegister: boolean;
  /** Where displacement and immediate are in the bytes; size 0: there is none. */
  readonly displacement: Field;
  readonly immediate: Field;
  /** Target of a RIP-relative operand or of a direct branch. */
  readonly target: number | undefined;
  /** Name of the register that is operand 0. */
  readonly register: string | undefined;
}

export interface Field {
  readonly at: number;
  readonly size: number;
}

const LEGACY = new Set([0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65]);

/** Legacy prefixes in front of an instruction. */
export function prefixesOf(bytes: Uint8Array): readonly number[] {
  const end = bytes.findIndex((byte) => !LEGACY.has(byte));
  return [...bytes.subarray(0, Math.max(0, end))];
}

/** Reads an image for damage. @throws when it is not accepted to begin with. */
export async function readVictim(name: string, bytes: Uint8Array): Promise<Victim> {
  const iced = await loadIced();
  const refuse = (rule: string, address: number | undefined, message: string): never => {
    throw new Error(
      `${name} is refused undamaged: ${rule} 0x${(address ?? 0).toString(16)} ${message}`,
    );
  };
  const image = readImage(bytes, refuse);
  if (image === undefined) throw new Error(`${name} is no image`);
  const decoded = decodeImage(decoderFacts(iced), image, refuse);
  const findings = analyse(image, decoded, rootsOf(image, decoded, refuse), refuse);
  const code = decodeAll(iced, image);
  const reached = new Set<number>();
  for (let at = 0; at < decoded.count; at++) {
    if (findings.reached[at] === 1) reached.add(decoded.address[at] ?? 0);
  }
  const symbols = readSymbols(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [codeAt = 0, readOnlyAt = 0] = loadOffsets(view);
  return {
    ...{ name, bytes, image, codeAt, readOnlyAt, code, reached },
    starts: new Map(code.map(({ address, index }) => [address, index])),
    callTables: findings.callTables,
    functionAt: (address) => symbols.at(address)?.name,
  };
}

/** File offsets of the PT_LOAD segments. */
function loadOffsets(view: DataView): readonly number[] {
  const table = view.getUint32(32, true);
  return Array.from({ length: view.getUint16(56, true) }, (_, index) => table + 56 * index)
    .filter((at) => view.getUint32(at, true) === 1)
    .map((at) => view.getUint32(at + 8, true));
}

function decodeAll(iced: Iced, image: ImageFile): readonly Decoded[] {
  const { bytes, start } = image.code;
  const decoder = new iced.Decoder(64, bytes, 0);
  decoder.ip = BigInt(start);
  const instruction = new iced.Instruction();
  const code: Decoded[] = [];
  while (decoder.canDecode) {
    const at = decoder.position;
    decoder.decodeOut(instruction);
    const offsets = decoder.getConstantOffsets(instruction);
    const own = bytes.slice(at, at + instruction.length);
    const place = {
      displacement: { at: offsets.displacementOffset, size: offsets.displacementSize },
      immediate: { at: offsets.immediateOffset, size: offsets.immediateSize },
    };
    offsets.free();
    const facts = factsOf(iced, instruction, own);
    code.push({ index: code.length, address: start + at, bytes: own, ...place, ...facts });
  }
  instruction.free();
  decoder.free();
  return code;
}

function factsOf(
  iced: Iced,
  instruction: Instruction,
  bytes: Uint8Array,
): Omit<Decoded, 'index' | 'address' | 'bytes' | 'displacement' | 'immediate'> {
  const { OpKind, Register, Code } = iced;
  const kinds = Array.from({ length: instruction.opCount }, (_, n) => instruction.opKind(n));
  const hasMemory = kinds.includes(OpKind.Memory);
  const prefixes = prefixesOf(bytes);
  const gs = prefixes.includes(0x65);
  const { memoryBase, memoryIndex } = instruction;
  const isBranch = kinds[0] === OpKind.NearBranch64;
  const isRip = hasMemory && memoryBase === Register.RIP;
  return {
    code: Code[instruction.code],
    gs,
    cut: prefixes.includes(0x67),
    memory: hasMemory ? memoryForm(gs, isRip, memoryBase, iced) : 'none',
    hasRegister: hasMemory && (memoryBase !== Register.None || memoryIndex !== Register.None),
    target: isBranch
      ? Number(instruction.nearBranchTarget)
      : isRip
        ? Number(instruction.memoryDisplacement)
        : undefined,
    register: kinds[0] === OpKind.Register ? Register[instruction.opRegister(0)] : undefined,
  };
}

function memoryForm(
  gs: boolean,
  isRip: boolean,
  base: Register,
  { Register }: Iced,
): Decoded['memory'] {
  if (gs) return 'window';
  if (isRip) return 'rip';
  return base === Register.RSP || base === Register.RBP ? 'frame' : 'other';
}
