/**
 * A memory operand with the GS segment in AT&T syntax, `%gs:DISPLACEMENT(BASE, INDEX, SCALE)`, and its confined form:
 * 32-bit address registers, for which the CPU cuts the effective address to 32 bits before it adds the segment base.
 */

const LEGACY = ['ax', 'bx', 'cx', 'dx', 'si', 'di', 'bp', 'sp', 'ip', 'iz'];
const EXTENDED = Array.from({ length: 24 }, (_, index) => `r${index + 8}`);

/** 64-bit address registers and those that hold their low halves. */
export const LOW_HALF: ReadonlyMap<string, string> = new Map([
  ...LEGACY.map((name) => [`r${name}`, `e${name}`] as const),
  ...EXTENDED.map((name) => [name, `${name}d`] as const),
]);
const ADDRESS32: ReadonlySet<string> = new Set(LOW_HALF.values());
const VECTOR = /^[xyz]mm(?:[12]?\d|3[01])$/;

/** A replacement of `[start, end)`; offsets are into the text that was parsed. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type GsOperand =
  | {
      readonly kind: 'operand';
      /** Offset just after the operand. */
      readonly end: number;
      readonly edits: readonly Edit[];
      /**
       * No general register in it widens the prefix's reach to the instruction, so the statement needs an explicit
       * `addr32`.
       */
      readonly needsAddr32: boolean;
    }
  | { readonly kind: 'malformed'; readonly offset: number; readonly reason: string };

const DISPLACEMENT = /[\w.$+-]*/y;
const REGISTERS = /\(\s*(?:%(?<base>\w+)\s*)?(?:,\s*%(?<index>\w+)\s*(?:,\s*[1248]\s*)?)?\)/dy;
const AFTER = /\s*(?:,|$|\{)/y;

/**
 * A symbol, or a symbol and a non-negative offset: an address inside the image, which ends below 2 GiB, or an
 * overflow that the linker reports. Everything else without a register could be sign-extended out of the window.
 */
const SYMBOL_FORWARD = /^[A-Za-z_.$][\w.$]*(?:\+\d+)?$/;

type Confined =
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'keep' }
  | { readonly kind: 'vector' }
  | { readonly kind: 'unknown' };

function confineRegister(name: string): Confined {
  const lower = name.toLowerCase();
  const half = LOW_HALF.get(lower);
  if (half !== undefined) return { kind: 'edit', text: half };
  if (ADDRESS32.has(lower)) return { kind: 'keep' };
  return VECTOR.test(lower) ? { kind: 'vector' } : { kind: 'unknown' };
}

/**
 * Parses the operand whose `%gs:` ends at `start` in `code`, a line without quoted text
 * (see `parseLine`).
 */
export function confineGsOperand(code: string, start: number): GsOperand {
  DISPLACEMENT.lastIndex = start;
  const displacement = DISPLACEMENT.exec(code)?.[0] ?? '';
  let end = start + displacement.length;
  const edits: Edit[] = [];
  let addressRegisters = 0;

  REGISTERS.lastIndex = end;
  const group = REGISTERS.exec(code);
  if (group !== null) {
    for (const role of ['base', 'index'] as const) {
      const name = group.groups?.[role];
      const span = group.indices?.groups?.[role];
      if (name === undefined || span === undefined) continue;
      const confined = confineRegister(name);
      switch (confined.kind) {
        case 'edit':
          edits.push({ start: span[0], end: span[1], text: confined.text });
          addressRegisters++;
          break;
        case 'keep':
          addressRegisters++;
          break;
        case 'vector':
          if (role === 'index') break;
          return { kind: 'malformed', offset: span[0], reason: `%${name} as base register` };
        case 'unknown':
          return { kind: 'malformed', offset: span[0], reason: `%${name} as address register` };
      }
    }
    end = REGISTERS.lastIndex;
  }
  if (end === start) return { kind: 'malformed', offset: start, reason: 'no address after %gs:' };

  AFTER.lastIndex = end;
  if (!AFTER.test(code))
    return { kind: 'malformed', offset: end, reason: 'the end of the operand' };
  const inImage = group === null && SYMBOL_FORWARD.test(displacement);
  return { kind: 'operand', end, edits, needsAddr32: addressRegisters === 0 && !inImage };
}
