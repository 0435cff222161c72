/**
 * Signatures of intrinsics that have been the same from LLVM 16 to 22.
 *
 * `I`, `F`, `P` and `V` stand for integers, floating-point numbers, pointers and vectors; of the first two, vectors too. A
 * letter is one type wherever it stands in a signature; `N` and `Q` are another integer and pointer; `e` is the element
 * of `V`. An exclamation mark says that the argument is an immediate. LLVM rewrites declarations of another number of
 * parameters, which old versions had.
 *
 * @see LangRef, "Intrinsic Functions"
 */

/** One place of a signature. */
export interface Slot {
  readonly type: string;
  readonly immediate: boolean;
}

export interface Signature {
  readonly returns: string;
  readonly parameters: readonly Slot[];
  readonly variadic: boolean;
}

const SIGNATURES: { readonly [signature: string]: string } = {
  'I(I)': 'bswap bitreverse ctpop',
  'I(I, i1!)': 'ctlz cttz abs',
  'I(I, I)': `smax smin umax umin sadd.sat uadd.sat ssub.sat usub.sat sshl.sat ushl.sat expect`,
  'I(I, I, I)': 'fshl fshr',
  'I(I, I, i32!)': `smul.fix umul.fix smul.fix.sat umul.fix.sat sdiv.fix udiv.fix sdiv.fix.sat udiv.fix.sat`,
  'I(I, I, double!)': 'expect.with.probability',
  'F(F)': `sqrt sin cos exp exp2 log log2 log10 fabs floor ceil trunc rint nearbyint round roundeven canonicalize`,
  'F(F, F)': 'pow copysign minnum maxnum minimum maximum',
  'F(F, F, F)': 'fma fmuladd',
  'void(P, Q, N, i1!)': 'memcpy memmove',
  'void(P, i8, N, i1!)': 'memset',
  'void(P, Q, N, i32!)': `memcpy.element.unordered.atomic memmove.element.unordered.atomic`,
  'void(P, i8, N, i32!)': 'memset.element.unordered.atomic',
  'void(P, i32!, i32!, i32!)': 'prefetch',
  'N(P, i1!, i1!, i1!)': 'objectsize',
  'P(P, I)': 'ptrmask',
  'P(P)': 'threadlocal.address launder.invariant.group strip.invariant.group',
  'void(i1)': 'assume',
  'void()': 'trap debugtrap donothing sideeffect',
  'void(i8!)': 'ubsantrap',
  'i64()': 'readcyclecounter readsteadycounter',
  'P(i32!)': 'frameaddress',
  'ptr(i32!)': 'returnaddress',
  'P()': 'stacksave addressofreturnaddress',
  'void(P)': 'stackrestore va_start va_end',
  'void(i64!, i64!, i32!, i64!)': 'pseudoprobe',
  'void(i64!, i32!, ...)': 'experimental.stackmap',
  'e(V)': `vector.reduce.add vector.reduce.mul vector.reduce.and vector.reduce.or vector.reduce.xor
    vector.reduce.smax vector.reduce.smin vector.reduce.umax vector.reduce.umin vector.reduce.fmax
    vector.reduce.fmin vector.reduce.fmaximum vector.reduce.fminimum`,
  'e(e, V)': 'vector.reduce.fadd vector.reduce.fmul',
  'V()': 'stepvector experimental.stepvector',
  'V(V)': 'vector.reverse experimental.vector.reverse',
  'V(V, V, i32!)': 'vector.splice experimental.vector.splice',
};

const BY_NAME: ReadonlyMap<string, Signature> = new Map(
  Object.entries(SIGNATURES).flatMap(([text, names]) =>
    names.split(/\s+/).map((name) => [name, parseSignature(text)] as const),
  ),
);

function parseSignature(text: string): Signature {
  const [returns = '', inside = ''] = text.slice(0, -1).split('(');
  const slots = inside === '' ? [] : inside.split(', ');
  return {
    returns,
    parameters: slots
      .filter((slot) => slot !== '...')
      .map((slot) => ({ type: slot.replace('!', ''), immediate: slot.endsWith('!') })),
    variadic: slots.includes('...'),
  };
}

/** The signature of `@llvm.ctpop.i32`: the name without the types that it ends with. */
export function signatureOf(name: string): Signature | undefined {
  const words = name.replace(/^@llvm\./, '').split('.');
  for (let count = words.length; count > 0; count--) {
    const found = BY_NAME.get(words.slice(0, count).join('.'));
    if (found !== undefined) return found;
    // Only suffixes that are types are left out.
    if (!/^(?:nx)?v?[0-9]*(?:i[0-9]+|p[0-9]+|f[0-9]+|bf16|ppcf128)$/.test(words[count - 1] ?? ''))
      break;
  }
  return undefined;
}
