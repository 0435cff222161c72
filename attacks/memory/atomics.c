// Locked instructions, which have forms of their own for memory.
// ISOLATE: data code+data
// FLAGS: -mcx16
#include "../attack.h"

#define ATOMICS(name, type, ...)                                                                   \
    ATTACK(name, "held") {                                                                         \
        EACH_VICTIM(address) {                                                                     \
            type *p = (type *)address;                                                             \
            type got = 0;                                                                          \
            armed();                                                                               \
            __VA_ARGS__;                                                                           \
            leak(&got, sizeof got);                                                                \
        }                                                                                          \
    }

ATOMICS(atomic_load, uint64_t, got = __atomic_load_n(p, __ATOMIC_SEQ_CST))
ATOMICS(atomic_store, uint64_t, __atomic_store_n(p, 7, __ATOMIC_SEQ_CST))
ATOMICS(atomic_exchange, uint64_t, got = __atomic_exchange_n(p, 7, __ATOMIC_SEQ_CST))
ATOMICS(atomic_exchange_8, uint8_t, got = __atomic_exchange_n(p, 0, __ATOMIC_SEQ_CST))
ATOMICS(atomic_add, uint32_t, got = __atomic_fetch_add(p, 5, __ATOMIC_SEQ_CST))
ATOMICS(atomic_and, uint64_t, got = __atomic_fetch_and(p, 1, __ATOMIC_SEQ_CST))
ATOMICS(atomic_max, int64_t, got = __atomic_fetch_max(p, INT64_MAX, __ATOMIC_SEQ_CST))
ATOMICS(atomic_nand, uint16_t, got = __atomic_fetch_nand(p, 0x5555, __ATOMIC_SEQ_CST))
ATOMICS(compare_exchange, uint64_t,
        __atomic_compare_exchange_n(p, &got, 9, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
ATOMICS(compare_exchange_16, unsigned __int128, got = __sync_val_compare_and_swap(p, 0, 9))

// Locked bit instructions, whose bit number may reach far beyond the word: here 2^38 bits on.
ATTACK(bit_far_away, "held") {
    EACH_VICTIM(address) {
        uint64_t distance = (address - (uintptr_t)own(SECRET_OFFSET)) * 8;
        uint64_t *volatile words = (uint64_t *)own(SECRET_OFFSET);
        unsigned char got[SECRET_SIZE] = {0};
        armed();
        for (uint64_t bit = 0; bit < SECRET_SIZE * 8; bit++) {
            uint64_t at = distance + bit;
            got[bit / 8] |= (unsigned char)((words[at / 64] >> at % 64 & 1) << bit % 8);
        }
        leak(got, sizeof got);
        __atomic_fetch_or(words + distance / 64, 1ull << (distance & 63), __ATOMIC_SEQ_CST);
        __atomic_fetch_xor(words + distance / 64, 2ull, __ATOMIC_SEQ_CST);
    }
}
