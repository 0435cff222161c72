/** Reads what was written down of single-stepped code (observer.h), and compares it with what was claimed. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Code } from '../../../src/verify/image/code.js';
import type { ClaimsByInstruction } from '../property/analysed.js';
import { type Activation, type Claims, type Concrete, allFalse } from '../property/claims.js';

const WORD = 8;
const REGISTERS = 16;
/** Words of a record in front of the registers. */
const FIELDS = 9;
const RECORD = FIELDS + 2 * REGISTERS;
const [STATE, PROBLEM] = [1, 2];
const CHUNK = 1 << 22;

/** By number, as observer.h has them; `%` is the value in hexadecimal. */
const PROBLEMS = [
  '',
  'control goes to %, where no instruction starts',
  'control goes to %, where the analysis has not been',
  'the stack pointer is %, outside of the frame',
  'an access to %, outside of the frame and its arguments',
  'a table is read at %, outside of the read-only segment',
  'a return address was overwritten with %',
  'the function is not left as it was entered, with the stack pointer at %',
  'the base of GS is %',
  'the direction flag is set: %',
  'control leaves the code to %',
  'a fault at %, outside of the sandbox',
];

/** What came of stepping one program or some functions. */
export interface Tally {
  readonly steps: number;
  /** States that were compared, and the claims about them. */
  readonly states: number;
  readonly claims: number;
  /** How often a value of each kind was compared; comparisons are -1, bounds -2. */
  readonly byKind: ReadonlyMap<number, number>;
  /** Instructions that were executed. */
  readonly executed: ReadonlySet<number>;
  /** How runs ended: 0 is by themselves, 1 with their steps, 2 with a problem, others are signals. */
  readonly ends: readonly number[];
  readonly problems: readonly Problem[];
}

export interface Problem {
  /** Instruction number, or -1. */
  readonly at: number;
  readonly message: string;
}

/** Compares all records of a file with sets of claims, each of which has to be true. */
export function compareRecords(
  path: string,
  code: Code,
  claims: readonly ClaimsByInstruction[],
): Tally {
  const comparison = new Comparison(code, claims);
  for (const { record, words } of recordsOf(path)) comparison.add(record, words);
  return comparison;
}

interface Read {
  readonly record: BigUint64Array;
  readonly words: Buffer;
}

function* recordsOf(path: string): Generator<Read, void> {
  const file = openSync(path, 'r');
  try {
    let left: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(CHUNK);
      const size = readSync(file, chunk);
      if (size === 0) return;
      const bytes = Buffer.concat([left, chunk.subarray(0, size)]);
      const used = yield* recordsIn(bytes);
      left = bytes.subarray(used);
    }
  } finally {
    closeSync(file);
  }
}

/** All whole records; the bytes that they take. */
function* recordsIn(bytes: Buffer): Generator<Read, number> {
  let at = 0;
  while (at + RECORD * WORD <= bytes.length) {
    const from = bytes.byteOffset + at;
    const record = new BigUint64Array(bytes.buffer.slice(from, from + RECORD * WORD));
    const behind = at + RECORD * WORD;
    const end = behind + Number(record[8] ?? 0n) * WORD;
    if (end > bytes.length) break;
    yield { record, words: bytes.subarray(behind, end) };
    at = end;
  }
  return at;
}

class Comparison implements Tally {
  readonly byKind = new Map<number, number>();
  readonly executed = new Set<number>();
  readonly ends: number[] = [];
  readonly problems: Problem[] = [];
  readonly #code: Code;
  readonly #claims: readonly ClaimsByInstruction[];
  steps = 0;
  states = 0;
  claims = 0;

  constructor(code: Code, claims: readonly ClaimsByInstruction[]) {
    this.#code = code;
    this.#claims = claims;
  }

  add(record: BigUint64Array, words: Buffer): void {
    const [type = 0n, instruction = 0n, detail = 0n, value = 0n] = record;
    const at = Number(BigInt.asIntN(64, instruction));
    switch (Number(type)) {
      case STATE:
        this.#compare(at, record, words);
        return;
      case PROBLEM: {
        const message = (PROBLEMS[Number(detail)] ?? '').replace('%', `0x${value.toString(16)}`);
        this.problems.push({ at, message });
        return;
      }
      default:
        this.steps += Number(value);
        this.ends.push(Number(detail));
    }
  }

  #compare(at: number, record: BigUint64Array, words: Buffer): void {
    this.states++;
    this.executed.add(at);
    const concrete = concreteOf(record, words);
    const activation: Activation = {
      entry: record[6] ?? 0n,
      registers: record.subarray(FIELDS + REGISTERS),
      codeBase: record[5] ?? 0n,
    };
    for (const known of this.#claims) {
      const claims = known.get(at);
      if (claims === undefined) this.problems.push({ at, message: 'nothing is claimed here' });
      else this.#judge(at, claims, concrete, activation);
    }
  }

  #judge(at: number, all: readonly Claims[], concrete: Concrete, activation: Activation): void {
    for (const claims of all) this.#countAll(claims);
    const message = allFalse(all, concrete, activation, this.#code.address);
    if (message !== undefined) this.problems.push({ at, message });
  }

  #countAll({ values, bounds, compared }: Claims): void {
    this.claims += values.length + bounds.length + (compared === undefined ? 0 : 1);
    for (const { kind } of values) this.#count(kind);
    if (compared !== undefined) this.#count(-1);
    if (bounds.length > 0) this.#count(-2);
  }

  #count(kind: number): void {
    this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + 1);
  }
}

function concreteOf(record: BigUint64Array, words: Buffer): Concrete {
  const start = record[7] ?? 0n;
  const end = start + BigInt(words.length);
  return {
    registers: record.subarray(FIELDS, FIELDS + REGISTERS),
    flags: record[4] ?? 0n,
    word: (address) =>
      address < start || address + 8n > end
        ? undefined
        : words.readBigUInt64LE(Number(address - start)),
  };
}
