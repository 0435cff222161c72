/**
 * The one table of LLVM's intrinsics: what each means for a sandbox.
 *
 * - `harmless`: works on its operands' values only. Refused all the same when it takes a pointer, unless `pointers` says
 *   that it does nothing with what the pointer points to.
 * - `rewritten`: replaced by the pass named in `by`; what that pass does not replace, it refuses.
 * - `refused`: reaches memory, registers or control flow in a way that no pass confines.
 *
 * Names are looked up without their type suffixes, longest name first: `llvm.memcpy.p0.p0.i64` is `llvm.memcpy`, and
 * `llvm.memcpy.inline.p0.p0.i64` is `llvm.memcpy.inline`. A name that is not here is refused: what an intrinsic does
 * cannot be read from its declaration, which the input may have forged.
 *
 * @see LangRef, "Intrinsic Functions"
 */

export type IntrinsicTreatment =
  | { readonly kind: 'harmless'; readonly pointers: boolean }
  | { readonly kind: 'rewritten'; readonly by: RewritingPass }
  | { readonly kind: 'refused'; readonly why: string };

export type RewritingPass = 'intrinsics' | 'libcalls' | 'variadic' | 'memory';

const HARMLESS: IntrinsicTreatment = { kind: 'harmless', pointers: false };
const HARMLESS_POINTERS: IntrinsicTreatment = { kind: 'harmless', pointers: true };

const rewritten = (by: RewritingPass): IntrinsicTreatment => ({ kind: 'rewritten', by });
const refused = (why: string): IntrinsicTreatment => ({ kind: 'refused', why });

type Row = readonly [IntrinsicTreatment, string];

/** Names are separated by blanks and written without `llvm.`. */
const ROWS: readonly Row[] = [
  // Arithmetic on values
  [HARMLESS, 'abs smax smin umax umin scmp ucmp ctpop ctlz cttz bswap bitreverse fshl fshr clmul'],
  [HARMLESS, 'sadd.sat uadd.sat ssub.sat usub.sat sshl.sat ushl.sat'],
  [HARMLESS, 'sadd.with.overflow uadd.with.overflow ssub.with.overflow usub.with.overflow'],
  [HARMLESS, 'smul.with.overflow umul.with.overflow smul.fix umul.fix smul.fix.sat umul.fix.sat'],
  [HARMLESS, 'sdiv.fix udiv.fix sdiv.fix.sat udiv.fix.sat'],
  [HARMLESS, 'fabs sqrt fma fmuladd copysign canonicalize is.fpclass arithmetic.fence'],
  [HARMLESS, 'minnum maxnum minimum maximum minimumnum maximumnum'],
  [HARMLESS, 'floor ceil trunc rint nearbyint round roundeven lrint llrint lround llround'],
  [
    HARMLESS,
    'pow powi exp exp2 exp10 log log2 log10 ldexp tan asin acos atan atan2 sinh cosh tanh',
  ],
  [HARMLESS, 'fptosi.sat fptoui.sat fptrunc.round convert.from.fp16 convert.to.fp16'],
  [HARMLESS, 'experimental.constrained get.rounding set.rounding'],
  [
    HARMLESS,
    'get.active.lane.mask experimental.get.vector.length stepvector experimental.stepvector',
  ],
  [HARMLESS, 'vector.reduce vector.reverse vector.extract vector.insert vector.splice'],
  [HARMLESS, 'vector.interleave2 vector.interleave3 vector.interleave4 vector.interleave5'],
  [HARMLESS, 'vector.interleave6 vector.interleave7 vector.interleave8'],
  [HARMLESS, 'vector.deinterleave2 vector.deinterleave3 vector.deinterleave4 vector.deinterleave5'],
  [HARMLESS, 'vector.deinterleave6 vector.deinterleave7 vector.deinterleave8'],
  [
    HARMLESS,
    'vector.partial.reduce.add experimental.vector.partial.reduce.add experimental.cttz.elts',
  ],
  [HARMLESS, 'matrix.multiply matrix.transpose'],
  // Codegen pairs sin with cos into a call that takes pointers to the native stack; the others are that call (E9).
  [rewritten('libcalls'), 'sin cos sincos modf frexp'],
  [refused('the C library has no function of this name'), 'sincospi'],
  [
    refused('code generation stores the vector to the native stack at a variable place'),
    'experimental.vector.compress experimental.vector.extract.last.active',
  ],
  [refused('vector-predicated operations are not for x86'), 'vp experimental.vp'],
  // Facts for the optimiser, which has run: no code comes of them, whatever the pointer
  [HARMLESS, 'expect expect.with.probability is.constant sideeffect donothing'],
  [HARMLESS, 'allow.runtime.check allow.ubsan.check ssa.copy pseudoprobe'],
  [HARMLESS_POINTERS, 'experimental.noalias.scope.decl invariant.start invariant.end fake.use'],
  [HARMLESS_POINTERS, 'launder.invariant.group strip.invariant.group objectsize ptrmask'],
  [
    HARMLESS_POINTERS,
    'annotation ptr.annotation var.annotation dbg.value dbg.declare dbg.label dbg.assign',
  ],
  [rewritten('intrinsics'), 'assume prefetch'],
  // Control flow
  [HARMLESS, 'trap'],
  [rewritten('intrinsics'), 'debugtrap ubsantrap'],
  // Places
  [rewritten('intrinsics'), 'threadlocal.address frameaddress returnaddress'],
  [
    refused('the native stack is not visible to sandboxed code'),
    'addressofreturnaddress sponentry stackaddress eh.dwarf.cfa localaddress localescape localrecover get.dynamic.area.offset',
  ],
  [
    refused('registers that hold addresses of the host are not visible to sandboxed code'),
    'read_register read_volatile_register write_register thread.pointer',
  ],
  // Memory
  [rewritten('memory'), 'memcpy memcpy.inline memmove memset memset.inline'],
  [
    rewritten('memory'),
    'masked.load masked.store masked.gather masked.scatter masked.expandload masked.compressstore',
  ],
  [rewritten('memory'), 'load.relative stacksave stackrestore lifetime.start lifetime.end'],
  [
    refused('it accesses memory and no pass confines it'),
    'memcpy.element.unordered.atomic memmove.element.unordered.atomic memset.element.unordered.atomic experimental.memset.pattern matrix.column.major.load matrix.column.major.store type.checked.load type.checked.load.relative protected.field.ptr experimental.vector.histogram',
  ],
  [rewritten('variadic'), 'va_start va_end va_copy'],
  [
    refused('it hands the floating-point environment over through memory'),
    'get.fpenv set.fpenv reset.fpenv get.fpmode set.fpmode reset.fpmode',
  ],
  [
    refused('code in memory cannot be executed in a sandbox'),
    'init.trampoline adjust.trampoline clear_cache',
  ],
  // Whole subsystems that confinement does not cover
  [
    refused(
      'exceptions need an unwinder, which sandboxed code does not have; compile with -fno-exceptions',
    ),
    'eh seh',
  ],
  [refused('coroutines must be lowered before instrumentation; compile with optimisation'), 'coro'],
  [
    refused('garbage collection maps describe the native stack'),
    'gcread gcroot gcwrite experimental.gc experimental.stackmap experimental.patchpoint experimental.deoptimize experimental.guard experimental.widenable.condition',
  ],
  [refused('profile counters must be lowered before instrumentation'), 'instrprof xray pcmarker'],
  [refused('sanitizers keep their state outside of the sandbox'), 'asan hwasan'],
  [
    refused('type tests need link-time optimisation'),
    'type.test public.type.test icall.branch.funnel',
  ],
  [refused('pointer authentication does not exist on x86'), 'ptrauth'],
  [
    refused('stack protectors read the thread of the host; compile with -fno-stack-protector'),
    'stackguard stackprotector',
  ],
  [
    refused('clocks are granted by the host, not read from the processor'),
    'readcyclecounter readsteadycounter',
  ],
  // x86, families without pointers: registers in, registers out. Their members with pointers are refused for those.
  [
    HARMLESS,
    'x86.sse x86.sse2 x86.sse3 x86.ssse3 x86.sse41 x86.sse42 x86.sse4a x86.avx x86.avx2 x86.fma x86.xop',
  ],
  [
    HARMLESS,
    'x86.avx512 x86.avx512bf16 x86.avx512fp16 x86.avx10 x86.bmi x86.tbm x86.pclmulqdq x86.aesni',
  ],
  [
    HARMLESS,
    'x86.sha1msg1 x86.sha1msg2 x86.sha1nexte x86.sha1rnds4 x86.sha256msg1 x86.sha256msg2 x86.sha256rnds2',
  ],
  [
    HARMLESS,
    'x86.addcarry x86.subborrow x86.vcvtps2ph x86.vgf2p8affineinvqb x86.vgf2p8affineqb x86.vgf2p8mulb',
  ],
  [HARMLESS, 'x86.sse2.pause x86.sse.sfence x86.sse2.lfence x86.sse2.mfence'],
  [
    HARMLESS,
    'x86.vsha512msg1 x86.vsha512msg2 x86.vsha512rnds2 x86.vsm3msg1 x86.vsm3msg2 x86.vsm3rnds2',
  ],
];

const TABLE: ReadonlyMap<string, IntrinsicTreatment> = new Map(
  ROWS.flatMap(([treatment, names]) =>
    names.split(' ').map((name): [string, IntrinsicTreatment] => [`llvm.${name}`, treatment]),
  ),
);

export interface Intrinsic {
  /** The name in the table, without type suffixes: `llvm.memcpy`. */
  readonly base: string;
  readonly treatment: IntrinsicTreatment;
}

/** Names that were looked up before: a module calls few intrinsics, many times. */
const FOUND = new Map<string, Intrinsic | undefined>();

/** @param name without its sigil, as in `llvm.memcpy.p0.p0.i64`; undefined for what is not in the table */
export function findIntrinsic(name: string): Intrinsic | undefined {
  if (!FOUND.has(name)) FOUND.set(name, lookUp(name));
  return FOUND.get(name);
}

function lookUp(name: string): Intrinsic | undefined {
  let base = name;
  for (;;) {
    const treatment = TABLE.get(base);
    if (treatment !== undefined) return { base, treatment };
    const dot = base.lastIndexOf('.');
    if (dot < 0) return undefined;
    base = base.slice(0, dot);
  }
}

/** Whether a global name (`@llvm.trap`) is an intrinsic's: the prefix is LLVM's own. */
export function isIntrinsicName(name: string): boolean {
  return name.startsWith('@llvm.') || name.startsWith('@"llvm.');
}
