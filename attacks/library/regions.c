// Memory that the host shares with libraries: after it was taken back, with less rights than they
// want, and at its ends.
#include "../library.h"

#ifdef GUEST

#include "accesses.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The host's own functions write to where the library says. */
static long have_written(uintptr_t address) {
    armed();
    return act((long)address, SECRET_SIZE);
}
EXPORT(have_written)

/* All calls that change what is at an address, and then a write to it. */
static long change_and_write(uintptr_t address, size_t size) {
    armed();
    syscall(SYS_mprotect, address, size, PROT_READ | PROT_WRITE);
    syscall(SYS_munmap, address, size);
    syscall(SYS_mremap, address, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, 0x50000000);
    syscall(SYS_mremap, address, size, 2 * size, MREMAP_MAYMOVE);
    syscall(SYS_madvise, address, size, MADV_DONTNEED);
    syscall(SYS_mmap, address, size, PROT_READ | PROT_WRITE,
            MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset((void *)address, 'x', SECRET_SIZE);
    return 0;
}
EXPORT(change_and_write)

#else

enum { REGION = 2 * SECRET_PAGE };

static tbx_region *new_region(size_t size) {
    tbx_error error;
    return tbx_region_new(size, &error);
}

// What the host keeps there once the library has it no more.
ATTACK(read_after_it_was_taken_back, "unmapped") {
    tbx_region *region = new_region(REGION);
    uint64_t pointer = map_region(attacker(), region, true);
    unmap_region(attacker(), pointer);
    plant("region", tbx_region_memory(region));
    call(attacker(), "read_at", pointer, 0, 0);
}

ATTACK(write_after_it_was_taken_back, "unmapped") {
    tbx_region *region = new_region(REGION);
    uint64_t pointer = map_region(attacker(), region, true);
    unmap_region(attacker(), pointer);
    plant_constant("region", tbx_region_memory(region));
    call(attacker(), "write_at", pointer, 0, 0);
}

// A reset takes all regions: the next client's library has the last one's pointers.
ATTACK(read_after_a_reset, "unmapped") {
    tbx_region *region = new_region(REGION);
    uint64_t pointer = map_region(attacker(), region, false);
    reset(attacker());
    plant("region", tbx_region_memory(region));
    call(attacker(), "read_at", pointer, 0, 0);
}

// One region is taken back and another one stands at its place, of another client's.
ATTACK(read_the_next_at_its_place, "unmapped") {
    tbx_region *first = new_region(REGION), *second = new_region(REGION);
    uint64_t pointer = map_region(attacker(), first, true);
    unmap_region(attacker(), pointer);
    tbx_region_release(first);
    uint64_t theirs = map_region(neighbour(), second, true);
    plant("region", memory(neighbour(), theirs, REGION));
    call(attacker(), "read_at", pointer == theirs ? pointer : theirs, 0, 0);
}

ATTACK(write_what_is_to_read, "read-only") {
    tbx_region *region = new_region(REGION);
    uint64_t pointer = map_region(attacker(), region, false);
    plant_constant("region", tbx_region_memory(region));
    call(attacker(), "write_at", pointer, 0, 0);
}

static uint64_t write_results(struct box *box, uint64_t pointer, uint64_t size) {
    static const char results[SECRET_SIZE] = "results";
    return copy_in(box, pointer, results, size);
}

// By the host, which has it to write.
ATTACK(have_the_host_write, "held") {
    tbx_region *region = new_region(REGION);
    uint64_t pointer = map_region(attacker(), region, false);
    plant_constant("region", tbx_region_memory(region));
    host_act = write_results;
    call(attacker(), "have_written", pointer, 0, 0);
}

// The kernel's calls that make memory writable, move it, or put other memory there.
ATTACK(change_what_is_to_read, "read-only") {
    tbx_region *region = new_region(REGION);
    uint64_t pointer = map_region(attacker(), region, false);
    plant_constant("region", tbx_region_memory(region));
    call(attacker(), "change_and_write", pointer, REGION, 0);
}

// Behind a region, where the host has the next one, and in front of it.
ATTACK(read_behind_it, "unmapped", "no control: what lies there differs") {
    tbx_region *first = new_region(REGION), *second = new_region(REGION);
    uint64_t pointer = map_region(attacker(), first, true);
    plant("region", tbx_region_memory(second));
    map_region(neighbour(), second, true);
    call(attacker(), "read_at", pointer + REGION, 0, 0);
}
ATTACK(read_in_front_of_it, "unmapped", "no control: what lies there differs") {
    tbx_region *first = new_region(REGION), *second = new_region(REGION);
    map_region(attacker(), first, true);
    plant("region", tbx_region_memory(second));
    call(attacker(), "read_at", map_region(attacker(), second, true) - SECRET_SIZE, 0, 0);
}

// The ends of the zones of regions and of pools, with a region that fills its zone.
#define ENDS(name, address)                                                                        \
    ATTACK(name, "unmapped", "no control: natively nothing is there") {                            \
        enum { ZONE = 0x10000000 };                                                                \
        tbx_region *region = new_region(ZONE);                                                     \
        map_region(attacker(), region, true);                                                      \
        call(attacker(), "read_at", address, 0, 0);                                                \
    }

ENDS(in_front_of_the_zone_of_regions, 0xDFFFFFFC)
ENDS(across_the_end_of_the_zone_of_regions, 0xEFFFFFFC)
ENDS(start_of_the_zone_of_pools, 0xF0000000)
ENDS(end_of_the_zone_of_pools, 0xFFEFFFFC)
ENDS(behind_the_zone_of_pools, 0xFFF00000)
ENDS(end_of_the_window, 0xFFFFFFFC)

#endif
