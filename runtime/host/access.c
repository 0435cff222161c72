/* The host's way to the memory of a sandbox. Pointers come from the sandbox, and are hostile. */
#include "error.h"
#include "region.h"
#include "template.h"

void *tbx_sandbox_pointer(tbx_sandbox *sandbox, uint64_t pointer, size_t length) {
    return tbx_writable(&sandbox->memory, pointer, length);
}

bool tbx_sandbox_copy_in(tbx_sandbox *sandbox, uint64_t pointer, const void *from, size_t length) {
    return tbx_copy_out(&sandbox->memory, pointer, from, length) == 0;
}

bool tbx_sandbox_copy_out(tbx_sandbox *sandbox, void *to, uint64_t pointer, size_t length) {
    return tbx_copy_in(&sandbox->memory, to, pointer, length) == 0;
}

bool tbx_sandbox_copy_string_out(tbx_sandbox *sandbox, char *to, size_t size, uint64_t pointer) {
    return tbx_copy_string_in(&sandbox->memory, to, size, pointer) >= 0;
}

/* With the sandbox entered by this thread, so that it is there after the call. */
static uint64_t allocate(tbx_sandbox *sandbox, size_t size, tbx_outcome *outcome) {
    const tbx_arguments arguments = {.integers = {size}};
    tbx_result result;
    tbx_function function = sandbox->template == NULL ? 0 : sandbox->template->allocate;
    if (!tbx_sandbox_call(sandbox, function, &arguments, &result, outcome))
        return 0;
    uint64_t pointer = (uint32_t)result.integer;
    return pointer != 0 && tbx_sandbox_pointer(sandbox, pointer, size) != NULL ? pointer : 0;
}

uint64_t tbx_sandbox_allocate(tbx_sandbox *sandbox, size_t size, tbx_outcome *outcome) {
    bool nested;
    if (!tbx_sandbox_enter(sandbox, &nested)) {
        outcome->kind = TBX_BUSY;
        return 0;
    }
    uint64_t pointer = allocate(sandbox, size, outcome);
    tbx_sandbox_leave(sandbox, nested);
    return pointer;
}

bool tbx_sandbox_release(tbx_sandbox *sandbox, uint64_t pointer, tbx_outcome *outcome) {
    const tbx_arguments arguments = {.integers = {(uint32_t)pointer}};
    tbx_function release = sandbox->template == NULL ? 0 : sandbox->template->release;
    return tbx_sandbox_call(sandbox, release, &arguments, NULL, outcome);
}

void tbx_sandbox_statistics(const tbx_sandbox *sandbox, tbx_statistics *statistics) {
    const struct tbx_memory *memory = &sandbox->memory;
    *statistics = (tbx_statistics){
        .calls = sandbox->calls,
        .host_calls = sandbox->host_calls,
        .refused_calls = sandbox->refused_calls,
        .ends = sandbox->ends,
        .resets = sandbox->resets,
        .heap_bytes = memory->heap_used,
        .heap_limit = memory->heap_limit,
        .region_bytes = tbx_regions_size(memory),
    };
}
