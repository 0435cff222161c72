/** Sizes of operands in memory, in the verifier and in LLVM: what is said too small reaches over what was proven. */
import type { Code } from '../../../src/verify/image/code.js';
import { REFUSED } from '../../../src/verify/image/encodings.js';
import { OPERAND } from '../../../src/verify/image/operands.js';

/** Bytes, in the words of Intel's syntax. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ['byte', 1],
  ['word', 2],
  ['dword', 4],
  ['qword', 8],
  ['tbyte', 10],
  ['xmmword', 16],
  ['ymmword', 32],
  ['zmmword', 64],
]);
/** Of `fldenv` and `fnstenv` in 64-bit mode, of which LLVM does not name the size. */
const ENVIRONMENT = 28;

/** How the two differ about the size of the operand of instruction `at`, of which LLVM's text is `line`. */
export function sizeDifference(code: Code, at: number, line: string): string | undefined {
  const { encodings } = code;
  const encoding = code.encoding[at] ?? REFUSED;
  const form = encodings.operand[encoding];
  if (form === OPERAND.none || form === OPERAND.address) return undefined;
  const word = /(\w+) ptr /.exec(line)?.[1];
  const size = /^fn?(ld|st)env\s/.test(line) ? ENVIRONMENT : SIZES.get(word ?? '');
  const own = encodings.size[encoding];
  return own === size ? undefined : `${String(own)} bytes, not those of "${line}"`;
}
