// Memory that sandboxes share by the cache line: all of it is in reach, and what is not one's own
// must be noise.
// BACKEND: emulated
#include "../library.h"

#ifdef GUEST

#include "accesses.h"

static char buffer[2 * SECRET_SIZE];

/* A look at the lines around an object of its own. */
static long read_around(uintptr_t address, size_t size) {
    armed();
    for (size_t at = 0; at + sizeof buffer <= size; at += sizeof buffer) {
        __builtin_memcpy(buffer, (const void *)(address + at), sizeof buffer);
        leak(buffer, sizeof buffer);
    }
    return 0;
}
EXPORT(read_around)

#else

enum { LINE = 64 };

/* An object with a secret beside one of the attacker's, on the same page. */
static uint64_t secret_of(struct box *box) {
    uint64_t object = pool_allocate(box, SECRET_PAGE);
    plant("object", memory(box, object, SECRET_PAGE));
    return object;
}

ATTACK(read_the_neighbour, "held") {
    pool_allocate(attacker(), LINE);
    call(attacker(), "read_at", secret_of(neighbour()), 0, 0);
}

// From one's own object on, by wide reads.
ATTACK(read_behind_ones_own, "held", "no control: what lies there differs") {
    uint64_t own = pool_allocate(attacker(), LINE);
    secret_of(neighbour());
    call(attacker(), "read_around", own, 2 * SECRET_PAGE, 0);
}

// What was one's own, and is another's now.
ATTACK(read_after_a_grant, "held") {
    uint64_t object = pool_allocate(attacker(), SECRET_PAGE);
    pool_grant(object, attacker(), neighbour());
    plant("object", memory(neighbour(), object, SECRET_PAGE));
    call(attacker(), "read_at", object, 0, 0);
}

// Lent and taken back.
ATTACK(read_after_it_was_taken_back, "held") {
    uint64_t object = pool_allocate(neighbour(), SECRET_PAGE);
    pool_grant(object, neighbour(), attacker());
    pool_grant(object, attacker(), neighbour());
    plant("object", memory(neighbour(), object, SECRET_PAGE));
    call(attacker(), "read_at", object, 0, 0);
}

// What the neighbour left behind, free, and then one's own.
ATTACK(read_what_is_free, "held") {
    pool_allocate(attacker(), LINE);
    uint64_t object = secret_of(neighbour());
    pool_release(object);
    call(attacker(), "read_at", object, 0, 0);
}
ATTACK(read_what_is_given_out_again, "held", "no control: memory is given out cleared there too") {
    uint64_t object = secret_of(neighbour());
    pool_release(object);
    pool_allocate(attacker(), SECRET_PAGE);
    call(attacker(), "read_at", object, 0, 0);
}

// The next client's library has the same window, hence the same key.
ATTACK(read_after_a_reset, "held") {
    uint64_t object = secret_of(attacker());
    reset(attacker());
    pool_allocate(attacker(), LINE);
    call(attacker(), "read_at", object, 0, 0);
}
ATTACK(read_what_was_released_before_a_reset, "held") {
    uint64_t object = secret_of(attacker());
    pool_release(object);
    reset(attacker());
    pool_allocate(attacker(), LINE);
    call(attacker(), "read_at", object + LINE, 0, 0);
    call(attacker(), "read_at", object, 0, 0);
}
// What was written where it did not belong: over the neighbour's object.
ATTACK(read_what_was_written_astray, "held") {
    uint64_t object = pool_allocate(neighbour(), SECRET_PAGE);
    pool_allocate(attacker(), LINE);
    plant("object", memory(attacker(), object, SECRET_PAGE));
    reset(attacker());
    pool_allocate(attacker(), LINE);
    call(attacker(), "read_at", object, 0, 0);
}
ATTACK(read_after_it_was_freed, "held") {
    uint64_t object = secret_of(attacker());
    destroy(attacker());
    make(attacker());
    pool_allocate(attacker(), LINE);
    call(attacker(), "read_at", object, 0, 0);
}

// A library without an object there has no way to the pool.
ATTACK(read_without_an_object, "unmapped") {
    call(attacker(), "read_at", secret_of(neighbour()), 0, 0);
}

#endif
