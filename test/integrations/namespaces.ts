/** Two machines on one: network namespaces with a wire between them. */
import { spawnSync } from 'node:child_process';

function ip(...words: readonly string[]): boolean {
  return spawnSync('ip', words).status === 0;
}

/** An address of each namespace. */
export const ADDRESSES = { client: '10.77.0.1', server: '10.77.0.2' } as const;
export type Machine = keyof typeof ADDRESSES;
const MACHINES = ['client', 'server'] as const;

export class TwoMachines {
  readonly #id = String(process.pid);

  /** Undefined where namespaces are not permitted. */
  static create(): TwoMachines | undefined {
    const machines = new TwoMachines();
    if (machines.#connect()) return machines;
    machines.remove();
    return undefined;
  }

  #name(machine: Machine): string {
    return `tbx-${machine}-${this.#id}`;
  }

  #connect(): boolean {
    const [client, server] = MACHINES.map((machine) => this.#name(machine));
    if (client === undefined || server === undefined) return false;
    const peer = ['peer', 'name', 'wire', 'netns', server];
    return (
      ip('netns', 'add', client) &&
      ip('netns', 'add', server) &&
      ip('link', 'add', 'wire', 'netns', client, 'type', 'veth', ...peer) &&
      MACHINES.every((machine) => this.#wake(machine))
    );
  }

  #wake(machine: Machine): boolean {
    const name = this.#name(machine);
    return (
      ip('-n', name, 'addr', 'add', `${ADDRESSES[machine]}/24`, 'dev', 'wire') &&
      ip('-n', name, 'link', 'set', 'wire', 'up') &&
      ip('-n', name, 'link', 'set', 'lo', 'up')
    );
  }

  /** The words that run a command on one of them. */
  on(machine: Machine, words: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name(machine), ...words];
  }

  remove(): void {
    for (const machine of MACHINES) ip('netns', 'del', this.#name(machine));
  }
}
