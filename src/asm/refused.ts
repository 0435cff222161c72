/**
 * Statements that no confined code has. Clang does not print them for code that the passes accepted; when one stands
 * in the text, something unknown wrote it. The machine-code verifier does not rely on this list: it is here so that
 * the mistake is reported where it was made.
 */

const SEGMENT_BASE = 'changes or reads a segment base';
const SYSTEM = 'enters the kernel';
const SEGMENT_LOAD = 'loads a segment register';
const KEYS = 'changes protection keys';
const BYTES = 'brings in text or bytes that this step cannot see';
const SYNTAX = 'changes what the text means';
const PREFIX = 'is a segment override';

const REASONS: ReadonlyMap<string, string> = new Map([
  ...[
    ...['wrgsbase', 'wrgsbasel', 'wrgsbaseq', 'wrfsbase', 'wrfsbasel', 'wrfsbaseq'],
    ...['rdgsbase', 'rdgsbasel', 'rdgsbaseq', 'rdfsbase', 'rdfsbasel', 'rdfsbaseq', 'swapgs'],
  ].map((name) => [name, SEGMENT_BASE] as const),
  ...[
    ...['syscall', 'sysenter', 'sysexit', 'sysexitl', 'sysexitq', 'sysret', 'sysretl', 'sysretq'],
    ...['int', 'into', 'iret', 'iretl', 'iretq', 'hlt', 'lcall', 'lcalll', 'lcallq'],
    ...['ljmp', 'ljmpl', 'ljmpq', 'lret', 'lretl', 'lretq', 'uiret', 'senduipi'],
  ].map((name) => [name, SYSTEM] as const),
  ...['lgs', 'lgsl', 'lgsq', 'lfs', 'lfsl', 'lfsq', 'lss', 'lssl', 'lssq'].map(
    (name) => [name, SEGMENT_LOAD] as const,
  ),
  ...['wrpkru', 'wrmsr', 'xrstor', 'xrstor64', 'xrstors', 'xrstors64'].map(
    (name) => [name, KEYS] as const,
  ),
  ...['.include', '.incbin'].map((name) => [name, BYTES] as const),
  ...[
    ...[
      '.intel_syntax',
      '.code16',
      '.code16gcc',
      '.code32',
      '.macro',
      '.altmacro',
      '.rept',
      '.rep',
    ],
    ...['.irp', '.irpc', '.if', '.ifdef', '.ifndef', '.endm', '.purgem'],
  ].map((name) => [name, SYNTAX] as const),
  ...['gs', 'fs', 'es', 'cs', 'ds', 'ss'].map((name) => [name, PREFIX] as const),
]);

/** Why a statement with this mnemonic is refused, or undefined. `mnemonic` is in lower case. */
export function refusal(mnemonic: string): string | undefined {
  return REASONS.get(mnemonic);
}

/** Every refused mnemonic, as alternatives of a regular expression. */
export const REFUSED_PATTERN: string = [...REASONS.keys()]
  .map((name) => name.replace('.', '\\.'))
  .join('|');
