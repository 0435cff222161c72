/* FS belongs to the host's thread. One thread at a time is inside a sandbox, so the thread pointer
 * is a variable. */

extern __attribute__((__visibility__("hidden"))) uintptr_t __tbx_thread_pointer;

static inline uintptr_t __get_tp(void) {
    return __tbx_thread_pointer;
}

#define MC_PC gregs[REG_RIP]
