/**
 * The verifier with its memory, in which one instruction teaches how others are read, against the decoder that is asked
 * about each anew.
 */
import { Asking } from '../../../src/verify/image/asking.js';
import type { Code } from '../../../src/verify/image/code.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { type AskingFacts, decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import { EncodingTree } from '../../../src/verify/image/encoding-tree.js';
import { Encodings } from '../../../src/verify/image/encodings.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import {
  type InstructionOperands,
  noOperands,
} from '../../../src/verify/image/instruction-operands.js';
import { Siblings } from '../../../src/verify/image/modrm.js';
import { surveyOpcodes } from '../../../src/verify/image/opcode-survey.js';
import { readOpcodes } from '../../../src/verify/image/opcode-table.js';
import type { Random } from '../../support/random.js';
import { type Family, MAX_LENGTH, relatives } from './families.js';
import { factsWithoutMemory, imageOf } from './reading.js';

/** Members of one head; and how often another is rolled where there is no such instruction. */
const CLAN = 16;
const MAX_TRIES = 6;

/** Families after which all is forgotten: a memory that is full learns no more. */
const RENEWED = 32;

type Memories = readonly [AskingFacts, AskingFacts, AskingFacts];

interface Reading {
  readonly code: Code;
  readonly refusals: readonly string[];
}

/** What a processor is given: an instruction, or 15 bytes that begin with none. */
interface Member {
  readonly bytes: Uint8Array;
  readonly isValid: boolean;
}

export class MemoryCheck {
  /** How many instructions were compared. */
  instructions = 0;
  readonly #iced: Iced;
  readonly #survey: string;
  readonly #operands: InstructionOperands = noOperands();
  #memories: Memories;
  #nothing: AskingFacts;
  #checks = 0;

  constructor(iced: Iced) {
    this.#iced = iced;
    this.#survey = surveyOpcodes(iced);
    this.#memories = this.#newMemories();
    this.#nothing = this.#noMemory();
  }

  /**
   * Reads members of a family in one order and in the other, each with a memory that knows some other families only, and
   * with one that knows the opcodes which come with the program. What differs, or undefined.
   */
  check(family: Family, random: Random, count: number): string | undefined {
    if (this.#checks++ % RENEWED === 0) {
      this.#memories = this.#newMemories();
      this.#nothing = this.#noMemory();
    }
    const members = this.#members(family, random, count);
    const [forwards, backwards, ofProgram] = this.#memories;
    const found =
      this.#compare(members, forwards) ??
      this.#compare(members.toReversed(), backwards) ??
      this.#compare(members, ofProgram);
    return found === undefined ? undefined : `${family.name}: ${found}`;
  }

  #newMemories(): Memories {
    const { siblings } = readOpcodes(this.#survey);
    return [this.#newMemory(), this.#newMemory(), { ...this.#newMemory(), siblings }];
  }

  /** Reads pieces of code, each with what was learnt from those before. */
  checkCode(pieces: readonly Uint8Array[]): string | undefined {
    const memory = this.#newMemory();
    this.#nothing = this.#noMemory();
    for (const piece of pieces) {
      const found = this.#compareCode(piece, memory);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Reads the instructions one behind the other. */
  #compare(members: readonly Member[], memory: AskingFacts): string | undefined {
    const valid = members.filter(({ isValid }) => isValid).map(({ bytes }) => bytes);
    const found = this.#compareCode(Buffer.concat(valid), memory);
    if (found !== undefined) return found;
    const wrong = members.find((member) => !this.#isKnownRight(member, memory));
    return (
      wrong &&
      `found in the memory, ${wrong.isValid ? 'but longer or shorter' : 'but none'}: ${hex(wrong.bytes)}`
    );
  }

  #compareCode(bytes: Uint8Array, memory: AskingFacts): string | undefined {
    const known = read(memory, bytes);
    const asked = read(this.#nothing, bytes);
    this.instructions += asked.code.count;
    return difference(known, asked, bytes);
  }

  /** Whether the memory, which knows all members now, finds this one as it is, or not at all. */
  #isKnownRight({ bytes, isValid }: Member, memory: AskingFacts): boolean {
    const padded = new Uint8Array(2 * MAX_LENGTH);
    padded.set(bytes);
    const encoding = memory.tree.find(padded, 0);
    const isRead = memory.siblings.read(padded, 0, 0, this.#operands);
    if (!isValid) return encoding === 0 && !isRead;
    const isFoundRight = encoding === 0 || memory.encodings.length[encoding] === bytes.length;
    return isFoundRight && (!isRead || this.#operands.length === bytes.length);
  }

  #members(family: Family, random: Random, count: number): readonly Member[] {
    const clans = Array.from({ length: Math.ceil(count / CLAN) }, () => this.#clan(family, random));
    return clans.flat();
  }

  /** Relatives of which one is valid, if there are any. */
  #clan(family: Family, random: Random): readonly Member[] {
    for (let tries = 0; ; tries++) {
      const members = this.#judged(relatives(family, random, CLAN));
      if (tries === MAX_TRIES || members.some(({ isValid }) => isValid)) return members;
    }
  }

  #judged(rolled: readonly Uint8Array[]): readonly Member[] {
    const asking = new Asking(decoderFacts(this.#iced), Buffer.concat(rolled), 0);
    const members = rolled.map((bytes, number) => {
      const isValid = asking.ask(number * MAX_LENGTH, this.#operands) !== 'invalid';
      return { bytes: isValid ? bytes.slice(0, this.#operands.length) : bytes, isValid };
    });
    asking.free();
    return members;
  }

  #noMemory(): AskingFacts {
    return { ...factsWithoutMemory(this.#iced), encodings: new Encodings() };
  }

  #newMemory(): AskingFacts {
    const facts = decoderFacts(this.#iced);
    return {
      ...facts,
      encodings: new Encodings(),
      tree: new EncodingTree(),
      siblings: new Siblings(facts.list),
    };
  }
}

function read(facts: AskingFacts, bytes: Uint8Array): Reading {
  const refusals: string[] = [];
  const code = decodeImage(facts, imageOf(bytes), (rule, address, message) => {
    refusals.push(`${rule} ${address ?? ''} ${message}`);
  });
  return { code, refusals };
}

/** How two readings of the same bytes differ. */
function difference(known: Reading, asked: Reading, bytes: Uint8Array): string | undefined {
  const [one, other] = [known.code, asked.code];
  const fields = fieldsOf(one, other);
  for (let at = 0; at < Math.max(one.count, other.count); at++) {
    const found = fields.find((field) => !field.isSame(at));
    if (found === undefined) continue;
    const offset = (other.address[at] ?? 0) - other.start;
    return `another ${found.name}: ${hex(bytes.subarray(offset, offset + MAX_LENGTH))}`;
  }
  const wrong = asked.refusals.find((line, index) => line !== known.refusals[index]);
  if (wrong !== undefined) return `not refused: ${wrong}`;
  const more = known.refusals[asked.refusals.length];
  return more === undefined ? undefined : `refused: ${more}`;
}

interface Field {
  readonly name: string;
  readonly isSame: (at: number) => boolean;
}

/** All that is known of instructions: by their number, and by that of their encodings. */
function fieldsOf(one: Code, other: Code): readonly Field[] {
  const own = (['address', 'displacement', 'immediate'] as const).map((name) => ({
    name,
    isSame: (at: number) => one[name][at] === other[name][at],
  }));
  const facts = Object.entries(one.encodings).flatMap(([name, values]: [string, unknown]) => {
    const others: unknown = Reflect.get(other.encodings, name);
    if (!isFacts(values) || !isFacts(others)) return [];
    const isSame = (at: number): boolean =>
      values[one.encoding[at] ?? 0] === others[other.encoding[at] ?? 0];
    return [{ name, isSame }];
  });
  return [...own, ...facts];
}

function isFacts(values: unknown): values is Uint8Array | Uint16Array | Int32Array {
  return ArrayBuffer.isView(values);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
