/*
 * Pools, under the emulated backend: objects allocated, written, granted, released; sandboxes that
 * are reset and freed. A sandbox reads what it, or who granted it to it, has written there,
 * whatever the others do; and what was written for others it never reads, nor what was there before
 * a reset.
 */
#include "copies.h"
#include "input.h"
#include "layout.h"
#include "line_cipher.h"
#include "no_gate.h"
#include "promises.h"
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SANDBOXES = 3, POOLS = 2, OBJECTS = 24, MOST_STEPS = 60, LINE = TBX_LINE_SIZE };

static struct input input;
static unsigned steps;
static tbx_template *template;
static bool has_keys;

static struct tenant {
    tbx_sandbox *sandbox;
    uint64_t number; /* another one after each reset */
} tenants[SANDBOXES];

/* An object, and what its owner wrote there last. */
struct object {
    int pool, owner; /* owner: -1 when it is gone */
    uint64_t start, size;
    uint64_t value;  /* in each word; 0: as allocated */
    bool is_damaged; /* someone has written over it since */
};

static tbx_pool *pools[POOLS];
static struct object objects[OBJECTS];
static unsigned object_count;

/* Each value that was ever written, and the tenants that have had it. */
enum { MOST_VALUES = MOST_STEPS, MOST_READERS = SANDBOXES * MOST_STEPS };
static struct {
    uint64_t value, readers[MOST_READERS];
    unsigned count;
} values[MOST_VALUES];
static unsigned value_count;
static uint64_t last_tenant, last_value;

static bool has_steps(void) {
    return input.left > 0 && steps++ < MOST_STEPS;
}

static int take_tenant(void) {
    return (int)(take(&input, 1) % SANDBOXES);
}

/* --- Who may read what --- */

/* No word of a line that was encrypted under another key is likely to be one of these. */
static uint64_t new_value(const struct tenant *tenant) {
    uint64_t value = ++last_value * 0x9E3779B97F4A7C15u | 1;
    values[value_count].value = value;
    values[value_count].readers[0] = tenant->number;
    values[value_count++].count = 1;
    return value;
}

static void let_read(const struct tenant *tenant, uint64_t value) {
    for (unsigned i = 0; i < value_count; i++)
        if (values[i].value == value && values[i].count < MOST_READERS)
            values[i].readers[values[i].count++] = tenant->number;
}

UNTRACED static bool may_read(const struct tenant *tenant, uint64_t value) {
    for (unsigned i = 0; i < value_count; i++) {
        if (values[i].value != value)
            continue;
        for (unsigned reader = 0; reader < values[i].count; reader++)
            if (values[i].readers[reader] == tenant->number)
                return true;
        return false;
    }
    return true; /* noise, or zeros */
}

static uint64_t *in_window(const struct tenant *tenant, uint64_t offset) {
    return (uint64_t *)(tbx_sandbox_window_base(tenant->sandbox) + offset);
}

/* The tenant's own objects are as it left them. */
UNTRACED static void check_own(const struct tenant *tenant, const struct object *object) {
    volatile uint64_t *words = in_window(tenant, object->start);
    for (uint64_t i = 0; !object->is_damaged && i < object->size / sizeof *words; i++)
        require(words[i] == object->value, "an object that is not what its owner wrote");
}

/* All that the sandbox can see of an object, its own or not, now or after it was released. */
UNTRACED static void check_seen(const struct tenant *tenant, uint64_t start, uint64_t end) {
    for (uint64_t at = start; at < end; at += LINE)
        require(may_read(tenant, *(volatile uint64_t *)in_window(tenant, at)),
                "a sandbox reads what was never its own");
}

/* Pools that a window does not share are out of its reach. */
static void check_tenant(const struct tenant *tenant) {
    struct tbx_memory *memory = &tenant->sandbox->memory;
    for (uint64_t at = TBX_POOLS_START; at < TBX_POOLS_START + (1 << 20); at += TBX_PAGE_SIZE)
        if (tbx_readable(memory, at, TBX_PAGE_SIZE) != NULL)
            check_seen(tenant, at, at + TBX_PAGE_SIZE);
    for (unsigned i = 0; i < object_count; i++)
        if (objects[i].owner >= 0 && &tenants[objects[i].owner] == tenant)
            check_own(tenant, &objects[i]);
}

/* --- What the host does --- */

static void new_pool(void) {
    unsigned index = take(&input, 1) % POOLS;
    uint64_t size = take(&input, 1) % 8 == 0 ? take(&input, 8) : 1 + take(&input, 2) % (1 << 15);
    tbx_error error = {""};
    if (pools[index] != NULL)
        return;
    pools[index] = tbx_pool_new(size, &error);
    require(pools[index] != NULL || error.message[0] != '\0', "a refusal without a reason");
    require(pools[index] == NULL || has_keys, "a pool without keys");
}

/* Its objects stay their owners' until these are gone, but can be released no more. */
static void free_pool(void) {
    int index = (int)(take(&input, 1) % POOLS);
    tbx_pool_free(pools[index]);
    pools[index] = NULL;
    for (unsigned i = 0; i < object_count; i++)
        if (objects[i].pool == index)
            objects[i].pool = -1;
}

static void check_place(const struct object *made) {
    require(made->start >= TBX_POOLS_START && made->start % LINE == 0 &&
                made->start + made->size <= TBX_POOLS_END,
            "an object outside the pools");
    for (unsigned i = 0; i < object_count; i++) {
        const struct object *other = &objects[i];
        bool is_left = other->pool < 0 && other->owner < 0; /* its pool may be gone */
        require(is_left || made->start + made->size <= other->start ||
                    other->start + other->size <= made->start,
                "two objects on one line");
    }
}

static void allocate(int owner) {
    int index = (int)(take(&input, 1) % POOLS);
    uint64_t size = take(&input, 1) % 8 == 0 ? take(&input, 8) : take(&input, 2) % 1024;
    tbx_error error = {""};
    if (pools[index] == NULL || object_count == OBJECTS)
        return;
    uint64_t start = tbx_pool_allocate(pools[index], tenants[owner].sandbox, size, &error);
    if (start == 0) {
        require(error.message[0] != '\0', "a refusal without a reason");
        return;
    }
    struct object made = {.pool = index,
                          .owner = owner,
                          .start = start,
                          .size = (size + LINE - 1) & ~(uint64_t)(LINE - 1)};
    check_place(&made);
    objects[object_count++] = made;
}

static struct object *take_object(void) {
    unsigned index = (unsigned)take(&input, 1);
    return object_count == 0 ? NULL : &objects[index % object_count];
}

static void write_object(void) {
    struct object *object = take_object();
    if (object == NULL || object->owner < 0 || value_count == MOST_VALUES)
        return;
    const struct tenant *owner = &tenants[object->owner];
    volatile uint64_t *words = in_window(owner, object->start);
    object->value = new_value(owner);
    object->is_damaged = false;
    for (uint64_t i = 0; i < object->size / sizeof *words; i++)
        words[i] = object->value;
}

/* Whether the line at an offset is of an object of the tenant. */
static bool is_own(const struct tenant *tenant, uint64_t line) {
    for (unsigned i = 0; i < object_count; i++)
        if (objects[i].owner >= 0 && &tenants[objects[i].owner] == tenant &&
            line >= objects[i].start && line < objects[i].start + objects[i].size)
            return true;
    return false;
}

/* A sandbox writes over a line that is not its own: another's, or no one's. */
static void write_line(const struct tenant *tenant) {
    const struct object *object = take_object();
    int8_t lines = (int8_t)take(&input, 1);
    uint64_t start = object == NULL ? 0 : object->start + (uint64_t)(lines * LINE);
    if (object == NULL || start < TBX_POOLS_START || value_count == MOST_VALUES ||
        is_own(tenant, start) || tbx_writable(&tenant->sandbox->memory, start, LINE) == NULL)
        return;
    uint64_t value = new_value(tenant);
    volatile uint64_t *words = in_window(tenant, start);
    for (uint64_t i = 0; i < LINE / sizeof *words; i++)
        words[i] = value;
    for (unsigned i = 0; i < object_count; i++)
        if (start >= objects[i].start && start < objects[i].start + objects[i].size)
            objects[i].is_damaged = true;
}

/* The object of the pool that begins at `start`; null: none. */
static struct object *find_object(int pool, uint64_t start) {
    for (unsigned i = 0; i < object_count; i++)
        if (objects[i].start == start && objects[i].pool == pool)
            return &objects[i];
    return NULL;
}

/* A pointer that is sometimes beside the object. */
static uint64_t take_pointer(const struct object *object) {
    int8_t beside = (int8_t)take(&input, 1);
    return object->start + (uint64_t)(beside % 4 == 0 ? beside / 4 : 0);
}

static void release_object(void) {
    struct object *object = take_object();
    tbx_error error = {""};
    if (object == NULL || object->pool < 0)
        return;
    uint64_t pointer = take_pointer(object);
    struct object *released = find_object(object->pool, pointer);
    bool done = tbx_pool_release(pools[object->pool], pointer, &error);
    require(done || released == NULL, "an object that cannot be released");
    require(!done || released != NULL, "an object that is none");
    if (done)
        *released = objects[--object_count];
}

static void grant(int from) {
    struct object *object = take_object();
    int to = take_tenant();
    tbx_error error = {""};
    if (object == NULL || object->pool < 0)
        return;
    uint64_t pointer = object->start + (take(&input, 1) % 8 == 0 ? LINE : 0);
    bool done = tbx_pool_grant(pools[object->pool], pointer, tenants[from].sandbox,
                               tenants[to].sandbox, &error);
    if (!done)
        return;
    struct object *granted = find_object(object->pool, pointer);
    require(granted != NULL, "an object that is none");
    require(granted->owner == from, "an object granted that was another's");
    granted->owner = to;
    let_read(&tenants[to], granted->value);
}

static void end_tenant(int index) {
    tenants[index].number = ++last_tenant;
    for (unsigned i = 0; i < object_count; i++)
        if (objects[i].owner == index)
            objects[i].owner = -1;
}

static void reset(int index) {
    tbx_error error = {""};
    require(tbx_sandbox_reset(tenants[index].sandbox, &error), error.message);
    end_tenant(index);
}

static void replace(int index) {
    tbx_sandbox_free(tenants[index].sandbox);
    tenants[index].sandbox = make_copy(template);
    end_tenant(index);
}

static void host_step(void) {
    int tenant = take_tenant();
    switch (take(&input, 1) % 10) {
    case 0:
        new_pool();
        break;
    case 1:
        free_pool();
        break;
    case 2:
    case 3:
        allocate(tenant);
        break;
    case 4:
        write_object();
        break;
    case 5:
        grant(tenant);
        break;
    case 6:
        reset(tenant);
        break;
    case 7:
        replace(tenant);
        break;
    case 8:
        write_line(&tenants[tenant]);
        break;
    default:
        release_object();
        break;
    }
}

static uint64_t imported(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)arguments, (void)context;
    return 0;
}

static bool guest(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments) {
    (void)run, (void)entry, (void)arguments;
    return true;
}

/* INTEGRITY=1 in the environment: the backend keeps integrity too. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    tbx_error error = {""};
    const tbx_backend_options options = {.integrity = getenv("INTEGRITY") != NULL};
    (void)argc, (void)argv;
    no_gate_inside = guest;
    has_keys = tbx_backend_start(TBX_BACKEND_EMULATED, &options, &error);
    if (!has_keys)
        fprintf(stderr, "WITHOUT KEYS, so without pools: %s\n", error.message);
    template = plain_template(imported, NULL);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input = (struct input){.data = data, .left = size};
    steps = object_count = value_count = 0;
    for (int i = 0; i < SANDBOXES; i++)
        tenants[i] = (struct tenant){.sandbox = make_copy(template), .number = ++last_tenant};
    while (has_steps()) {
        host_step();
        if (take(&input, 1) % 4 == 0)
            check_tenant(&tenants[take_tenant()]);
    }
    for (int i = 0; i < SANDBOXES; i++)
        check_tenant(&tenants[i]);
    for (int i = 0; i < SANDBOXES; i++)
        tbx_sandbox_free(tenants[i].sandbox);
    for (int i = 0; i < POOLS; i++) {
        tbx_pool_free(pools[i]);
        pools[i] = NULL;
    }
    return 0;
}
