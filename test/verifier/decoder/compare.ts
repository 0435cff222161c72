/** The decoder of the verifier against LLVM's, on the same bytes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Code, kindAt } from '../../../src/verify/image/code.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import type { ImageFile } from '../../../src/verify/image/elf.js';
import { REFUSED } from '../../../src/verify/image/encodings.js';
import { type Iced, NO_GPR } from '../../../src/verify/image/iced.js';
import { KINDS } from '../../../src/verify/image/kinds.js';
import { OPERAND } from '../../../src/verify/image/operands.js';

const START = 0x1000_0000;
const NAMES = 'ax cx dx bx sp bp si di 8 9 10 11 12 13 14 15'.split(' ');

/** Bytes as the code of an image; RIP-relative operands of it count as read-only, wherever they lead. */
export function asImage(bytes: Uint8Array): ImageFile {
  const code = { start: START, end: START + bytes.length, bytes };
  const everything = { start: -(2 ** 32), end: 2 ** 32, bytes: new Uint8Array() };
  return {
    entry: START,
    code,
    readOnly: everything,
    data: everything,
    isolation: 'code+data',
    exports: [],
    verdict: undefined,
  };
}

/** What the verifier reads. */
export function decode(iced: Iced, bytes: Uint8Array): Code {
  return decodeImage(decoderFacts(iced), asImage(bytes), () => undefined);
}

/** What LLVM reads: the text of the instruction at each address. Intel's syntax names the sizes of operands. */
export function disassemble(
  bytes: Uint8Array,
  syntax: 'att' | 'intel' = 'att',
): ReadonlyMap<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-decoder-'));
  try {
    const [source, object, image] = ['a.s', 'a.o', 'a'].map((name) => join(folder, name));
    const raw = join(folder, 'raw');
    writeFileSync(raw, bytes);
    writeFileSync(source ?? '', `.globl _start\n_start:\n.incbin "${raw}"\n`);
    execFileSync('clang-22', [
      '-target',
      'x86_64-linux-gnu',
      '-c',
      source ?? '',
      '-o',
      object ?? '',
    ]);
    execFileSync('ld.lld-22', [`-Ttext=0x${START.toString(16)}`, object ?? '', '-o', image ?? '']);
    const form = `--x86-asm-syntax=${syntax}`;
    const options = ['-d', '--no-show-raw-insn', '--no-print-imm-hex', form, image ?? ''];
    const text = execFileSync('llvm-objdump-22', options, { maxBuffer: 2 ** 30 }).toString();
    const lines = [...text.matchAll(/^\s*([0-9a-f]+):\s*(.*)$/gm)];
    // A lock prefix has a line of its own, in front of its instruction's.
    const isLocked = (at: number): boolean => lines[at - 1]?.[2] === 'lock';
    return new Map(
      lines.flatMap(([, address = '', line = ''], at) =>
        isLocked(at)
          ? []
          : [[parseInt(address, 16), line === 'lock' ? (lines[at + 1]?.[2] ?? '') : line]],
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How the two differ about instruction `at`; undefined when they do not. */
export function difference(
  code: Code,
  at: number,
  text: ReadonlyMap<number, string>,
): string | undefined {
  const address = code.address[at] ?? 0;
  const line = text.get(address);
  if (line === undefined) return 'LLVM sees no instruction here';
  const next = at + 1 < code.count ? (code.address[at + 1] ?? 0) : code.end;
  for (let inside = address + 1; inside < next; inside++) {
    if (text.has(inside)) return `LLVM ends "${line}" earlier`;
  }
  const kind = kindAt(code, at);
  if (kind === KINDS.refused || kind === KINDS.nop) return undefined;
  if (line.includes('<unknown>')) return 'LLVM knows no such instruction';
  return memoryDifference(code, at, line) ?? registerDifference(code, at, line);
}

/** `%gs:8(%edi,%ecx,8)`, `(%rsp)`, `%gs:16`. */
const MEMORY =
  /(%[c-gs]s:)?(-?(?:0x[0-9a-f]+|\d+))?(?:\((%\w+)?(?:,\s*(%\w+)(?:,\s*(\d))?)?\)|(?<=%gs:-?(?:0x[0-9a-f]+|\d+))(?!\())/;

function memoryDifference(code: Code, at: number, line: string): string | undefined {
  const { encodings } = code;
  const encoding = code.encoding[at] ?? REFUSED;
  const form = encodings.operand[encoding] ?? OPERAND.none;
  const operands = line.replace(/\s*(#|<).*$/, '');
  const found = MEMORY.exec(operands);
  const isThere = found !== null && found[0] !== '';
  if (form === OPERAND.none) {
    const isTarget = /^\S+\s+\*/.test(operands);
    return isThere && !isTarget ? `LLVM has a memory operand: "${line}"` : undefined;
  }
  if (!isThere) return `LLVM has no memory operand: "${line}"`;
  const [, segment = '', displacement = '0', base = '', named = ''] = found;
  // Index 4, which is none, with a SIB byte that need not be there.
  const index = /^%[re]iz$/.test(named) ? '' : named;
  if ((segment === '%gs:') !== (form === OPERAND.window)) return `segments differ: "${line}"`;
  if (base === '%rip' || base === '%eip') return undefined;
  if (form === OPERAND.window) {
    if (!isCut(base) || !(isCut(index) || isVector(index))) return `not cut to 32 bits: "${line}"`;
  } else {
    if (base !== nameOf(encodings.base[encoding])) return `base in "${line}"`;
    if (index !== nameOf(encodings.index[encoding])) return `index in "${line}"`;
  }
  if (((code.displacement[at] ?? 0) | 0) !== (Number(displacement) | 0))
    return `displacement in "${line}"`;
  return undefined;
}

/** In the window it does not matter which register it is, if its name is one of 32 bits. */
function isCut(register: string): boolean {
  return register === '' || NAMES.some((_, number) => register === registerName(number, 32));
}

function isVector(register: string): boolean {
  return /^%[xyz]mm\d+$/.test(register);
}

function nameOf(register = NO_GPR): string {
  return register === NO_GPR ? '' : registerName(register, 64);
}

function registerName(register: number, bits: number): string {
  const name = NAMES[register] ?? '';
  if (register >= 8)
    return `%r${name}${bits === 64 ? '' : bits === 32 ? 'd' : bits === 16 ? 'w' : 'b'}`;
  if (bits === 64) return `%r${name}`;
  if (bits === 32) return `%e${name}`;
  if (bits === 16) return `%${name}`;
  return register < 4 ? `%${name.charAt(0)}l` : `%${name}l`;
}

/** Every general-purpose register that the verifier takes for an operand stands in LLVM's text. */
function registerDifference(code: Code, at: number, line: string): string | undefined {
  const { encodings } = code;
  const encoding = code.encoding[at] ?? REFUSED;
  for (const [register, bits] of [
    [encodings.register0[encoding] ?? NO_GPR, encodings.bits0[encoding] ?? 0],
    [encodings.register1[encoding] ?? NO_GPR, encodings.bits1[encoding] ?? 0],
  ] as const) {
    if (register === NO_GPR || bits === 0) continue;
    const name = registerName(register, bits);
    // LLVM calls the register of movmsk, pextr and pinsr by its low half, as the upper one does not matter.
    const low = /movmsk|pextr|pinsr|extractps/.test(line) ? registerName(register, 32) : name;
    if (!new RegExp(`(${name}|${low})\\b`).test(line)) return `${name} is not in "${line}"`;
  }
  return undefined;
}
