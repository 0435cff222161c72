// Writes to memory that is not the sandbox's, by every width and kind of store that C can ask for.
// ISOLATE: data code+data
#include "../attack.h"

#define STORES(name, type, value)                                                                  \
    ATTACK(name, "held") {                                                                         \
        EACH_VICTIM(address) {                                                                     \
            armed();                                                                               \
            for (size_t i = 0; i < SECRET_SIZE / sizeof(type); i++)                                \
                ((volatile type *)address)[i] = (type)value;                                       \
        }                                                                                          \
    }

#define VECTOR_STORES(name, size)                                                                  \
    ATTACK(name, "held") {                                                                         \
        typedef uint8_t vector __attribute__((vector_size(size), aligned(1)));                     \
        vector value = {0};                                                                        \
        EACH_VICTIM(address) {                                                                     \
            armed();                                                                               \
            *(volatile vector *)address = value;                                                   \
        }                                                                                          \
    }

STORES(store_8, uint8_t, 0xEE)
STORES(store_16, uint16_t, 0xEEEE)
STORES(store_32, uint32_t, 0xEEEEEEEE)
STORES(store_64, uint64_t, 0xEEEEEEEEEEEEEEEE)
STORES(store_128, unsigned __int128, 1)
STORES(store_float, float, 1.5)
STORES(store_double, double, 1.5)
STORES(store_x87, long double, 1.5)
STORES(store_zero, uint64_t, 0)
VECTOR_STORES(store_vector_16, 16)
VECTOR_STORES(store_vector_32, 32)
VECTOR_STORES(store_vector_64, 64)

struct bits {
    unsigned low : 3, middle : 11, high : 18;
};

// A read and a write of the same word.
ATTACK(store_bit_field, "held") {
    EACH_VICTIM(address) {
        armed();
        ((volatile struct bits *)address)->middle ^= 0x2AA;
    }
}

// Instructions that read, change and write memory in one.
ATTACK(add_to_memory, "held") {
    EACH_VICTIM(address) {
        armed();
        *(volatile uint64_t *)address += 0x0101010101010101;
        *(volatile uint8_t *)(address + 9) |= 0x80;
        *(volatile uint16_t *)(address + 12) -= 3;
        *(volatile uint32_t *)(address + 16) <<= 1;
    }
}

// A structure of many words, copied at once.
ATTACK(copy_structure, "held") {
    struct block {
        uint64_t words[SECRET_SIZE / 8];
    };
    EACH_VICTIM(address) {
        struct block got;
        armed();
        got = *(volatile struct block *)address;
        leak(&got, sizeof got);
        *(volatile struct block *)address = (struct block){{1, 2, 3}};
    }
}

// Stores that go around the caches.
ATTACK(store_non_temporal, "held") {
    EACH_VICTIM(address) {
        armed();
        __builtin_nontemporal_store(0x1122334455667788, (uint64_t *)address);
        __builtin_nontemporal_store(0x11223344, (uint32_t *)(address + 16));
    }
}
