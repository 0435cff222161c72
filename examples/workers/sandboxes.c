/* A sandbox a tenant, all of them copies of one template in this process. */
#include "tenants.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <tmebox.h>

enum { HEAP = 16 << 20, STACK = 256 << 10, CPU_TIME = 50000000 };

struct tenant {
    pthread_mutex_t lock;
    tbx_sandbox *sandbox;
};

static tbx_template *template;
static tbx_function handle_request;
static uint64_t buffers; /* in every copy: a template's variables are at the same place in all */
static struct tenant *tenants;
static unsigned tenant_count;

static tbx_template *load(const char *path) {
    tbx_error error = {"out of memory"};
    tbx_config *config = tbx_config_new();
    tbx_image *image = tbx_image_open(path, &error);
    if (config == NULL || image == NULL || !tbx_config_set_heap(config, HEAP, &error) ||
        !tbx_config_set_stack(config, STACK, &error) ||
        !tbx_config_set_native_stack(config, STACK, &error))
        fail(error.message);
    tbx_config_set_cpu_time(config, CPU_TIME);
    tbx_template *loaded = tbx_template_new(image, config, &error);
    tbx_config_free(config);
    tbx_image_release(image);
    if (loaded == NULL)
        fail(error.message);
    return loaded;
}

static void start_tenant(struct tenant *tenant) {
    tbx_error error;
    tenant->sandbox = tbx_template_copy(template, &error);
    if (tenant->sandbox == NULL)
        fail(error.message);
    pthread_mutex_init(&tenant->lock, NULL);
}

/* Asked once; if a tenant's code lies about it, the host's copies are refused or go astray inside
 * of that tenant's own sandbox. */
static void find_buffers(tbx_sandbox *sandbox) {
    tbx_result result;
    tbx_outcome outcome;
    tbx_error error;
    tbx_function exchange_of = tbx_template_function(template, "exchange");
    if (!tbx_sandbox_call(sandbox, exchange_of, &(tbx_arguments){0}, &result, &outcome) ||
        !tbx_sandbox_reset(sandbox, &error))
        fail("the handler has no exchange");
    buffers = result.integer;
}

static void start(unsigned count, const char *image) {
    template = load(image);
    handle_request = tbx_template_function(template, "handle");
    tenants = calloc(count, sizeof *tenants);
    if (tenants == NULL)
        fail("out of memory");
    for (tenant_count = 0; tenant_count < count; tenant_count++)
        start_tenant(&tenants[tenant_count]);
    find_buffers(tenants[0].sandbox);
}

/* Everything that comes from the sandbox is checked: the length, and then the place by the copy. */
static bool call_handler(tbx_sandbox *sandbox, const char *path, struct reply *reply,
                         tbx_outcome *outcome) {
    char request[REQUEST_SIZE];
    tbx_result result;
    int length = snprintf(request, sizeof request, "%s", path);
    size_t copied = length < REQUEST_SIZE ? (size_t)length + 1 : REQUEST_SIZE;
    if (!tbx_sandbox_copy_in(sandbox, buffers, request, copied) ||
        !tbx_sandbox_call(sandbox, handle_request, &(tbx_arguments){0}, &result, outcome))
        return false;
    reply->length = result.integer;
    return result.integer <= sizeof reply->text &&
           tbx_sandbox_copy_out(sandbox, reply->text, buffers + offsetof(struct exchange, answer),
                                result.integer);
}

static void describe(const tbx_sandbox *sandbox, const tbx_outcome *outcome, struct reply *reply) {
    int length = tbx_outcome_describe(sandbox, outcome, reply->text, sizeof reply->text);
    reply->length = length < ANSWER_SIZE ? (size_t)length : ANSWER_SIZE - 1;
}

static void ask_and_reset(unsigned number, const char *path, struct reply *reply, bool always) {
    struct tenant *tenant = &tenants[number];
    tbx_outcome outcome = {.kind = TBX_RETURNED};
    tbx_error error;
    pthread_mutex_lock(&tenant->lock);
    reply->done = call_handler(tenant->sandbox, path, reply, &outcome);
    if (!reply->done)
        describe(tenant->sandbox, &outcome, reply);
    if ((always || !reply->done) && !tbx_sandbox_reset(tenant->sandbox, &error))
        reply->done = false;
    pthread_mutex_unlock(&tenant->lock);
}

static void ask(unsigned tenant, const char *path, struct reply *reply) {
    ask_and_reset(tenant, path, reply, false);
}

static void ask_fresh(unsigned tenant, const char *path, struct reply *reply) {
    ask_and_reset(tenant, path, reply, true);
}

static void stop(void) {
    for (unsigned i = 0; i < tenant_count; i++)
        tbx_sandbox_free(tenants[i].sandbox);
    free(tenants);
    tbx_template_release(template);
}

const struct way in_sandboxes = {.name = "sandbox", .start = start, .ask = ask, .stop = stop};
const struct way in_fresh_sandboxes = {
    .name = "fresh", .start = start, .ask = ask_fresh, .stop = stop};
