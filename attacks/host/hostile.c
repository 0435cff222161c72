/* Calls a function that was written in assembly, once for each eight bytes of each secret. */
#include "../attack.h"

/* What stands at `address`, if it can be had. `window` is where this sandbox's window begins. */
uint64_t hostile(uintptr_t address, uintptr_t window);

ATTACK(hostile_image, "held") {
    EACH_VICTIM(address) {
        for (uintptr_t at = 0; at < SECRET_SIZE; at += 8) {
            if (at == 0)
                armed();
            uint64_t got = hostile(address + at, target.window);
            leak(&got, sizeof got);
        }
    }
}
