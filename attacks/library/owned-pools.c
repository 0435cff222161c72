// The same where the backend keeps integrity: lines of others cannot be touched at all.
// BACKEND: emulated-integrity
#include "../library.h"

#ifdef GUEST

#include "accesses.h"

/* One instruction, from a line of its own to the next. */
static long write_across(uintptr_t address) {
    armed();
    *(volatile uint64_t *)(address - 4) = 0x7878787878787878;
    return 0;
}
EXPORT(write_across)

/* What the owner finds. */
static long is_whole(const unsigned char *bytes, size_t size) {
    long sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += bytes[i];
    return sum;
}
EXPORT(is_whole)

#else

enum { LINE = 64 };

/* The attack on an object of the neighbour's behind one of the attacker's; afterwards the neighbour
 * must find there what was there. */
static void attack_object(const char *name) {
    unsigned char bytes[SECRET_SIZE];
    uint64_t sum = 0, found = 0;
    pool_allocate(attacker(), LINE);
    uint64_t object = pool_allocate(neighbour(), LINE);
    for (unsigned i = 0; i < sizeof bytes; i++)
        sum += bytes[i] = (unsigned char)(i * 7 + 1);
    copy_in(neighbour(), object, bytes, sizeof bytes);
    call(attacker(), name, object, 0, 0);
    if (!ask(neighbour(), "is_whole", object, sizeof bytes, 0, &found) || found != sum)
        show((const void *)host_secret(), SECRET_SIZE); /* as bad as having read it */
}

ATTACK(write_the_neighbour, "foreign-line") {
    attack_object("write_at");
}
ATTACK(write_across_lines, "foreign-line") {
    attack_object("write_across");
}

ATTACK(read_the_neighbour, "foreign-line") {
    pool_allocate(attacker(), LINE);
    uint64_t object = pool_allocate(neighbour(), LINE);
    static unsigned char page[SECRET_PAGE];
    plant("object", page);
    copy_in(neighbour(), object, page, SECRET_SIZE);
    call(attacker(), "read_at", object, 0, 0);
}

#endif
