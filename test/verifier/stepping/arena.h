/*
 * Where functions of an image are stepped that nobody has loaded: a stack, a window, and the parts
 * of the image. The code is not trusted to stay inside: it runs in a child, and what it breaks is
 * that. The window is accessible from end to end, so that whatever registers hold, functions go on.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdint.h>
#include <sys/types.h>

/* Where the parent finds the child's stack, too: one shared mapping at the same address in both. */
#define ARENA_STACK 0x200000000ull
#define ARENA_WINDOW 0x300000000ull
/* With a page for what straddles its end, which faults in a real one. */
#define ARENA_WINDOW_SIZE 0x100001000ull
/* In no mapping. */
#define ARENA_RETURN 0x1000ull

/* Maps the window and a stack of that size. */
void arena_map(uint64_t stack_size);

/* Puts the parts of a file where they belong: address, size and that many bytes each; code and
 * constants by themselves, the rest in the window. Its author is the test. */
void arena_load(const char *path);

/* A child with all that is mapped, which waits to be stepped. */
pid_t arena_start_child(void);

#endif
