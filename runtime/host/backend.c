/* Which backend the windows of sandboxes have: chosen once, before there is any. */
#include "backend.h"

#include "error.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static pthread_mutex_t choice_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(const struct tbx_backend_operations *) chosen = &tbx_plain;
static atomic_bool is_fixed; /* by a choice, or by the first window */

static const struct tbx_backend_operations *const backends[] = {
    [TBX_BACKEND_PLAIN] = &tbx_plain,
    [TBX_BACKEND_EMULATED] = &tbx_emulated,
    [TBX_BACKEND_DEVICE] = &tbx_device,
};
enum { BACKENDS = sizeof backends / sizeof *backends };

/* With choice_lock held. */
static bool start(const struct tbx_backend_operations *backend, const tbx_backend_options *options,
                  tbx_error *error) {
    const tbx_backend_options defaults = {0};
    if (atomic_load(&is_fixed))
        return tbx_fail(error, "the backend is %s already: it is chosen once, before any sandbox",
                        atomic_load(&chosen)->name);
    if (backend->start != NULL && !backend->start(options == NULL ? &defaults : options, error))
        return false;
    atomic_store(&chosen, backend);
    atomic_store(&is_fixed, true);
    return true;
}

bool tbx_backend_start(tbx_backend backend, const tbx_backend_options *options, tbx_error *error) {
    if ((unsigned)backend >= BACKENDS || backends[backend] == NULL)
        return tbx_fail(error, "this library has no backend %d", (int)backend);
    pthread_mutex_lock(&choice_lock);
    bool started = start(backends[backend], options, error);
    pthread_mutex_unlock(&choice_lock);
    return started;
}

bool tbx_backend_named(const char *name, tbx_backend *backend) {
    for (int i = 0; i < BACKENDS; i++) {
        if (strcmp(backends[i]->name, name) != 0)
            continue;
        *backend = (tbx_backend)i;
        return true;
    }
    return false;
}

tbx_backend tbx_backend_started(void) {
    const struct tbx_backend_operations *now = tbx_backend_now();
    int backend = BACKENDS - 1;
    while (backend > TBX_BACKEND_PLAIN && backends[backend] != now)
        backend--;
    return (tbx_backend)backend;
}

const struct tbx_backend_operations *tbx_backend_of_sandboxes(void) {
    if (!atomic_load_explicit(&is_fixed, memory_order_acquire)) {
        pthread_mutex_lock(&choice_lock);
        atomic_store(&is_fixed, true);
        pthread_mutex_unlock(&choice_lock);
    }
    return tbx_backend_now();
}

const struct tbx_backend_operations *tbx_backend_now(void) {
    return atomic_load_explicit(&chosen, memory_order_acquire);
}
