/** Random functions, verified, run instruction by instruction, and compared with what was claimed of them. */
import { readImage } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import type { Detail } from '../../../src/verify/image/state.js';
import { readSymbols } from '../../../src/verify/image/symbols.js';
import { Random } from '../../support/random.js';
import { linkWithPrelude } from '../snippets.js';
import { analyseImage } from './analysed.js';
import { Comparison, type Tally } from './comparison.js';
import { FunctionGenerator } from './generator.js';
import { StackFunctionGenerator } from './stack-generator.js';
import { entriesOf, request, step } from './stepping.js';

/** In one of so many images each plain instruction is executed by itself, and claimed about. */
const SINGLE = 5;

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
  const calls = names.map((name) => `\tcall ${name}\n`).join('');
  const start = `\t.section .text.start, "ax", @progbits\n\t.globl _start\n_start:\n\tsubq $512, %rsp\n${calls}\tud2\n`;
  return { text, names, bytes: linkWithPrelude(`${text}${start}`) };
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
  const isPlainSingle = seed % SINGLE === 0;
  const { code, claims } = analyseImage(iced, image, { detail, isPlainSingle }, refuse);
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
