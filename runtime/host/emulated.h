/*
 * Emulated TME-MK. One memory file is the physical memory; every window is an alias of parts of it.
 * A page of a pool is visible under one key at a time: an access through another alias faults
 * (userfaultfd, minor mode, as SIGBUS), and the handler re-encrypts the page, line by line, before
 * it lets the access go on: P' = D_new(E_old(P)). XTS is a bijection, so what is seen is what the
 * hardware shows, to the cache line.
 *
 * The window of key k has the physical memory from k << 32 on as its own; that from 0 on is the
 * host's, and its part between TBX_POOLS_START and TBX_POOLS_END that of the pools.
 */
#ifndef TBX_EMULATED_H
#define TBX_EMULATED_H

#include "backend.h"
#include "layout.h"
#include "line_cipher.h"

#include <stdatomic.h>

enum {
    TBX_PAGE_LINES = TBX_PAGE_SIZE / TBX_LINE_SIZE,
    TBX_KEYS = TBX_LAST_KEY + 1,
};

#define TBX_POOLS_SIZE (TBX_POOLS_END - TBX_POOLS_START)
#define TBX_POOL_PAGES (TBX_POOLS_SIZE / TBX_PAGE_SIZE)

/* Pages and lines of pools are counted from TBX_POOLS_START on. */
struct tbx_emulation {
    int faults;                /* the userfaultfd */
    int memory;                /* the physical memory */
    unsigned char *pools;      /* the pools as the host reads them: under the key of the moment */
    struct tbx_line_key *keys; /* by KeyID; what a process would keep in the CPU */
    uint16_t *visible;         /* by page of the pools: the key it is visible under */
    uint16_t *owners;          /* by line of the pools: its key, or 0; null without integrity */
    uint32_t used_pages;       /* of the pools: those behind were never shared */
    uint32_t key_ids;          /* of the hardware; 0: as many as keys */
    uint16_t *holders;         /* by KeyID of the hardware, from 1 on: the key that has it, or 0 */
    uint32_t next_victim;
    struct tbx_emulated_window {
        bool is_attached, shares;
        uint16_t key_id; /* of the hardware; 0: none at the moment */
    } windows[TBX_KEYS];
    uint64_t flips, programmings; /* counted for tests */
};

/* Everything in it is guarded by the lock, but what tbx_emulated.start sets for good. */
extern struct tbx_emulation tbx_emulation;

/* The lock is taken by handlers of faults: who has it touches no window. */
void tbx_emulation_lock(void);
void tbx_emulation_unlock(void);

static inline unsigned char *tbx_emulated_base(uint32_t key) {
    return (unsigned char *)((uintptr_t)key << 32);
}

/* With the lock: makes a page of the pools visible under `key` and no other. */
void tbx_emulated_flip(uint32_t page, uint32_t key);

/* With the lock: the window of `key` has no page in its page table any more. */
void tbx_emulated_hide(uint32_t key, uint32_t offset, uint64_t size);

/* For the calling thread, for good: a fault while SIGBUS (or SIGTRAP) is blocked would end the
 * process. Before the host itself touches a window. */
void tbx_emulated_let_faults_through(void);

/* The functions of the table that look at faults and owners (emulated_fault.c, emulated_owner.c).
 */
enum tbx_fault_answer tbx_emulated_fault(int signal, const siginfo_t *info, ucontext_t *context,
                                         uint64_t *address);
void tbx_emulated_own(uint32_t key, uint32_t offset, uint64_t size);
bool tbx_emulated_show(const struct tbx_window *window, uint32_t offset, uint64_t length);
void tbx_emulated_interrupt(ucontext_t *context);

/*
 * Accesses to pages with lines of several owners go one instruction at a time, with the lock held
 * in between. All with the lock.
 */

/* Whether all lines of the page are the key's, or no owners are kept. */
bool tbx_owners_agree(uint32_t page, uint32_t key);

/* Whether the line at an offset of the pools is the key's. */
bool tbx_owns_line(uint32_t key, uint32_t offset);

/* Lets one instruction use the page. False when it uses more pages than can be watched. */
bool tbx_step_begin(uint32_t key, uint32_t page, ucontext_t *context);

/* Whether this thread is in the middle of such an instruction, and so has the lock. */
bool tbx_step_is_on(void);

/* Ends it, and gives up the lock. False when it changed a line of another key, which is undone. */
bool tbx_step_end(ucontext_t *context, uint64_t *address);

#endif
