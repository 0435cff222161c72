/**
 * R6 to R12: the abstract interpretation of all code that is reached from the entries. docs/verifier.md gives the
 * machine model and the invariants.
 *
 * Here are the rounds over an image, the order of what is begun in one, and what was found. paths.ts follows single
 * paths, places.ts keeps the states where they meet.
 */
import { type ArgumentWrites, Calls } from './calls.js';
import type { Code } from './code.js';
import { ControlTransfers } from './control-transfers.js';
import { Effort } from './effort.js';
import type { ImageFile } from './elf.js';
import { Paths, type Trace, type Visit } from './paths.js';
import { Places } from './places.js';
import type { Roots } from './roots.js';
import type { Refuse } from './rules.js';
import type { Detail } from './state.js';
import { type CallTable, instructionAt, Tables } from './tables.js';

/** What the analysis found beside its refusals. */
export interface Findings {
  /** Instructions that some path reaches. */
  readonly reached: Uint8Array;
  readonly entries: number;
  readonly jumpTables: number;
  readonly callTables: readonly CallTable[];
  /** Indirect calls and jumps to targets that were not proven, where the image's level allows it. */
  readonly assumedCalls: number;
  /** What the analysis has cost. @see Effort */
  readonly effort: number;
}

/** Rounds over the image until no function writes more of its arguments than callers were told. */
const MAX_ROUNDS = 8;

/** What is asked of an analysis beside what the image asks. */
export interface AnalysisOptions {
  /** What functions begin with; all do with `coarse` unless tests want to see more. */
  readonly detail?: Detail;
  /** Each round over the image has tables of its own. */
  readonly trace?: Trace;
  /** Is called for the states of places, as the analysis left them. */
  readonly visitPlace?: Visit;
}

/** Analyses an image; what is wrong goes to `refuse`. */
export function analyse(
  image: ImageFile,
  code: Code,
  roots: Roots,
  refuse: Refuse,
  options: AnalysisOptions = {},
): Findings {
  const effort = new Effort(code.end - code.start);
  let writes: ArgumentWrites = new Map();
  for (let round = 0; ; round++) {
    const analysis = new Analysis(image, code, writes, options, effort, refuse);
    const findings = analysis.run(roots);
    if (analysis.isExhausted) return findings;
    const found = analysis.argumentWrites();
    const isSettled = [...found].every(([entry, size]) => size <= (writes.get(entry) ?? 0));
    if (!isSettled && round + 1 === MAX_ROUNDS) {
      refuse('TBV0009', image.entry, 'what functions write of their arguments does not settle');
    } else if (!isSettled) {
      writes = found;
      continue;
    }
    if (options.visitPlace !== undefined) analysis.showPlaces(options.visitPlace);
    return findings;
  }
}

/** One round over an image. */
class Analysis {
  readonly #image: ImageFile;
  readonly #code: Code;
  readonly #refuse: Refuse;
  readonly #places: Places;
  readonly #tables: Tables;
  readonly #calls: Calls;
  readonly #control: ControlTransfers;
  readonly #paths: Paths;
  readonly #effort: Effort;
  #nextCandidate = 0;

  constructor(
    image: ImageFile,
    code: Code,
    writes: ArgumentWrites,
    { detail = 'coarse', trace }: AnalysisOptions,
    effort: Effort,
    refuse: Refuse,
  ) {
    this.#image = image;
    this.#code = code;
    this.#refuse = refuse;
    this.#effort = effort;
    const places = new Places(code, detail, effort, (at) => {
      const message = 'paths run into this function in another state than its callers';
      refuse('TBV0008', code.address[at], message);
    });
    this.#places = places;
    this.#tables = new Tables(code, image.readOnly);
    this.#calls = new Calls(places, this.#tables, writes);
    this.#control = new ControlTransfers(image, code, places, this.#tables, this.#calls, refuse);
    this.#paths = new Paths(code, places, this.#tables, this.#control, effort, trace);
  }

  run({ entry, exports, candidates }: Roots): Findings {
    if (entry !== undefined) this.#places.addEntry(entry);
    for (const at of exports) this.#calls.enter(at);
    do this.#paths.settle();
    while (!this.isExhausted && this.#addCandidate(candidates));
    if (this.isExhausted) {
      const message = 'the analysis does not end in what it may cost for so much code';
      this.#refuse('TBV0012', this.#code.address[this.#paths.last], message);
    }
    this.#places.owners.settle();
    this.#checkFirstFrames(exports);
    return {
      reached: this.#paths.reached,
      entries: this.#places.entryCount,
      jumpTables: this.#tables.jumpTableCount,
      callTables: this.#tables.callTables,
      assumedCalls: this.#control.assumed.size,
      effort: this.#effort.spent,
    };
  }

  /** The image was refused for what it would cost to go on; what was found is not all. */
  get isExhausted(): boolean {
    return this.#places.isExhausted;
  }

  /** @see AnalysisOptions.visitPlace */
  showPlaces(visit: Visit): void {
    this.#paths.showPlaces(visit);
  }

  /** @see Calls.argumentWrites */
  argumentWrites(): ArgumentWrites {
    return this.#calls.argumentWrites();
  }

  /**
   * Takes a place to which a pointer may lead for a function: when nothing else reaches it, or when it is only jumped
   * to as functions are. What is reached in another way is the inside of one, and its address a number.
   */
  #addCandidate(candidates: readonly number[]): boolean {
    for (let left = candidates.length; left > 0; left--) {
      // On from where the last one was found: what is analysed there seldom makes a function of one before.
      const at = candidates[this.#nextCandidate] ?? 0;
      this.#nextCandidate = (this.#nextCandidate + 1) % candidates.length;
      this.#effort.spent++;
      if (!this.#isCandidate(at)) continue;
      this.#calls.enter(at);
      return true;
    }
    return false;
  }

  #isCandidate(at: number): boolean {
    const places = this.#places;
    if (places.isEntry(at)) return false;
    return this.#paths.reached[at] !== 1 || (places.isPlace(at) && places.meetsContract(at));
  }

  /** R11: nobody gave arguments on the stack to functions that the host enters. */
  #checkFirstFrames(exports: readonly number[]): void {
    const entry = instructionAt(this.#code, this.#image.entry);
    const usesArguments = (at: number): boolean => this.#places.owners.usedBy(at).read > 0;
    if (entry >= 0 && usesArguments(entry)) {
      this.#refuse('TBV0011', this.#image.entry, 'the entry of the image uses stack arguments');
    }
    for (const at of exports.filter(usesArguments)) {
      const message = 'a function that the host calls uses stack arguments';
      this.#refuse('TBV0011', this.#code.address[at], message);
    }
  }
}
