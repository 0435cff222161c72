/** Starts the tracer, which single-steps what runs in a sandbox of tbx-run. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, type Outcome, run } from '../../../programs/process.js';

/** Runs `command`, whose program is the runner, under the tracer; what it left, and where the records are. */
export async function trace(
  tracer: string,
  table: Buffer,
  folder: string,
  command: Command,
): Promise<{ readonly outcome: Outcome; readonly records: string }> {
  const [tablePath, records] = [join(folder, 'table'), join(folder, 'records')];
  writeFileSync(tablePath, table);
  const { program, arguments: words } = command;
  const outcome = await run({
    ...command,
    program: tracer,
    arguments: [tablePath, records, ...gateOf(program), program, '--accept-unverified', ...words],
  });
  return { outcome, records };
}

/** The addresses of tbx_enter, of tbx_gate and of its last instruction in a program that is not relocated. */
function gateOf(program: string): readonly string[] {
  const symbols = execFileSync('llvm-nm-22', ['--print-size', program], { encoding: 'latin1' });
  const place = (name: string): readonly [address: number, size: number] => {
    const found = new RegExp(`^([0-9a-f]+) ([0-9a-f]+) [Tt] ${name}$`, 'm').exec(symbols);
    if (found === null) throw new Error(`${program} has no symbol ${name}`);
    return [Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16)];
  };
  const [[enter], [gate, size]] = [place('tbx_enter'), place('tbx_gate')];
  return [enter, gate, gate + size - 1].map((address) => address.toString(16));
}
