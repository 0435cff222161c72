/** The compilers whose IR is tried, and what each is asked to make. */

export interface Sample {
  /** In conformance/producers. */
  readonly file: string;
  /** The words of each call, apart from the sample and the output. */
  readonly variants: readonly string[];
}

export interface Producer {
  readonly program: string;
  readonly version: { readonly arguments: readonly string[]; readonly pattern: RegExp };
  readonly output: (file: string) => readonly string[];
  readonly samples: readonly Sample[];
}

/** Levels of optimisation and debug information, which every clang has. */
const LEVELS = [
  '-O0',
  '-O0 -g',
  '-O2',
  '-O2 -g',
  '-Oz',
  '-O3 -march=x86-64-v4 -ffast-math',
] as const;

const INSTRUMENTATION = [
  '-O1 -fsanitize=address',
  '-O1 -fsanitize=thread',
  '-O1 -fsanitize=memory -fsanitize-memory-track-origins',
  '-O1 -fsanitize=undefined,integer,nullability',
  '-O0 -fsanitize=kcfi',
  '-O1 -fsanitize=hwaddress --target=aarch64-linux-gnu',
  '-O1 -fsanitize=safe-stack',
  '-O2 -fprofile-instr-generate -fcoverage-mapping',
  '-O2 -fprofile-generate',
  '-O2 -fsanitize-coverage=trace-pc-guard,trace-cmp,pc-table',
  '-O2 -fcf-protection -fstack-protector-strong -fzero-call-used-regs=used-gpr',
  '-O2 -fpatchable-function-entry=4 -finstrument-functions',
  '-O2 -ffp-model=strict',
  '-O2 -flto=thin',
  '-O2 -flto -fsplit-lto-unit',
  '-O2 -g -gsplit-dwarf -fdebug-info-for-profiling',
  '-O2 -gdwarf-5 -gstrict-dwarf -gkey-instructions',
] as const;

/** Other targets bring types, conventions, address spaces and intrinsics of their own. */
const TARGETS = [
  '-O2 -m32',
  '-O2 --target=aarch64-linux-gnu -march=armv9-a+sme2',
  '-O3 --target=aarch64-linux-gnu -march=armv8-a+sve -ffast-math',
  '-O2 --target=armv7-linux-gnueabihf',
  '-O3 --target=riscv64-linux-gnu -march=rv64gcv',
  '-O2 --target=powerpc64le-linux-gnu -mlong-double-128',
  '-O2 --target=s390x-linux-gnu',
  '-O2 --target=wasm32-unknown-unknown -mexception-handling',
  '-O2 --target=x86_64-windows-msvc',
  '-O2 --target=loongarch64-linux-gnu',
  '-O2 --target=mips64-linux-gnu',
  '-O2 --target=avr',
] as const;

const CPLUSPLUS = ['-std=c++20', '-std=c++20 -fexceptions'] as const;

function clang(major: number, extra: readonly string[]): Producer[] {
  const version = { arguments: ['--version'], pattern: /version ([0-9]+)\./ };
  const output = (file: string): readonly string[] => ['-w', '-S', '-emit-llvm', '-o', file];
  const plus = [...LEVELS, ...extra].map((words) => `${words} ${CPLUSPLUS[0]}`);
  const classes = [...plus, `-O2 --target=x86_64-windows-msvc ${CPLUSPLUS[1]} -fcxx-exceptions`];
  return [
    {
      program: `clang-${major}`,
      version,
      output,
      samples: [
        { file: 'constructs.c', variants: [...LEVELS, ...extra] },
        { file: 'parallel.c', variants: ['-O0 -fopenmp', '-O2 -fopenmp -g'] },
      ],
    },
    {
      program: `clang++-${major}`,
      version,
      output,
      samples: [
        {
          file: 'classes.cpp',
          variants: [
            ...classes,
            `-O2 -flto -fvisibility=hidden -fwhole-program-vtables ${CPLUSPLUS[0]}`,
          ],
        },
      ],
    },
  ];
}

export const PRODUCERS: readonly Producer[] = [
  ...clang(16, []),
  ...clang(19, []),
  ...clang(22, INSTRUMENTATION).map((producer) => ({
    ...producer,
    samples: producer.samples.map((sample) =>
      sample.file === 'constructs.c'
        ? { ...sample, variants: [...sample.variants, ...TARGETS] }
        : sample,
    ),
  })),
  {
    program: 'rustc',
    version: { arguments: ['-vV'], pattern: /LLVM version: ([0-9]+)\./ },
    output: (file) => ['--edition=2021', '--crate-type=lib', '--emit=llvm-ir', '-o', file],
    samples: [
      {
        file: 'traits.rs',
        variants: [
          '',
          '-Copt-level=3 -Ccodegen-units=1',
          '-Copt-level=s -g -Ccodegen-units=1',
          '-Copt-level=3 -Cpanic=abort -Ctarget-cpu=x86-64-v4 -Ccodegen-units=1',
          '-Coverflow-checks=on -Cinstrument-coverage -Ccodegen-units=1',
        ],
      },
    ],
  },
  {
    program: 'flang-22',
    version: { arguments: ['--version'], pattern: /version ([0-9]+)\./ },
    output: (file) => ['-w', '-S', '-emit-llvm', '-o', file],
    samples: [{ file: 'arrays.f90', variants: ['-O0', '-O2 -g', '-O3 -march=x86-64-v4'] }],
  },
];
