/** @see LangRef, "'range' Metadata", "'absolute_symbol' Metadata" */
import type { Metadata, Type } from '../ir/index.js';
import { integerOf } from './nodes.js';

interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** Wider integers are not looked at. */
const MAXIMUM_BITS = 4096;

/** What is wrong with pairs of limits for values of a type; undefined when nothing is. */
export function rangesProblem(
  limits: readonly Metadata[] | undefined,
  type: Type,
  mayBeFull: boolean,
): string | undefined {
  if (limits === undefined || limits.length === 0) return 'should have at least one range';
  if (limits.length % 2 !== 0) return 'ends with half a range';
  const numbers: bigint[] = [];
  for (const limit of limits) {
    const number = integerOf(limit);
    if (number === undefined) return 'has a limit that is no integer';
    if (number.type !== type.text || type.kind !== 'integer') {
      return `has limits of type '${number.type}' for values of type '${type.text}'`;
    }
    if (type.bits > MAXIMUM_BITS) return undefined;
    const value = parseInteger(number.text);
    if (value === undefined) return undefined;
    numbers.push(BigInt.asIntN(type.bits, value));
  }
  return orderProblem(pairs(numbers), mayBeFull);
}

/** Undefined for spellings that say their width themselves. */
function parseInteger(text: string): bigint | undefined {
  if (text === 'true') return 1n;
  if (text === 'false') return 0n;
  return /^-?[0-9]{1,2000}$/.test(text) ? BigInt(text) : undefined;
}

function pairs(numbers: readonly bigint[]): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < numbers.length; at += 2) {
    ranges.push({ low: numbers[at] ?? 0n, high: numbers[at + 1] ?? 0n });
  }
  return ranges;
}

/** Ranges are in order, apart, and the last may wrap around, but not into the first. */
function orderProblem(ranges: readonly Range[], mayBeFull: boolean): string | undefined {
  for (const [at, { low, high }] of ranges.entries()) {
    if (low === high && !(mayBeFull && low === -1n)) return 'has a range that is empty or full';
    const before = ranges[at - 1];
    if (before === undefined) continue;
    if (low <= before.low) return 'has ranges that are not in order';
    // One that wraps around in front of another overlaps it.
    if (before.high < before.low || low < before.high) return 'has ranges that overlap';
    if (low === before.high) return 'has ranges that are contiguous';
  }
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined || ranges.length < 2) return undefined;
  if (last.high >= last.low) return undefined;
  if (last.high > first.low) return 'has ranges that overlap';
  return ranges.length > 2 && last.high === first.low
    ? 'has ranges that are contiguous'
    : undefined;
}
