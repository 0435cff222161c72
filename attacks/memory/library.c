// Memory and string routines of the C library, called with what is not the sandbox's.
// ISOLATE: data code+data
#include "../attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static unsigned char got[SECRET_SIZE + 64];

// The library's own routines, and what the compiler makes of the names.
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile fill)(void *, int, size_t) = memset;
static int (*volatile compare)(const void *, const void *, size_t) = memcmp;
static size_t (*volatile length)(const char *) = strlen;

static int by_byte(const void *a, const void *b) {
    return *(const unsigned char *)a - *(const unsigned char *)b;
}

#define CALLS(name, ...)                                                                           \
    ATTACK(name, "held") {                                                                         \
        EACH_VICTIM(address) {                                                                     \
            char *p = (char *)address;                                                             \
            armed();                                                                               \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
    }

CALLS(memcpy_from, copy(got, p, SECRET_SIZE); leak(got, SECRET_SIZE))
CALLS(memcpy_to, copy(p, got, SECRET_SIZE))
CALLS(memcpy_inline, memcpy(got, p, SECRET_SIZE); leak(got, SECRET_SIZE); memcpy(p, got + 9, 16))
CALLS(memmove_from, move(got, p, SECRET_SIZE); leak(got, SECRET_SIZE))
CALLS(memset_to, fill(p, 0xEE, SECRET_SIZE))
CALLS(memset_inline, memset(p, 0, 40))
CALLS(strcpy_from, strcpy((char *)got, p); leak(got, SECRET_SIZE))
CALLS(strcat_to, strcat(p, "more"))
CALLS(sprintf_from, snprintf((char *)got, sizeof got, "%.64s", p); leak(got, SECRET_SIZE))
CALLS(sprintf_to, sprintf(p, "%d", 12345))
CALLS(puts_from, puts(p); fflush(stdout))
CALLS(qsort_there, qsort(p, SECRET_SIZE, 1, by_byte))
CALLS(free_there, char *volatile mine = malloc(64); mine[0] = 1; memcpy(p, mine, 8); free(mine))

// No byte is copied: each is guessed by comparing, 256 times.
ATTACK(memcmp_oracle, "held") {
    EACH_VICTIM(address) {
        armed();
        for (size_t i = 0; i < SECRET_SIZE; i++)
            for (int guess = 0; guess < 256; guess++) {
                unsigned char byte = (unsigned char)guess;
                if (compare((char *)address + i, &byte, 1) == 0)
                    got[i] = byte;
            }
        leak(got, SECRET_SIZE);
    }
}

// The length of a string there, after a byte was cut out of it.
ATTACK(strlen_oracle, "held") {
    EACH_VICTIM(address) {
        armed();
        for (size_t i = 0; i < SECRET_SIZE; i++) {
            ((volatile char *)address)[i] = 0;
            if (length((char *)address) != i)
                break;
        }
    }
}

// A block so large that it covers all windows: it ends where the window's memory does.
ATTACK(memset_everything, "unmapped|null|read-only|native-stack|exit 127",
       "no control: it would hit everything") {
    armed();
    fill((void *)(target.below), 0, (size_t)3 << 32);
}

// A backward copy, from the end on.
ATTACK(memmove_backward, "held") {
    armed();
    EACH_VICTIM(address) {
        move((void *)(address + 8), (void *)address, SECRET_SIZE - 8);
    }
}
