import { type Damage, type Kind, overInstructions, readField, replace, withField } from './kind.js';
import type { Decoded, Victim } from './victim.js';

/** Damage to control flow: branches, returns, saved registers, masks and tables. */

const BRANCH = /^(Call_rel32_64|Jmp_rel(8|32)_64|J[a-z]+_rel(8|32)_64)$/;

/** The same branch to another address, if its field can say it. */
function retarget(victim: Victim, instruction: Decoded, target: number): Damage | undefined {
  const { address, bytes, immediate, displacement } = instruction;
  // iced gives the distance of a branch as its immediate.
  const field = immediate.size > 0 ? immediate : displacement;
  const distance = target - (address + bytes.length);
  if (field.size === 1 && (distance < -128 || distance > 127)) return undefined;
  return replace(victim, instruction, withField(bytes, field, distance));
}

function onBranch(
  name: string,
  why: string,
  target: (victim: Victim, old: number) => number,
): Kind {
  return {
    ...{ name, why, expectation: 'refused', everywhere: false },
    places: overInstructions((victim, instruction) => {
      if (!BRANCH.test(instruction.code) || instruction.target === undefined) return undefined;
      const next = target(victim, instruction.target);
      return victim.starts.has(next) ? undefined : retarget(victim, instruction, next);
    }),
  };
}

const BRANCHES: readonly Kind[] = [
  onBranch('branch one byte further', 'into the middle of an instruction', (_, old) => old + 1),
  onBranch('branch two bytes further', 'into the middle of an instruction', (_, old) => old + 2),
  onBranch('branch one byte short', 'into the middle of an instruction', (_, old) => old - 1),
  onBranch('branch out of the code', 'control stays in the image', ({ image }) => image.data.start),
  onBranch('branch to the host', 'control stays in the image', () => 0x1000),
];

const PRESERVED = /^(?:\x53|\x55|\x5b|\x5d|\x41[\x54-\x57\x5c-\x5f])$/;

/** Whether control leaves the function that holds `address`: one that never ends owes its caller nothing. */
function returns(victim: Victim, address: number): boolean {
  const name = victim.functionAt(address);
  return victim.code.some(
    ({ code, address: other, target }) =>
      victim.functionAt(other) === name &&
      (code === 'Retnq' ||
        code === 'Jmp_rm64' ||
        (code.startsWith('J') && target !== undefined && victim.functionAt(target) !== name)),
  );
}

const CONTRACT: readonly Kind[] = [
  {
    name: 'push or pop of a preserved register lost',
    expectation: 'refused',
    why: 'the function would return with another stack pointer or register; harmless only where it never returns',
    everywhere: false,
    places: overInstructions((victim, instruction) =>
      PRESERVED.test(String.fromCharCode(...instruction.bytes))
        ? replace(victim, instruction, [0x90])
        : undefined,
    ),
    isHarmless: (victim, { address }) => !returns(victim, address),
  },
  {
    name: 'preserved register cleared before a return',
    expectation: 'refused',
    why: 'the caller counts on rbp',
    everywhere: false,
    places: overInstructions((victim, instruction) => {
      const next = victim.code[instruction.index + 1];
      return next?.code === 'Retnq' && instruction.code.startsWith('Pop')
        ? replace(victim, instruction, [0x50])
        : undefined;
    }),
  },
  ...[
    ['far', 0xcb],
    ['from an interrupt', 0xcf],
    ['that pops the stack pointer', 0x5c],
  ].map(([name, byte]): Kind => ({
    name: `return ${String(name)}`,
    expectation: 'refused',
    why: 'functions are left by a plain return',
    everywhere: false,
    places: overInstructions((victim, instruction) =>
      instruction.code === 'Retnq' ? replace(victim, instruction, [Number(byte)]) : undefined,
    ),
  })),
];

/** How far behind its use the address of a table is taken. */
const NEAR = 12;

function isNear(victim: Victim, { index }: Decoded, test: (other: Decoded) => boolean): boolean {
  return victim.code.slice(Math.max(0, index - NEAR), index + NEAR).some(test);
}

function takesCallTable(victim: Victim): (instruction: Decoded) => boolean {
  const tables = new Set(victim.callTables.map(({ start }) => start));
  return ({ code, target }) => code.startsWith('Lea') && target !== undefined && tables.has(target);
}

function onMask(name: string, change: (mask: number) => number): Kind {
  return {
    ...{ name, expectation: 'refused', everywhere: false },
    why: 'the call would leave the table, or enter it between its slots',
    places: (victim) => {
      const masks = new Set(victim.callTables.map(({ mask }) => mask));
      const takes = takesCallTable(victim);
      return overInstructions((_, instruction) => {
        const { code, bytes, immediate } = instruction;
        if (!code.startsWith('And_') || ![1, 4].includes(immediate.size)) return undefined;
        const mask = readField(bytes, immediate);
        if (!masks.has(mask) || !isNear(victim, instruction, takes)) return undefined;
        const changed = change(mask);
        if (immediate.size === 1 && changed > 127) return undefined;
        return replace(victim, instruction, withField(bytes, immediate, changed));
      })(victim);
    },
  };
}

const MASKS: readonly Kind[] = [
  onMask('call mask off by one', (mask) => mask | 1),
  onMask('call mask of half a slot', (mask) => mask | 4),
  onMask('call mask twice as large', (mask) => (mask << 1) | 8),
  onMask('call mask with a hole filled from above', (mask) => mask | 0x100_0000),
  onMask('call mask lost', () => -1),
];

const CALL_TABLE: readonly Kind[] = [
  ...[1, 2, -8].map((by): Kind => ({
    name: `call table taken ${by} bytes away`,
    expectation: 'refused',
    why: 'the call would leave the table, or enter its slots in the middle',
    everywhere: false,
    places: (victim) => {
      const takes = takesCallTable(victim);
      return overInstructions((_, instruction) => {
        const { bytes, displacement } = instruction;
        if (!takes(instruction) || displacement.size !== 4) return undefined;
        const value = readField(bytes, displacement) + by;
        return replace(victim, instruction, withField(bytes, displacement, value));
      })(victim);
    },
    // In front of the table, too, may stand a trap.
    isHarmless: (victim, { address, patch }) => areTrapsOrJumps(victim, address, patch.bytes),
  })),
  ...[
    ['returns', 0xc3],
    ['does nothing', 0x90],
    ['pushes', 0x50],
  ].map(([what, byte]): Kind => ({
    name: `call-table slot ${String(what)}`,
    expectation: 'refused',
    why: 'each slot is a jump to a function, or a trap',
    everywhere: false,
    places: ({ callTables, image, codeAt }) =>
      callTables.flatMap(({ start, mask }) =>
        Array.from({ length: mask / 8 + 1 }, (_, slot) => {
          const address = start + 8 * slot;
          const at = codeAt + address - image.code.start;
          return { address, patch: { at, bytes: [Number(byte), ...Array<number>(7).fill(0xcc)] } };
        }),
      ),
  })),
];

/** Whether a table at the address that the damaged `lea` takes has a jump or a trap in each slot. */
function areTrapsOrJumps(victim: Victim, address: number, bytes: readonly number[]): boolean {
  const distance = new DataView(Uint8Array.from(bytes).buffer).getInt32(bytes.length - 4, true);
  const start = address + bytes.length + distance;
  const mask = Math.max(...victim.callTables.map((table) => table.mask));
  for (let slot = start; slot <= start + mask; slot += 8) {
    const found = victim.code[victim.starts.get(slot) ?? -1];
    if (found === undefined || !/^(Int3|Ud2|Jmp_rel)/.test(found.code)) return false;
  }
  return true;
}

/** Addresses of the jump tables that are read near the instruction that takes their address. */
function jumpTables(victim: Victim): readonly (readonly [table: number, user: number])[] {
  const { readOnly } = victim.image;
  return victim.code.flatMap((instruction): (readonly [number, number])[] => {
    const { code, target, index, address } = instruction;
    const isTable = code === 'Lea_r64_m' && target !== undefined;
    if (!isTable || target < readOnly.start || target >= readOnly.end) return [];
    const reads = victim.code
      .slice(index + 1, index + NEAR)
      .some((next) => next.code === 'Movsxd_r64_rm32' && next.memory === 'other');
    return reads && victim.reached.has(address) ? [[target, address]] : [];
  });
}

function onFirstEntry(name: string, change: (victim: Victim, target: number) => number): Kind {
  return {
    ...{ name, expectation: 'refused', everywhere: false },
    why: 'all entries of a jump table that the bound allows lead to instructions',
    places: (victim) => {
      const { readOnly } = victim.image;
      const view = new DataView(readOnly.bytes.buffer, readOnly.bytes.byteOffset);
      return jumpTables(victim).flatMap(([table, user]): Damage[] => {
        const offset = table - readOnly.start;
        const old = table + view.getInt32(offset, true);
        const next = change(victim, old);
        if (!victim.starts.has(old) || victim.starts.has(next)) return [];
        const bytes = [...new Uint8Array(Int32Array.of(next - table).buffer)];
        return [{ address: user, patch: { at: victim.readOnlyAt + offset, bytes } }];
      });
    },
  };
}

const JUMP_TABLES: readonly Kind[] = [
  onFirstEntry('jump-table entry one byte further', (_, target) => target + 1),
  onFirstEntry('jump-table entry out of the code', ({ image }) => image.data.start),
  onFirstEntry('jump-table entry to the host', () => 0x1000),
];

/** The comparison that bounds the index of a jump table: the one in front of the branch around the jump. */
function boundOf(victim: Victim, user: number): Decoded | undefined {
  const at = victim.starts.get(user) ?? 0;
  return victim.code
    .slice(Math.max(0, at - NEAR), at)
    .findLast(
      ({ code, index, immediate }) =>
        /^Cmp_(rm\d+|AL|EAX)_imm/.test(code) &&
        [1, 4].includes(immediate.size) &&
        /^J(a|ae)_rel/.test(victim.code[index + 1]?.code ?? ''),
    );
}

/** By how much a bound is raised: no table of a program has as many entries more. */
const RAISED_BY = 90;

const BOUNDS: Kind = {
  name: 'bound of a jump table raised',
  expectation: 'refused',
  why: 'entries behind the table are no targets; harmless where a mask bounds the index as well',
  everywhere: false,
  places: (victim) =>
    jumpTables(victim).flatMap(([, user]) => {
      const bound = boundOf(victim, user);
      if (bound === undefined) return [];
      const value = readField(bound.bytes, bound.immediate) + RAISED_BY;
      if (bound.immediate.size === 1 && value > 127) return [];
      const damage = replace(victim, bound, withField(bound.bytes, bound.immediate, value));
      return damage === undefined ? [] : [damage];
    }),
  isHarmless: (victim, { address }) => {
    const bound = victim.code[victim.starts.get(address) ?? -1];
    const mask = victim.code[(bound?.index ?? 0) - 1];
    if (bound === undefined || mask?.code.startsWith('And_') !== true) return false;
    const most = readField(mask.bytes, mask.immediate);
    return (
      mask.register === bound.register &&
      most >= 0 &&
      most <= readField(bound.bytes, bound.immediate)
    );
  },
};

export const CONTROL_KINDS: readonly Kind[] = [
  ...[...BRANCHES, ...CONTRACT, ...MASKS, ...CALL_TABLE, ...JUMP_TABLES, BOUNDS],
];
