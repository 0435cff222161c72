/*
 * Pools: objects of whole cache lines, of several sandboxes on one page. The backend makes each
 * window see them through its own key; here is only who has which lines.
 */
#include "pool.h"

#include "error.h"
#include "line_cipher.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGES = (TBX_POOLS_END - TBX_POOLS_START) / TBX_PAGE_SIZE,
    MOST_LINES = TBX_WINDOW_PAGES, /* as a set of pages holds the lines of a pool */
};

struct tbx_pool {
    atomic_uint references;
    const struct tbx_backend_operations *backend;
    uint32_t start, end; /* offsets in windows */
    pthread_mutex_t lock;
    /* Sets of lines, guarded by the lock like the next: those of objects, and where these begin. */
    struct tbx_page_set taken, starts;
    uint64_t *owners; /* by line of objects: identity of the sandbox that has it. Owned */
};

/* Pages of all pools. */
static pthread_mutex_t places_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t place_words[(PAGES + 63) / 64];
static struct tbx_page_set places = {.words = place_words, .end = (PAGES + 63) & ~63};

static bool find_place(struct tbx_pool *pool, uint32_t pages) {
    pthread_mutex_lock(&places_lock);
    uint32_t first = tbx_pages_find_free(&places, 0, PAGES, pages);
    if (first < PAGES)
        tbx_pages_add(&places, first, first + pages);
    pthread_mutex_unlock(&places_lock);
    pool->start = TBX_POOLS_START + first * TBX_PAGE_SIZE;
    pool->end = pool->start + pages * TBX_PAGE_SIZE;
    return first < PAGES;
}

static uint32_t lines_of(const struct tbx_pool *pool) {
    return (pool->end - pool->start) / TBX_LINE_SIZE;
}

/* A pool without a place. */
static struct tbx_pool *new_pool(uint32_t lines) {
    struct tbx_pool *pool = calloc(1, sizeof *pool);
    uint32_t words = (lines + 63) / 64;
    uint64_t *taken = calloc(words, sizeof *taken);
    uint64_t *starts = calloc(words, sizeof *starts);
    uint64_t *owners = calloc(lines, sizeof *owners);
    if (pool == NULL || taken == NULL || starts == NULL || owners == NULL) {
        free(pool);
        free(taken);
        free(starts);
        free(owners);
        return NULL;
    }
    atomic_init(&pool->references, 1);
    pthread_mutex_init(&pool->lock, NULL);
    pool->taken = (struct tbx_page_set){.words = taken, .end = 64 * words};
    pool->starts = (struct tbx_page_set){.words = starts, .end = 64 * words};
    pool->owners = owners;
    return pool;
}

static void delete_pool(struct tbx_pool *pool) {
    pthread_mutex_destroy(&pool->lock);
    free(pool->taken.words);
    free(pool->starts.words);
    free(pool->owners);
    free(pool);
}

tbx_pool *tbx_pool_new(uint64_t bytes, tbx_error *error) {
    const struct tbx_backend_operations *backend = tbx_backend_of_sandboxes();
    if (backend->share == NULL) {
        tbx_fail(error,
                 "the %s backend has no keys: sandboxes on one page would not be kept apart; "
                 "start the emulated or the device backend",
                 backend->name);
        return NULL;
    }
    if (bytes == 0 || bytes > (uint64_t)MOST_LINES * TBX_LINE_SIZE) {
        tbx_fail(error, "a pool has 1 to %d bytes", MOST_LINES * TBX_LINE_SIZE);
        return NULL;
    }
    uint32_t pages = (uint32_t)(tbx_page_up(bytes) / TBX_PAGE_SIZE);
    struct tbx_pool *pool = new_pool(pages * (TBX_PAGE_SIZE / TBX_LINE_SIZE));
    if (pool == NULL) {
        tbx_fail(error, "out of memory");
    } else if (!find_place(pool, pages)) {
        tbx_fail(error, "windows have no room for a pool of %llu bytes", (unsigned long long)bytes);
        delete_pool(pool);
        pool = NULL;
    } else {
        pool->backend = backend;
    }
    return pool;
}

void tbx_pool_free(tbx_pool *pool) {
    if (pool == NULL || atomic_fetch_sub(&pool->references, 1) != 1)
        return;
    pool->backend->drop(pool->start, pool->end - pool->start);
    uint32_t first = (pool->start - TBX_POOLS_START) / TBX_PAGE_SIZE;
    pthread_mutex_lock(&places_lock);
    tbx_pages_remove(&places, first, first + (pool->end - pool->start) / TBX_PAGE_SIZE);
    pthread_mutex_unlock(&places_lock);
    delete_pool(pool);
}

/* --- Windows --- */

bool tbx_pools_contain(const struct tbx_memory *memory, uint64_t start, uint64_t end) {
    for (int i = 0; i < TBX_MOST_POOLS && memory->pools[i] != NULL; i++)
        if (start >= memory->pools[i]->start && end <= memory->pools[i]->end)
            return true;
    return false;
}

void tbx_pools_leave(struct tbx_memory *memory) {
    for (int i = 0; i < TBX_MOST_POOLS && memory->pools[i] != NULL; i++) {
        tbx_pool_free(memory->pools[i]);
        memory->pools[i] = NULL;
    }
}

/* Lets the window see the pool, if it does not yet. */
static bool join(struct tbx_memory *memory, struct tbx_pool *pool, tbx_error *error) {
    int at = 0;
    if (memory->window.backend != pool->backend)
        return tbx_fail(error, "the sandbox is becoming a template, which has no key");
    while (at < TBX_MOST_POOLS && memory->pools[at] != NULL && memory->pools[at] != pool)
        at++;
    if (at == TBX_MOST_POOLS)
        return tbx_fail(error, "a sandbox has objects in at most %d pools", TBX_MOST_POOLS);
    if (memory->pools[at] == pool)
        return true;
    if (!pool->backend->share(&memory->window, pool->start, pool->end - pool->start))
        return tbx_fail_errno(error, "cannot map a pool into a window");
    atomic_fetch_add(&pool->references, 1);
    memory->pools[at] = pool;
    memory->has_used_pools = true;
    return true;
}

/* --- Objects --- */

struct lines {
    uint32_t first, end;
};

/* The lines of the object at an offset of windows; none when no object begins there. With the
 * lock. */
static struct lines object_at(const struct tbx_pool *pool, uint64_t pointer) {
    if (pointer < pool->start || pointer >= pool->end || pointer % TBX_LINE_SIZE != 0)
        return (struct lines){0, 0};
    uint32_t first = ((uint32_t)pointer - pool->start) / TBX_LINE_SIZE, end = first + 1;
    if (!tbx_pages_has(&pool->starts, first))
        return (struct lines){0, 0};
    while (end < lines_of(pool) && tbx_pages_has(&pool->taken, end) &&
           !tbx_pages_has(&pool->starts, end))
        end++;
    return (struct lines){first, end};
}

static uint32_t offset_of(const struct tbx_pool *pool, struct lines lines) {
    return pool->start + lines.first * TBX_LINE_SIZE;
}

static uint32_t size_of(struct lines lines) {
    return (lines.end - lines.first) * TBX_LINE_SIZE;
}

static void set_key(const struct tbx_pool *pool, struct lines lines, uint32_t key) {
    pool->backend->own(key, offset_of(pool, lines), size_of(lines));
}

static void set_owner(const struct tbx_pool *pool, struct lines lines, uint64_t identity) {
    for (uint32_t line = lines.first; line < lines.end; line++)
        pool->owners[line] = identity;
}

/* What the owner wrote is still there, under its key, and goes with that. With the lock. */
static void release(struct tbx_pool *pool, struct lines lines) {
    set_key(pool, lines, 0);
    tbx_pages_remove(&pool->starts, lines.first, lines.first + 1);
    tbx_pages_remove(&pool->taken, lines.first, lines.end);
}

static void *object_in(struct tbx_sandbox *sandbox, const struct tbx_pool *pool,
                       struct lines lines) {
    return tbx_writable(&sandbox->memory, offset_of(pool, lines), size_of(lines));
}

/* With the lock. */
static uint64_t allocate(struct tbx_pool *pool, struct tbx_sandbox *owner, uint32_t count,
                         tbx_error *error) {
    uint32_t all = lines_of(pool), first = tbx_pages_find_free(&pool->taken, 0, all, count);
    if (first == all) {
        tbx_fail(error, "the pool has no %u free lines in a row", count);
        return 0;
    }
    struct lines lines = {first, first + count};
    tbx_pages_add(&pool->taken, lines.first, lines.end);
    tbx_pages_add(&pool->starts, lines.first, lines.first + 1);
    set_owner(pool, lines, owner->identity);
    set_key(pool, lines, owner->memory.window.key);
    void *object = object_in(owner, pool, lines);
    if (object == NULL) {
        release(pool, lines);
        tbx_fail(error, "the owner cannot reach the object");
        return 0;
    }
    memset(object, 0, size_of(lines));
    return offset_of(pool, lines);
}

uint64_t tbx_pool_allocate(tbx_pool *pool, tbx_sandbox *owner, size_t size, tbx_error *error) {
    if (size == 0 || size > pool->end - pool->start) {
        tbx_fail(error, "an object of %zu bytes does not fit in the pool", size);
        return 0;
    }
    if (!join(&owner->memory, pool, error))
        return 0;
    pthread_mutex_lock(&pool->lock);
    uint64_t pointer =
        allocate(pool, owner, (uint32_t)((size + TBX_LINE_SIZE - 1) / TBX_LINE_SIZE), error);
    pthread_mutex_unlock(&pool->lock);
    return pointer;
}

bool tbx_pool_release(tbx_pool *pool, uint64_t pointer, tbx_error *error) {
    pthread_mutex_lock(&pool->lock);
    struct lines lines = object_at(pool, pointer);
    if (lines.end != 0)
        release(pool, lines);
    pthread_mutex_unlock(&pool->lock);
    return lines.end != 0 ||
           tbx_fail(error, "no object begins at 0x%llx of the pool", (unsigned long long)pointer);
}

/* Reads the object through one key and writes it through the other, in two steps: no instruction
 * may use both. With the lock. */
static bool relocate(struct tbx_pool *pool, struct lines lines, struct tbx_sandbox *from,
                     struct tbx_sandbox *to, tbx_error *error) {
    size_t size = size_of(lines);
    const void *old = object_in(from, pool, lines);
    if (old == NULL)
        return tbx_fail(error, "the object cannot be read");
    unsigned char *copy = malloc(size);
    if (copy == NULL)
        return tbx_fail(error, "out of memory");
    memcpy(copy, old, size);
    set_key(pool, lines, to->memory.window.key);
    memcpy(to->memory.window.base + offset_of(pool, lines), copy, size);
    explicit_bzero(copy, size);
    free(copy);
    set_owner(pool, lines, to->identity);
    return true;
}

bool tbx_pools_close(struct tbx_memory *memory) {
    for (int i = TBX_MOST_POOLS - 1; i >= 0; i--) {
        struct tbx_pool *pool = memory->pools[i];
        if (pool == NULL)
            continue;
        if (!pool->backend->unshare(&memory->window, pool->start, pool->end - pool->start))
            return false;
        memory->pools[i] = NULL;
        tbx_pool_free(pool);
    }
    return true;
}

bool tbx_pool_grant(tbx_pool *pool, uint64_t pointer, tbx_sandbox *from, tbx_sandbox *to,
                    tbx_error *error) {
    if (!join(&to->memory, pool, error))
        return false;
    pthread_mutex_lock(&pool->lock);
    struct lines lines = object_at(pool, pointer);
    bool is_owner = lines.end != 0 && pool->owners[lines.first] == from->identity;
    bool done = is_owner ? relocate(pool, lines, from, to, error)
                         : tbx_fail(error, "the sandbox has no object at 0x%llx of the pool",
                                    (unsigned long long)pointer);
    pthread_mutex_unlock(&pool->lock);
    return done;
}
