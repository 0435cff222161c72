/**
 * Follows paths: from a place, instruction by instruction, to where they end or to a place without news. Instructions
 * that a branch leads to keep the join of the states that come in (places.ts); between them one state is carried along.
 *
 * Functions are followed in coarse states first. What those do not prove is not refused: the function begins anew in
 * full detail, and what that does not prove is.
 */
import type { Code } from './code.js';
import type { ControlTransfers } from './control-transfers.js';
import type { Effort } from './effort.js';
import { type Encodings, REFUSED } from './encodings.js';
import { KINDS } from './kinds.js';
import type { Places } from './places.js';
import { PLAIN } from './plain.js';
import type { State } from './state.js';
import type { Tables } from './tables.js';
import type { Transfer } from './transfer.js';
import type { AlignedFrames } from './values.js';

/** What it costs to execute an instruction, beside what has to be looked at in the lists of the state. */
const STEP = 8;

/** The state in front of instruction `at`, which the callee must not keep, on the path from place `from` on. */
export type Visit = (
  at: number,
  state: State,
  tables: Tables,
  frames: AlignedFrames,
  from: number,
) => void;

/** Sees all paths while the analysis goes on; the last ones from all places are what the proof is made of. */
export interface Trace {
  /** In front of instructions. */
  readonly visit: Visit;
  /** Instructions behind `at` that were executed together with it: those below `end`. */
  readonly pass: (at: number, end: number, from: number) => void;
}

export class Paths {
  /** Instructions that some path reaches. */
  readonly reached: Uint8Array;
  readonly #code: Code;
  readonly #encodings: Encodings;
  readonly #places: Places;
  readonly #state: State;
  readonly #tables: Tables;
  readonly #control: ControlTransfers;
  readonly #transfer: Transfer;
  readonly #effort: Effort;
  readonly #trace: Trace | undefined;
  /** Where the last path began. */
  #last = 0;

  constructor(
    code: Code,
    places: Places,
    tables: Tables,
    control: ControlTransfers,
    effort: Effort,
    trace: Trace | undefined,
  ) {
    this.reached = new Uint8Array(code.count);
    this.#code = code;
    this.#encodings = code.encodings;
    this.#places = places;
    this.#state = places.state;
    this.#tables = tables;
    this.#control = control;
    this.#transfer = control.transfer;
    this.#effort = effort;
    this.#trace = trace;
  }

  /** Where the last path began. */
  get last(): number {
    return this.#last;
  }

  /** Follows paths until no place has news. */
  settle(): void {
    this.#places.settle((at) => {
      this.#follow(at);
    });
  }

  /** Follows a path from an instruction that has news, to its end or to a place without news. */
  #follow(start: number): void {
    const code = this.#code;
    const effort = this.#effort;
    const { plain } = this.#encodings;
    const places = this.#places;
    const control = this.#control;
    control.begin();
    this.#last = start;
    let at = start;
    let from = start;
    if (!places.take(at)) return;
    for (;;) {
      const encoding = code.encoding[at] ?? REFUSED;
      const asked = this.#state.detail === 'coarse' ? PLAIN.coarse : PLAIN.always;
      effort.spent += STEP + this.#state.size;
      this.#trace?.visit(at, this.#state, this.#tables, places.frames, from);
      let next = at + 1;
      if ((plain[encoding] ?? PLAIN.never) >= asked) {
        next = this.#passPlain(at, asked);
        this.#trace?.pass(at, next, from);
      } else if (!this.#step(at, encoding)) return;
      if (next >= code.count) {
        control.refuse(next - 1, 'TBV0002', 'control runs off the end of the code');
        return;
      }
      if (places.isPlace(next)) {
        control.propagate(next - 1, next);
        if (control.isAbandoned || !places.hasNews(next) || !places.take(next)) return;
        from = next;
      }
      at = next;
    }
  }

  /** Executes the plain instructions from `at` on, up to the next place; the first instruction that it leaves. */
  #passPlain(at: number, asked: number): number {
    const { encoding, encodings, count } = this.#code;
    const { plain, writes, writesHalves, changesFlags } = encodings;
    const places = this.#places;
    const reached = this.reached;
    let unknown = 0;
    let halves = 0;
    let doFlagsChange = 0;
    let next = at;
    let number = encoding[at] ?? REFUSED;
    do {
      reached[next] = 1;
      const written = writes[number] ?? 0;
      const half = writesHalves[number] ?? 0;
      unknown = (unknown & ~half) | written;
      halves = (halves & ~written) | half;
      doFlagsChange |= changesFlags[number] ?? 1;
      number = encoding[++next] ?? REFUSED;
    } while (next < count && (plain[number] ?? PLAIN.never) >= asked && !places.isPlace(next));
    if (doFlagsChange !== 0) this.#state.forgetFlags();
    this.#state.clobber(unknown, halves);
    this.#effort.spent += next - at;
    return next;
  }

  /** Executes one instruction; false when control, or the analysis, does not go on behind it. */
  #step(at: number, encoding: number): boolean {
    this.reached[at] = 1;
    const control = this.#control;
    const kind = this.#encodings.kind[encoding] ?? KINDS.refused;
    switch (kind) {
      case KINDS.refused:
      case KINDS.trap:
        return false;
      case KINDS.return:
        control.return(at);
        return false;
      case KINDS.jump:
        control.jump(at);
        return false;
      case KINDS.jumpIf:
        control.branch(at);
        break;
      case KINDS.call:
        control.call(at);
        break;
      case KINDS.callIndirect:
        control.callIndirect(at);
        break;
      case KINDS.jumpIndirect:
        control.jumpIndirect(at);
        return false;
      default:
        return this.#transfer.run(at, encoding, kind) && !control.isAbandoned;
    }
    return !control.isAbandoned;
  }

  /** Calls `visit` for all places, with the states that the analysis came to rest with. */
  showPlaces(visit: Visit): void {
    const { frames } = this.#places;
    for (let at = 0; at < this.#code.count; at++) {
      if (this.#places.isPlace(at) && this.#places.load(at))
        visit(at, this.#state, this.#tables, frames, at);
    }
  }
}
