// Copies of one template, in neighbouring windows, and what is left in them.
#include "../library.h"

#ifdef GUEST

#include <stdlib.h>
#include <string.h>

static char table[1 << 16];

static long read_at(uintptr_t address) {
    armed();
    leak((const void *)address, SECRET_SIZE); /* by the host, which checks it */
    char copy[SECRET_SIZE];
    for (int i = 0; i < SECRET_SIZE; i++)
        copy[i] = ((const volatile char *)address)[i];
    leak(copy, sizeof copy);
    return 0;
}
EXPORT(read_at)

static long write_at(uintptr_t address) {
    armed();
    memset((void *)address, 'x', SECRET_SIZE);
    return 0;
}
EXPORT(write_at)

static char *kept;

/* The host gives a client's bytes, which stay where they were put. */
static long keep(const char *bytes) {
    kept = malloc(SECRET_SIZE);
    memcpy(kept, bytes, SECRET_SIZE);
    memcpy(table + 1000, bytes, SECRET_SIZE);
    return 0;
}
EXPORT(keep)

static long show_kept(uintptr_t place, size_t size) {
    armed();
    leak(table, sizeof table);
    if (kept != NULL)
        leak(kept, SECRET_SIZE);
    leak((const void *)place, size);
    for (size_t at = 0; at < size; at += 4096)
        leak((const void *)(place + at), 4096);
    char *fresh = malloc(1 << 16);
    leak(fresh, 1 << 16);
    return (long)fresh;
}
EXPORT(show_kept)

#else

enum { BYTES = 1 << 16 };

// Addresses of all 64 bits, of the host and of a copy beside it.
ATTACK(read_the_host, "held") {
    call(attacker(), "read_at", host_secret(), 0, 0);
}
ATTACK(read_another_copy, "held|unmapped") {
    call(attacker(), "read_at", neighbour_secret(), 0, 0);
}
ATTACK(write_the_host, "held|unmapped") {
    call(attacker(), "write_at", host_secret(), 0, 0);
}
ATTACK(write_another_copy, "held|unmapped") {
    call(attacker(), "write_at", neighbour_secret(), 0, 0);
}

// What one client's call left is looked for by the next one's, in static memory, heap and where it
// was given.
ATTACK(memory_after_reset, "held") {
    uint64_t place = allocate(attacker(), BYTES);
    plant("client", memory(attacker(), place, SECRET_PAGE));
    call(attacker(), "keep", place, 0, 0);
    reset(attacker());
    call(attacker(), "show_kept", place, BYTES, 0);
}

// The same after the sandbox was freed, in one made at its place.
ATTACK(memory_after_free, "held") {
    uint64_t place = allocate(attacker(), BYTES);
    plant("client", memory(attacker(), place, SECRET_PAGE));
    call(attacker(), "keep", place, 0, 0);
    destroy(attacker());
    make(attacker());
    call(attacker(), "show_kept", place, BYTES, 0);
}

// A copy made later must not begin with what an earlier one changed.
ATTACK(memory_of_an_earlier_copy, "held") {
    uint64_t place = allocate(neighbour(), BYTES);
    plant("client", memory(neighbour(), place, SECRET_PAGE));
    call(neighbour(), "keep", place, 0, 0);
    destroy(attacker());
    make(attacker());
    call(attacker(), "show_kept", place, BYTES, 0);
}

#endif
