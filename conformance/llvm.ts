/** What LLVM 19 says about a text. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Cache } from './cache.js';
import { digest } from './corpus.js';

const ASSEMBLER = 'llvm-as-19';
const DISASSEMBLER = 'llvm-dis-19';
const UNVERIFIED = 'assembly parsed, but does not verify';

export type Verdict =
  /** `bitcode` is a digest. */
  | { readonly kind: 'valid'; readonly bitcode: string }
  /** `line` is that of llvm-as's first message. */
  | { readonly kind: 'invalid'; readonly line: number; readonly message: string }
  /** Read, and then refused by the verifier, which knows no lines. */
  | { readonly kind: 'unverified'; readonly message: string }
  /** The tool was ended by a signal. */
  | { readonly kind: 'crash'; readonly message: string };

interface Outcome {
  readonly status: number | undefined;
  readonly output: Buffer;
  readonly errors: string;
}

/** What llvm-as-19 says about a text. */
export async function judge(
  cache: Cache,
  text: string,
  flags: readonly string[],
): Promise<Verdict> {
  const key = ['as', ...flags, digest(text)].join(' ');
  const answer = await cache.answer(key, async () => encode(await assemble(text, flags)));
  return decode(answer);
}

/** A digest of what llvm-dis-19 makes of a text that llvm-as-19 takes. */
export function disassembly(cache: Cache, text: string): Promise<string> {
  return cache.answer(`dis ${digest(text)}`, async () => {
    const { output } = await assemble(text, []);
    const { output: shown } = await run(DISASSEMBLER, ['-o', '-', '-'], output);
    return hash(shown);
  });
}

function assemble(text: string, flags: readonly string[]): Promise<Outcome> {
  return run(ASSEMBLER, [...flags, '-o', '-', '-'], Buffer.from(text, 'latin1'));
}

/** A verdict as the cache holds it: a word and what belongs to it. */
function encode({ status, output, errors }: Outcome): string {
  if (status === 0) return `valid ${hash(output)}`;
  const found = /<stdin>:(\d+):\d+: error: (.*)/.exec(errors);
  if (found !== null) return `invalid ${found[1] ?? ''} ${found[2] ?? ''}`;
  const message = errors.split('\n').slice(0, 3).join(' | ');
  if (errors.includes(UNVERIFIED)) return `unverified ${message}`;
  // Errors without a place: the data layout's, and those about the file as a whole.
  return status === undefined ? `crash ${message}` : `invalid 0 ${message}`;
}

function decode(answer: string): Verdict {
  const [kind = '', ...words] = answer.split(' ');
  const rest = words.join(' ');
  switch (kind) {
    case 'valid':
      return { kind, bitcode: rest };
    case 'invalid':
      return { kind, line: Number(words[0]), message: words.slice(1).join(' ') };
    case 'unverified':
      return { kind, message: rest };
    default:
      return { kind: 'crash', message: rest };
  }
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function run(program: string, words: readonly string[], input: Buffer): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    // A tool that stops at an error does not read the rest.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({
        status: status ?? undefined,
        output: Buffer.concat(output),
        errors: Buffer.concat(errors).toString('latin1'),
      });
    });
  });
}
