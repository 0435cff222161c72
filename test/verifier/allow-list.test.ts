import { beforeAll, describe, expect, test } from '@jest/globals';
import * as iced from 'iced-x86';
import { ALLOWED } from '../../src/verify/image/allow/index.js';
import { codesByName } from '../../src/verify/image/iced.js';

/** The table of allowed instructions against iced's own knowledge of what instructions read and write. */
interface Row {
  readonly name: string;
  readonly code: iced.Code;
  readonly operands: string;
  readonly registers: readonly string[];
  readonly flags: boolean;
}

/** In the x87 status word, which the verifier keeps no facts of. */
const X87_FLAGS = iced.RflagsBits.C0 | iced.RflagsBits.C1 | iced.RflagsBits.C2 | iced.RflagsBits.C3;

let rows: readonly Row[] = [];
const DISTINCT = [
  iced.Register.RAX,
  iced.Register.RBX,
  iced.Register.RSI,
  iced.Register.RDI,
  iced.Register.R8,
];

beforeAll(() => {
  const codes = codesByName(iced);
  rows = ALLOWED.flatMap(({ effect, codes: names }) => {
    const [operands = '', ...rest] = effect.split(' ');
    return names
      .trim()
      .split(/\s+/)
      .map((name): Row => {
        const code = codes.get(name);
        if (code === undefined) throw new Error(`no code ${name}`);
        const registers = rest.filter((word) => word !== 'flags');
        return { name, code, operands, registers, flags: rest.includes('flags') };
      });
  });
});

/** An instruction of a code whose operands are all registers, no two the same. */
function sample(code: iced.Code): iced.Instruction {
  const instruction = new iced.Instruction();
  instruction.code = code;
  const { opCount } = iced.CodeExt.opCode(code);
  for (let operand = 0; operand < opCount; operand++) {
    instruction.setOpKind(operand, iced.OpKind.Register);
    instruction.setOpRegister(operand, DISTINCT[operand] ?? iced.Register.R9);
  }
  return instruction;
}

function mayWrite(access: iced.OpAccess): boolean {
  return [
    iced.OpAccess.Write,
    iced.OpAccess.CondWrite,
    iced.OpAccess.ReadWrite,
    iced.OpAccess.ReadCondWrite,
  ].includes(access);
}

function mayRead(access: iced.OpAccess): boolean {
  return [
    iced.OpAccess.Read,
    iced.OpAccess.CondRead,
    iced.OpAccess.ReadWrite,
    iced.OpAccess.ReadCondWrite,
  ].includes(access);
}

function forEachRow(check: (row: Row, info: iced.InstructionInfo) => string | undefined): string[] {
  const factory = new iced.InstructionInfoFactory();
  const wrong = rows.flatMap((row) => {
    const instruction = sample(row.code);
    const problem = check(row, factory.info(instruction));
    instruction.free();
    return problem === undefined ? [] : [`${row.name}: ${problem}`];
  });
  factory.free();
  return wrong;
}

describe('the allow-list', () => {
  test('names every code once', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(2500);
  });

  test('says written of every operand that is written, and read of every one that is read', () => {
    const wrong = forEachRow(({ operands }, info) => {
      if (operands === '-') return undefined;
      for (let operand = 0; operand < operands.length; operand++) {
        const letter = operands.charAt(operand);
        const access = info.opAccess(operand);
        if (mayWrite(access) && !'wm'.includes(letter)) return `operand ${operand} is written`;
        if (mayRead(access) && !'rm'.includes(letter)) return `operand ${operand} is read`;
      }
      return undefined;
    });
    expect(wrong).toEqual([]);
  });

  test('has an effect letter for every operand', () => {
    const wrong = rows.filter(({ code, operands }) => {
      const count = operands === '-' ? 0 : operands.length;
      return count !== iced.CodeExt.opCode(code).opCount;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('knows the registers that are written without being operands', () => {
    const wrong = forEachRow(({ name, registers }, info) => {
      const operands = new Set(DISTINCT);
      const written = info
        .usedRegisters()
        .filter(({ access }: iced.UsedRegister) => mayWrite(access))
        .map(({ register }: iced.UsedRegister) => iced.RegisterExt.fullRegister(register))
        .filter((register: iced.Register) => iced.RegisterExt.isGPR64(register));
      for (const register of written) {
        const known = iced.Register[register].toLowerCase();
        if (register === iced.Register.RSP || registers.includes(known)) continue;
        if (operands.has(register)) continue;
        if (name === 'Leaveq' && register === iced.Register.RBP) continue;
        return `${known} is written`;
      }
      return undefined;
    });
    expect(wrong).toEqual([]);
  });

  test('knows the flags that change', () => {
    const wrong = rows.filter(({ code, flags }) => {
      const instruction = sample(code);
      const changes = (instruction.rflagsModified & ~X87_FLAGS) !== 0;
      instruction.free();
      return changes && !flags;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

describe('what must never be on it', () => {
  test.each([
    ['string instructions', (i: iced.Instruction) => i.isStringInstruction],
    ['privileged instructions', (i: iced.Instruction) => i.isPrivileged],
    ['state saving', (i: iced.Instruction) => i.isSaveRestoreInstruction],
    ['far calls', (i: iced.Instruction) => i.isCallFar || i.isCallFarIndirect],
    ['far jumps', (i: iced.Instruction) => i.isJmpFar || i.isJmpFarIndirect],
    ['loops', (i: iced.Instruction) => i.isLoop || i.isLoopcc || i.isJcxShort],
  ] as const)('%s', (_what, isForbidden) => {
    const found = rows.filter(({ code }) => {
      const instruction = new iced.Instruction();
      instruction.code = code;
      const forbidden = isForbidden(instruction);
      instruction.free();
      return forbidden;
    });
    expect(found.map(({ name }) => name)).toEqual([]);
  });

  test('segment, control, debug and tile registers', () => {
    const found = rows.filter(({ name }) =>
      /Sreg|_cr_|_dr_|_tr_|_[ecsdfg]s$|tmm|moffs/i.test(name),
    );
    expect(found.map(({ name }) => name)).toEqual([]);
  });
});
