/** Looks for everything that building and running sandboxes needs, and says how to get what is missing. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.js';
import { capture, succeeded } from './process.js';
import type { Toolchain } from './toolchain.js';

/** One thing that was looked at. `bad` stops tme-box from working; `poor` costs speed or scale. */
export interface Finding {
  readonly state: 'good' | 'poor' | 'bad';
  readonly what: string;
  /** How to get what is missing; empty when all is well. */
  readonly cure: string;
}

function readNumber(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function checkTool(program: string, debianPackage: string): Promise<Finding> {
  const { exit, stdout } = await capture({ program, args: ['--version'] });
  if (!succeeded(exit)) {
    return {
      state: 'bad',
      what: `${program}: not found`,
      cure: `sudo apt-get install ${debianPackage}`,
    };
  }
  return { state: 'good', what: `${program}: ${stdout.split('\n', 1)[0] ?? ''}`, cure: '' };
}

function checkBuilt(path: string, what: string, cure: string): Finding {
  return existsSync(path)
    ? { state: 'good', what: `${what}: ${path}`, cure: '' }
    : { state: 'bad', what: `${what}: there is no ${path}`, cure };
}

/** Bit of AT_HWCAP2 by which Linux says that programs may use WRGSBASE. */
const HWCAP2_FSGSBASE = 2n;
const AT_HWCAP2 = 26n;

/** A value of this process's auxiliary vector. */
function auxiliaryValue(key: bigint): bigint | undefined {
  const vector = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === key) return vector.readBigUInt64LE(at + 8);
  }
  return undefined;
}

function checkFsGsBase(): Finding {
  const enabled = ((auxiliaryValue(AT_HWCAP2) ?? 0n) & HWCAP2_FSGSBASE) !== 0n;
  return enabled
    ? { state: 'good', what: 'FSGSBASE: programs may set the GS base', cure: '' }
    : {
        state: 'poor',
        what: 'FSGSBASE: not enabled; entering a sandbox takes a system call',
        cure: 'use Linux 5.9 or later on a processor that has it, without nofsgsbase',
      };
}

/** A window is 4 GiB; a sandbox has one for data and its image one for code. */
const MINIMUM_ADDRESS_SPACE = 9n << 32n;

function checkAddressSpace(): Finding {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const soft = /^Max address space\s+(\S+)/m.exec(limits)?.[1] ?? 'unlimited';
  const enough = soft === 'unlimited' || BigInt(soft) >= MINIMUM_ADDRESS_SPACE;
  return enough
    ? { state: 'good', what: `address space: ${soft}`, cure: '' }
    : {
        state: 'bad',
        what: `address space: limited to ${soft} bytes, less than one sandbox reserves`,
        cure: 'ulimit -v unlimited',
      };
}

/** Two mappings a sandbox, for as many as there are keys. */
const MAPPINGS_FOR_ALL_KEYS = 65_530;

function checkMapCount(): Finding {
  const count = readNumber('/proc/sys/vm/max_map_count');
  const what = `mappings a process may have: ${count ?? 'unknown'}`;
  return count !== undefined && count < MAPPINGS_FOR_ALL_KEYS
    ? {
        state: 'poor',
        what: `${what}; fewer sandboxes can live at once`,
        cure: `sudo sysctl vm.max_map_count=${MAPPINGS_FOR_ALL_KEYS}`,
      }
    : { state: 'good', what, cure: '' };
}

function checkMachine(): Finding {
  const fits = process.platform === 'linux' && process.arch === 'x64';
  return fits
    ? { state: 'good', what: 'machine: x86-64 Linux', cure: '' }
    : { state: 'bad', what: `machine: ${process.arch} ${process.platform}`, cure: 'x86-64 Linux' };
}

/** Looks at this machine. */
export async function examine(tools: Toolchain, where: Installation): Promise<readonly Finding[]> {
  const version = /-(\d+)$/.exec(tools.clang)?.[0] ?? '';
  // These work in a package of npm, too, where there are no sources of the tool to make.
  const sysroot = `${where.command} build-sysroot`;
  const host = `make -C ${join(where.root, 'runtime', 'host')}`;
  return [
    checkMachine(),
    await checkTool(tools.clang, `clang${version}`),
    await checkTool(tools.lld, `lld${version}`),
    await checkTool(tools.tool('llvm-ar'), `llvm${version}`),
    checkBuilt(`${where.sysroot}/include`, 'libc headers', sysroot),
    checkBuilt(`${where.libraries('code+data')}/libc.a`, 'libc, code+data', sysroot),
    checkBuilt(`${where.libraries('data')}/libc.a`, 'libc, data', sysroot),
    checkBuilt(where.runnerLibrary, 'runner library', host),
    checkBuilt(where.runner, 'runner', host),
    checkFsGsBase(),
    checkAddressSpace(),
    checkMapCount(),
  ];
}
