#include "native_stack.h"

#include "error.h"
#include "layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Code touches its frame at its return address first, so the guard must be larger than any frame
 * can skip; the verifier allows 16 KiB, unverified code gets more room to fail in. Above the first
 * frame stands a page of zeros, for code that reads arguments it was not given. */
enum { GUARD_SIZE = 1 << 20, ZEROS_ABOVE = TBX_PAGE_SIZE };

/* How many stacks a thread keeps: so many sandboxes are entered in turn without emptying any. */
enum { MOST_SPARE = 8 };

static bool map_stack(struct tbx_native_stack *stack, uint64_t size, tbx_error *error) {
    size_t whole = GUARD_SIZE + size + ZEROS_ABOVE + TBX_PAGE_SIZE;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    unsigned char *mapping = mmap(NULL, whole, PROT_NONE, flags, -1, 0);
    if (mapping == MAP_FAILED)
        return tbx_fail_errno(error, "cannot make a native stack of %llu bytes",
                              (unsigned long long)size);
    if (mprotect(mapping + GUARD_SIZE, size + ZEROS_ABOVE, PROT_READ | PROT_WRITE) != 0) {
        tbx_fail_errno(error, "cannot open the native stack");
        munmap(mapping, whole);
        return false;
    }
    *stack = (struct tbx_native_stack){
        .mapping = mapping,
        .mapping_size = whole,
        .start = (uintptr_t)mapping + GUARD_SIZE,
        .end = (uintptr_t)mapping + GUARD_SIZE + size + ZEROS_ABOVE,
    };
    return true;
}

static void free_stack(struct tbx_native_stack *stack) {
    tbx_jump_table_free(&stack->jumps);
    munmap(stack->mapping, stack->mapping_size);
    free(stack);
}

static struct tbx_native_stack *make_stack(uint64_t size, tbx_error *error) {
    struct tbx_native_stack *stack = malloc(sizeof *stack);
    if (stack == NULL)
        tbx_fail(error, "out of memory");
    else if (map_stack(stack, size, error))
        return stack;
    free(stack);
    return NULL;
}

static struct tbx_native_stack *unlink_stack(struct tbx_spare_stacks *spare,
                                             struct tbx_native_stack **link) {
    struct tbx_native_stack *stack = *link;
    *link = stack->next;
    spare->count--;
    return stack;
}

static bool has_size(const struct tbx_native_stack *stack, uint64_t size) {
    return stack->end - stack->start == size + ZEROS_ABOVE;
}

/* The place in the list of the stack that `owner` used, or of an empty one, or of the last used;
 * null: none of the size. */
static struct tbx_native_stack **find_stack(struct tbx_spare_stacks *spare, uint64_t size,
                                            uint64_t owner) {
    struct tbx_native_stack **best = NULL;
    for (struct tbx_native_stack **link = &spare->first; *link != NULL; link = &(*link)->next) {
        if (!has_size(*link, size))
            continue;
        if ((*link)->owner == owner)
            return link;
        if (best == NULL || (*best)->owner != 0)
            best = link;
    }
    return best;
}

/* Whether the stack is given out though it is not the sandbox's own: rather a new one than one that
 * has to be emptied, as long as there are few. */
static bool may_pass_on(const struct tbx_spare_stacks *spare,
                        const struct tbx_native_stack *stack) {
    return stack->owner == 0 || spare->count >= MOST_SPARE;
}

struct tbx_native_stack *tbx_native_stack_take(struct tbx_spare_stacks *spare, uint64_t size,
                                               uint64_t owner, tbx_error *error) {
    struct tbx_native_stack **link = find_stack(spare, size, owner);
    bool fits = link != NULL && ((*link)->owner == owner || may_pass_on(spare, *link));
    struct tbx_native_stack *stack = fits ? unlink_stack(spare, link) : make_stack(size, error);
    if (stack != NULL && stack->owner != owner) {
        if (stack->owner != 0)
            tbx_native_stack_empty(stack);
        stack->owner = owner;
    }
    return stack;
}

void tbx_native_stack_give(struct tbx_spare_stacks *spare, struct tbx_native_stack *stack) {
    stack->next = spare->first;
    spare->first = stack;
    if (++spare->count <= MOST_SPARE)
        return;
    struct tbx_native_stack **last = &spare->first;
    while ((*last)->next != NULL)
        last = &(*last)->next;
    free_stack(unlink_stack(spare, last));
}

/* Where the system does not drop the pages, they are overwritten: what lies there belongs to one
 * sandbox. */
void tbx_native_stack_empty(struct tbx_native_stack *stack) {
    void *start = (void *)stack->start;
    size_t size = stack->end - stack->start;
    if (madvise(start, size, MADV_DONTNEED) != 0)
        explicit_bzero(start, size);
    stack->owner = 0;
}

void tbx_native_stacks_forget(const struct tbx_spare_stacks *spare, uint64_t owner) {
    for (struct tbx_native_stack *stack = spare->first; stack != NULL; stack = stack->next)
        if (stack->owner == owner)
            tbx_native_stack_empty(stack);
}

void tbx_native_stacks_free(struct tbx_spare_stacks *spare) {
    while (spare->first != NULL)
        free_stack(unlink_stack(spare, &spare->first));
}

uint64_t tbx_native_stack_top(const struct tbx_native_stack *stack) {
    return stack->end - ZEROS_ABOVE;
}
