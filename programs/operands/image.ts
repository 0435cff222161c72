import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../process.js';
import { parseInstruction, type Instruction } from './instruction.js';

interface Segment {
  readonly address: number;
  readonly size: number;
  readonly writable: boolean;
  readonly executable: boolean;
}

/** A disassembled image: its functions in order, and what is read-only. */
export interface DisassembledImage {
  readonly functions: readonly CodeRange[];
  readonly isReadOnly: (address: number) => boolean;
  readonly gate: number | undefined;
}

/** The instructions between one symbol and the next. */
export interface CodeRange {
  readonly name: string;
  readonly code: readonly Instruction[];
}

const OBJDUMP = 'llvm-objdump-22';
const OBJCOPY = 'llvm-objcopy-22';
const PT_LOAD = 1;

/** Disassembles an image, or the image inside a linked program (section `.tbx.image`). */
export async function disassemble(path: string): Promise<DisassembledImage> {
  const scratch = await mkdtemp(join(tmpdir(), 'tbx-operands-'));
  try {
    const image = join(scratch, 'image');
    const dumped = await run({
      program: OBJCOPY,
      arguments: [`--dump-section=.tbx.image=${image}`, path, '/dev/null'],
    });
    return await disassembleImage(dumped.status === 0 ? image : path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function disassembleImage(path: string): Promise<DisassembledImage> {
  const segments = loadSegments(await readFile(path));
  const listing = await run({
    program: OBJDUMP,
    arguments: ['-d', '--no-show-raw-insn', path],
  });
  if (listing.status !== 0) throw new Error(`${OBJDUMP}: ${listing.stderr.toString()}`);
  const symbols = await run({ program: OBJDUMP, arguments: ['-t', path] });
  const gate = /^([0-9a-f]+) .*\s__tbx_gate$/m.exec(symbols.stdout.toString());
  return {
    functions: readFunctions(listing.stdout.toString()),
    isReadOnly: (address) =>
      segments.some(
        (s) => !s.writable && !s.executable && address >= s.address && address < s.address + s.size,
      ),
    gate: gate?.[1] === undefined ? undefined : Number.parseInt(gate[1], 16),
  };
}

/** The program headers are what a loader maps; section headers are only hints. */
function loadSegments(elf: Buffer): readonly Segment[] {
  if (elf.readUInt32BE(0) !== 0x7f454c46) throw new Error('not an ELF file');
  const start = Number(elf.readBigUInt64LE(32));
  const entrySize = elf.readUInt16LE(54);
  const count = elf.readUInt16LE(56);
  return Array.from({ length: count }, (_, i) => start + i * entrySize)
    .filter((at) => elf.readUInt32LE(at) === PT_LOAD)
    .map((at) => {
      const flags = elf.readUInt32LE(at + 4);
      return {
        address: Number(elf.readBigUInt64LE(at + 16)),
        size: Number(elf.readBigUInt64LE(at + 40)),
        writable: (flags & 2) !== 0,
        executable: (flags & 1) !== 0,
      };
    });
}

function readFunctions(listing: string): readonly CodeRange[] {
  const functions: { name: string; code: Instruction[] }[] = [];
  for (const line of listing.split('\n')) {
    const heading = /^[0-9a-f]+ <(.*)>:$/.exec(line);
    if (heading !== null) functions.push({ name: heading[1] ?? '', code: [] });
    const instruction = heading === null ? parseInstruction(line) : undefined;
    if (instruction !== undefined) functions.at(-1)?.code.push(instruction);
  }
  return functions;
}
