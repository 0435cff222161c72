#include "fault.h"

#include "native_stack.h"
#include "region.h"
#include "sandbox.h"

#include <string.h>

enum { TRAP_PAGE_FAULT = 14, PAGE_FAULT_WRITE = 1 << 1, PAGE_FAULT_FETCH = 1 << 4 };

/* How near to the end of the data stack its pointer is for a fault to count as overflow: a frame
 * may be this large, but no larger than a quarter of the stack. */
enum { STACK_SLACK = 1 << 20 };

static bool inside(uint64_t address, uint64_t start, uint64_t size) {
    return address >= start && address - start < size;
}

static bool in_window(uint64_t address, const struct tbx_window *window) {
    return inside(address, (uint64_t)(uintptr_t)window->base, TBX_WINDOW_SIZE);
}

static bool in_native_stack(const struct tbx_run *run, uint64_t address) {
    return inside(address, (uint64_t)(uintptr_t)run->stack->mapping, run->stack->mapping_size);
}

/* Whether the data stack is used up, as far as the image's symbols let us know. */
static bool data_stack_is_full(const struct tbx_sandbox *sandbox) {
    const struct tbx_memory *memory = &sandbox->memory;
    uint64_t place, pointer, quarter = (memory->startup_start - memory->stack_start) / 4;
    uint64_t slack = quarter < STACK_SLACK ? quarter : STACK_SLACK;
    return tbx_elf_symbol_value(&sandbox->image->elf, "__tbx_data_sp", &place) &&
           tbx_copy_in(memory, &pointer, place, sizeof pointer) == 0 &&
           pointer < memory->stack_start + slack;
}

static tbx_fault_kind data_access_kind(const struct tbx_sandbox *sandbox, uint64_t offset) {
    if (offset < sandbox->memory.stack_start && data_stack_is_full(sandbox))
        return TBX_FAULT_STACK;
    if (offset < TBX_NULL_GUARD_END)
        return TBX_FAULT_NULL;
    if (inside(offset, sandbox->memory.read_only_start,
               sandbox->memory.read_only_end - sandbox->memory.read_only_start))
        return TBX_FAULT_READ_ONLY;
    if (tbx_region_at(&sandbox->memory, (uint32_t)offset, 1) != NULL)
        return TBX_FAULT_READ_ONLY;
    return TBX_FAULT_UNMAPPED;
}

static tbx_access access_of(const struct tbx_machine_fault *seen) {
    if (seen->signal == SIGTRAP) /* after the instruction: only a write leaves something to see */
        return TBX_ACCESS_WRITE;
    return (seen->error & PAGE_FAULT_FETCH) != 0   ? TBX_ACCESS_EXECUTE
           : (seen->error & PAGE_FAULT_WRITE) != 0 ? TBX_ACCESS_WRITE
                                                   : TBX_ACCESS_READ;
}

static void classify_access(const struct tbx_run *run, tbx_fault *fault) {
    const struct tbx_sandbox *sandbox = run->sandbox;
    const struct tbx_machine_fault *seen = &run->machine_fault;
    fault->access = access_of(seen);
    fault->offset = (uint32_t)seen->address;
    if (fault->access == TBX_ACCESS_EXECUTE) {
        fault->kind = TBX_FAULT_NOT_CODE;
    } else if (in_window(seen->address, &sandbox->memory.window)) {
        fault->kind = data_access_kind(sandbox, fault->offset);
    } else if (in_window(seen->address - TBX_PAGE_SIZE, &sandbox->memory.window)) {
        fault->kind = TBX_FAULT_UNMAPPED; /* the guard behind it */
        fault->offset = seen->address - (uint64_t)(uintptr_t)sandbox->memory.window.base;
    } else if (in_native_stack(run, seen->address)) {
        fault->kind = TBX_FAULT_NATIVE_STACK;
    } else if (in_window(seen->address, &sandbox->image->code)) {
        fault->kind = fault->access == TBX_ACCESS_WRITE ? TBX_FAULT_READ_ONLY : TBX_FAULT_UNMAPPED;
    } else {
        fault->kind = TBX_FAULT_OUTSIDE_WINDOW;
        fault->offset = seen->address;
    }
}

/* The unused entries of the indirect-call table trap: where a corrupted function pointer leads. */
static bool in_call_table(const struct tbx_elf_image *elf, uint64_t offset) {
    uint64_t table, mask;
    return tbx_elf_symbol_value(elf, "__tbx_icall_table", &table) &&
           tbx_elf_symbol_value(elf, "__tbx_icall_mask", &mask) && inside(offset, table, mask + 8);
}

static void classify_trap(const struct tbx_sandbox *sandbox, tbx_fault *fault) {
    uint64_t int3 = fault->code_offset - 1; /* the instruction pointer is already behind it */
    fault->kind = in_call_table(&sandbox->image->elf, int3) ? TBX_FAULT_NOT_CODE : TBX_FAULT_TRAP;
    fault->code_offset = int3;
    if (fault->kind == TBX_FAULT_NOT_CODE) {
        fault->access = TBX_ACCESS_EXECUTE;
        fault->offset = int3;
    }
}

static void classify_signal(const struct tbx_run *run, tbx_fault *fault) {
    if (run->machine_fault.is_foreign) {
        fault->kind = TBX_FAULT_FOREIGN_LINE;
        fault->offset = (uint32_t)run->machine_fault.address;
        fault->access = access_of(&run->machine_fault);
        return;
    }
    switch (run->machine_fault.signal) {
    case SIGTRAP:
        classify_trap(run->sandbox, fault);
        break;
    case SIGILL:
        fault->kind = TBX_FAULT_TRAP;
        break;
    case SIGFPE:
        fault->kind = TBX_FAULT_ARITHMETIC;
        break;
    default:
        if (run->machine_fault.trap == TRAP_PAGE_FAULT)
            classify_access(run, fault);
        else
            fault->kind = TBX_FAULT_PROTECTION;
        break;
    }
}

/* A jump to nowhere is reported where it came from, if the native stack still holds a return
 * address there. */
static void blame_caller(const struct tbx_run *run, tbx_fault *fault) {
    const struct tbx_native_stack *stack = run->stack;
    const struct tbx_machine_fault *seen = &run->machine_fault;
    if (fault->kind != TBX_FAULT_NOT_CODE || seen->stack_pointer < stack->start ||
        seen->stack_pointer > stack->end - 8)
        return;
    uint64_t return_address;
    memcpy(&return_address, (const void *)seen->stack_pointer, sizeof return_address);
    if (in_window(return_address, &run->sandbox->image->code))
        fault->code_offset = (uint32_t)return_address;
}

static void name_function(const struct tbx_sandbox *sandbox, tbx_fault *fault) {
    if (!tbx_elf_symbol_at(&sandbox->image->elf, (uint32_t)fault->code_offset, fault->symbol,
                           sizeof fault->symbol, &fault->symbol_offset))
        fault->symbol[0] = '\0';
}

/* How far up the stack the caller of a function is looked for: frames are smaller. */
enum { FRAME_MAX = 1 << 14 };

/* Where in its image a run stands. */
struct position {
    uint64_t stack_pointer;
    uint32_t code; /* an offset in the code window */
};

/* Whether the bytes before the offset `code` are a call: of the function that starts at `callee`,
 * or through a register. `code` came from the stack of a program that may be hostile. */
static bool follows_call(const struct tbx_sandbox *sandbox, uint32_t code, uint64_t callee) {
    const struct tbx_segment *segment = &sandbox->image->elf.code;
    if (code < segment->offset + 5 || code - segment->offset > segment->memory_size)
        return false;
    const unsigned char *at = sandbox->image->code.base + code;
    int32_t distance;
    memcpy(&distance, at - 4, sizeof distance);
    if (at[-5] == 0xE8 && (uint32_t)(code + (uint32_t)distance) == callee)
        return true;
    return at[-2] == 0xFF && (at[-1] & 0xF8) == 0xD0;
}

/* Moves `at` to the caller of the function that it is in, by the return address on the native
 * stack: the first word that follows a call of that function. */
static bool to_caller(const struct tbx_run *run, struct position *at) {
    const struct tbx_native_stack *stack = run->stack;
    char name[2];
    uint64_t distance;
    if (!tbx_elf_symbol_at(&run->sandbox->image->elf, at->code, name, sizeof name, &distance))
        return false;
    uint64_t word, from = at->stack_pointer;
    for (; from >= stack->start && from <= stack->end - 8 && from < at->stack_pointer + FRAME_MAX;
         from += 8) {
        memcpy(&word, (const void *)from, sizeof word);
        if (!in_window(word, &run->sandbox->image->code) ||
            !follows_call(run->sandbox, (uint32_t)word, at->code - distance))
            continue;
        /* The call is the last instruction of a function that does not return. */
        *at = (struct position){from + 8, (uint32_t)word - 1};
        return true;
    }
    return false;
}

static void trace(const struct tbx_run *run, uint64_t stack_pointer, tbx_fault *fault) {
    if (fault->kind == TBX_FAULT_NOT_CODE)
        stack_pointer += 8; /* the caller was blamed already */
    struct position at = {(stack_pointer + 7) & ~7ull, (uint32_t)fault->code_offset};
    while (fault->trace_count < TBX_TRACE_MAX && to_caller(run, &at))
        fault->trace[fault->trace_count++] = at.code + 1;
}

void tbx_fault_classify(struct tbx_run *run) {
    const struct tbx_machine_fault *seen = &run->machine_fault;
    tbx_fault *fault = &run->outcome->fault;
    *fault = (tbx_fault){.signal = seen->signal, .code_offset = (uint32_t)seen->instruction};
    run->outcome->kind = TBX_FAULTED;
    classify_signal(run, fault);
    blame_caller(run, fault);
    name_function(run->sandbox, fault);
    trace(run, seen->stack_pointer, fault);
}

/* The host call came from a stub whose return address is where the program stands. */
static uint64_t caller_offset(const struct tbx_run *run) {
    const struct tbx_native_stack *stack = run->stack;
    uint64_t return_address = 0;
    if (run->guest_rsp >= stack->start && run->guest_rsp <= stack->end - 8)
        memcpy(&return_address, (const void *)run->guest_rsp, sizeof return_address);
    return (uint32_t)return_address;
}

static _Noreturn void end_with(struct tbx_run *run, tbx_fault fault) {
    run->outcome->kind = TBX_FAULTED;
    run->outcome->fault = fault;
    name_function(run->sandbox, &run->outcome->fault);
    trace(run, run->guest_rsp + 8, &run->outcome->fault);
    tbx_abandon();
}

_Noreturn void tbx_fault_jump_buffer(struct tbx_run *run, uint32_t offset) {
    end_with(run, (tbx_fault){.kind = TBX_FAULT_JUMP_BUFFER,
                              .offset = offset,
                              .code_offset = caller_offset(run)});
}

_Noreturn void tbx_fault_raised(struct tbx_run *run, int signal) {
    end_with(run, (tbx_fault){
                      .kind = TBX_FAULT_TRAP, .signal = signal, .code_offset = caller_offset(run)});
}
