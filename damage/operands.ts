import { type Kind, overInstructions, readField, replace, withField } from './kind.js';
import { type Decoded, prefixesOf, type Victim } from './victim.js';

/** Damage to memory operands: the window's two prefixes, displacements, sizes. */

const GS = 0x65;
const CUT = 0x67;

function exchangePrefix(bytes: Uint8Array, prefix: number, by: number): readonly number[] {
  const at = prefixesOf(bytes).indexOf(prefix);
  return [...bytes].map((byte, index) => (index === at ? by : byte));
}

function dropPrefix(bytes: Uint8Array, prefix: number): readonly number[] {
  const at = prefixesOf(bytes).indexOf(prefix);
  return [...bytes].filter((_, index) => index !== at);
}

/** Without the 67 prefix another address may come out: a register has 64 bits, a displacement is sign-extended. */
function countsOnCut({ memory, cut, hasRegister, bytes, displacement }: Decoded): boolean {
  return memory === 'window' && cut && (hasRegister || readField(bytes, displacement) < 0);
}

function onWindow(
  name: string,
  why: string,
  change: (instruction: Decoded) => readonly number[] | undefined,
): Kind {
  return {
    ...{ name, why, expectation: 'refused', everywhere: true },
    places: overInstructions((victim, instruction) => {
      const bytes = instruction.memory === 'window' ? change(instruction) : undefined;
      return bytes === undefined ? undefined : replace(victim, instruction, bytes);
    }),
  };
}

const PREFIXES: readonly Kind[] = [
  onWindow('gs removed', 'the address is then one of the host', ({ bytes }) =>
    dropPrefix(bytes, GS),
  ),
  onWindow('gs becomes ds', 'the address is then one of the host', ({ bytes }) =>
    exchangePrefix(bytes, GS, 0x3e),
  ),
  onWindow('gs becomes fs', 'FS is the base of the host’s thread', ({ bytes }) =>
    exchangePrefix(bytes, GS, 0x64),
  ),
  onWindow('67 removed', 'the address has 64 bits', (instruction) =>
    countsOnCut(instruction) ? dropPrefix(instruction.bytes, CUT) : undefined,
  ),
  onWindow('67 becomes a second gs', 'the address has 64 bits', (instruction) =>
    instruction.cut ? exchangePrefix(instruction.bytes, CUT, GS) : undefined,
  ),
  onWindow('67 becomes 66', 'the address has 64 bits', (instruction) =>
    countsOnCut(instruction) ? exchangePrefix(instruction.bytes, CUT, 0x66) : undefined,
  ),
];

/** Where a REX prefix is: behind the legacy prefixes. */
function rexAt(bytes: Uint8Array): number | undefined {
  const at = prefixesOf(bytes).length;
  return ((bytes[at] ?? 0) & 0xf0) === 0x40 ? at : undefined;
}

function withRexBit(bytes: Uint8Array, bit: number, isSet: boolean): readonly number[] | undefined {
  const at = rexAt(bytes);
  const rex = bytes[at ?? 0] ?? 0;
  if (at === undefined || ((rex & bit) !== 0) === isSet) return undefined;
  return [...bytes].map((byte, index) => (index === at ? rex ^ bit : byte));
}

const STACK_POINTER = /^(Add|Sub|And|Lea|Mov)_r?m?64/;

const SIZES: readonly Kind[] = [
  {
    name: 'window operand widened by REX.W',
    expectation: 'confined',
    why: 'an operand of the window stays there at any size up to 64 bytes: the page behind the window faults',
    everywhere: false,
    places: overInstructions((victim, instruction) => {
      const isPlain = instruction.memory === 'window' && !/^(Push|Pop|Bt|V)/.test(instruction.code);
      const bytes = isPlain ? withRexBit(instruction.bytes, 8, true) : undefined;
      return bytes === undefined ? undefined : replace(victim, instruction, bytes);
    }),
  },
  {
    name: 'stack pointer cut to 32 bits',
    expectation: 'refused',
    why: 'rsp must hold a known distance from what it was at the entry',
    everywhere: false,
    places: overInstructions((victim, instruction) => {
      const isOwn = instruction.register === 'RSP' && STACK_POINTER.test(instruction.code);
      const bytes = isOwn ? withRexBit(instruction.bytes, 8, false) : undefined;
      return bytes === undefined ? undefined : replace(victim, instruction, bytes);
    }),
  },
];

/** An access below the stack pointer's frame and above it alike: no frame has 64 KiB. */
const OUT_OF_FRAME = 0x1_0000;

function moveDisplacement(victim: Victim, instruction: Decoded, by: number) {
  const { bytes, displacement } = instruction;
  if (displacement.size !== 4) return undefined;
  const value = readField(bytes, displacement) + by;
  return replace(victim, instruction, withField(bytes, displacement, value));
}

const DISPLACEMENTS: readonly Kind[] = [
  {
    name: 'displacement in the window changed',
    expectation: 'confined',
    why: 'any displacement will do: the sum is cut to 32 bits before the base of the window is added',
    everywhere: false,
    places: overInstructions((victim, instruction) => {
      const { memory, cut, bytes, displacement } = instruction;
      if (memory !== 'window' || !cut || ![1, 4].includes(displacement.size)) return undefined;
      const value = readField(bytes, displacement) ^ 0x40;
      return replace(victim, instruction, withField(bytes, displacement, value));
    }),
  },
  ...[OUT_OF_FRAME, -OUT_OF_FRAME].map((by): Kind => ({
    name: `frame displacement moved by ${by}`,
    expectation: 'refused',
    why: 'the access is outside of any frame',
    everywhere: false,
    places: overInstructions((victim, instruction) =>
      instruction.memory === 'frame' && !/^(Lea|Nop)/.test(instruction.code)
        ? moveDisplacement(victim, instruction, by)
        : undefined,
    ),
  })),
  ...[
    ['into the code', (victim: Victim) => victim.image.code.start],
    ['into the data', (victim: Victim) => victim.image.data.start],
    ['to the gate slot', (victim: Victim) => victim.image.readOnly.start],
  ].map(([where, place]): Kind => {
    const target = typeof place === 'function' ? place : () => 0;
    return {
      name: `constant read ${String(where)}`,
      expectation: 'refused',
      why: 'beside the code only the constants may be read: not the code, not the gate’s address',
      everywhere: true,
      places: overInstructions((victim, instruction) =>
        instruction.memory === 'rip' && !/^(Lea|Jmp|Nop)/.test(instruction.code)
          ? moveDisplacement(victim, instruction, target(victim) - (instruction.target ?? 0))
          : undefined,
      ),
    };
  }),
];

export const OPERAND_KINDS: readonly Kind[] = [...PREFIXES, ...SIZES, ...DISPLACEMENTS];
