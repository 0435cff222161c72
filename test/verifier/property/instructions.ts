/** The instructions of random functions (generator.ts), by what the verifier does with them. */
import type { Random } from '../../support/random.js';

/** What an instruction may work on. */
export interface Operands {
  readonly random: Random;
  readonly register: () => string;
  /** A word of the frame. */
  readonly slot: () => string;
}

/** One or more lines. */
type Line = string;

export const SUFFIX: Readonly<Record<number, string>> = { 8: 'b', 16: 'w', 32: 'l', 64: 'q' };
export const SIZES = [8, 16, 32, 32, 32, 64, 64] as const;
export const UNSIGNED = ['a', 'ae', 'b', 'be', 'e', 'ne'] as const;
export const SIGNED = ['g', 'l', 'ge', 'le', 's', 'ns', 'p', 'o', 'no', 'np'] as const;
const HIGH = ['ah', 'ch', 'dh'] as const;

/** The name of a register's low bits. */
export function part(register: string, bits: number): string {
  const numbered = /^r(\d+)$/.exec(register);
  if (bits === 64) return register;
  if (numbered !== null) return `${register}${bits === 32 ? 'd' : bits === 16 ? 'w' : 'b'}`;
  const name = register.slice(1);
  if (bits === 32) return `e${name}`;
  if (bits === 16) return name;
  return name.endsWith('x') ? `${name.charAt(0)}l` : `${name}l`;
}

/** A number at the edge of a width, or of the tables. */
export function small(random: Random): number {
  return random.pick([0, 1, 2, 3, 5, 6, 7, 7, 8, 8, 9, 15, 63, 64, 127, 128, 255, 256]);
}

function anyCondition(random: Random): string {
  return random.pick([...UNSIGNED, ...SIGNED]);
}

/** Between registers, or from a number. */
export function move({ random, register }: Operands): Line {
  const [from, to] = [register(), register()];
  const condition = anyCondition(random);
  return random.pick([
    `movq %${from}, %${to}`,
    `movq %${from}, %${to}`,
    `movl %${part(from, 32)}, %${part(to, 32)}`,
    `movl %${part(from, 32)}, %${part(to, 32)}`,
    `movzbl %${part(from, 8)}, %${part(to, 32)}`,
    `movzwl %${part(from, 16)}, %${part(to, 32)}`,
    `movzbq %${part(from, 8)}, %${to}`,
    `movzbl %${random.pick(HIGH)}, %e${random.pick(['ax', 'cx', 'dx', 'si'])}`,
    `movslq %${part(from, 32)}, %${to}`,
    `movsbl %${part(from, 8)}, %${part(to, 32)}`,
    `movswq %${part(from, 16)}, %${to}`,
    `movl $${small(random)}, %${part(to, 32)}`,
    `movl $-${small(random) + 1}, %${part(to, 32)}`,
    `movq $-${small(random) + 1}, %${to}`,
    `movabsq $${small(random)}00000001, %${to}`,
    `xorl %${part(to, 32)}, %${part(to, 32)}`,
    `xchgq %${from}, %${to}`,
    `xchgl %${part(from, 32)}, %${part(to, 32)}`,
    `xchgl %eax, %${part(to, 32)}`,
    `leaq ${small(random)}(%${from}), %${to}`,
    `leal -${small(random)}(%${from}), %${part(to, 32)}`,
    `leaw (%${from}), %${part(to, 16)}`,
    `leaq (%${from},%${register()}), %${to}`,
    `leaq 3(,%${from},4), %${to}`,
    `leaq ${8 * random.below(4)}(%rsp), %${to}`,
    `cmov${condition}l %${part(from, 32)}, %${part(to, 32)}`,
    `cmov${condition}q %${from}, %${to}`,
    `cmov${condition}w %${part(from, 16)}, %${part(to, 16)}`,
  ]);
}

/** What keeps a value, or its low part: moves that the verifier follows by name. */
export function copy({ random, register }: Operands): Line {
  const [from, to] = [register(), register()];
  const word = `${8 * random.below(3)}(%rsp)`;
  return random.pick([
    `movq %${from}, %${to}`,
    `movq %${from}, %${to}`,
    `movl %${part(from, 32)}, %${part(to, 32)}`,
    `movzwl %${part(from, 16)}, %${part(to, 32)}`,
    `movzbl %${part(from, 8)}, %${part(to, 32)}`,
    `movq %${from}, ${word}`,
    `movq ${word}, %${to}`,
    `movl ${word}, %${part(to, 32)}`,
  ]);
}

/** To and from the frame. */
export function spill({ random, register, slot: anySlot }: Operands): Line {
  const [from, to] = [register(), register()];
  const slot = anySlot();
  const bits = random.pick([8, 16, 32, 32, 64, 64, 64]);
  const suffix = SUFFIX[bits] ?? 'q';
  return random.pick([
    `movq %${from}, ${slot}`,
    `movq %${from}, ${slot}`,
    `movq ${slot}, %${to}`,
    `movq ${slot}, %${to}`,
    `mov${suffix} %${part(from, bits)}, ${slot}`,
    `mov${suffix} ${slot}, %${part(to, bits)}`,
    `movl ${slot}, %${part(to, 32)}`,
    `movzbl ${slot}, %${part(to, 32)}`,
    `movswl ${slot}, %${part(to, 32)}`,
    `movslq ${slot}, %${to}`,
    `movbeq %${from}, ${slot}`,
    `movntiq %${from}, ${slot}`,
    `addq %${from}, ${slot}`,
    `addq ${slot}, %${to}`,
    `andq %${from}, ${slot}`,
    `andl ${slot}, %${part(to, 32)}`,
    `add${suffix} $${small(random) & 127}, ${slot}`,
    `cmp${suffix} $${small(random) & 127}, ${slot}`,
    `mov${suffix} $${small(random) & 127}, ${slot}`,
    `cmov${anyCondition(random)}q ${slot}, %${to}`,
    `set${anyCondition(random)} ${slot}`,
    `pushq %${from}\n\tpopq %${to}`,
    `pushq ${slot}\n\tpopq %${to}`,
    `pushq $-${small(random)}\n\tpopq %${to}`,
    `leaq 8(%rsp), %${to}\n\tmov${suffix} %${part(from, bits)}, ${8 * random.below(4)}(%${to})`,
    `xchgq %${from}, ${slot}`,
    `xadd${suffix} %${part(from, bits)}, ${slot}`,
    `lock cmpxchg${suffix} %${part(from, bits)}, ${slot}`,
    `cmpxchg8b ${slot}`,
    `lock orl $0, (%rsp)`,
    `bts${random.pick(['w', 'l', 'q'])} $3, ${slot}`,
    `inc${suffix} ${slot}`,
    `shr${suffix} ${slot}`,
    `not${suffix} ${slot}`,
  ]);
}

/** Vector, mask and x87 registers: to the frame in all sizes, to general-purpose registers, to the flags. */
export function vector({ random, register, slot: anySlot }: Operands): Line {
  const [to, slot] = [register(), anySlot()];
  const [bits32, word] = [part(to, 32), `${8 * random.below(4)}(%rsp)`];
  // A word of which something is known, in the midst of what is stored.
  const stored = (store: string, words: number): Line =>
    `movq %${to}, ${8 * (3 + random.below(words))}(%rsp)\n\t${store}, 24(%rsp)`;
  return random.pick([
    stored('movups %xmm0', 2),
    stored('vmovups %ymm0', 4),
    `movups %xmm0, ${word}`,
    `movups ${word}, %xmm0`,
    `vmovups %ymm0, ${word}`,
    'vmovdqu64 %zmm0, (%rsp)',
    `movq %xmm0, ${slot}`,
    `movss %xmm0, ${slot}`,
    `movhps %xmm0, ${slot}`,
    `pextrb $1, %xmm0, ${slot}`,
    `pextrw $1, %xmm0, ${slot}`,
    `vextracti128 $1, %ymm0, ${word}`,
    `kmovd %${part(register(), 32)}, %k1`,
    `vmovdqu32 %xmm0, ${word}{%k1}`,
    `vcompressps %xmm0, ${word}{%k1}`,
    `vpmovqw %xmm0, ${slot}`,
    `stmxcsr ${slot}`,
    `fildl ${slot}\n\tfistpll ${slot}`,
    `fldt ${word}\n\tfstpt ${slot}`,
    `fnstcw ${slot}`,
    `movd %${bits32}, %xmm0`,
    `movq %${to}, %xmm0`,
    `movq %xmm0, %${to}`,
    `movd %xmm0, %${bits32}`,
    `movmskps %xmm0, %${bits32}`,
    `pmovmskb %xmm0, %${bits32}`,
    `pextrw $2, %xmm0, %${bits32}`,
    `pextrq $1, %xmm0, %${to}`,
    `cvttss2si %xmm0, %${bits32}`,
    `cvttsd2si %xmm0, %${to}`,
    `kmovw %k1, %${bits32}`,
    `vmovd %xmm0, %${bits32}`,
    'fnstsw %ax',
    'comiss %xmm0, %xmm1',
    'ptest %xmm0, %xmm1',
    'vtestps %ymm0, %ymm1',
    'kortestw %k1, %k1',
    'fldz\n\tfldz\n\tfcomip\n\tfstp %st(0)',
  ]);
}

/** Arithmetic in all sizes, and masks. */
export function arithmetic({ random, register }: Operands): Line {
  const [from, to] = [register(), register()];
  const bits = random.pick(SIZES);
  const operation = random.pick(['add', 'sub', 'and', 'or', 'xor', 'cmp', 'test', 'adc', 'sbb']);
  const operands = random.pick([
    `$${bits === 8 ? small(random) & 127 : small(random)}, %${part(to, bits)}`,
    `$-${(small(random) & 127) + 1}, %${part(to, bits)}`,
    `%${part(from, bits)}, %${part(to, bits)}`,
  ]);
  const line = `${operation}${SUFFIX[bits] ?? 'q'} ${operands}`;
  const mask = random.pick([1, 3, 7, 7, 15, 56]);
  switch (random.below(9)) {
    case 0:
    case 1:
      return `${line}\n\tandl $${mask}, %${part(to, 32)}`;
    case 2:
      return `movl $${mask}, %${part(from, 32)}\n\tandl %${part(from, 32)}, %${part(to, 32)}`;
    case 3:
      return `movl $${mask}, %${part(to, 32)}\n\tandq %${from}, %${to}`;
    default:
      return line;
  }
}

/** Writes of 8 and 16 bits. */
export function partial({ random, register }: Operands): Line {
  const to = register();
  const high = random.pick(HIGH);
  return random.pick([
    `movb $${small(random) & 127}, %${part(to, 8)}`,
    `movw $${small(random)}, %${part(to, 16)}`,
    `movb $1, %${high}`,
    `movb %${high}, %al`,
    `set${anyCondition(random)} %${part(to, 8)}`,
    `set${anyCondition(random)} %${high}`,
    `incb %${part(to, 8)}`,
    `notb %${high}`,
    `cmpb $${small(random) & 127}, %${high}`,
    `subb $${small(random) & 127}, %${high}`,
    `addb %cl, %${high}`,
    `shrb $4, %${high}`,
    `movsbw %${part(register(), 8)}, %${part(to, 16)}`,
    `rolw $3, %${part(to, 16)}`,
    `xchgb %${part(to, 8)}, %${part(register(), 8)}`,
    `xchgw %${part(to, 16)}, %${part(register(), 16)}`,
    `xaddw %${part(to, 16)}, %${part(register(), 16)}`,
    `cmpxchgb %${part(to, 8)}, %${part(register(), 8)}`,
    `mulb %${part(to, 8)}`,
    'cbtw',
    'cwtl',
    'cwtd',
  ]);
}

/** Instructions of which little is written down in the verifier but what they write. */
export function odd({ random, register }: Operands): Line {
  const [from, to] = [register(), register()];
  const bits = random.pick([32, 64]);
  const suffix = SUFFIX[bits] ?? 'q';
  const [a, b] = [part(from, bits), part(to, bits)];
  return random.pick([
    `shr${suffix} $${random.pick([0, 1, 3, 24, 28, 29, 31, 32, 61])}, %${b}`,
    `shr${suffix} %${b}`,
    `shl${suffix} $${random.below(4)}, %${b}`,
    `${random.pick(['shl', 'shr', 'sar', 'rol', 'ror'])}${suffix} %cl, %${b}`,
    `sar${suffix} $2, %${b}`,
    `imul${suffix} %${a}, %${b}`,
    `imul${suffix} $3, %${a}, %${b}`,
    `${random.pick(['mul', 'imul', 'div', 'idiv'])}${suffix} %${a}`,
    `${random.pick(['bsf', 'bsr', 'tzcnt', 'lzcnt', 'popcnt'])}${suffix} %${a}, %${b}`,
    `bswap${suffix} %${b}`,
    `cmpxchg${suffix} %${a}, %${b}`,
    `xadd${suffix} %${a}, %${b}`,
    `bt${suffix} $3, %${b}`,
    `${random.pick(['bts', 'btr', 'btc'])}${suffix} %${a}, %${b}`,
    `neg${suffix} %${b}`,
    `not${suffix} %${b}`,
    `dec${suffix} %${b}`,
    'cltq',
    'cqto',
    'cltd',
    `mulx${suffix} %${a}, %${b}, %${part(register(), bits)}`,
    `${random.pick(['shld', 'shrd'])}${suffix} $${random.pick([0, 1, 31])}, %${a}, %${b}`,
    `shld${suffix} %cl, %${a}, %${b}`,
    `rorx${suffix} $4, %${a}, %${b}`,
    `${random.pick(['pext', 'pdep', 'andn'])}${suffix} %${a}, %${b}, %${part(register(), bits)}`,
    `${random.pick(['shlx', 'sarx', 'shrx', 'bzhi', 'bextr'])}${suffix} %${a}, %${b}, %${part(register(), bits)}`,
    `${random.pick(['blsr', 'blsi', 'blsmsk'])}${suffix} %${a}, %${b}`,
    `${random.pick(['adcx', 'adox'])}${suffix} %${a}, %${b}`,
    `crc32${suffix} %${a}, %${b}`,
    `crc32b %${part(from, 8)}, %${part(to, 32)}`,
  ]);
}

/** Memory in the window, of which nothing is known. */
export function inWindow({ random, register }: Operands): Line {
  const [address, value] = [register(), register()];
  const bits = random.pick(SIZES);
  const operand = `%gs:${small(random)}(%${part(address, 32)})`;
  const [suffix, name] = [SUFFIX[bits] ?? 'q', part(value, bits)];
  return random.pick([
    `mov${suffix} ${operand}, %${name}`,
    `mov${suffix} %${name}, ${operand}`,
    `movslq ${operand}, %${value}`,
    `movzbl ${operand}, %${part(value, 32)}`,
    `add${suffix} ${operand}, %${name}`,
    `add${suffix} %${name}, ${operand}`,
    `sub${suffix} $1, ${operand}`,
    `cmp${suffix} $1, ${operand}`,
    `andl ${operand}, %${part(value, 32)}`,
    `xchg${suffix} %${name}, ${operand}`,
    `xadd${suffix} %${name}, ${operand}`,
    `cmpxchg${suffix} %${name}, ${operand}`,
    `cmpxchg8b ${operand}`,
    `cmove${bits === 64 ? 'q' : 'l'} ${operand}, %${part(value, bits === 64 ? 64 : 32)}`,
    `pushq ${operand}\n\tpopq %${value}`,
    `pushq %${value}\n\tpopq %${address}`,
  ]);
}
