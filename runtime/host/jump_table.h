/*
 * setjmp and longjmp: the machine state of a setjmp stays with the host, because in the window the
 * sandbox could forge where its code goes on.
 *
 * Entries are ordered by the native stack pointer of their setjmp, outermost first. One whose stack
 * pointer lies below that of a later host call belongs to a function that has returned; it is
 * forgotten. But a function may return without the host noticing, when the stack has grown again
 * since. So that a longjmp to such an entry cannot run old code on new stack contents, where the
 * sandbox might choose a return address, an entry also keeps the native stack from its setjmp up to
 * the top, and longjmp puts it back: the sandbox goes on in a state that it truly was in.
 */
#ifndef TBX_JUMP_TABLE_H
#define TBX_JUMP_TABLE_H

#include "run.h"

#include <stddef.h>

struct tbx_jump_entry {
    uint64_t id;     /* in jmp_buf[0] */
    uint32_t buffer; /* the offset of the jmp_buf */
    uint64_t rsp, rbx, rbp, r12, r13, r14, r15;
    uint64_t data_sp;
    uint32_t data_sp_at;       /* the offset of __tbx_data_sp */
    size_t copy_at, copy_size; /* in the table's copies: the native stack from rsp up */
};

struct tbx_jump_table {
    struct tbx_jump_entry *entries; /* owned, entry_count used of entry_capacity */
    size_t entry_count, entry_capacity;
    unsigned char
        *copies; /* owned, copies_used of copies_capacity bytes; those of the entries in order */
    size_t copies_used, copies_capacity;
};

void tbx_jump_table_free(struct tbx_jump_table *table);

/* Forgets all entries: those of a run that has ended. Of the memory, what few entries need is
 * kept. */
void tbx_jump_table_clear(struct tbx_jump_table *table);

/* The host calls setjmp and longjmp; a bad jump ends the run. */
long tbx_call_setjmp(struct tbx_run *run, const uint64_t *arguments);
long tbx_call_longjmp(struct tbx_run *run, const uint64_t *arguments);

#endif
