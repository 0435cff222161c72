/** What is isolated, and how addresses are cut to 32 bits. */
export interface InstrumentOptions {
  /** `data`: loads, stores and memory routines. `code+data`: control flow as well. */
  readonly isolation: 'data' | 'code+data';
  /** `ir`: instructions of the emitted IR mask every address. `addr32`: the assembler step does, at no instruction. */
  readonly lowering: 'ir' | 'addr32';
  /** Bits of a KeyID, recorded in the object's note; code generation does not depend on it. */
  readonly keyBits: number;
}
