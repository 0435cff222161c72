/* The stack that rsp points to while sandboxed code runs: outside every window, between guards. */
#ifndef TBX_NATIVE_STACK_H
#define TBX_NATIVE_STACK_H

#include "sandbox.h"

bool tbx_native_stack_make(struct tbx_native_stack *stack, uint64_t size, tbx_error *error);
void tbx_native_stack_free(struct tbx_native_stack *stack);

/* Where the outermost sandboxed function finds its return address, which leads back to the host. */
uint64_t tbx_native_stack_first_frame(const struct tbx_native_stack *stack);

#endif
