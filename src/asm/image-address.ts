/**
 * Addresses of image data as values. LLVM takes the address of a symbol as an immediate (`movl $g, %eax`), but that of a
 * place inside it RIP-relative (`leaq g+20(%rip), %rax`), because that is shorter: it would be an address in the window
 * that the code runs in, unequal to the offset that static data and other code have for the same place.
 *
 * @see docs/abi.md, "Code generation"
 */
import { LOW_HALF, type Edit } from './gs-operand.js';
import type { Statement } from './assembly-line.js';

/** Worth reading: RIP-relative addresses that are computed and not accessed. */
export const IMAGE_ADDRESS_PATTERN = 'lea[lq]?\\s[^\\n]*\\(\\s*%rip\\s*\\)';

const RIP_RELATIVE = /^lea[lq]?\s+(?<address>[^\s(),]+)\(\s*%rip\s*\)\s*,\s*%(?<register>\w+)\s*$/i;

/**
 * What stands beside the code and is read where the code runs: jump tables, constants of code generation, blocks, tables
 * of labels, the call table and the base of the code window.
 */
const BESIDE_THE_CODE =
  /^(?:\.L(?:JTI|CPI|BB|tmp)\d|\.L__tbx_labels\.\d|__tbx_icall_table\b|__tbx_code_base\b)/;

/** The edit that makes a RIP-relative address of data an immediate; undefined for every other statement. */
export function immediateAddress(statement: Statement, text: string): Edit | undefined {
  const match = RIP_RELATIVE.exec(statement.code);
  const register = match?.groups?.['register']?.toLowerCase();
  if (match?.groups?.['address'] === undefined || register === undefined) return undefined;
  // Quoted names are masked in the statement's code: the text has the name itself.
  const start = statement.start + statement.code.indexOf(match.groups['address']);
  const address = text.slice(start, start + match.groups['address'].length);
  if (BESIDE_THE_CODE.test(address)) return undefined;
  const end = statement.start + statement.code.trimEnd().length;
  const target = LOW_HALF.get(register) ?? register;
  return { start: statement.start, end, text: `movl\t$${address}, %${target}` };
}
