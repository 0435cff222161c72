#include "jump_table.h"

#include "fault.h"
#include "sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* More nested setjmps, or more stack under them, than a program needs: a sandbox cannot make the
 * host keep more. */
enum { MAX_ENTRIES = 1 << 16, MAX_STACK_BYTES = 64 << 20 };

/* An id is the index of its entry and a serial number, so that a stale one does not match. */
enum { INDEX_BITS = 16 };

static void drop_last(struct tbx_jump_table *table) {
    struct tbx_jump_entry *entry = &table->entries[--table->entry_count];
    table->stack_bytes -= entry->stack_size;
    free(entry->stack);
}

void tbx_jump_table_free(struct tbx_jump_table *table) {
    while (table->entry_count > 0)
        drop_last(table);
    free(table->entries);
    *table = (struct tbx_jump_table){0};
}

static void drop_dead(struct tbx_jump_table *table, uint64_t rsp) {
    while (table->entry_count > 0 && table->entries[table->entry_count - 1].rsp < rsp)
        drop_last(table);
}

/* The entry of an earlier setjmp with the same buffer from the same frame; null when there is none.
 */
static struct tbx_jump_entry *find_same(const struct tbx_jump_table *table, uint64_t rsp,
                                        uint32_t buffer) {
    for (size_t i = table->entry_count; i > 0 && table->entries[i - 1].rsp == rsp; i--)
        if (table->entries[i - 1].buffer == buffer)
            return &table->entries[i - 1];
    return NULL;
}

/* A new last entry without id and stack; null when the table is full. */
static struct tbx_jump_entry *append(struct tbx_jump_table *table) {
    if (table->entry_count == table->entry_capacity) {
        size_t capacity = table->entry_capacity == 0 ? 16 : table->entry_capacity * 2;
        struct tbx_jump_entry *grown =
            capacity <= MAX_ENTRIES ? realloc(table->entries, capacity * sizeof *grown) : NULL;
        if (grown == NULL)
            return NULL;
        table->entries = grown;
        table->entry_capacity = capacity;
    }
    struct tbx_jump_entry *entry = &table->entries[table->entry_count++];
    *entry = (struct tbx_jump_entry){0};
    return entry;
}

/* Keeps a copy of the native stack from `rsp`, which lies in it, up to its top. */
static bool keep_stack(struct tbx_jump_table *table, struct tbx_jump_entry *entry,
                       const struct tbx_native_stack *stack, uint64_t rsp) {
    size_t size = stack->end - rsp;
    if (size > MAX_STACK_BYTES - (table->stack_bytes - entry->stack_size))
        return false;
    if (size != entry->stack_size) {
        unsigned char *copy = realloc(entry->stack, size);
        if (copy == NULL)
            return false;
        table->stack_bytes += size - entry->stack_size;
        entry->stack = copy;
        entry->stack_size = size;
    }
    memcpy(entry->stack, (const void *)rsp, size);
    return true;
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
    return rsp % 8 == 0 && rsp >= stack->start && rsp <= stack->end - 8;
}

long tbx_call_setjmp(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_sandbox *sandbox = run->sandbox;
    struct tbx_jump_table *table = &sandbox->jumps;
    uint32_t buffer = (uint32_t)arguments[0];
    uint64_t rsp = run->guest_rsp;
    if (!on_native_stack(&sandbox->native_stack, rsp))
        tbx_fault_jump_buffer(run, buffer);
    drop_dead(table, rsp);
    struct tbx_jump_entry *entry = find_same(table, rsp, buffer);
    if (entry == NULL)
        entry = append(table);
    if (entry == NULL || !keep_stack(table, entry, &sandbox->native_stack, rsp))
        tbx_fault_jump_buffer(run, buffer);
    keep_registers(entry, run);
    entry->buffer = buffer;
    entry->data_sp = arguments[1];
    entry->data_sp_at = (uint32_t)arguments[2];
    entry->id = ++table->serial << INDEX_BITS | (uint64_t)(entry - table->entries);
    if (tbx_copy_out(&sandbox->memory, buffer, &entry->id, sizeof entry->id) != 0)
        tbx_fault_jump_buffer(run, buffer);
    return 0;
}

long tbx_call_longjmp(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_sandbox *sandbox = run->sandbox;
    struct tbx_jump_table *table = &sandbox->jumps;
    uint64_t id;
    drop_dead(table, run->guest_rsp);
    if (tbx_copy_in(&sandbox->memory, &id, arguments[0], sizeof id) != 0)
        tbx_fault_jump_buffer(run, (uint32_t)arguments[0]);
    size_t index = id & ((1u << INDEX_BITS) - 1);
    if (index >= table->entry_count || table->entries[index].id != id)
        tbx_fault_jump_buffer(run, (uint32_t)arguments[0]);
    const struct tbx_jump_entry *entry = &table->entries[index];
    restore_registers(run, entry);
    memcpy((void *)entry->rsp, entry->stack, entry->stack_size);
    if (tbx_copy_out(&sandbox->memory, entry->data_sp_at, &entry->data_sp, sizeof entry->data_sp) !=
        0)
        tbx_fault_jump_buffer(run, (uint32_t)arguments[0]);
    int32_t value = (int32_t)arguments[1];
    return value == 0 ? 1 : value;
}
