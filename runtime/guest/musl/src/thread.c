/* What musl's threads need of the machine, for a sandbox with one thread. */

#include <stddef.h>
#include <stdint.h>

#include "pthread_impl.h"
#include "syscall.h"

hidden uintptr_t __tbx_thread_pointer;

/* A positive result tells musl that thread-local storage works but pthread_create does not. */
int __set_thread_area(void *thread_pointer) {
    __tbx_thread_pointer = (uintptr_t)thread_pointer;
    return 1;
}

/* Only an exiting detached thread gets here, and there is none. */
_Noreturn void __unmapself(void *base, size_t size) {
    (void)base;
    (void)size;
    __builtin_trap();
}

/* A cancellation point. Cancellation works by a signal handler that compares the interrupted
 * address with these labels; no signal reaches a sandbox, so a plain call will do. */
hidden const char __cp_begin[1] = {0}, __cp_end[1] = {0}, __cp_cancel[1] = {0};

hidden long __syscall_cp_asm(volatile void *cancel, syscall_arg_t n, syscall_arg_t a,
                             syscall_arg_t b, syscall_arg_t c, syscall_arg_t d, syscall_arg_t e,
                             syscall_arg_t f) {
    (void)cancel;
    return __tbx_syscall(n, a, b, c, d, e, f);
}
