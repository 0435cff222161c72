// Calls that change mappings: memory is asked for, moved and given back at addresses of others.
// ISOLATE: data code+data
#include "../attack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const uint64_t WINDOW = 1ull << 32;
enum { READ_WRITE = PROT_READ | PROT_WRITE, PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS, PAGES = 4096 };

static void fill(long place) {
    if (place > 0)
        memset((void *)place, 0xEE, PAGES);
}

#define MAPS(name, ...)                                                                            \
    ATTACK(name, "held") {                                                                         \
        EACH_VICTIM(address) {                                                                     \
            armed();                                                                               \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
    }

MAPS(map_fixed, fill(syscall(SYS_mmap, address, PAGES, READ_WRITE, PRIVATE | MAP_FIXED, -1, 0)))
MAPS(unmap, syscall(SYS_munmap, address, PAGES);
     syscall(SYS_mmap, address, PAGES, READ_WRITE, PRIVATE, -1, 0))
MAPS(remap_away, long moved = syscall(SYS_mremap, address, PAGES, PAGES,
                                      MREMAP_MAYMOVE | MREMAP_FIXED, own(0x50000000));
     if (moved > 0) leak((void *)moved, SECRET_SIZE))
MAPS(remap_there, long mine = syscall(SYS_mmap, 0, PAGES, READ_WRITE, PRIVATE, -1, 0);
     syscall(SYS_mremap, mine, PAGES, PAGES, MREMAP_MAYMOVE | MREMAP_FIXED, address))
MAPS(forget, syscall(SYS_madvise, address, PAGES, MADV_DONTNEED))
MAPS(protect, syscall(SYS_mprotect, address, PAGES, READ_WRITE); *(volatile char *)address = 1)
MAPS(map_file_there, int file = open("mine", O_RDONLY);
     syscall(SYS_mmap, address, PAGES, READ_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0); close(file))

// All lengths that wrap or leave the window, at all places where something of the own is.
ATTACK(lengths_that_wrap, "contained", "no control: it would unmap everything") {
    static const uint64_t places[] = {0,          0x1000,     0x0FE00000, 0x10000000, 0x10001000,
                                      0x40000000, 0xDFFFF000, 0xE0000000, 0xF0000000, 0xFFFFF000};
    armed();
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (unsigned shift = 12; shift < 64; shift++)
            for (int sign = 0; sign < 2; sign++) {
                uint64_t length = sign ? 0 - (1ull << shift) : 1ull << shift;
                syscall(SYS_mmap, places[i], length, READ_WRITE, PRIVATE | MAP_FIXED, -1, 0);
                syscall(SYS_munmap, places[i], length);
                syscall(SYS_mremap, places[i], length, 2 * length, MREMAP_MAYMOVE);
                syscall(SYS_mremap, places[i], 4096, length, MREMAP_MAYMOVE);
                syscall(SYS_madvise, places[i], length, MADV_DONTNEED);
                syscall(SYS_mprotect, places[i], length, READ_WRITE);
            }
    fill(syscall(SYS_mmap, 0, PAGES, READ_WRITE, PRIVATE, -1, 0));
}

// The guards: null, the last page, the code.
ATTACK(map_the_guards, "held", "no control: natively they are free") {
    static const uint64_t guards[] = {0,          0x1000,     0x8000,     0x10000000,
                                      0xE0000000, 0xF0000000, 0xFFFFF000, 0xFFFF0000};
    armed();
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        long place = syscall(SYS_mmap, guards[i], PAGES, READ_WRITE, PRIVATE | MAP_FIXED, -1, 0);
        leak(&place, sizeof place);
        fill(place == (long)guards[i] && place != 0 ? place : 0);
    }
}

// The end of the heap: beyond the window, and back around it.
ATTACK(break_wraps, "held", "no control: natively it moves the host's heap") {
    armed();
    for (unsigned shift = 0; shift < 64; shift++) {
        syscall(SYS_brk, 1ull << shift);
        syscall(SYS_brk, 0 - (1ull << shift));
        syscall(SYS_brk, WINDOW + (1ull << shift));
    }
    syscall(SYS_brk, target.host);
    fill(syscall(SYS_mmap, 0, PAGES, READ_WRITE, PRIVATE, -1, 0));
}

// Code: memory to execute, or code to write to.
ATTACK(executable_memory, "held", "no control: natively it is granted") {
    armed();
    long place = syscall(SYS_mmap, 0, PAGES, READ_WRITE | PROT_EXEC, PRIVATE, -1, 0);
    leak(&place, sizeof place);
    place = syscall(SYS_mprotect, 0x10000000, PAGES, READ_WRITE | PROT_EXEC);
    leak(&place, sizeof place);
    place = syscall(SYS_pkey_mprotect, 0x10000000, PAGES, READ_WRITE, 0);
    leak(&place, sizeof place);
}

// Shared memory, through which another process could change what was checked.
ATTACK(shared_memory, "held", "no control: natively it is granted") {
    armed();
    int file = open("mine", O_RDWR);
    long place = syscall(SYS_mmap, 0, PAGES, READ_WRITE, MAP_SHARED, file, 0);
    leak(&place, sizeof place);
    place = syscall(SYS_mmap, 0, PAGES, READ_WRITE, MAP_SHARED_VALIDATE, file, 0);
    leak(&place, sizeof place);
}

// Thousands of mappings with holes between them: the host has a limited number.
ATTACK(mapping_flood, "held", "no control: natively it is the own limit") {
    armed();
    for (uint64_t place = 0x40000000; place < 0xE0000000; place += 0x4000)
        syscall(SYS_mmap, place, PAGES, READ_WRITE, PRIVATE | MAP_FIXED, -1, 0);
    for (uint64_t place = 0x40000000; place < 0xE0000000; place += 0x8000)
        syscall(SYS_munmap, place, PAGES);
    for (int i = 0; i < 1000; i++)
        syscall(SYS_mremap, 0x40004000, PAGES, 4 << 20, MREMAP_MAYMOVE);
}

// Large mappings that are moved by their page tables, over and over, in pieces.
ATTACK(moved_in_pieces, "held|timeout", "no control: nothing is gained natively") {
    armed();
    long first = syscall(SYS_mmap, 0, 8 << 20, READ_WRITE, PRIVATE, -1, 0);
    for (int i = 0; i < 20 && first > 0; i++) {
        memset((void *)first, i, 8 << 20);
        long second = syscall(SYS_mremap, first, 2 << 20, 16 << 20, MREMAP_MAYMOVE);
        syscall(SYS_mremap, first + (4 << 20), 3 << 20, 12 << 20, MREMAP_MAYMOVE);
        if (second > 0)
            first = second;
        if (first > 0)
            leak((void *)first, 16);
    }
}
