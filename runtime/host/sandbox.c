#include "sandbox.h"

#include "error.h"
#include "fault.h"
#include "files.h"
#include "gs_base.h"
#include "native_stack.h"
#include "signals.h"
#include "startup.h"

#include <cpuid.h>
#include <stdlib.h>
#include <string.h>

_Thread_local struct tbx_run *tbx_current;
uint8_t tbx_gate_features;

/* Which vector state the system keeps for us (XCR0) of that which the CPU has. */
static void find_gate_features(void) {
    unsigned a, b, c, d, low, high;
    enum { YMM_STATE = 0x6, ZMM_STATE = 0xE6, AVX512_F = 1 << 16 };
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0)
        return;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    bool avx = (c & bit_AVX) != 0 && (low & YMM_STATE) == YMM_STATE;
    bool avx512 = avx && (low & ZMM_STATE) == ZMM_STATE &&
                  __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & AVX512_F) != 0 &&
                  (b & bit_AVX512VL) != 0;
    tbx_gate_features = (uint8_t)((avx ? GATE_AVX : 0) | (avx512 ? GATE_AVX512 : 0));
}

static pthread_once_t machine_once = PTHREAD_ONCE_INIT;

static void prepare_machine(void) {
    find_gate_features();
    tbx_gs_init();
}

static bool copy_environment(struct tbx_sandbox *sandbox, const struct tbx_config *config) {
    sandbox->environment = calloc(config->environment_count + 1, sizeof *sandbox->environment);
    if (sandbox->environment == NULL)
        return false;
    for (unsigned i = 0; i < config->environment_count; i++) {
        sandbox->environment[i] = strdup(config->environment[i]);
        if (sandbox->environment[i] == NULL)
            return false;
        sandbox->environment_count++;
    }
    return true;
}

static bool fill(struct tbx_sandbox *sandbox, const struct tbx_config *config, tbx_error *error) {
    sandbox->grants = config->grants;
    sandbox->timeout = config->timeout;
    if (!copy_environment(sandbox, config))
        return tbx_fail(error, "out of memory");
    sandbox->files = tbx_files_new(config, error);
    return sandbox->files != NULL &&
           tbx_memory_init(&sandbox->memory, &sandbox->image->elf, config->stack, config->heap,
                           error) &&
           tbx_native_stack_make(&sandbox->native_stack, config->native_stack, error) &&
           tbx_image_map_code(sandbox->image, error);
}

tbx_sandbox *tbx_sandbox_new(tbx_image *image, const tbx_config *config, tbx_error *error) {
    struct tbx_config defaults = tbx_config_default();
    pthread_once(&machine_once, prepare_machine);
    tbx_sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (sandbox == NULL) {
        tbx_fail(error, "out of memory");
        return NULL;
    }
    tbx_image_retain(image);
    sandbox->image = image;
    if (fill(sandbox, config == NULL ? &defaults : config, error))
        return sandbox;
    tbx_sandbox_free(sandbox);
    return NULL;
}

void tbx_sandbox_free(tbx_sandbox *sandbox) {
    if (sandbox == NULL)
        return;
    tbx_files_free(sandbox->files);
    tbx_jump_table_free(&sandbox->jumps);
    tbx_native_stack_free(&sandbox->native_stack);
    tbx_memory_free(&sandbox->memory);
    for (unsigned i = 0; i < sandbox->environment_count; i++)
        free(sandbox->environment[i]);
    free(sandbox->environment);
    tbx_image_release(sandbox->image);
    free(sandbox);
}

uint32_t tbx_sandbox_key(const tbx_sandbox *sandbox) {
    return sandbox->memory.window.key;
}

uintptr_t tbx_sandbox_window_base(const tbx_sandbox *sandbox) {
    return (uintptr_t)sandbox->memory.window.base;
}

uintptr_t tbx_sandbox_code_window_base(const tbx_sandbox *sandbox) {
    return (uintptr_t)sandbox->image->code.base;
}

/* Runs `_start` as the thread's current run; GS is the sandbox's meanwhile, also in host calls. */
static void enter_program(struct tbx_run *run) {
    struct tbx_sandbox *sandbox = run->sandbox;
    uint64_t host_gs = tbx_gs_read();
    run->outer = tbx_current;
    tbx_current = run;
    tbx_gs_write((uint64_t)(uintptr_t)sandbox->memory.window.base);
    uint64_t entry = (uint64_t)(uintptr_t)sandbox->image->code.base + sandbox->image->elf.entry;
    uint64_t status = tbx_enter(run, entry, TBX_STARTUP_START, TBX_STARTUP_START);
    tbx_gs_write(host_gs);
    tbx_current = run->outer;
    if (run->machine_fault.signal != 0)
        tbx_fault_classify(run);
    else if (run->outcome.kind == TBX_NOT_STARTED && run->time_is_up)
        run->outcome.kind = TBX_TIMED_OUT;
    else if (run->outcome.kind == TBX_NOT_STARTED) /* _start returned */
        run->outcome = (tbx_outcome){.kind = TBX_EXITED, .status = (int)(status & 0xFF)};
}

static bool run_program(struct tbx_run *run, int argc, const char *const *argv, tbx_error *error) {
    struct tbx_sandbox *sandbox = run->sandbox;
    timer_t timer;
    if (sandbox->started)
        return tbx_fail(error, "a sandbox runs one program once");
    if (!tbx_startup_write(sandbox, argc, argv, error) || !tbx_signals_install(error) ||
        !tbx_signals_prepare_thread(error))
        return false;
    if (sandbox->timeout != 0 && !tbx_timer_start(&timer, run, sandbox->timeout, error))
        return false;
    sandbox->started = true;
    run->guest_rsp = tbx_native_stack_top(&sandbox->native_stack);
    struct tbx_held_signals held = tbx_signals_hold();
    enter_program(run);
    tbx_signals_restore(&held);
    if (sandbox->timeout != 0)
        tbx_timer_stop(timer);
    return true;
}

void tbx_sandbox_run(tbx_sandbox *sandbox, int argc, const char *const *argv,
                     tbx_outcome *outcome) {
    struct tbx_run run = {.sandbox = sandbox, .outcome = {.kind = TBX_NOT_STARTED}};
    tbx_error error = {""};
    if (!run_program(&run, argc, argv, &error))
        run.outcome = (tbx_outcome){.kind = TBX_NOT_STARTED, .error = error};
    *outcome = run.outcome;
}

_Static_assert(offsetof(struct tbx_run, guest_rsp) == RUN_GUEST_RSP, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_rbx) == RUN_GUEST_RBX, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_rbp) == RUN_GUEST_RBP, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r12) == RUN_GUEST_R12, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r13) == RUN_GUEST_R13, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r14) == RUN_GUEST_R14, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r15) == RUN_GUEST_R15, "gate.S");
_Static_assert(offsetof(struct tbx_run, host_rsp) == RUN_HOST_RSP, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_mxcsr) == RUN_GUEST_MXCSR, "gate.S");
_Static_assert(offsetof(struct tbx_run, host_mxcsr) == RUN_HOST_MXCSR, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_fcw) == RUN_GUEST_FCW, "gate.S");
_Static_assert(offsetof(struct tbx_run, host_fcw) == RUN_HOST_FCW, "gate.S");
_Static_assert(offsetof(struct tbx_run, inside) == RUN_INSIDE, "gate.S");
