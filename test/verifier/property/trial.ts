/** Random functions, verified, run instruction by instruction, and compared with what was claimed of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../../../src/verify/image/analysis.js';
import { type Code, kindAt } from '../../../src/verify/image/code.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import { type ImageFile, readImage } from '../../../src/verify/image/elf.js';
import { GPR, type Iced } from '../../../src/verify/image/iced.js';
import { KINDS } from '../../../src/verify/image/kinds.js';
import { rootsOf } from '../../../src/verify/image/roots.js';
import type { Detail } from '../../../src/verify/image/state.js';
import { readSymbols } from '../../../src/verify/image/symbols.js';
import { instructionAt } from '../../../src/verify/image/tables.js';
import { link } from '../snippets.js';
import {
  type Activation,
  type Claims,
  claimsOf,
  type Concrete,
  falseClaim,
  isLeftAsEntered,
} from './claims.js';
import { FunctionGenerator } from './generator.js';
import { Random } from '../../support/random.js';
import { randomWord } from './random-word.js';
import { StackFunctionGenerator } from './stack-generator.js';

const REGISTERS = 16;
const WORDS = 320;
/** Registers, rip, flags, words of the stack. */
const STEP = REGISTERS + 2 + WORDS;
const STACK_END = 0x2_0000_0000n + 0x1_0000n;
const STACK_START = STACK_END - BigInt(WORDS * 8);
const MAX_STEPS = 400n;

export interface Tally {
  readonly functions: number;
  readonly refused: number;
  readonly steps: number;
  /** Claims that were compared. */
  readonly claims: number;
  /** How often a value of each kind was compared. */
  readonly byKind: ReadonlyMap<number, number>;
  readonly problems: readonly string[];
}

/** Compiles the stepper into `folder`; its path. */
export function buildStepper(folder: string): string {
  const program = join(folder, 'stepper');
  const source = 'test/verifier/property/stepper.c';
  const { status, stderr } = spawnSync('clang-22', ['-std=c17', '-O1', source, '-o', program]);
  if (status !== 0) throw new Error(stderr.toString());
  return program;
}

/** What functions are about: values and bounds, or the stack. */
export type Subject = 'values' | 'stack';

/** The text of `count` functions; each may call those before it, or jump to them. */
function generate(
  random: Random,
  count: number,
  subject: Subject,
): { text: string; names: readonly string[] } {
  const names: string[] = [];
  let returns: readonly string[] = [];
  let text = '';
  for (let index = 0; index < count; index++) {
    const name = `f${index}`;
    const callees = [...names.slice(-3), 'callee'];
    if (subject === 'stack') text += new StackFunctionGenerator(random, index).text();
    else {
      const generator = new FunctionGenerator(random, name, { callees, returns });
      text += generator.text();
      ({ returns } = generator);
    }
    names.push(name);
  }
  return { text, names };
}

/** An image of random functions, whose entry calls them all. */
export function randomImage(
  random: Random,
  functions: number,
  subject: Subject,
): { text: string; names: readonly string[]; bytes: Uint8Array } {
  const { text, names } = generate(random, functions, subject);
  const prelude = readFileSync('test/verifier/prelude.s', 'latin1');
  const calls = names.map((name) => `\tcall ${name}\n`).join('');
  const start = `\t.section .text.start, "ax", @progbits\n\t.globl _start\n_start:\n\tsubq $512, %rsp\n${calls}\tud2\n`;
  return { text, names, bytes: link(`${prelude}${text}${start}`) };
}

/** Everything from the generation to the comparison, of one image. */
export function runTrial(
  iced: Iced,
  stepper: string,
  {
    seed,
    functions,
    runs,
    detail,
    subject = 'values',
  }: { seed: number; functions: number; runs: number; detail: Detail; subject?: Subject },
): Tally {
  const random = new Random(seed);
  const { text, names, bytes } = randomImage(random, functions, subject);
  const symbols = readSymbols(bytes, (name) => names.includes(name) || name === 'callee');
  const refused = new Set<string>();
  const refuse = (rule: string, address: number | undefined, message: string): void => {
    const name = address === undefined ? undefined : symbols.at(address)?.name;
    if (name === undefined || !names.includes(name))
      throw new Error(`${rule} ${address ?? ''} ${message}`);
    refused.add(name);
  };
  const image = readImage(bytes, refuse);
  if (image === undefined) throw new Error('no image');
  const code = decodeImage(decoderFacts(iced), image, refuse);
  const claims = new Map<number, Claims>();
  analyse(image, code, rootsOf(image, code, refuse), refuse, {
    detail,
    visit: (at, state, tables, frames) => claims.set(at, claimsOf(state, tables, frames)),
  });
  const entries = entriesOf(bytes, names);
  spreadRefusals(names, text, refused);
  const accepted = names.filter((name) => !refused.has(name));
  const requests = accepted.flatMap((name) =>
    Array.from({ length: runs }, () => request(entries.get(name) ?? 0, random)),
  );
  const output = step(stepper, image, Buffer.concat(requests));
  return new Comparison(code, claims, `seed ${seed}`).compare(output, functions, refused.size);
}

/** Who calls a function that was refused, or jumps there, is not run either. */
function spreadRefusals(names: readonly string[], text: string, refused: Set<string>): void {
  const bodies = text.split(/^CASE /m).slice(1);
  names.forEach((name, index) => {
    const callees = [
      ...(bodies[index] ?? '').matchAll(/\t(?:call|j[a-z]+) (?:\.L)?(f\d+)(?:_[a-z]+)?$/gm),
    ].map(([, callee = '']) => callee);
    if (callees.some((callee) => refused.has(callee))) refused.add(name);
  });
}

function entriesOf(bytes: Uint8Array, names: readonly string[]): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  const symbols = readSymbols(bytes, (name) => names.includes(name));
  for (let address = 0x1000_0000; address < 0x1000_0000 + bytes.length; address++) {
    const hit = symbols.at(address);
    if (hit?.offset === 0) entries.set(hit.name, address);
  }
  return entries;
}

function request(entry: number, random: Random): Buffer {
  const words = new BigUint64Array(2 + REGISTERS);
  words[0] = MAX_STEPS;
  words[1] = BigInt(entry);
  for (let register = 0; register < REGISTERS; register++) words[2 + register] = randomWord(random);
  return Buffer.from(words.buffer);
}

function step(stepper: string, image: ImageFile, input: Buffer): BigUint64Array {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-steps-'));
  try {
    const parts = join(folder, 'parts');
    writeFileSync(
      parts,
      Buffer.concat(
        [image.code, image.readOnly].flatMap(({ start, bytes }) => {
          const head = Buffer.from(
            new BigUint64Array([BigInt(start), BigInt(bytes.length)]).buffer,
          );
          return [head, Buffer.from(bytes)];
        }),
      ),
    );
    const { status, stdout, stderr } = spawnSync(stepper, [parts], {
      input,
      maxBuffer: 2 ** 31 - 1,
    });
    if (status !== 0) throw new Error(`stepper: ${status ?? 'killed'} ${stderr.toString()}`);
    return new BigUint64Array(stdout.buffer, stdout.byteOffset, stdout.length / 8);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An activation, and where it returns to. */
interface Entered extends Activation {
  readonly back: bigint | undefined;
}

/** Goes through the steps of all runs. */
class Comparison {
  readonly #code: Code;
  readonly #claims: ReadonlyMap<number, Claims>;
  readonly #where: string;
  readonly #problems: string[] = [];
  readonly #byKind = new Map<number, number>();
  #steps = 0;
  #compared = 0;
  #activations: Entered[] = [];
  #isRunning = false;

  constructor(code: Code, claims: ReadonlyMap<number, Claims>, where: string) {
    this.#code = code;
    this.#claims = claims;
    this.#where = where;
  }

  compare(output: BigUint64Array, functions: number, refused: number): Tally {
    let last = -1;
    for (let at = 0; at + STEP <= output.length; at += STEP) {
      const record = output.subarray(at, at + STEP);
      const address = Number(record[REGISTERS] ?? 0n);
      if (address === 0) this.#end(Number(record[0] ?? 0n), last);
      else this.#step(record, address, last);
      last = address === 0 ? -1 : instructionAt(this.#code, address);
    }
    return {
      functions,
      refused,
      steps: this.#steps,
      claims: this.#compared,
      byKind: this.#byKind,
      problems: this.#problems,
    };
  }

  #problem(at: number, message: string): void {
    const place = at < 0 ? '' : `0x${(this.#code.address[at] ?? 0).toString(16)}: `;
    this.#problems.push(`${this.#where} ${place}${message}`);
  }

  /** SIGFPE and the like are the program's own; memory faults are not, as all it may reach is there. */
  #end(how: number, last: number): void {
    if (how >= 256 && how !== 256 + 8) this.#problem(last, `signal ${how - 256}`);
    this.#isRunning = false;
  }

  #step(record: BigUint64Array, address: number, last: number): void {
    const at = instructionAt(this.#code, address);
    if (at < 0) {
      this.#problem(last, `control goes to 0x${address.toString(16)}, where no instruction starts`);
      return;
    }
    const concrete = concreteOf(record);
    this.#enterOrLeave(last, concrete);
    const claims = this.#claims.get(at);
    const activation = this.#activations[this.#activations.length - 1];
    if (claims === undefined || activation === undefined) {
      this.#problem(at, 'the analysis has not been here');
      return;
    }
    this.#steps++;
    this.#compared += claims.values.length + claims.bounds.length;
    for (const { kind } of claims.values) this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    if (claims.compared !== undefined) this.#byKind.set(-1, (this.#byKind.get(-1) ?? 0) + 1);
    if (claims.bounds.length > 0) this.#byKind.set(-2, (this.#byKind.get(-2) ?? 0) + 1);
    if (this.#activations.some(({ entry, back }) => concrete.word(entry) !== back)) {
      this.#problem(last, 'a return address was overwritten');
    }
    const problem = falseClaim(claims, concrete, activation, this.#code.address);
    if (problem !== undefined) this.#problem(at, problem);
  }

  /** Keeps the activations as the call or return behind us makes them. */
  #enterOrLeave(last: number, concrete: Concrete): void {
    const kind = last < 0 ? -1 : kindAt(this.#code, last);
    const entry = concrete.registers[GPR.rsp] ?? 0n;
    const activation = { entry, registers: concrete.registers, back: concrete.word(entry) };
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#activations = [activation];
    } else if (kind === KINDS.call || kind === KINDS.callIndirect)
      this.#activations.push(activation);
    else if (kind === KINDS.return) {
      const left = this.#activations.pop();
      const entry = (concrete.registers[GPR.rsp] ?? 0n) - 8n;
      const returned = concrete.registers.slice();
      returned[GPR.rsp] = entry;
      if (left !== undefined && !isLeftAsEntered({ ...concrete, registers: returned }, left)) {
        this.#problem(last, 'the function is not left as it was entered');
      }
    }
  }
}

function concreteOf(record: BigUint64Array): Concrete {
  return {
    registers: record.subarray(0, REGISTERS),
    flags: record[REGISTERS + 1] ?? 0n,
    word: (address) => {
      if (address < STACK_START || address + 8n > STACK_END) return undefined;
      const view = new DataView(record.buffer, record.byteOffset + (REGISTERS + 2) * 8, WORDS * 8);
      return view.getBigUint64(Number(address - STACK_START), true);
    },
  };
}
