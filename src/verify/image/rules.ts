/** The rules of docs/verifier.md and what a refusal says. */

/** `TBV0001` is R1, and so on; each has a page in docs/diagnostics. */
export const RULES = {
  TBV0001: 'the file is a static sandbox image',
  TBV0002: 'every byte of code decodes, and control goes to the starts of instructions only',
  TBV0003: 'only instructions of the allow-list',
  TBV0004: 'instructions in their canonical encoding',
  TBV0005: 'memory operands stay in the window, the frame or the read-only segment',
  TBV0006: 'the stack pointer is known everywhere, and changes by known amounts',
  TBV0007: 'the return address is neither read nor written',
  TBV0008:
    'a function is left with the stack pointer and the preserved registers it was entered with',
  TBV0009: 'calls go to functions, with room for what they write of their arguments',
  TBV0010: 'indirect jumps go through the gate, the call table or a bounded jump table',
  TBV0011: 'arguments on the stack are read no further than the caller or the loader provides',
  TBV0012: 'paths meet with the same frame, and the analysis ends',
} as const;

export type Rule = keyof typeof RULES;

/** Why an image is not accepted. */
export interface Refusal {
  readonly rule: Rule;
  /** Offset in the window; undefined when the file as a whole is meant. */
  readonly address: number | undefined;
  /** The instruction as text, where there is one. */
  readonly instruction: string | undefined;
  /** One sentence without a full stop. */
  readonly message: string;
}

/** Where the stages put what they refuse. */
export type Refuse = (rule: Rule, address: number | undefined, message: string) => void;
