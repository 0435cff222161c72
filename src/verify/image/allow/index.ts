/**
 * All instructions that sandboxed code may have (R3). What is not listed here is refused, so that an instruction which
 * nobody thought of, or which the next processor brings, is refused too.
 */
import { AVX } from './avx.js';
import { AVX512_1 } from './avx512-1.js';
import { AVX512_2 } from './avx512-2.js';
import { AVX512_3 } from './avx512-3.js';
import { AVX512_4 } from './avx512-4.js';
import { AVX512_FP16 } from './avx512-fp16.js';
import type { CodeGroup } from './group.js';
import { INTEGER } from './integer.js';
import { SSE } from './sse.js';
import { X87 } from './x87.js';

export type { CodeGroup } from './group.js';

export const ALLOWED: readonly CodeGroup[] = [
  ...INTEGER,
  ...X87,
  ...SSE,
  ...AVX,
  ...AVX512_1,
  ...AVX512_2,
  ...AVX512_3,
  ...AVX512_4,
  ...AVX512_FP16,
];
