import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, run, type Command } from '../../programs/process.js';

/** What came out of a machine that ran `init` and switched itself off. */
export interface Boot {
  /** All of its console, and the same line by line; kernel messages without their time. */
  readonly text: string;
  readonly lines: readonly string[];
  /** Its memory at the end: physical address 0 and up. */
  readonly memory: Buffer;
  /** Where the console is kept. */
  readonly log: string;
}

const MEGABYTES = 256;
/** As in runtime/kernel/fake.c; two bits, so three copies of the memory beside itself. */
const KEYID_SHIFT = 36n;
const COPIES = [1n, 2n, 3n];
/** A machine that hangs must not stop the tests; it takes half a minute, and on a busy computer ten times that. */
const TIMEOUT_SECONDS = 600;

/** Headers and kernel of one version, fetched where they are missing. */
async function fetchKernel(): Promise<{ readonly headers: string; readonly kernel: string }> {
  const stdout = await must({ program: 'scripts/fetch-kernel.sh', arguments: [] });
  const [headers = '', kernel = ''] = stdout.toString().split('\n');
  return { headers, kernel };
}

/** Emulation alone (TCG), so that it is the same everywhere; `max` has FSGSBASE, which the runtime likes. */
function emulator(kernel: string, initramfs: string, memory: string): Command {
  const file = `share=on,mem-path=${memory},size=${MEGABYTES}M`;
  const copies = COPIES.flatMap((copy) => [
    ...['-object', `memory-backend-file,id=copy${copy},${file}`],
    ...['-device', `pc-dimm,memdev=copy${copy},addr=${(copy << KEYID_SHIFT).toString()}`],
  ]);
  return {
    program: 'qemu-system-x86_64',
    arguments: [
      ...['-machine', 'q35,accel=tcg,memory-backend=memory', '-cpu', 'max', '-smp', '2'],
      ...['-m', `${MEGABYTES}M,slots=4,maxmem=256G`],
      ...['-object', `memory-backend-file,id=memory,${file}`, ...copies],
      // Linux must not take the copies for memory of its own, nor clear pages that it allocates: we look whether
      // the module clears those that it frees.
      ...['-kernel', kernel, '-initrd', initramfs],
      ...['-append', 'console=ttyS0 quiet acpi_no_memhotplug init_on_alloc=0 panic=-1'],
      ...['-nographic', '-no-reboot', '-nic', 'none'],
    ],
    timeoutSeconds: TIMEOUT_SECONDS,
  };
}

/** Builds what is out of date in `build`, and boots it. @throws an Error when that cannot be done. */
export async function boot(build: string): Promise<Boot> {
  const { headers, kernel } = await fetchKernel();
  await must({
    program: 'make',
    arguments: ['-s', '-C', 'test/kernel', `KERNEL=${headers}`],
  });
  const memory = join(build, 'memory');
  const log = join(build, 'console.txt');
  writeFileSync(memory, '');
  truncateSync(memory, MEGABYTES << 20);
  try {
    const { stdout, stderr } = await run(emulator(kernel, join(build, 'initramfs.gz'), memory));
    const text = stdout
      .toString('latin1')
      .replaceAll('\r', '')
      .replace(/^\[ *\d+\.\d+\] /gm, '');
    writeFileSync(log, text + stderr.toString());
    return { text, lines: text.split('\n'), memory: readFileSync(memory), log };
  } finally {
    rmSync(memory, { force: true });
  }
}
