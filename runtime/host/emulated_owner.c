/*
 * Emulated TME-MK with integrity: an owner for each line of the pools.
 *
 * A page whose lines all belong to one key is mapped in its window like any other. A page with
 * lines of several owners is mapped for one instruction at a time: the handler looks whose line is
 * accessed, lets the CPU trap behind the instruction, and hides the page again. An access that
 * begins in a line of its own and ends in a foreign one is found out if it wrote there; if it only
 * read, it has read what the key makes of the foreign line, which is noise.
 */
#include "emulated.h"

#include <stdlib.h>
#include <string.h>

enum { TRAP_FLAG = 1 << 8, MOST_PAGES = 4 };

/* The instruction that is let through; guarded by the lock, which its thread has. */
static struct {
    uint32_t key, page_count, pages[MOST_PAGES];
    unsigned char before[MOST_PAGES][TBX_PAGE_SIZE]; /* the pages as they were */
} step;

static _Thread_local bool step_is_on __attribute__((tls_model("initial-exec")));

bool tbx_step_is_on(void) {
    return step_is_on;
}

static const uint16_t *owners_of(uint32_t page) {
    return tbx_emulation.owners + (size_t)page * TBX_PAGE_LINES;
}

static unsigned char *contents_of(uint32_t page) {
    return tbx_emulation.pools + (size_t)page * TBX_PAGE_SIZE;
}

bool tbx_owners_agree(uint32_t page, uint32_t key) {
    for (uint32_t i = 0; tbx_emulation.owners != NULL && i < TBX_PAGE_LINES; i++)
        if (owners_of(page)[i] != key)
            return false;
    return true;
}

bool tbx_owns_line(uint32_t key, uint32_t offset) {
    return tbx_emulation.owners == NULL || tbx_emulation.owners[offset / TBX_LINE_SIZE] == key;
}

/* The same page may come again: another thread of the host may have the window's page hidden. */
static bool is_watched(uint32_t page) {
    for (uint32_t i = 0; i < step.page_count; i++)
        if (step.pages[i] == page)
            return true;
    return false;
}

bool tbx_step_begin(uint32_t key, uint32_t page, ucontext_t *context) {
    if (!step_is_on)
        step.page_count = 0;
    if (step_is_on && (step.key != key || (step.page_count == MOST_PAGES && !is_watched(page))))
        return false;
    step.key = key;
    step_is_on = true;
    context->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
    if (is_watched(page))
        return true;
    tbx_emulated_flip(page, key);
    memcpy(step.before[step.page_count], contents_of(page), TBX_PAGE_SIZE);
    step.pages[step.page_count++] = page;
    return true;
}

/* Takes back what was written to foreign lines; the first of them goes to `address`. */
static bool undo_foreign(uint32_t page, const unsigned char *before, uint64_t *address) {
    bool is_foreign = false;
    for (uint32_t i = 0; i < TBX_PAGE_LINES; i++) {
        unsigned char *line = contents_of(page) + i * TBX_LINE_SIZE;
        if (owners_of(page)[i] == step.key ||
            memcmp(line, before + i * TBX_LINE_SIZE, TBX_LINE_SIZE) == 0)
            continue;
        memcpy(line, before + i * TBX_LINE_SIZE, TBX_LINE_SIZE);
        if (!is_foreign)
            *address = (uint64_t)(uintptr_t)tbx_emulated_base(step.key) + TBX_POOLS_START +
                       (uint64_t)page * TBX_PAGE_SIZE + i * TBX_LINE_SIZE;
        is_foreign = true;
    }
    return is_foreign;
}

bool tbx_step_end(ucontext_t *context, uint64_t *address) {
    bool is_foreign = false;
    for (uint32_t i = 0; i < step.page_count; i++) {
        uint32_t page = step.pages[i];
        tbx_emulated_hide(step.key, TBX_POOLS_START + page * TBX_PAGE_SIZE, TBX_PAGE_SIZE);
        is_foreign =
            undo_foreign(page, step.before[i], is_foreign ? &(uint64_t){0} : address) || is_foreign;
    }
    context->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    step_is_on = false;
    tbx_emulation_unlock();
    return !is_foreign;
}

void tbx_emulated_interrupt(ucontext_t *context) {
    if (step_is_on)
        tbx_step_end(context, &(uint64_t){0});
}

void tbx_emulated_own(uint32_t key, uint32_t offset, uint64_t size) {
    struct tbx_emulation *emulation = &tbx_emulation;
    uint32_t start = offset - TBX_POOLS_START, end = start + (uint32_t)size;
    if (emulation->owners == NULL)
        return;
    tbx_emulation_lock();
    for (uint32_t line = start / TBX_LINE_SIZE; line < (end + TBX_LINE_SIZE - 1) / TBX_LINE_SIZE;
         line++)
        emulation->owners[line] = (uint16_t)key;
    /* Whoever uses the page comes by again. */
    for (uint32_t page = start / TBX_PAGE_SIZE; page * TBX_PAGE_SIZE < end; page++)
        if (emulation->visible[page] != 0)
            tbx_emulated_hide(emulation->visible[page], TBX_POOLS_START + page * TBX_PAGE_SIZE,
                              TBX_PAGE_SIZE);
    tbx_emulation_unlock();
}
