/** Where a function gives the data stack pointer back to its caller. */
import type { Block } from '../ir/model/index.js';

/**
 * The position in a block that returns, in front of which the data stack pointer is restored: that of the `ret`, or of
 * the tail call whose result it returns. A store between the two would make an ordinary call of it; and a tail call may
 * not use its caller's allocas, so the frame is dead by then.
 */
export function restoreBefore(block: Block): number | undefined {
  const { instructions } = block;
  const last = instructions.findLastIndex(({ kind }) => kind !== 'uselistorder');
  const ret = instructions[last];
  if (ret?.kind !== 'ret') return undefined;
  let position = last - 1;
  while (instructions[position]?.kind === 'debug-record') position -= 1;
  const call = instructions[position];
  if (call?.kind !== 'call' || (call.tail !== 'tail' && call.tail !== 'musttail')) return last;
  const returned = ret.value?.value;
  const passesOn =
    returned === undefined || (returned.kind === 'local' && returned.name === call.result);
  return passesOn ? position : last;
}
