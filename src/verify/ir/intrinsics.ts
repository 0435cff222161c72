/**
 * Intrinsics that the verifier knows. Names stand without `llvm.` and type suffixes.
 *
 * The list is the verifier's own: what the passes think of an intrinsic proves nothing.
 */

/** Values in, values out; or facts for an optimiser that does not run again. */
const VALUES = `abs smax smin umax umin scmp ucmp ctpop ctlz cttz bswap bitreverse fshl fshr clmul
  sadd uadd ssub usub sshl ushl smul umul sdiv.fix udiv.fix
  fabs sqrt fma fmuladd copysign canonicalize is.fpclass arithmetic.fence
  minnum maxnum minimum maximum minimumnum maximumnum
  floor ceil trunc rint nearbyint round roundeven lrint llrint lround llround
  pow powi exp exp2 exp10 log log2 log10 ldexp tan asin acos atan atan2 sinh cosh tanh
  fptosi.sat fptoui.sat fptrunc.round convert.from.fp16 convert.to.fp16
  experimental.constrained get.rounding set.rounding get.active.lane.mask experimental.get.vector.length
  stepvector vector.reduce vector.reverse vector.extract vector.insert vector.splice vector.interleave2
  vector.deinterleave2 vector.partial.reduce.add experimental.cttz.elts matrix.multiply matrix.transpose
  expect expect.with.probability is.constant sideeffect donothing allow.runtime.check allow.ubsan.check ssa.copy
  pseudoprobe trap experimental.noalias.scope.decl
  x86.sse x86.sse2 x86.sse3 x86.ssse3 x86.sse41 x86.sse42 x86.sse4a x86.avx x86.avx2 x86.fma x86.xop x86.avx512
  x86.avx512bf16 x86.avx512fp16 x86.bmi x86.tbm x86.pclmulqdq x86.aesni x86.sha1msg1 x86.sha1msg2 x86.sha1nexte
  x86.sha1rnds4 x86.sha256msg1 x86.sha256msg2 x86.sha256rnds2 x86.addcarry x86.subborrow x86.vcvtps2ph
  x86.vgf2p8affineinvqb x86.vgf2p8affineqb x86.vgf2p8mulb`;

/** Do nothing with what their pointers point to. */
const REMARKS = `invariant.start invariant.end fake.use launder.invariant.group strip.invariant.group objectsize
  ptrmask annotation ptr.annotation var.annotation dbg.value dbg.declare dbg.label dbg.assign lifetime.start
  lifetime.end`;

/** Access memory through their pointers, inline. */
const ACCESSES =
  'memcpy.inline memset.inline masked.load masked.store masked.gather masked.scatter';

export type IntrinsicKind = 'values' | 'remark' | 'access';

const KINDS: ReadonlyMap<string, IntrinsicKind> = new Map([
  ...words(VALUES, 'values'),
  ...words(REMARKS, 'remark'),
  ...words(ACCESSES, 'access'),
]);

function words(list: string, kind: IntrinsicKind): [string, IntrinsicKind][] {
  return list.split(/\s+/).map((name) => [`@llvm.${name}`, kind]);
}

export function isIntrinsic(name: string): boolean {
  return name.startsWith('@llvm.') || name.startsWith('@"llvm.');
}

/** Undefined for what is not on the list. */
export function intrinsicKind(name: string): IntrinsicKind | undefined {
  let base = name;
  for (;;) {
    const kind = KINDS.get(base);
    if (kind !== undefined) return kind;
    const dot = base.lastIndexOf('.');
    if (dot < 0) return undefined;
    base = base.slice(0, dot);
  }
}
