// Vector instructions with their own ways to name memory: masks, compressing, streaming.
// ISOLATE: data code+data
// FLAGS: -mavx512f -mavx512vl -mavx512bw
// CPU: avx512f avx512vl avx512bw
#include "../attack.h"

#include <immintrin.h>

#define WIDE(name, ...)                                                                            \
    ATTACK(name, "held") {                                                                         \
        EACH_VICTIM(address) {                                                                     \
            __m512i got = _mm512_setzero_si512(), ones = _mm512_set1_epi32(0x01020304);            \
            void *p = (void *)address;                                                             \
            (void)ones;                                                                            \
            armed();                                                                               \
            __VA_ARGS__;                                                                           \
            leak(&got, sizeof got);                                                                \
        }                                                                                          \
    }

WIDE(load_512, got = _mm512_loadu_si512(p))
WIDE(store_512, _mm512_storeu_si512(p, ones))
WIDE(stream_512, _mm512_stream_si512(p, ones))
WIDE(stream_load, got = _mm512_stream_load_si512(p))
WIDE(masked_load, got = _mm512_maskz_loadu_epi32(0xFFFF, p))
WIDE(masked_store, _mm512_mask_storeu_epi32(p, 0x5555, ones))
WIDE(masked_bytes, got = _mm512_maskz_loadu_epi8(~0ull, p); _mm512_mask_storeu_epi8(p, 0x0F, ones))
WIDE(expand_load, got = _mm512_maskz_expandloadu_epi32(0xFFFF, p))
WIDE(compress_store, _mm512_mask_compressstoreu_epi32(p, 0xFFFF, ones))
WIDE(broadcast, got = _mm512_set1_epi64(*(volatile long long *)p))
