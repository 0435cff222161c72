/** One instruction as `llvm-objdump -d --no-show-raw-insn` prints it, in AT&T syntax. */
export interface Instruction {
  readonly address: number;
  readonly prefixes: readonly string[];
  readonly mnemonic: string;
  /** Operands in AT&T order: the destination is the last. */
  readonly operands: readonly string[];
  readonly text: string;
  /** The address that objdump computes for an operand relative to RIP. */
  readonly ripTarget: number | undefined;
}

/** A memory operand, taken apart. Registers are named without `%`; the displacement is signed. */
export interface MemoryOperand {
  readonly segment: string | undefined;
  readonly displacement: bigint;
  readonly base: string | undefined;
  readonly index: string | undefined;
  readonly scale: number;
}

const PREFIXES = new Set([
  'addr32',
  'data16',
  'lock',
  'rep',
  'repe',
  'repne',
  'repz',
  'repnz',
  'cs',
  'ds',
  'es',
  'fs',
  'gs',
  'ss',
  'notrack',
  'xacquire',
  'xrelease',
  'rex64',
]);

const LINE = /^\s*([0-9a-f]+):\s+(.*)$/;

/** Parses one line of the disassembly; undefined for headings and blank lines. */
export function parseInstruction(line: string): Instruction | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, address = '', body = ''] = match;
  // Comments start at `#`; a branch's target is followed by its symbol, which may contain anything.
  const text = body.replace(/\s+#.*$/, '').trim();
  const words = text.split(/\s+/);
  const prefixes: string[] = [];
  while (words[0] !== undefined && PREFIXES.has(words[0])) prefixes.push(words.shift() ?? '');
  const mnemonic = words.shift() ?? '';
  const operands = splitOperands(words.join(' ').replace(/\s*<.*>$/, ''));
  const target = /\s#\s0x([0-9a-f]+)/.exec(body)?.[1];
  return {
    address: Number.parseInt(address, 16),
    prefixes,
    mnemonic,
    operands,
    text,
    ripTarget: target === undefined ? undefined : Number.parseInt(target, 16),
  };
}

/** Splits at the commas that are not between parentheses. */
function splitOperands(text: string): readonly string[] {
  return text === '' ? [] : text.split(/,(?![^(]*\))/).map((operand) => operand.trim());
}

const MEMORY =
  /^\*?(?:%([c-gs]s):)?(-?(?:0x)?[0-9a-f]+)?(?:\((%\w+)?(?:,\s*(%\w+)(?:,\s*(\d))?)?\))?(?:\s*\{.*\})*$/;

/** Reads an operand as memory; undefined for registers and immediates. Branch targets are read by `isBranch`. */
export function parseMemory(operand: string): MemoryOperand | undefined {
  if (/^\*?\$/.test(operand) || /^\*?%(?![c-gs]s:)/.test(operand)) return undefined;
  const match = MEMORY.exec(operand);
  if (match === null) return undefined;
  const [, segment, displacement = '0', base, index, scale = '1'] = match;
  const negative = displacement.startsWith('-');
  const magnitude = BigInt(displacement.replace('-', ''));
  return {
    segment,
    displacement: negative ? -magnitude : magnitude,
    base: base?.slice(1),
    index: index?.slice(1),
    scale: Number(scale),
  };
}

/** Direct branches name their target as a bare number, which is no memory operand. */
export function isDirectBranch(instruction: Instruction): boolean {
  return (
    /^(j|call|loop|xbegin)/.test(instruction.mnemonic) &&
    !(instruction.operands[0]?.startsWith('*') ?? false)
  );
}
