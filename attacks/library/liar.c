// A library whose malloc is its own: the host asks it for room, and believes what it gets.
#include "../library.h"

#ifdef GUEST

static uintptr_t given;

/* In the place of the C library's, and exported by the same name. */
void *malloc(size_t size);
void free(void *pointer);

/* An honest one until it is told what to say. */
void *malloc(size_t size) {
    static char pool[1 << 16];
    static size_t used;
    if (given != 0)
        return (void *)given;
    used += size;
    return pool + used - size;
}

void free(void *pointer) {
    (void)pointer;
}

static long give(uintptr_t pointer) {
    armed();
    given = pointer;
    return 0;
}
EXPORT(give)

#else

#include <string.h>

/* A host that writes to room that it was given. */
static void use_room(uintptr_t pointer, size_t size) {
    call(attacker(), "give", pointer, 0, 0);
    uint64_t room = allocate(attacker(), size);
    unsigned char *place = room == 0 ? NULL : memory(attacker(), room, size);
    if (place != NULL)
        memset(place, 'z', size);
}

ATTACK(room_in_the_host, "held", "no control: the host's own malloc is another one") {
    use_room(host_secret(), SECRET_SIZE);
}
ATTACK(room_in_another_copy, "held", "no control: the host's own malloc is another one") {
    use_room(neighbour_secret(), SECRET_SIZE);
}
ATTACK(room_at_null, "held", "no control: the host's own malloc is another one") {
    use_room(16, SECRET_SIZE);
}
ATTACK(room_at_the_end, "held", "no control: the host's own malloc is another one") {
    use_room(0xFFFFFFC0, SECRET_SIZE);
}
ATTACK(room_that_is_too_small, "held", "no control: the host's own malloc is another one") {
    use_room(0x10000000, (size_t)1 << 33);
}

#endif
