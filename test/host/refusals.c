#include "refusals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

long live_blocks;

static bool counts;
static unsigned seen, first_refused, last_refused;

void refuse(unsigned first, unsigned last) {
    seen = 0;
    first_refused = first;
    last_refused = last;
    counts = true;
}

unsigned stop_refusing(void) {
    counts = false;
    return seen;
}

/* Whether this call fails; `reason` is what errno is then. */
static bool is_refused(int reason) {
    if (!counts || ++seen < first_refused || seen > last_refused)
        return false;
    errno = reason;
    return true;
}

/* What the linker leads calls of `name` to, and what it calls itself. */
#define WRAP(type, name, ...)                                                                      \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __real_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

WRAP(void *, malloc, size_t size) {
    void *block = is_refused(ENOMEM) ? NULL : __real_malloc(size);
    live_blocks += block != NULL;
    return block;
}

WRAP(void *, calloc, size_t count, size_t size) {
    void *block = is_refused(ENOMEM) ? NULL : __real_calloc(count, size);
    live_blocks += block != NULL;
    return block;
}

WRAP(void *, realloc, void *old, size_t size) {
    void *block = is_refused(ENOMEM) ? NULL : __real_realloc(old, size);
    live_blocks += old == NULL && block != NULL;
    return block;
}

WRAP(char *, strdup, const char *text) {
    char *copy = is_refused(ENOMEM) ? NULL : __real_strdup(text);
    live_blocks += copy != NULL;
    return copy;
}

WRAP(void, free, void *block) {
    live_blocks -= block != NULL;
    __real_free(block);
}

WRAP(void *, mmap, void *at, size_t size, int protection, int flags, int file, off_t place) {
    return is_refused(ENOMEM) ? MAP_FAILED : __real_mmap(at, size, protection, flags, file, place);
}

WRAP(int, mprotect, void *at, size_t size, int protection) {
    return is_refused(ENOMEM) ? -1 : __real_mprotect(at, size, protection);
}

WRAP(int, madvise, void *at, size_t size, int advice) {
    return is_refused(EINVAL) ? -1 : __real_madvise(at, size, advice);
}

WRAP(int, memfd_create, const char *name, unsigned flags) {
    return is_refused(EMFILE) ? -1 : __real_memfd_create(name, flags);
}

WRAP(int, ftruncate, int file, off_t size) {
    return is_refused(ENOMEM) ? -1 : __real_ftruncate(file, size);
}

WRAP(int, fallocate, int file, int mode, off_t start, off_t size) {
    return is_refused(ENOSPC) ? -1 : __real_fallocate(file, mode, start, size);
}

WRAP(int, pipe2, int ends[2], int flags) {
    return is_refused(EMFILE) ? -1 : __real_pipe2(ends, flags);
}

WRAP(ssize_t, getrandom, void *buffer, size_t size, unsigned flags) {
    return is_refused(EINTR) ? -1 : __real_getrandom(buffer, size, flags);
}

WRAP(int, timer_create, clockid_t clock, struct sigevent *event, timer_t *timer) {
    return is_refused(EAGAIN) ? -1 : __real_timer_create(clock, event, timer);
}

WRAP(int, sigaltstack, const stack_t *stack, stack_t *before) {
    return stack != NULL && is_refused(ENOMEM) ? -1 : __real_sigaltstack(stack, before);
}

WRAP(int, pthread_key_create, pthread_key_t *key, void (*end)(void *)) {
    return is_refused(EAGAIN) ? EAGAIN : __real_pthread_key_create(key, end);
}

WRAP(int, pthread_setspecific, pthread_key_t key, const void *value) {
    return is_refused(ENOMEM) ? ENOMEM : __real_pthread_setspecific(key, value);
}

WRAP(int, open, const char *path, int flags, ...) {
    return is_refused(EMFILE) ? -1 : __real_open(path, flags);
}

WRAP(int, fcntl, int file, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return is_refused(EMFILE) ? -1 : __real_fcntl(file, command, argument);
}

/* Of those that have no function of their own, what opens files. */
WRAP(long, syscall, long number, ...) {
    long arguments[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++)
        arguments[i] = va_arg(rest, long);
    va_end(rest);
    if ((number == SYS_openat2 || number == SYS_userfaultfd) && is_refused(EMFILE))
        return -1;
    return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                          arguments[4], arguments[5]);
}
