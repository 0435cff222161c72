import { examine } from '../../driver/doctor.js';
import { installation } from '../../driver/installation.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { chosenToolchain } from '../../driver/toolchain.js';
import { writeResult } from '../streams.js';
import { PACKAGE_ROOT } from '../terminal.js';

const MARKS = { good: 'ok     ', poor: 'warning', bad: 'MISSING' } as const;

/** `tme-box doctor`: what is here, what is not, and how to get it. */
export async function doctorCommand(): Promise<Exit> {
  const tools = chosenToolchain(process.env);
  const findings = await examine(tools, installation(PACKAGE_ROOT));
  const lines = findings.map(({ state, what, cure }) => {
    const advice = cure === '' ? '' : `         -> ${cure}\n`;
    return `${MARKS[state]}  ${what}\n${advice}`;
  });
  writeResult('-', lines.join(''));
  return findings.some(({ state }) => state === 'bad') ? FAILURE : SUCCESS;
}
