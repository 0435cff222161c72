/** Rules of the IR verifier; each has a page in docs/diagnostics. */
export const IR_RULES = {
  TBV0101: 'the module says by which rules it was made',
  TBV0102: 'memory is accessed through the window, cut to 32 bits, or in a native slot',
  TBV0103: 'native slots are used at constant places inside, and their address goes nowhere else',
  TBV0104: 'calls go to functions by name, or through the call table',
  TBV0105: 'only intrinsics of the allow-list, with confined pointers',
  TBV0106: 'no assembly but what is empty and the entries of the call table',
  TBV0107: 'no instruction whose code generation accesses memory or jumps on its own',
  TBV0108: 'no global that takes part in start-up, exceptions, or thread-local storage',
} as const;

export type IrRule = keyof typeof IR_RULES;
