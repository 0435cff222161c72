/**
 * Asks iced-x86 about all opcodes that instructions without VEX and EVEX can have, once for each combination of the
 * prefixes that an accepted instruction may have. scripts/bundle.js puts the answers into the bundle.
 */
import { Buffer } from 'node:buffer';
import { ALLOWED } from './allow/index.js';
import { type LearningList, UNLEARNED } from './allow-list.js';
import { Asking } from './asking.js';
import { type AskingFacts, decoderFacts } from './decoder-facts.js';
import { codesByName, type Iced } from './iced.js';
import { noOperands } from './instruction-operands.js';
import { Siblings } from './modrm.js';
import { writeOpcodes } from './opcode-table.js';
import { Opcodes } from './opcodes.js';
import { HAS_GS, prefixProblem, readPrefixes } from './prefixes.js';

/** Bytes between two candidates: more than an instruction has. */
const STRIDE = 16;

/** In front of operands in memory, and of all. */
const WINDOW = [[0x65], [0x65, 0x67]];
const LEGACY = [[], [0x66], [0xf2], [0xf3]];
const LOCKED = [[0xf0], [0x66, 0xf0]];
const MAPS = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
/** None and W: the other bits name registers. */
const REXES = [[], [0x48]];
const ALL_REXES = [[], ...Array.from({ length: 16 }, (_, bits) => [0x40 | bits])];
const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
/** Operands in memory and in registers, with all extensions of an opcode. */
const IN_MEMORY = BYTES.filter((modrm) => modrm >> 6 === 0 && (modrm & 7) === 0);
const IN_REGISTERS = BYTES.filter((modrm) => modrm >> 6 === 3 && (modrm & 7) === 0);
/** Of these opcodes the whole second byte may belong to them: x87, fences and `xgetbv`. */
const HAS_SECOND_BYTE = /^(d[89a-f]|0f01|0fae)$/;
const SECOND_BYTES = BYTES.filter((byte) => byte >> 6 === 3);
/** The register is in the opcode: push, pop, xchg, mov, bswap. */
const HAS_REGISTER = /^([59][0-7]|5[89a-f]|b.|0fc[89a-f])$/;

/** What {@link knownOpcodes} reads. */
export function surveyOpcodes(iced: Iced): string {
  const facts = decoderFacts(iced);
  const { list } = facts;
  learnAllowed(iced, list);
  const opcodes = new Opcodes();
  const siblings = new Siblings(list, opcodes);
  for (const prefixes of [...LEGACY, ...LOCKED]) {
    const inMemory = [[], ...WINDOW].map((window) => [...window, ...prefixes]);
    for (const all of inMemory) learnHeads(facts, siblings, headsInMemory(all));
  }
  for (const prefixes of LEGACY) learnHeads(facts, siblings, otherHeads(prefixes));
  return writeOpcodes(list, opcodes);
}

/** Asks about instructions that begin so. */
function learnHeads(
  facts: AskingFacts,
  siblings: Siblings,
  heads: readonly (readonly number[])[],
): void {
  const bytes = new Uint8Array(heads.length * STRIDE);
  heads.forEach((head, number) => {
    bytes.set(head, number * STRIDE);
  });
  const asking = new Asking(facts, bytes, 0);
  const operands = noOperands();
  for (let offset = 0; offset < bytes.length; offset += STRIDE) {
    if (asking.ask(offset, operands) !== 'read') continue;
    const prefixes = readPrefixes(bytes, offset, STRIDE);
    const hasGsOperand = operands.isMemory && (prefixes & HAS_GS) !== 0;
    const needed = facts.list.prefixes[operands.code] ?? 0;
    // What is refused may be asked about.
    if (prefixProblem(prefixes, needed, false, hasGsOperand) !== undefined) continue;
    siblings.learn(bytes, offset, operands);
  }
  asking.free();
}

/** No code is left of which it is not known whether it is allowed. */
function learnAllowed(iced: Iced, list: LearningList): void {
  const codes = codesByName(iced);
  for (const name of ALLOWED.flatMap((group) => group.codes.trim().split(/\s+/))) {
    const code = codes.get(name);
    if (code !== undefined && list.allowed[code] === UNLEARNED) list.learn(code);
  }
  list.allowed.forEach((allowed, code) => {
    if (allowed === UNLEARNED) list.allowed[code] = 0;
  });
}

const OPCODES = MAPS.flatMap((map) => BYTES.map((opcode) => [...map, opcode]));

function headsInMemory(prefixes: readonly number[]): readonly (readonly number[])[] {
  return OPCODES.flatMap((opcode) =>
    REXES.flatMap((rex) => IN_MEMORY.map((modrm) => [...prefixes, ...rex, ...opcode, modrm])),
  );
}

/** Without an operand in memory. */
function otherHeads(prefixes: readonly number[]): readonly (readonly number[])[] {
  return OPCODES.flatMap((opcode) => {
    const name = Buffer.from(opcode).toString('hex');
    const rexes = HAS_REGISTER.test(name) ? ALL_REXES : REXES;
    const seconds = HAS_SECOND_BYTE.test(name) ? SECOND_BYTES : IN_REGISTERS;
    return rexes.flatMap((rex) =>
      seconds.map((second) => [...prefixes, ...rex, ...opcode, second]),
    );
  });
}
