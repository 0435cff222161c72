/*
 * The interface of libraries: tables of names, templates, copies, calls that nest by functions of
 * the host, and the host's way to their memory, with the image's tables, the host's calls and what
 * stands for the sandbox's code all of the fuzzer's choice. Whatever it does, the books of every
 * sandbox balance, and the host gets only pointers to memory that the sandbox has.
 */
#include "library.h"
#include "copies.h"
#include "input.h"
#include "layout.h"
#include "native_stack.h"
#include "no_gate.h"
#include "promises.h"
#include "small_image.h"
#include "template.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SANDBOXES = 3, DEPTH = 6, MOST_STEPS = 160, ROOM = 96 };

static struct input input;
static unsigned steps, depth;
static tbx_template *template;
static tbx_sandbox *sandboxes[SANDBOXES];

static bool has_steps(void) {
    return input.left > 0 && steps++ < MOST_STEPS;
}

/* --- Numbers --- */

/* Where things are, and where they nearly are. */
static uint64_t take_pointer(void) {
    static const uint32_t edges[] = {0,
                                     TBX_NULL_GUARD_END,
                                     TBX_IMAGE_BASE,
                                     SMALL_READ_ONLY,
                                     SMALL_READ_ONLY + 0x2000,
                                     SMALL_DATA,
                                     SMALL_DATA + SMALL_DATA_SIZE,
                                     0x40000000,
                                     TBX_MMAP_LIMIT,
                                     0xFFFFF000};
    switch (take(&input, 1) % 5) {
    case 0:
        return edges[take(&input, 1) % (sizeof edges / sizeof *edges)] + take(&input, 1) - 128;
    case 1:
        return SMALL_DATA + take(&input, 2) % SMALL_DATA_SIZE;
    case 2:
        return take(&input, 8);
    case 3:
        return SMALL_DATA + SMALL_DATA_SIZE + TBX_PAGE_SIZE * take(&input, 1);
    default:
        return (uint64_t)take(&input, 4) << 32 | (SMALL_DATA + take(&input, 1));
    }
}

static size_t take_length(void) {
    switch (take(&input, 1) % 4) {
    case 0:
        return take(&input, 1);
    case 1:
        return TBX_PAGE_SIZE * take(&input, 1) + take(&input, 1);
    case 2:
        return 0 - take(&input, 1);
    default:
        return take(&input, 8);
    }
}

static uint64_t take_number(void) {
    return take(&input, 1) % 2 == 0 ? take_pointer() : take_length();
}

/* --- What the host does --- */

static void check_sandbox(const tbx_sandbox *sandbox) {
    check_books(&sandbox->memory);
    require(sandbox->state != TBX_STATE_NEW, "a copy that is for a program");
}

/* A pointer that the host was given is to memory that it may write to. */
static void use_pointer(tbx_sandbox *sandbox) {
    uint64_t pointer = take_pointer();
    size_t length = take_length();
    volatile uint8_t *place = tbx_sandbox_pointer(sandbox, pointer, length);
    if (place == NULL)
        return;
    uintptr_t base = tbx_sandbox_window_base(sandbox);
    require((uintptr_t)place - base == (uint32_t)pointer &&
                length <= TBX_WINDOW_SIZE - (uint32_t)pointer,
            "a pointer out of the window");
    require((uint32_t)pointer >= TBX_NULL_GUARD_END || length == 0, "a pointer to the null guard");
    if (length == 0)
        return;
    place[0] = place[0];
    place[length - 1] = place[length - 1];
}

/* The host's buffers have bounds that the sanitizer watches. */
static void copy(tbx_sandbox *sandbox) {
    uint64_t pointer = take_pointer();
    size_t size = take(&input, 1) % ROOM;
    char *buffer = malloc(size == 0 ? 1 : size);
    require(buffer != NULL, "no memory");
    memset(buffer, 'x', size);
    switch (take(&input, 1) % 3) {
    case 0:
        tbx_sandbox_copy_in(sandbox, pointer, buffer, size);
        break;
    case 1:
        tbx_sandbox_copy_out(sandbox, buffer, pointer, size);
        break;
    default:
        if (tbx_sandbox_copy_string_out(sandbox, buffer, size, pointer))
            require(memchr(buffer, '\0', size) != NULL, "a string without an end");
        break;
    }
    free(buffer);
}

/* Whether no function of the host has freed the sandbox in the call that has just ended. */
static bool is_live(const tbx_sandbox *sandbox) {
    for (unsigned i = 0; i < SANDBOXES; i++)
        if (sandboxes[i] == sandbox)
            return true;
    return false;
}

static void describe(tbx_sandbox *sandbox, const tbx_outcome *outcome) {
    char text[300];
    tbx_statistics statistics;
    if (outcome->kind == TBX_FAULTED)
        require(tbx_fault_kind_name(outcome->fault.kind) != NULL &&
                    memchr(outcome->fault.symbol, '\0', sizeof outcome->fault.symbol) != NULL,
                "a fault without a name");
    tbx_outcome_describe(sandbox, outcome, text, sizeof text);
    tbx_sandbox_statistics(sandbox, &statistics);
    require(statistics.heap_bytes <= statistics.heap_limit, "statistics that cannot be");
}

static void call(tbx_sandbox *sandbox) {
    static const char *const names[] = {"exported", "malloc", "free", ""};
    const tbx_arguments arguments = {.real_count = (uint32_t)take(&input, 1),
                                     .integers = {take_number(), take_number()}};
    tbx_function function = tbx_template_function(template, names[take(&input, 1) % 4]);
    tbx_result result = {0};
    tbx_outcome outcome;
    depth++;
    bool returned = tbx_sandbox_call(sandbox, function, &arguments, &result, &outcome);
    depth--;
    require(returned == (outcome.kind == TBX_RETURNED), "an outcome that contradicts the result");
    require(outcome.kind != TBX_BUSY, "another thread");
    if (is_live(sandbox))
        describe(sandbox, &outcome);
}

static void allocate(tbx_sandbox *sandbox) {
    tbx_outcome outcome;
    size_t size = take_length();
    depth++;
    uint64_t pointer = tbx_sandbox_allocate(sandbox, size, &outcome);
    if (pointer != 0 && is_live(sandbox)) {
        require(tbx_sandbox_pointer(sandbox, pointer, size) != NULL, "room that is none");
        tbx_sandbox_release(sandbox, pointer, &outcome);
    }
    depth--;
}

/* What the template was sealed with stands there again. */
static void reset(tbx_sandbox *sandbox) {
    static uint8_t first[SMALL_DATA_SIZE];
    const struct tbx_memory *memory = &template->memory;
    tbx_error error = {""};
    if (!tbx_sandbox_reset(sandbox, &error))
        return;
    off_t at = SMALL_DATA - memory->stack_start;
    require(pread(template->file, first, sizeof first, at) == sizeof first, "no template");
    require(memcmp(sandbox->memory.window.base + SMALL_DATA, first, sizeof first) == 0 &&
                sandbox->memory.heap_used == memory->heap_used,
            "a reset that leaves something behind");
}

/* Copies are made and freed at any time, also inside their own calls. */
static void replace(unsigned index) {
    tbx_sandbox_free(sandboxes[index]);
    sandboxes[index] = make_copy(template);
}

static void host_step(void) {
    unsigned index = take(&input, 1) % SANDBOXES;
    tbx_sandbox *sandbox = sandboxes[index];
    switch (take(&input, 1) % 8) {
    case 0:
        use_pointer(sandbox);
        break;
    case 1:
        copy(sandbox);
        break;
    case 2:
        allocate(sandbox);
        break;
    case 3:
        reset(sandbox);
        break;
    case 4:
        replace(index);
        break;
    default:
        call(sandbox);
        break;
    }
    check_sandbox(sandboxes[index]);
}

/* The function that the image imports: does what the host does elsewhere, inside a call. */
static uint64_t imported(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    require(context == sandboxes && sandbox->memory.window.base != NULL, "a call from nowhere");
    if (template != NULL && depth < DEPTH && has_steps())
        host_step();
    return arguments[0];
}

/* --- What the sandbox does --- */

static void guest_call(struct tbx_run *run) {
    static const uint32_t numbers[] = {
        TBX_FIRST_IMPORT, TBX_FIRST_IMPORT, TBX_FIRST_IMPORT + 1, SYS_brk,    SYS_mmap,
        SYS_munmap,       SYS_mremap,       SYS_madvise,          SYS_exit,   CALL_SETJMP,
        CALL_LONGJMP,     SYS_write,        SYS_rt_sigaction,     SYS_tgkill, SYS_mprotect};
    struct tbx_host_request request = {
        .number = numbers[take(&input, 1) % (sizeof numbers / sizeof *numbers)],
        .arguments = {take_number(), take_number(), take_number(), take_number()}};
    run->guest_rsp = tbx_native_stack_top(run->stack) - 8 * (1 + take(&input, 2));
    no_gate_call(run, &request);
}

static void poke(struct tbx_run *run) {
    uint8_t *data = run->sandbox->memory.window.base + SMALL_DATA;
    size_t at = take(&input, 2) % SMALL_DATA_SIZE;
    data[at] = (uint8_t)take(&input, 1);
}

/* Any signal, from any place: verified code cannot cause all of them. */
static void fault(struct tbx_run *run) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    uint64_t base = tbx_sandbox_window_base(run->sandbox);
    uint64_t code = tbx_sandbox_code_window_base(run->sandbox);
    run->machine_fault = (struct tbx_machine_fault){
        .signal = signals[take(&input, 1) % (sizeof signals / sizeof *signals)],
        .code = 1,
        .address = take_pointer() + (take(&input, 1) % 2 == 0 ? base : 0),
        .instruction = take_pointer() + (take(&input, 1) % 2 == 0 ? code : 0),
        .stack_pointer = tbx_native_stack_top(run->stack) + 64 - 8 * take(&input, 2),
        .trap = take(&input, 1) % 16,
        .error = take(&input, 1),
    };
}

static bool guest(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments) {
    const struct tbx_elf_image *elf = &run->sandbox->image->elf;
    uint64_t offset = entry - tbx_sandbox_code_window_base(run->sandbox);
    require(arguments != NULL && offset >= elf->code.offset &&
                offset - elf->code.offset < elf->code.memory_size,
            "an entry outside the code");
    while (has_steps()) {
        switch (take(&input, 1) % 4) {
        case 0:
            poke(run);
            continue;
        case 1:
            fault(run);
            return false;
        case 2:
            guest_call(run);
            continue;
        default:
            break;
        }
        break;
    }
    run->result = (tbx_result){.integer = take_number(), .real = (double)take(&input, 8)};
    return true;
}

/* --- The image --- */

/* A library that exports and imports, with some bytes of its tables and names changed. */
static const struct small_image *changed_image(void) {
    enum { TABLES = 0x180 };
    static struct small_image image;
    small_image_make(&image);
    small_image_make_library(&image, "exported", "imported");
    for (unsigned count = take(&input, 1) % 8; count > 0; count--) {
        uint8_t *at = image.bytes + SMALL_LIBRARY_AT + take(&input, 2) % TABLES;
        *at = (uint8_t)take(&input, 1);
    }
    return &image;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    no_gate_inside = guest;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input = (struct input){.data = data, .left = size};
    steps = depth = 0;
    template = NULL;
    template = make_template(changed_image(), imported, sandboxes);
    if (template == NULL)
        return 0;
    for (unsigned i = 0; i < SANDBOXES; i++)
        replace(i);
    while (has_steps())
        host_step();
    for (unsigned i = 0; i < SANDBOXES; i++) {
        check_sandbox(sandboxes[i]);
        check_mappings(&sandboxes[i]->memory);
        tbx_sandbox_free(sandboxes[i]);
        sandboxes[i] = NULL;
    }
    tbx_template_release(template);
    return 0;
}
