/**
 * `make test-kernel` (docs/hardware.md): the kernel module in an emulated machine that boots Debian's kernel. Prints a line a test; the last line counts them.
 *
 * The machine has its memory four times: where it is, and, by memory modules on the same file, at the addresses that two
 * fake KeyID bits select. What tests inside cannot see, this looks up in that file afterwards.
 */
import { boot, type Boot } from './machine.js';
import { secretPattern } from './secret.js';

const BUILD = 'build/kernel';
/** Programs that run inside; those of the host runtime, HOST_TESTS in Makefile, know nothing of backends. */
const GUEST_TESTS = [
  ...['mapping', 'key', 'backend'],
  ...['host_library', 'host_run', 'host_memory', 'host_call'],
  ...['host_misuse', 'host_region', 'host_registers', 'host_limits'],
  'limit',
];
const ENODEV_OF_INSMOD = 19;
const TAINT_TEST = 1 << 18;

interface Test {
  readonly name: string;
  /** What was found instead; undefined: passed. */
  readonly failure: string | undefined;
}

/** `ok NAME` and `not ok NAME: WHY`, as test/host/check.c prints them. */
function testsOf(lines: readonly string[]): Test[] {
  return lines.flatMap((line) => {
    const match = /^(not )?ok ([^:]+)(?:: (.*))?$/.exec(line);
    if (match === null) return [];
    const [, not, name = '', why = 'failed'] = match;
    return [{ name, failure: not === undefined ? undefined : why }];
  });
}

function expectation(name: string, holds: boolean, otherwise: string): Test {
  return { name, failure: holds ? undefined : otherwise };
}

/** The number at the end of the line `status WORD NUMBER`; -1 when the machine never got there. */
function statusOf({ lines }: Boot, word: string): number {
  const line = lines.find((text) => text.startsWith(`status ${word} `));
  return line === undefined ? -1 : Number(line.slice(`status ${word} `.length));
}

function refusals(machine: Boot): Test[] {
  const reason = 'tmebox: not loaded: this processor has no total memory encryption';
  const refused = statusOf(machine, 'refused');
  const bare = statusOf(machine, 'without-parameter');
  return [
    expectation(
      'insmod is refused where the processor lacks TME',
      refused === ENODEV_OF_INSMOD && machine.text.includes("insert '/tmebox.ko': No such device"),
      `insmod ends with ${refused}`,
    ),
    expectation('the kernel log says why', machine.text.includes(reason), 'no such line'),
    expectation('and there is no device', machine.lines.includes('device absent'), 'there is'),
    expectation('a test build needs its parameter', bare > 0, `insmod ends with ${bare}`),
  ];
}

function loading(machine: Boot): Test[] {
  const taint = Number(/^taint (\d+)/m.exec(machine.text)?.[1] ?? 0);
  const trouble = /^.*(?:BUG:|WARNING:|Oops|Call Trace|panic).*$/m.exec(machine.text)?.[0];
  const inUse = statusOf(machine, 'unloaded-in-use');
  return [
    expectation('a test build loads', statusOf(machine, 'fake') === 0, 'it does not'),
    expectation('it taints the kernel', (taint & TAINT_TEST) !== 0, `taint is ${taint}`),
    expectation(
      'and says loudly what it is',
      machine.text.includes('memory is NOT ENCRYPTED'),
      'it does not',
    ),
    expectation('the module unloads', statusOf(machine, 'unloaded') === 0, 'it does not'),
    expectation('but not while it is open', inUse > 0, `rmmod ends with ${inUse}`),
    expectation('the kernel had nothing to complain of', trouble === undefined, trouble ?? ''),
  ];
}

/** Every program inside has to come to its end, whatever its lines said. */
function guestTests(machine: Boot): Test[] {
  const ended = GUEST_TESTS.map((name) => {
    const status = statusOf(machine, name);
    return expectation(`${name}_test came to its end`, status === 0, `status ${status}`);
  });
  const skipped = machine.lines.find((line) => line.startsWith('skipped'));
  return [
    expectation('nothing was skipped', skipped === undefined, skipped ?? ''),
    ...testsOf(machine.lines),
    ...ended,
  ];
}

/** What secret.c wrote: held pages are at the address that the processor was told, given back ones nowhere. */
function secrets(machine: Boot): Test[] {
  const find = (word: string): { readonly address: number; readonly pattern: Buffer } => {
    const match = new RegExp(`^secret ${word} (\\d+) (\\d+)$`, 'm').exec(machine.text);
    const pattern = secretPattern(BigInt(match?.[1] ?? 1));
    return { address: Number(match?.[2] ?? -1), pattern };
  };
  const held = find('hold');
  const freed = find('free');
  const there = machine.memory.subarray(held.address, held.address + held.pattern.length);
  const rest = beginnings(freed.pattern).find((part) => machine.memory.includes(part));
  return [
    expectation(
      'what is written under KeyID and address is in the memory at the address',
      held.address >= 0 && there.equals(held.pattern),
      `at ${held.address} is something else`,
    ),
    expectation(
      'pages that were given back are zero',
      freed.address >= 0 && rest === undefined,
      freed.address < 0 ? 'nothing was written' : 'something is still there',
    ),
  ];
}

/** The first quarter of each line: what is left of any line is found by it. */
function beginnings(page: Buffer): Buffer[] {
  return Array.from({ length: page.length / 64 }, (_, i) => page.subarray(i * 64, i * 64 + 16));
}

async function main(): Promise<number> {
  const machine = await boot(BUILD);
  const tests = [
    ...refusals(machine),
    ...loading(machine),
    ...guestTests(machine),
    ...secrets(machine),
  ];
  for (const { name, failure } of tests) {
    console.log(failure === undefined ? `ok ${name}` : `not ok ${name}: ${failure}`);
  }
  const failed = tests.filter(({ failure }) => failure !== undefined).length;
  if (failed > 0) console.log(`the machine's console: ${machine.log}`);
  console.log(`${tests.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
