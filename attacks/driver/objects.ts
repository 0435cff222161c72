import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, run } from '../../programs/process.js';
import type { Isolation } from '../../programs/toolchain.js';
import { FOLDER, imageCommand } from './build.js';
import type { Result } from './contained.js';
import { whyNotLoaded } from './images.js';
import type { Problem } from './verdict.js';

const DIRECTORY = join(FOLDER, 'objects');
const file = (name: string): string => join(DIRECTORY, name);

const PROGRAM = 'int hostile(char *); int main(void) { return hostile(0); }';
const HOSTILE = 'int hostile(char *p) { return *p; }';

const SYSTEM_CALL = 'int hostile(char *p) { asm volatile("syscall" : : "D"(p)); return 0; }';

/** What stands beside a good object on the command line, and the diagnostic that has to come. */
interface Stranger {
  readonly name: string;
  readonly words: readonly string[];
  readonly code: string;
}

const STRANGERS: readonly Stranger[] = [
  { name: 'plain_object', words: [file('plain.o')], code: 'TBX0701' },
  { name: 'plain_archive', words: [file('plain.a')], code: 'TBX0701' },
  { name: 'plain_library_by_name', words: [`-L${DIRECTORY}`, '-lplain'], code: 'TBX0701' },
  { name: 'shared_library', words: [file('plain.so')], code: 'TBX0706' },
  { name: 'bitcode_with_a_system_call', words: [file('system-call.o')], code: 'TBX0301' },
  { name: 'text_that_was_not_confined', words: [file('forged.o')], code: 'TBX0702' },
  { name: 'another_isolation', words: [file('data.o')], code: 'TBX0703' },
  { name: 'linker_script', words: [file('script.ld')], code: 'TBX0704' },
  { name: 'plain_assembly', words: [file('plain.s')], code: 'TBX0302' },
];

/** A note that says that the text was lowered, without the one that says that it was confined. */
const FORGED = `.section .note.tmebox, "a", @note
.p2align 2
.long 8, 52, 1
.asciz "TME-Box"
.asciz "abi=1 lowering=addr32 isolate=code+data keybits=15"
.p2align 2
.text
.globl hostile
hostile: movsbl (%rdi), %eax
ret
`;

async function makeStrangers(): Promise<void> {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(file('program.c'), PROGRAM);
  writeFileSync(file('hostile.c'), HOSTILE);
  writeFileSync(file('system-call.c'), SYSTEM_CALL);
  writeFileSync(file('forged.s'), FORGED);
  writeFileSync(file('plain.s'), '.globl hostile\nhostile: movsbl (%rdi), %eax\nret\n');
  writeFileSync(file('script.ld'), `INPUT(${file('plain.o')})\n`);
  const clang = (...words: readonly string[]) => must({ program: 'clang-22', arguments: words });
  await clang('-c', file('hostile.c'), '-o', file('plain.o'));
  await clang('-c', file('forged.s'), '-o', file('forged.o'));
  await clang('-flto', '-c', file('hostile.c'), '-o', file('bitcode.o'));
  await clang('-flto', '-c', file('system-call.c'), '-o', file('system-call.o'));
  await clang('-shared', '-fPIC', '-nostdlib', file('hostile.c'), '-o', file('plain.so'));
  for (const name of ['plain.a', 'libplain.a']) {
    await must({ program: 'llvm-ar-22', arguments: ['rcs', file(name), file('plain.o')] });
  }
  await compile('code+data', 'program');
  await compile('data', 'hostile', 'data');
}

async function compile(isolation: Isolation, source: string, object = source): Promise<void> {
  await must(imageCommand(isolation, ['-c', file(`${source}.c`)], file(`${object}.o`)));
}

/** Links a good object with each stranger. */
export async function tryObjects(): Promise<Result> {
  await makeStrangers();
  const problems: Problem[] = [];
  for (const { name, words, code } of STRANGERS) {
    const link = imageCommand('code+data', [file('program.o'), ...words], file(`${name}.image`));
    const { status, stderr } = await run(link);
    const said = stderr.toString('latin1');
    if (status !== 0 && said.includes(`[${code}]`)) continue;
    const text = `linked, or not refused as ${code}: ${said.slice(0, 300)}`;
    problems.push({ attack: `objects/${name}`, build: 'link', kind: 'refusal', text });
  }
  problems.push(...(await tryBitcode()));
  const attacks = [...STRANGERS.map(({ name }) => name), BITCODE].map((name) => `objects/${name}`);
  return { attacks, problems, controls: 0, skipped: [] };
}

const BITCODE = 'bitcode';

/** Bitcode of a plain clang is confined as sources are: the image is proven, and the loader takes it. */
async function tryBitcode(): Promise<readonly Problem[]> {
  const image = file(`${BITCODE}.image`);
  const words = [file('program.o'), file('bitcode.o')];
  await must(imageCommand('code+data', words, image));
  const reason = await whyNotLoaded(image);
  if (reason === '') return [];
  return [{ attack: `objects/${BITCODE}`, build: 'link', kind: 'refusal', text: reason }];
}
