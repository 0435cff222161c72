/** @see LangRef, "Simple Constants" */
import type { FloatFormat } from '../ir/index.js';

/** Formats whose constants have a prefix of their own and cannot be spelled otherwise. */
const PREFIXES: { readonly [prefix: string]: FloatFormat } = {
  '0xK': 'x86_fp80',
  '0xL': 'fp128',
  '0xM': 'ppc_fp128',
  '0xH': 'half',
  '0xR': 'bfloat',
};
/** Bits of the fraction that a `double` has beyond the format, and the exponent of its smallest number. */
const NARROW: {
  readonly [Format in FloatFormat]?: {
    readonly extra: bigint;
    readonly emin: number;
    readonly emax: number;
    readonly fraction: number;
  };
} = {
  half: { extra: 42n, emin: -14, emax: 15, fraction: 10 },
  bfloat: { extra: 45n, emin: -126, emax: 127, fraction: 7 },
  float: { extra: 29n, emin: -126, emax: 127, fraction: 23 },
};

/** Whether a constant, as spelled, is a value of the format, exactly. */
export function isFloatOf(format: FloatFormat, text: string): boolean {
  const own = PREFIXES[text.slice(0, 3)];
  if (own !== undefined) return own === format;
  if (format === 'double') return true;
  const narrow = NARROW[format];
  // The wide formats have no decimal spelling.
  if (narrow === undefined) return false;
  const bits = doubleBits(text);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const dropped = (1n << narrow.extra) - 1n;
  if (exponent === 0x7ff) return (fraction & dropped) === 0n;
  if (exponent === 0 && fraction === 0n) return true;
  const power = exponent - 1023;
  if (exponent === 0 || power > narrow.emax) return false;
  if (power >= narrow.emin) return (fraction & dropped) === 0n;
  // A subnormal number of the format has fewer bits.
  const lost = narrow.extra + BigInt(narrow.emin - power);
  return lost <= 53n && (((1n << 52n) | fraction) & ((1n << lost) - 1n)) === 0n;
}

function doubleBits(text: string): bigint {
  if (text.startsWith('0x'))
    return /^0x[0-9a-fA-F]+$/.test(text) ? BigInt(text) & ((1n << 64n) - 1n) : 0n;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Number(text));
  return view.getBigUint64(0);
}
