import { disassemble, type DisassembledImage } from './image.js';
import { FORMS, judge, type Form, type ImageFacts } from './rules.js';

/** An instruction that the rules refuse. */
export interface Exception {
  readonly function: string;
  readonly address: number;
  readonly text: string;
  readonly reason: string;
}

/** How many operands of each form an image has, and what is refused. */
export interface OperandReport {
  readonly counts: Readonly<Record<Form, number>>;
  readonly exceptions: readonly Exception[];
}

/**
 * Checks every memory operand and indirect branch of the image at `path`. This is a check of what the compiler made,
 * not a proof: the bounds of jump tables and the values of rsp and rbp are taken on trust (the verifier's business).
 */
export async function checkOperands(
  path: string,
  isolation: ImageFacts['isolation'],
): Promise<OperandReport> {
  return checkImage(await disassemble(path), isolation);
}

export function checkImage(
  image: DisassembledImage,
  isolation: ImageFacts['isolation'],
): OperandReport {
  const facts: ImageFacts = { isReadOnly: image.isReadOnly, gate: image.gate, isolation };
  const counts = { gs: 0, stack: 0, rip: 0, jumpTable: 0, tableCall: 0, gate: 0 };
  const exceptions: Exception[] = [];
  for (const { name, code } of image.functions) {
    code.forEach((instruction, at) => {
      const verdict = judge(code, at, facts);
      switch (verdict.kind) {
        case 'none':
          return;
        case 'allowed':
          counts[verdict.form]++;
          return;
        case 'refused':
          exceptions.push({
            function: name,
            address: instruction.address,
            text: instruction.text,
            reason: verdict.reason,
          });
      }
    });
  }
  return { counts, exceptions };
}

/** One line: `gs 10951 stack 26624 …`. */
export function formatCounts(report: OperandReport): string {
  return FORMS.map((form) => `${form} ${report.counts[form]}`).join(', ');
}
