/**
 * What the passes saw and did, counted; sums over modules are sums of fields.
 */

/** Memory accesses by the instruction that makes them; `intrinsic` are memory intrinsics expanded in place. */
export const ACCESS_KINDS = ['load', 'store', 'atomicrmw', 'cmpxchg', 'intrinsic'] as const;
export type AccessKind = (typeof ACCESS_KINDS)[number];

/** `seen = confined + safe`: an access is confined to the window, or goes to a proven-safe slot of the native stack. */
export interface AccessCount {
  readonly seen: number;
  readonly confined: number;
  readonly safe: number;
}

/** Everything else that is worth counting; a counter that nothing incremented is 0. */
export const COUNTERS = [
  'functions',
  'functionsWithFrame',
  'allocas',
  'allocasSafe',
  'allocasMoved',
  'allocasDynamic',
  'memoryCalls',
  'directCalls',
  'indirectCalls',
  'functionAddresses',
  'variadicCalls',
  'byvalCopies',
  'computedGotos',
  'tailCallsDropped',
] as const;
export type Counter = (typeof COUNTERS)[number];

export interface Statistics {
  readonly accesses: Readonly<Record<AccessKind, AccessCount>>;
  readonly counters: Readonly<Record<Counter, number>>;
}

/** What one recorder counted, as plain data. */
export interface StatisticsRecord {
  readonly confined: readonly (readonly [AccessKind, number])[];
  readonly safe: readonly (readonly [AccessKind, number])[];
  readonly counters: readonly (readonly [Counter, number])[];
}

export class StatisticsRecorder {
  readonly #confined = new Map<AccessKind, number>();
  readonly #safe = new Map<AccessKind, number>();
  readonly #counters = new Map<Counter, number>();

  /** Counts an access that goes through the window from now on. */
  confined(kind: AccessKind): void {
    this.#confined.set(kind, (this.#confined.get(kind) ?? 0) + 1);
  }

  /** Counts an access to a proven-safe slot of the native stack. */
  safe(kind: AccessKind): void {
    this.#safe.set(kind, (this.#safe.get(kind) ?? 0) + 1);
  }

  count(counter: Counter, by = 1): void {
    this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + by);
  }

  record(): StatisticsRecord {
    return {
      confined: [...this.#confined],
      safe: [...this.#safe],
      counters: [...this.#counters],
    };
  }

  /** Adds what another recorder counted. */
  add({ confined, safe, counters }: StatisticsRecord): void {
    for (const [kind, by] of confined)
      this.#confined.set(kind, (this.#confined.get(kind) ?? 0) + by);
    for (const [kind, by] of safe) this.#safe.set(kind, (this.#safe.get(kind) ?? 0) + by);
    for (const [counter, by] of counters) this.count(counter, by);
  }

  finish(): Statistics {
    const access = (kind: AccessKind): AccessCount => {
      const confined = this.#confined.get(kind) ?? 0;
      const safe = this.#safe.get(kind) ?? 0;
      return { seen: confined + safe, confined, safe };
    };
    const counter = (name: Counter): number => this.#counters.get(name) ?? 0;
    return {
      accesses: {
        load: access('load'),
        store: access('store'),
        atomicrmw: access('atomicrmw'),
        cmpxchg: access('cmpxchg'),
        intrinsic: access('intrinsic'),
      },
      counters: {
        functions: counter('functions'),
        functionsWithFrame: counter('functionsWithFrame'),
        allocas: counter('allocas'),
        allocasSafe: counter('allocasSafe'),
        allocasMoved: counter('allocasMoved'),
        allocasDynamic: counter('allocasDynamic'),
        memoryCalls: counter('memoryCalls'),
        directCalls: counter('directCalls'),
        indirectCalls: counter('indirectCalls'),
        functionAddresses: counter('functionAddresses'),
        variadicCalls: counter('variadicCalls'),
        byvalCopies: counter('byvalCopies'),
        computedGotos: counter('computedGotos'),
        tailCallsDropped: counter('tailCallsDropped'),
      },
    };
  }
}
