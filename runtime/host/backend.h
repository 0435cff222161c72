/*
 * Backends: what stands behind the pages of a window. window.c reserves the addresses and asks the
 * backend for all that happens to them; nothing else of the library knows which one it is.
 *
 * The windows of sandboxes have the backend that tbx_backend_start chose. Windows without secrets
 * of a sandbox, code and what a template is made in, are always plain: they have KeyID 0.
 */
#ifndef TBX_BACKEND_H
#define TBX_BACKEND_H

#include "tmebox.h"

#include <signal.h>
#include <ucontext.h>

struct tbx_window;

enum tbx_fault_answer {
    TBX_FAULT_OTHER,    /* not about keys */
    TBX_FAULT_RESOLVED, /* the instruction can go on */
    TBX_FAULT_FOREIGN,  /* it accesses a cache line of another key */
};

/* Offsets and sizes are whole pages within one window, and never hostile. What returns bool leaves
 * errno behind when it fails. A window is used by one thread at a time; different ones at once. */
struct tbx_backend_operations {
    const char *name;

    /* Once a process, before the first window. False and a message when the machine cannot. Null:
     * nothing to do. */
    bool (*start)(const tbx_backend_options *options, tbx_error *error);

    /* The window is mapped whole, private and inaccessible. Gives it a key of its own and whatever
     * must be mapped over it, inaccessible. Null: nothing to do. */
    bool (*attach)(const struct tbx_window *window);

    /* Just before the window is unmapped: its contents, its key and what it had of pools are gone
     * for good. Null: nothing to do. */
    void (*detach)(const struct tbx_window *window);

    /* Makes pages accessible as `protection` (PROT_READ, PROT_WRITE) says. Those that never were
     * read as zero. Null: what is mapped there is made so (mprotect). */
    bool (*protect)(const struct tbx_window *window, uint32_t offset, uint64_t size,
                    int protection);

    /* Drops the contents of pages and makes them inaccessible, with no hole on the way. When it
     * fails they are accessible, with or without contents. */
    bool (*close)(const struct tbx_window *window, uint32_t offset, uint64_t size);

    /* Drops the contents of pages, which stay accessible. They read as zero then; those that were
     * filled may read as filled. */
    bool (*empty)(const struct tbx_window *window, uint32_t offset, uint64_t size);

    /* Makes pages of an untouched window readable and writable, with the contents of `file`, which
     * does not change any more. All behind them stays inaccessible. */
    bool (*fill)(const struct tbx_window *window, uint32_t offset, uint64_t size, int file);

    /* Makes filled pages what they were at first. */
    bool (*refill)(const struct tbx_window *window, uint32_t offset, uint64_t size, int file);

    /* Pages between TBX_POOLS_START and TBX_POOLS_END are the same memory in all windows that share
     * them, each of which sees it through its own key. Null, with `own`: there are no keys, so no
     * pools. share: makes them readable and writable. unshare: makes them inaccessible. drop: no
     * window shares them any more; their contents are lost. */
    bool (*share)(const struct tbx_window *window, uint32_t offset, uint64_t size);
    bool (*unshare)(const struct tbx_window *window, uint32_t offset, uint64_t size);
    void (*drop)(uint32_t offset, uint64_t size);

    /* Gives a window that shares no pools any more another key: what was written under the one that
     * it had can be read by no one. Its pages have to be filled again. False: its key may still be
     * the same. Null where `share` is. */
    bool (*renew)(const struct tbx_window *window);

    /* Says whose the lines at [offset, offset + size) of the pools are: `key`, or 0, no one's. */
    void (*own)(uint32_t key, uint32_t offset, uint64_t size);

    /* Lets system calls use bytes of a window that the sandbox has; false when it may not use them
     * after all. Null: they always can. */
    bool (*show)(const struct tbx_window *window, uint32_t offset, uint64_t length);

    /* In the handler of a fault signal. With TBX_FAULT_FOREIGN, `address` is the line. Null: it is
     * never the backend's. */
    enum tbx_fault_answer (*fault)(int signal, const siginfo_t *info, ucontext_t *context,
                                   uint64_t *address);

    /* In a signal handler that ends a run in the middle: nothing of it is left half done. Null:
     * nothing ever is. */
    void (*interrupt)(ucontext_t *context);
};

extern const struct tbx_backend_operations tbx_plain, tbx_emulated, tbx_device;

/* Which backend has the name; false: none of this library. */
bool tbx_backend_named(const char *name, tbx_backend *backend);

/* The chosen one. From the first call on it cannot be changed. */
const struct tbx_backend_operations *tbx_backend_of_sandboxes(void);

/* The same for signal handlers: it does not fix the choice. */
const struct tbx_backend_operations *tbx_backend_now(void);

#endif
