// Reads of memory that is not the sandbox's, by every width and kind of load that C can ask for.
// ISOLATE: data code+data
#include "../attack.h"

#include <string.h>

#define LOADS(name, type)                                                                          \
    ATTACK(name, "held") {                                                                         \
        EACH_VICTIM(address) {                                                                     \
            type got[SECRET_SIZE / sizeof(type)];                                                  \
            armed();                                                                               \
            for (size_t i = 0; i < SECRET_SIZE / sizeof(type); i++)                                \
                got[i] = ((const volatile type *)address)[i];                                      \
            leak(got, sizeof got);                                                                 \
        }                                                                                          \
    }

typedef uint8_t vector16 __attribute__((vector_size(16), aligned(1)));
typedef uint8_t vector32 __attribute__((vector_size(32), aligned(1)));
typedef uint8_t vector64 __attribute__((vector_size(64), aligned(1)));

LOADS(load_8, uint8_t)
LOADS(load_16, uint16_t)
LOADS(load_32, uint32_t)
LOADS(load_64, uint64_t)
LOADS(load_128, unsigned __int128)
LOADS(load_vector_16, vector16)
LOADS(load_vector_32, vector32)
LOADS(load_vector_64, vector64)
LOADS(load_float, float)
LOADS(load_double, double)
LOADS(load_x87, long double)
