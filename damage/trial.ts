import { type Verdict, verifyImage } from '../src/verify/image/verify.js';
import type { Damage, Kind, Patch } from './kind.js';
import type { Victim } from './victim.js';

/** What became of one damaged image. */
export type Outcome =
  /** The verifier says so. */
  | 'refused'
  /** It is accepted, as it has to be: the damage is no part of a proof. */
  | 'confined'
  /** Accepted: no path leads there. */
  | 'unreached'
  /** Accepted, harmless for the reason that the kind gives and checks. */
  | 'harmless'
  /** Accepted, though it must not be. */
  | 'ESCAPED';

export interface Trial extends Candidate {
  readonly outcome: Outcome;
}

/** Damages to one image that are verified together. */
const BATCH = 500;

/** Refusals that are about a caller and a callee: they may be another damage's fault. */
const BETWEEN_FUNCTIONS = new Set(['TBV0001', 'TBV0009', 'TBV0011']);

export function applied(bytes: Uint8Array, patches: readonly Patch[]): Uint8Array {
  const damaged = bytes.slice();
  for (const patch of patches) damaged.set(patch.bytes, patch.at);
  return damaged;
}

/** A damage, and the way that it is one of. */
export interface Candidate {
  readonly kind: Kind;
  readonly damage: Damage;
}

/**
 * Tries each damage. Verifying takes up to seconds, so many are tried at once. Where a kind is refused whatever is
 * around it, a damage counts as refused when a refusal is at its own place; the others are tried together when they are
 * in different functions, and count when a refusal is in their own function, by a rule that looks at one function
 * alone. What is left is tried again by itself, so that no outcome but `refused` rests on a batch.
 */
export async function tryDamages(
  victim: Victim,
  candidates: readonly Candidate[],
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const batch of batches(victim, candidates)) {
    const patches = batch.map(({ damage }) => damage.patch);
    const blame = blameOf(victim, await verify(victim, patches));
    for (const candidate of batch) {
      const { kind, damage } = candidate;
      const isRefused =
        isBlamed(victim, blame, candidate) || (await isRefusedAlone(victim, kind, damage));
      const outcome = isRefused ? 'refused' : accepted(victim, kind, damage);
      trials.push({ kind, damage, outcome });
    }
  }
  return trials;
}

async function isRefusedAlone(
  victim: Victim,
  { expectation }: Kind,
  { patch }: Damage,
): Promise<boolean> {
  // What has to be accepted was accepted beside other damages: there is nothing to gain.
  return expectation === 'refused' && (await verify(victim, [patch])).level === undefined;
}

function verify({ bytes }: Victim, patches: readonly Patch[]): Promise<Verdict> {
  return verifyImage(applied(bytes, patches));
}

function accepted(victim: Victim, kind: Kind, damage: Damage): Outcome {
  if (kind.expectation === 'confined') return 'confined';
  if (!kind.everywhere && !victim.reached.has(damage.address)) return 'unreached';
  return kind.isHarmless?.(victim, damage) === true ? 'harmless' : 'ESCAPED';
}

/** Groups of damages that do not touch each other: of other instructions, or of other functions. */
function batches(
  victim: Victim,
  candidates: readonly Candidate[],
): readonly (readonly Candidate[])[] {
  const groups: { readonly members: Candidate[]; readonly touched: Set<string> }[] = [];
  const open: typeof groups = [];
  for (const candidate of candidates) {
    const { kind, damage } = candidate;
    const place = kind.everywhere ? 'local' : 'flow';
    const own = kind.everywhere ? damage.address : victim.functionAt(damage.address);
    const name = `${place} ${own ?? 'none'}`;
    let group = open.find(({ touched }) => !touched.has(name) && touched.has(place));
    if (group === undefined) {
      group = { members: [], touched: new Set([place]) };
      groups.push(group);
      open.push(group);
    }
    group.members.push(candidate);
    group.touched.add(name);
    if (group.members.length === BATCH) open.splice(open.indexOf(group), 1);
  }
  return groups.map(({ members }) => members);
}

/** What the refusals of a batch are about. */
interface Blame {
  readonly addresses: ReadonlySet<number>;
  /** Functions that were refused for what they do by themselves. */
  readonly functions: ReadonlySet<string>;
}

function blameOf(victim: Victim, { refusals }: Verdict): Blame {
  const addresses = new Set<number>();
  const functions = new Set<string>();
  for (const { address, rule } of refusals) {
    if (address === undefined) continue;
    addresses.add(address);
    const name = victim.functionAt(address);
    if (name !== undefined && !BETWEEN_FUNCTIONS.has(rule)) functions.add(name);
  }
  return { addresses, functions };
}

function isBlamed(
  victim: Victim,
  { addresses, functions }: Blame,
  { kind, damage: { address, patch } }: Candidate,
): boolean {
  for (let at = address; at < address + patch.bytes.length; at++) {
    if (addresses.has(at)) return true;
  }
  return !kind.everywhere && functions.has(victim.functionAt(address) ?? '');
}
