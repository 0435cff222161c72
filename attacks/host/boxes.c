#include "boxes.h"

#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAP = 4 << 20, POOL = 64 << 10 };

char end[64] = "nothing was called";

static tbx_template *template;
static tbx_pool *pool;

static struct box *box_of(const tbx_sandbox *sandbox) {
    return neighbour()->sandbox == sandbox ? neighbour() : attacker();
}

static uint64_t do_leak(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    static unsigned char bytes[1 << 20];
    (void)context;
    size_t size = arguments[1] < sizeof bytes ? arguments[1] : sizeof bytes;
    if (tbx_sandbox_copy_out(sandbox, bytes, arguments[0], size))
        show(bytes, size);
    return 0;
}

static uint64_t do_act(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)context;
    return host_act == NULL ? 0 : host_act(box_of(sandbox), arguments[0], arguments[1]);
}

static void tell_end(const tbx_outcome *outcome) {
    static const char *const names[] = {[TBX_EXITED] = "exit",
                                        [TBX_TIMED_OUT] = "timeout",
                                        [TBX_NOT_STARTED] = "refused",
                                        [TBX_RETURNED] = "held",
                                        [TBX_BUSY] = "busy"};
    snprintf(end, sizeof end, "%s",
             outcome->kind == TBX_FAULTED ? tbx_fault_kind_name(outcome->fault.kind)
                                          : names[outcome->kind]);
}

static tbx_outcome run(struct box *box, const char *name, const tbx_arguments *arguments,
                       uint64_t *returns) {
    tbx_function function = tbx_template_function(template, name);
    tbx_result result = {0};
    tbx_outcome outcome;
    require(function != 0, name);
    tbx_sandbox_call(box->sandbox, function, arguments, &result, &outcome);
    *returns = result.integer;
    return outcome;
}

bool ask(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c, uint64_t *result) {
    const tbx_arguments arguments = {.integers = {a, b, c}};
    return run(box, name, &arguments, result).kind == TBX_RETURNED;
}

uint64_t call(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c) {
    const tbx_arguments arguments = {.integers = {a, b, c}};
    uint64_t result;
    tbx_outcome outcome = run(box, name, &arguments, &result);
    tell_end(&outcome);
    return result;
}

unsigned char *memory(struct box *box, uint64_t pointer, size_t length) {
    return tbx_sandbox_pointer(box->sandbox, pointer, length);
}

bool copy_out(struct box *box, void *to, uint64_t pointer, size_t length) {
    return tbx_sandbox_copy_out(box->sandbox, to, pointer, length);
}

bool copy_in(struct box *box, uint64_t pointer, const void *from, size_t length) {
    return tbx_sandbox_copy_in(box->sandbox, pointer, from, length);
}

bool copy_string_out(struct box *box, char *to, size_t size, uint64_t pointer) {
    return tbx_sandbox_copy_string_out(box->sandbox, to, size, pointer);
}

uint64_t allocate(struct box *box, size_t size) {
    tbx_outcome outcome;
    return tbx_sandbox_allocate(box->sandbox, size, &outcome);
}

uint64_t map_region(struct box *box, tbx_region *region, bool writable) {
    tbx_error error = {""};
    uint64_t pointer = tbx_sandbox_map_region(box->sandbox, region, writable, &error);
    require(pointer != 0, error.message);
    return pointer;
}

void unmap_region(struct box *box, uint64_t pointer) {
    tbx_error error = {""};
    require(tbx_sandbox_unmap_region(box->sandbox, pointer, &error), error.message);
}

uint64_t pool_allocate(struct box *box, size_t size) {
    tbx_error error = {""};
    if (pool == NULL)
        pool = tbx_pool_new(POOL, &error);
    require(pool != NULL, error.message);
    uint64_t object = tbx_pool_allocate(pool, box->sandbox, size, &error);
    require(object != 0, error.message);
    return object;
}

void pool_release(uint64_t object) {
    tbx_error error = {""};
    require(tbx_pool_release(pool, object, &error), error.message);
}

void pool_grant(uint64_t object, struct box *from, struct box *to) {
    tbx_error error = {""};
    require(tbx_pool_grant(pool, object, from->sandbox, to->sandbox, &error), error.message);
}

void reset(struct box *box) {
    tbx_error error = {""};
    require(tbx_sandbox_reset(box->sandbox, &error), error.message);
}

void destroy(struct box *box) {
    tbx_sandbox_free(box->sandbox);
    box->sandbox = NULL;
}

void make(struct box *box) {
    tbx_error error = {""};
    box->sandbox = tbx_template_copy(template, &error);
    require(box->sandbox != NULL, error.message);
}

/* What the attack's file asks for, by way of the driver. */
static void start_backend(void) {
    const char *name = getenv("ATTACK_BACKEND");
    tbx_error error = {""};
    if (name == NULL)
        return;
    const tbx_backend_options options = {.integrity = strcmp(name, "emulated-integrity") == 0};
    require(tbx_backend_start(TBX_BACKEND_EMULATED, &options, &error), error.message);
}

void load(const char *path) {
    tbx_error error = {""};
    start_backend();
    tbx_config *config = tbx_config_new();
    tbx_image *image = tbx_image_open(path, &error);
    require(image != NULL, error.message);
    tbx_config_set_cpu_time(config, (uint64_t)SECONDS * NANOSECONDS);
    tbx_config_set_timeout(config, (uint64_t)WAITING * NANOSECONDS);
    require(tbx_config_set_heap(config, HEAP, &error) &&
                tbx_config_add_function(config, "host_leak", do_leak, NULL, &error) &&
                tbx_config_add_function(config, "host_act", do_act, NULL, &error),
            error.message);
    if (host_configure != NULL)
        host_configure(config);
    template = tbx_template_new(image, config, &error);
    require(template != NULL, error.message);
    tbx_config_free(config);
    tbx_image_release(image);
}

bool serves(struct box *box) {
    uint64_t result;
    host_act = NULL;
    return ask(box, "twice", 21, 0, 0, &result) && result == 42;
}
