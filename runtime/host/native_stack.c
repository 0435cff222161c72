#include "native_stack.h"

#include "error.h"

#include <sys/mman.h>

/* Code touches its frame at its return address first, so the guard must be larger than any frame
 * can skip; the verifier allows 16 KiB, unverified code gets more room to fail in. Above the first
 * frame stands a page of zeros, for code that reads arguments it was not given. */
enum { GUARD_SIZE = 1 << 20, ZEROS_ABOVE = TBX_PAGE_SIZE };

bool tbx_native_stack_make(struct tbx_native_stack *stack, uint64_t size, tbx_error *error) {
    size_t whole = GUARD_SIZE + size + ZEROS_ABOVE + TBX_PAGE_SIZE;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    unsigned char *mapping = mmap(NULL, whole, PROT_NONE, flags, -1, 0);
    if (mapping == MAP_FAILED)
        return tbx_fail_errno(error, "cannot make a native stack of %llu bytes",
                              (unsigned long long)size);
    if (mprotect(mapping + GUARD_SIZE, size + ZEROS_ABOVE, PROT_READ | PROT_WRITE) != 0) {
        munmap(mapping, whole);
        return tbx_fail_errno(error, "cannot open the native stack");
    }
    *stack = (struct tbx_native_stack){
        .mapping = mapping,
        .mapping_size = whole,
        .start = (uintptr_t)mapping + GUARD_SIZE,
        .end = (uintptr_t)mapping + GUARD_SIZE + size + ZEROS_ABOVE,
    };
    return true;
}

void tbx_native_stack_free(struct tbx_native_stack *stack) {
    if (stack->mapping != NULL)
        munmap(stack->mapping, stack->mapping_size);
    *stack = (struct tbx_native_stack){0};
}

uint64_t tbx_native_stack_top(const struct tbx_native_stack *stack) {
    return stack->end - ZEROS_ABOVE;
}
