/* The stack that rsp points to while sandboxed code runs: outside every window, between guards. */
#ifndef TBX_NATIVE_STACK_H
#define TBX_NATIVE_STACK_H

#include "sandbox.h"

bool tbx_native_stack_make(struct tbx_native_stack *stack, uint64_t size, tbx_error *error);
void tbx_native_stack_free(struct tbx_native_stack *stack);

/* rsp just before the outermost sandboxed function is called. */
uint64_t tbx_native_stack_top(const struct tbx_native_stack *stack);

#endif
