/*
 * The stacks that rsp points to while sandboxed code runs: outside every window, between guards.
 *
 * A stack belongs to a run, not to a sandbox, since every run starts on an empty one. Threads keep
 * a few for their next runs. Verified code can read what an earlier run left below its frame, so a
 * stack goes to another sandbox only emptied; sandboxes that a thread enters in turn find theirs
 * again.
 */
#ifndef TBX_NATIVE_STACK_H
#define TBX_NATIVE_STACK_H

#include "jump_table.h"

struct tbx_native_stack {
    struct tbx_native_stack *next; /* in the thread's list */
    uint64_t owner;                /* the identity of the sandbox that ran on it last; 0: empty */
    unsigned char *mapping;        /* guard, stack, guard */
    size_t mapping_size;
    uintptr_t start, end;        /* the accessible part */
    struct tbx_jump_table jumps; /* the setjmps of the run that it is used by */
};

/* The stacks that a thread is not using, the last used first. */
struct tbx_spare_stacks {
    struct tbx_native_stack *first;
    unsigned count;
};

/* A stack of `size` bytes, in whole pages, with nothing on it that another sandbox than `owner` has
 * left. Null and a message when the system refuses. */
struct tbx_native_stack *tbx_native_stack_take(struct tbx_spare_stacks *spare, uint64_t size,
                                               uint64_t owner, tbx_error *error);

/* Gives back what `take` returned on the same thread. */
void tbx_native_stack_give(struct tbx_spare_stacks *spare, struct tbx_native_stack *stack);

/* Drops the contents of a stack at once, and the memory that they need. */
void tbx_native_stack_empty(struct tbx_native_stack *stack);

/* Drops what a sandbox that is gone, or was reset, has left on stacks of this thread: the memory
 * was its own. */
void tbx_native_stacks_forget(const struct tbx_spare_stacks *spare, uint64_t owner);

/* Unmaps the stacks of a thread that ends. */
void tbx_native_stacks_free(struct tbx_spare_stacks *spare);

/* rsp just before the outermost sandboxed function is called. */
uint64_t tbx_native_stack_top(const struct tbx_native_stack *stack);

#endif
