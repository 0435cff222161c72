#include "jump_table.h"

#include "fault.h"
#include "native_stack.h"
#include "sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* More nested setjmps, or more stack under them, than a program needs: a sandbox cannot make the
 * host keep more. */
enum { MAX_ENTRIES = 1 << 16, MAX_COPIES = 64 << 20 };

/* What a table keeps for the next run: a thread has several, and a sandbox that fills one may be
 * long gone. */
enum { MOST_KEPT_ENTRIES = 256, MOST_KEPT_COPIES = 64 << 10 };

/* An id is the index of its entry and a serial number of the sandbox, so that a stale one does not
 * match. */
enum { INDEX_BITS = 16 };

void tbx_jump_table_free(struct tbx_jump_table *table) {
    free(table->entries);
    free(table->copies);
    *table = (struct tbx_jump_table){0};
}

void tbx_jump_table_clear(struct tbx_jump_table *table) {
    table->entry_count = 0;
    table->copies_used = 0;
    if (table->entry_capacity <= MOST_KEPT_ENTRIES && table->copies_capacity <= MOST_KEPT_COPIES)
        return;
    tbx_jump_table_free(table);
}

/* The copies keep their place for the next ones. */
static void drop_last(struct tbx_jump_table *table) {
    table->copies_used = table->entries[--table->entry_count].copy_at;
}

static void drop_dead(struct tbx_jump_table *table, uint64_t rsp) {
    while (table->entry_count > 0 && table->entries[table->entry_count - 1].rsp < rsp)
        drop_last(table);
}

/* The entry of an earlier setjmp with the same buffer from the same frame, or null. */
static struct tbx_jump_entry *find_same(const struct tbx_jump_table *table, uint64_t rsp,
                                        uint32_t buffer) {
    for (size_t i = table->entry_count; i > 0 && table->entries[i - 1].rsp == rsp; i--)
        if (table->entries[i - 1].buffer == buffer)
            return &table->entries[i - 1];
    return NULL;
}

static bool reserve_entry(struct tbx_jump_table *table) {
    if (table->entry_count < table->entry_capacity)
        return true;
    size_t capacity = table->entry_capacity == 0 ? 16 : table->entry_capacity * 2;
    struct tbx_jump_entry *grown =
        capacity <= MAX_ENTRIES ? realloc(table->entries, capacity * sizeof *grown) : NULL;
    if (grown == NULL)
        return false;
    table->entries = grown;
    table->entry_capacity = capacity;
    return true;
}

static bool reserve_copy(struct tbx_jump_table *table, size_t size) {
    if (size <= table->copies_capacity - table->copies_used)
        return true;
    size_t capacity = 2 * (table->copies_used + size);
    unsigned char *grown = capacity <= MAX_COPIES ? realloc(table->copies, capacity) : NULL;
    if (grown == NULL)
        return false;
    table->copies = grown;
    table->copies_capacity = capacity;
    return true;
}

/* A new last entry with room for a copy of `copy_size` bytes; null when the table is full. */
static struct tbx_jump_entry *append(struct tbx_jump_table *table, size_t copy_size) {
    if (!reserve_entry(table) || !reserve_copy(table, copy_size))
        return NULL;
    struct tbx_jump_entry *entry = &table->entries[table->entry_count++];
    *entry = (struct tbx_jump_entry){.copy_at = table->copies_used, .copy_size = copy_size};
    table->copies_used += copy_size;
    return entry;
}

static void keep_registers(struct tbx_jump_entry *entry, const struct tbx_run *run) {
    entry->rsp = run->guest_rsp;
    entry->rbx = run->guest_rbx;
    entry->rbp = run->guest_rbp;
    entry->r12 = run->guest_r12;
    entry->r13 = run->guest_r13;
    entry->r14 = run->guest_r14;
    entry->r15 = run->guest_r15;
}

static void restore_registers(struct tbx_run *run, const struct tbx_jump_entry *entry) {
    run->guest_rsp = entry->rsp;
    run->guest_rbx = entry->rbx;
    run->guest_rbp = entry->rbp;
    run->guest_r12 = entry->r12;
    run->guest_r13 = entry->r13;
    run->guest_r14 = entry->r14;
    run->guest_r15 = entry->r15;
}

/* Whether the return address of the host call is on the native stack, where verified code has it.
 */
static bool on_native_stack(const struct tbx_native_stack *stack, uint64_t rsp) {
    return rsp % 8 == 0 && rsp >= stack->start && rsp <= tbx_native_stack_top(stack) - 8;
}

long tbx_call_setjmp(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_sandbox *sandbox = run->sandbox;
    struct tbx_jump_table *table = &run->stack->jumps;
    uint32_t buffer = (uint32_t)arguments[0];
    uint64_t rsp = run->guest_rsp;
    if (!on_native_stack(run->stack, rsp))
        tbx_fault_jump_buffer(run, buffer);
    drop_dead(table, rsp);
    struct tbx_jump_entry *entry = find_same(table, rsp, buffer);
    if (entry == NULL)
        entry = append(table, tbx_native_stack_top(run->stack) - rsp);
    if (entry == NULL)
        tbx_fault_jump_buffer(run, buffer);
    memcpy(table->copies + entry->copy_at, (const void *)rsp, entry->copy_size);
    keep_registers(entry, run);
    entry->buffer = buffer;
    entry->data_sp = arguments[1];
    entry->data_sp_at = (uint32_t)arguments[2];
    entry->id = ++sandbox->jump_serial << INDEX_BITS | (uint64_t)(entry - table->entries);
    if (tbx_copy_out(&sandbox->memory, buffer, &entry->id, sizeof entry->id) != 0)
        tbx_fault_jump_buffer(run, buffer);
    return 0;
}

long tbx_call_longjmp(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_sandbox *sandbox = run->sandbox;
    struct tbx_jump_table *table = &run->stack->jumps;
    uint64_t id;
    drop_dead(table, run->guest_rsp);
    if (tbx_copy_in(&sandbox->memory, &id, arguments[0], sizeof id) != 0)
        tbx_fault_jump_buffer(run, (uint32_t)arguments[0]);
    size_t index = id & ((1u << INDEX_BITS) - 1);
    if (index >= table->entry_count || table->entries[index].id != id)
        tbx_fault_jump_buffer(run, (uint32_t)arguments[0]);
    const struct tbx_jump_entry *entry = &table->entries[index];
    restore_registers(run, entry);
    memcpy((void *)entry->rsp, table->copies + entry->copy_at, entry->copy_size);
    if (tbx_copy_out(&sandbox->memory, entry->data_sp_at, &entry->data_sp, sizeof entry->data_sp) !=
        0)
        tbx_fault_jump_buffer(run, (uint32_t)arguments[0]);
    int32_t value = (int32_t)arguments[1];
    return value == 0 ? 1 : value;
}
