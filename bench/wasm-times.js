/**
 * What Node's WebAssembly costs: prints JSON, for each thing the nanoseconds that it took in each round. In JavaScript,
 * as the types of Node do not know WebAssembly.
 */
/* global WebAssembly */
import process from 'node:process';

const ROUNDS = 31;
const CALLS = 200_000;
const INSTANCES = 200;

/** One page of memory and one function, which does nothing: (memory 1) (func (export "f")). */
const MODULE = new WebAssembly.Module(
  new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x05, 0x03, 0x01, 0x00, 0x01],
    ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
    ...[0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b],
  ]),
);

/** Processor time of this process in nanoseconds. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function timesOf(count, work) {
  return Array.from({ length: ROUNDS }, () => {
    const start = now();
    for (let i = 0; i < count; i++) work();
    return (now() - start) / count;
  });
}

const { f } = new WebAssembly.Instance(MODULE).exports;
const times = {
  call: timesOf(CALLS, f),
  instantiate: timesOf(INSTANCES, () => new WebAssembly.Instance(MODULE)),
};
process.stdout.write(JSON.stringify(times));
