#include "sandbox.h"

#include "error.h"
#include "files.h"
#include "gs_base.h"
#include "template.h"
#include "thread.h"

#include <cpuid.h>
#include <stdlib.h>

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
                  __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & AVX512_F) != 0;
    tbx_gate_features = (uint8_t)((avx ? GATE_AVX : 0) | (avx512 ? GATE_AVX512 : 0));
}

static void prepare_machine(void) {
    find_gate_features();
    tbx_gs_init();
}

void tbx_machine_prepare(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_machine);
}

uint64_t tbx_new_identity(void) {
    static _Atomic uint64_t last;
    return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}

static bool fill(struct tbx_sandbox *sandbox, const struct tbx_config *config, tbx_error *error) {
    sandbox->config = tbx_config_copy(config);
    if (sandbox->config == NULL)
        return tbx_fail(error, "out of memory");
    sandbox->files = tbx_files_new(sandbox->config, tbx_mounts_open(sandbox->config, error), error);
    return sandbox->files != NULL &&
           tbx_memory_init(&sandbox->memory, &sandbox->image->elf, sandbox->config->stack,
                           sandbox->config->heap, error) &&
           tbx_image_map_code(sandbox->image, error);
}

tbx_sandbox *tbx_sandbox_new(tbx_image *image, const tbx_config *config, tbx_error *error) {
    struct tbx_config defaults = tbx_config_default();
    tbx_machine_prepare();
    tbx_sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (sandbox == NULL) {
        tbx_fail(error, "out of memory");
        return NULL;
    }
    tbx_image_retain(image);
    sandbox->image = image;
    sandbox->identity = tbx_new_identity();
    if (fill(sandbox, config == NULL ? &defaults : config, error))
        return sandbox;
    tbx_sandbox_free(sandbox);
    return NULL;
}

static void destroy(tbx_sandbox *sandbox) {
    tbx_native_stacks_forget(&tbx_thread.stacks, sandbox->identity);
    tbx_files_free(sandbox->files);
    tbx_memory_free(&sandbox->memory);
    if (sandbox->template != NULL)
        tbx_memory_trim(&sandbox->template->memory, sandbox->template->file);
    tbx_config_free(sandbox->config);
    tbx_template_drop(sandbox->template);
    tbx_image_release(sandbox->image);
    free(sandbox);
}

/* A function of the host may free the sandbox that called it, whose window and stack are in use
 * until the call has ended. What another thread uses cannot be freed at all: that is an error of
 * the host's which leaves nothing to go on with. */
void tbx_sandbox_free(tbx_sandbox *sandbox) {
    if (sandbox == NULL)
        return;
    const struct tbx_thread *user = atomic_load_explicit(&sandbox->user, memory_order_acquire);
    if (user == NULL) {
        destroy(sandbox);
        return;
    }
    if (user != &tbx_thread)
        tbx_misused("a sandbox is freed while another thread is inside");
    sandbox->state = TBX_STATE_ENDED;
    sandbox->is_freed = true;
}

bool tbx_sandbox_enter(struct tbx_sandbox *sandbox, bool *nested) {
    const struct tbx_thread *none = NULL, *self = &tbx_thread;
    *nested = !atomic_compare_exchange_strong_explicit(&sandbox->user, &none, self,
                                                       memory_order_acquire, memory_order_relaxed);
    return !*nested || none == self;
}

void tbx_sandbox_leave(struct tbx_sandbox *sandbox, bool nested) {
    if (nested)
        return;
    if (__builtin_expect(sandbox->is_freed, false))
        destroy(sandbox);
    else
        atomic_store_explicit(&sandbox->user, NULL, memory_order_release);
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
