// What a library returns, and what the host does with it.
#include "../library.h"

#ifdef GUEST

#include <stdlib.h>
#include <string.h>

static long say(long value) {
    armed();
    return value;
}
EXPORT(say)

/* A string without an end, up to the last byte of what there is. */
static long endless_string(size_t size) {
    char *bytes = malloc(size);
    armed();
    memset(bytes, 'x', size);
    return (long)bytes;
}
EXPORT(endless_string)

#else

#include <string.h>

enum { LARGE = 3 << 20 };

/* A host that shows its client what a pointer of the library leads to. */
static void show_result(uint64_t pointer, size_t length) {
    unsigned char bytes[SECRET_SIZE];
    uint64_t said = call(attacker(), "say", pointer, 0, 0);
    if (copy_out(attacker(), bytes, said, length))
        show(bytes, sizeof bytes);
}

// The host as the deputy: it reads where the library points to.
ATTACK(pointer_to_the_host, "held") {
    show_result(host_secret(), SECRET_SIZE);
}
ATTACK(pointer_to_another_copy, "held") {
    show_result(neighbour_secret(), SECRET_SIZE);
}

/* A host that writes where the library says its buffer is. */
static void fill_result(uint64_t pointer, size_t length) {
    uint64_t said = call(attacker(), "say", pointer, 0, 0);
    unsigned char *place = memory(attacker(), said, length);
    if (place != NULL)
        memset(place, 'y', length);
}

ATTACK(buffer_in_the_host, "held") {
    fill_result(host_secret(), SECRET_SIZE);
}
ATTACK(buffer_in_another_copy, "held") {
    fill_result(neighbour_secret(), SECRET_SIZE);
}

/* Lengths that, added to the offset, come to a small number again, or to the next window: a host
 * that believes that it has so much shows all of it. */
static void try_length(uint64_t length) {
    uint64_t own = allocate(attacker(), SECRET_PAGE);
    uint64_t said = call(attacker(), "say", (uint32_t)length == length ? length : ~0ull, 0, 0);
    const unsigned char *place = memory(attacker(), own, said);
    if (place != NULL)
        show((const unsigned char *)neighbour_secret(), SECRET_SIZE);
}

ATTACK(length_up_to_the_next_window, "held") {
    try_length(0xFFFFFFFF);
}
ATTACK(length_that_wraps, "held") {
    try_length(0x100000001);
}

// A string that goes on where the library's memory ends.
ATTACK(string_without_an_end, "held", "no control: it ends somewhere in the heap") {
    static char text[LARGE + SECRET_PAGE];
    uint64_t string = call(attacker(), "endless_string", LARGE, 0, 0);
    unsigned char *bytes = memory(attacker(), string, LARGE);
    if (bytes != NULL && copy_string_out(attacker(), text, LARGE / 2, string))
        show((const void *)host_secret(), SECRET_SIZE);
    if (copy_string_out(attacker(), text, sizeof text, 0xFFFFF000) ||
        copy_string_out(attacker(), text, sizeof text, 0))
        show((const void *)host_secret(), SECRET_SIZE);
}

#endif
