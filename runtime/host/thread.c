#include "thread.h"

#include "error.h"
#include "layout.h"
#include "signals.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALTERNATE_STACK_SIZE = 64 << 10 };

_Thread_local struct tbx_thread tbx_thread;

static pthread_key_t end_key; /* guarded by end_key_lock until there is one */
static pthread_mutex_t end_key_lock = PTHREAD_MUTEX_INITIALIZER;

static void end_thread(void *argument) {
    struct tbx_thread *thread = argument;
    stack_t none = {.ss_flags = SS_DISABLE};
    if (thread->alternate_stack != NULL) {
        sigaltstack(&none, NULL);
        munmap(thread->alternate_stack, TBX_PAGE_SIZE + ALTERNATE_STACK_SIZE);
    }
    tbx_native_stacks_free(&thread->stacks);
    *thread = (struct tbx_thread){0};
}

/* A process has few such keys, and a host may have taken all of them. */
static bool make_end_key(void) {
    static bool made;
    pthread_mutex_lock(&end_key_lock);
    made = made || pthread_key_create(&end_key, end_thread) == 0;
    bool is_made = made;
    pthread_mutex_unlock(&end_key_lock);
    return is_made;
}

/* What the kernel writes there, and room for handlers: a sandbox can raise faults at will, and
 * where the host's stack is smaller than that, its end would be the process's. */
static size_t least_alternate_stack(void) {
    enum { HANDLERS = 4096 };
    long frame = sysconf(_SC_MINSIGSTKSZ);
    return (size_t)(frame > 0 ? frame : MINSIGSTKSZ) + HANDLERS;
}

static bool make_alternate_stack(struct tbx_thread *thread, tbx_error *error) {
    size_t size = TBX_PAGE_SIZE + ALTERNATE_STACK_SIZE;
    unsigned char *mapping =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        return tbx_fail_errno(error, "cannot make a signal stack");
    stack_t stack = {.ss_sp = mapping + TBX_PAGE_SIZE, .ss_size = ALTERNATE_STACK_SIZE};
    if (mprotect(mapping, TBX_PAGE_SIZE, PROT_NONE) != 0 || sigaltstack(&stack, NULL) != 0) {
        tbx_fail_errno(error, "cannot make a signal stack");
        munmap(mapping, size);
        return false;
    }
    thread->alternate_stack = mapping;
    return true;
}

bool tbx_thread_prepare(tbx_error *error) {
    struct tbx_thread *thread = &tbx_thread;
    if (thread->has_alternate_stack)
        return true;
    stack_t current;
    if (!make_end_key() || pthread_setspecific(end_key, thread) != 0)
        return tbx_fail(error, "no thread-specific data is left for what the thread keeps");
    bool has = sigaltstack(NULL, &current) == 0 && (current.ss_flags & SS_DISABLE) == 0 &&
               current.ss_size >= least_alternate_stack();
    if (!has && !make_alternate_stack(thread, error))
        return false;
    thread->has_alternate_stack = true;
    return true;
}

bool tbx_thread_prepare_calls(tbx_error *error) {
    if (!tbx_signals_install(error) || !tbx_thread_prepare(error))
        return false;
    tbx_signals_unblock();
    tbx_thread.takes_faults = true;
    return true;
}
