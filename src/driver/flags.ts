/** What the wrapper adds to clang's command line, takes from it, and refuses. */

import { append } from '../text/append.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { Installation } from './installation.js';

/** The target of all sandboxed code. */
export const TARGET = 'x86_64-linux-musl';

/**
 * Defaults, which the user's flags may override. Unwind tables are of no use in a window: nothing there unwinds.
 * One section a function and variable lets the linker drop what an image does not use.
 */
const DEFAULTS = [
  '-fno-asynchronous-unwind-tables',
  '-fno-unwind-tables',
  '-ffunction-sections',
  '-fdata-sections',
];

/** There is no unwinder in a sandbox; with this, `try` and `throw` are errors with a place. */
const CXX_DEFAULTS = ['-fno-exceptions'];

/**
 * Flags that come last, so that nothing overrides them. Code is position-independent so that one image runs in any
 * window (docs/abi.md). Stack protectors read a canary through FS; CET, stack probes and retpolines are control flow
 * and stack accesses of a form that the verifier does not know.
 */
const FORCED = [
  '-fPIE',
  '-fno-stack-protector',
  '-fcf-protection=none',
  '-fno-stack-clash-protection',
  '-fintegrated-as',
];

/**
 * With `-flto`, objects are bitcode, which the link step makes one module of. At -O0 clang would forbid to optimise it.
 */
const WHOLE_PROGRAM = ['-flto=full', '-Xclang', '-disable-O0-optnone'];

const LTO = /^-f(no-)?lto(?:=.*)?$/;

/** Whether the last flag that is about link-time optimisation asks for it. */
function wantsWholeProgram(flags: readonly string[]): boolean {
  const last = flags.findLast((flag) => LTO.test(flag));
  return last !== undefined && !last.startsWith('-fno-');
}

/** The link step is our own; clang's plan then names only what the user named. */
const LINK = ['-nostdlib', '-static', '-no-pie'];

/** Flags that are refused, each with the reason that the user is told. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^-m(?:32|x32|16|iamcu)$/, 'sandboxes are 64-bit x86 programs'],
  [/^(?:--?target(?:=.*)?|-arch)$/, `the target of a sandbox is ${TARGET}`],
  [
    /^(?:-shared|-Wl,(?:.*,)?-?-shared(?:,.*)?)$/,
    'a sandbox image is one static program; link the objects into it',
  ],
  [/^-fsanitize=.*$/, 'sanitizer runtimes do not run inside a sandbox'],
  [/^-moutline$/, 'outlined code returns to addresses that it was not called from'],
  [/^-fsplit-stack$/, 'split stacks are not supported inside a sandbox'],
  [/^-mcmodel=(?:large|medium|kernel)$/, 'an image ends below 2 GiB: its code model is small'],
  [/^-masm=intel$/, 'the address step reads assembler text in AT&T syntax'],
  [/^-mretpoline.*$/, 'its thunks return to an address that they wrote'],
  [/^-mspeculative-load-hardening$/, 'it changes addresses after the instrumentation'],
  [
    /^-f(?:profile-instr-generate|profile-generate|cs-profile-generate|coverage-mapping)(?:=.*)?$/,
    'its runtime does not run inside a sandbox',
  ],
  [/^(?:--coverage|-fprofile-arcs|-ftest-coverage)$/, 'its runtime does not run inside a sandbox'],
];

/** Flags that are dropped: they ask how, not what; an image is static, and has no PLT to go round. */
const DROPPED =
  /^(?:-f(?:no-)?integrated-as|-f(?:no-)?plt|-f(?:no-)?(?:fat-lto-objects|split-lto-unit|unified-lto)|-flto-jobs=.*|-fuse-ld=.*|--ld-path=.*|-no-integrated-as)$/;

/** Flags that are dropped with a warning, as something that the user wants will be missing. */
const IGNORED: readonly (readonly [RegExp, string])[] = [
  [/^-save-temps(?:=.*)?$/, "use '-S' or '-S -emit-llvm' to see the instrumented text"],
  [/^-gsplit-dwarf(?:=.*)?$/, 'debug information stays in the object'],
];

/** Options whose next word is their value, whatever it looks like. */
const TAKES_WORD = new Set([
  ...['-o', '-x', '-I', '-D', '-U', '-L', '-l', '-MF', '-MT', '-MQ', '-include', '-imacros'],
  ...['-isystem', '-iquote', '-idirafter', '-Xclang', '-Xlinker', '-Xassembler', '-mllvm'],
  ...['-Xpreprocessor', '-iprefix', '-iwithprefix', '-isysroot', '-T', '-u', '-z', '-e'],
]);

export interface CheckedFlags {
  readonly flags: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Refuses, drops and keeps the user's flags. */
export function checkFlags(argv: readonly string[]): CheckedFlags {
  const flags: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const broken = argv.find((flag) => flag.includes('\n'));
  if (broken !== undefined) {
    const message = `'${broken}' cannot be used here: what clang says of its jobs is read line by line`;
    diagnostics.push({ code: 'TBX0802', severity: 'error', message, notes: [] });
  }
  for (let at = 0; at < argv.length; at++) {
    const flag = argv[at] ?? '';
    if (flag === '--') {
      append(flags, argv.slice(at));
      break;
    }
    if (TAKES_WORD.has(flag)) {
      append(flags, argv.slice(at, at + 2));
      at++;
      continue;
    }
    const refused = REFUSED.find(([pattern]) => pattern.test(flag));
    const ignored = IGNORED.find(([pattern]) => pattern.test(flag));
    if (refused !== undefined) {
      const message = `'${flag}' cannot be used here: ${refused[1]}`;
      diagnostics.push({ code: 'TBX0802', severity: 'error', message, notes: [] });
    } else if (ignored !== undefined) {
      const message = `'${flag}' is ignored: ${ignored[1]}`;
      diagnostics.push({ code: 'TBX0803', severity: 'warning', message, notes: [] });
    } else if (!DROPPED.test(flag)) {
      flags.push(flag);
    }
  }
  return { flags, diagnostics };
}

/** The language of the command, by the name that the wrapper was called by. */
export type Mode = 'cc' | 'c++';

export function driverMode(mode: Mode): readonly string[] {
  return mode === 'c++' ? ['--driver-mode=g++'] : [];
}

/** Clang's whole command line for checked user flags. */
export function clangArguments(
  mode: Mode,
  flags: readonly string[],
  where: Installation,
  color: boolean,
): readonly string[] {
  const dashes = flags.indexOf('--');
  const options = dashes < 0 ? flags : flags.slice(0, dashes);
  const inputs = dashes < 0 ? [] : flags.slice(dashes);
  const whole = wantsWholeProgram(options);
  return [
    ...driverMode(mode),
    '--start-no-unused-arguments',
    `--target=${TARGET}`,
    `--sysroot=${where.sysroot}`,
    ...DEFAULTS,
    ...(mode === 'c++' ? CXX_DEFAULTS : []),
    ...(color ? ['-fcolor-diagnostics'] : []),
    '--end-no-unused-arguments',
    ...options.filter((flag) => !LTO.test(flag)),
    '--start-no-unused-arguments',
    ...FORCED,
    ...(whole ? WHOLE_PROGRAM : ['-fno-lto']),
    ...LINK,
    '--end-no-unused-arguments',
    ...inputs,
  ];
}
