/* What must hold of a sandbox's memory whatever was asked of the host. */
#ifndef PROMISES_H
#define PROMISES_H

#include "memory.h"

/* Checks that are the fuzzer's own: they neither guide it nor teach it what they compare with. */
#define UNTRACED __attribute__((no_sanitize("coverage", "address")))

/* Ends the fuzzer with a finding when `condition` does not hold. */
void require(bool condition, const char *what);

/* A secret of this process: random letters, so that no input that is kept can hold it. */
enum { SECRET_SIZE = 32 };
extern char secret[SECRET_SIZE + 1];
void make_secret(void);
bool holds_secret(const void *bytes, size_t size);

/* The books of the memory balance, and it has no page where none may be. */
void check_books(const struct tbx_memory *memory);

/* The kernel's word on it: no hole in the window, nothing accessible at its two ends, nothing to
 * execute. */
void check_mappings(const struct tbx_memory *memory);

#endif
