/**
 * Memory operands of assembly text that are none of: gs with 32-bit address registers (with 64-bit ones for the `ir`
 * lowering, whose instructions have cut them), relative to the native stack, relative to rip, a jump table's.
 */

const ADDRESS = {
  addr32: /%gs:[^(]*\((?:%e\w+|%r\d+d)?(?:,(?:%e\w+|%r\d+d|%[xyz]mm\d+)(?:,\d)?)?\)/,
  ir: /%gs:[^(]*\((?:%r\w+)?(?:,(?:%r\w+|%[xyz]mm\d+)(?:,\d)?)?\)/,
};
const RIP_IN_WINDOW = /%gs:[^(]*\(%rip\)/;
const NATIVE = /\((?:%rsp|%rbp|%rip)\)/;
const JUMP_TABLE = /^movslq\s+\(%\w+,%\w+,4\)/;
/** Computes an address or does nothing with it. */
const NO_ACCESS = /^(?:lea|nop|data16|cs|prefetch)/;

export function strayOperands(assembly: string, lowering: 'addr32' | 'ir'): readonly string[] {
  return assembly
    .split('\n')
    .map((line) => (line.split(/\s#/)[0] ?? '').trim())
    .filter((line) => /^[a-z]/.test(line) && !line.endsWith(':'))
    .filter((line) => isStray(line, lowering));
}

function isStray(line: string, lowering: 'addr32' | 'ir'): boolean {
  // Window bases are multiples of 4 GiB, so that %eip is right where %rip is not.
  if (RIP_IN_WINDOW.test(line)) return true;
  const operand = /[^,\s]*\([^)]*\)/.exec(line.replace(/%st\(\d\)/g, ''))?.[0];
  if (operand === undefined || NO_ACCESS.test(line) || JUMP_TABLE.test(line)) return false;
  return !ADDRESS[lowering].test(operand) && !NATIVE.test(operand);
}
