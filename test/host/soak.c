/*
 * Hours in minutes: several threads make sandboxes of one template, call them, let them fault, run
 * out of time, exit and grow, reset and free them. Afterwards the process has as many descriptors,
 * kernel mappings and bytes as when it had done the same for a moment: `soak IMAGE SECONDS`, and
 * `emulated` behind it for that backend, where the sandboxes have objects in a pool, too.
 */
#include "descriptors.h"
#include "tmebox.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    THREADS = 4,
    HELD = 40,
    WARM_UP_SECONDS = 1,
    SLACK_MAPPINGS = 16,
    SLACK_BYTES = 8 << 20,
    MOST_LATE = 1000
};

static tbx_template *library;
static tbx_pool *pool; /* of all threads; null: the backend has none */
static atomic_bool is_over;
static atomic_ulong calls, made, faults, timeouts, late, wrong;

static uint64_t do_nothing(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    return arguments[0];
}

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "soak: %s\n", what);
    exit(1);
}

static tbx_template *load(const char *path) {
    /* Written by hand, so no verifier has seen it. */
    const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    tbx_error error;
    tbx_image *image = tbx_image_open_with(path, &policy, &error);
    tbx_config *config = tbx_config_new();
    tbx_config_set_cpu_time(config, 2000000);
    tbx_config_grant(config, TBX_GRANT_STDIO);
    if (image == NULL || !tbx_config_set_heap(config, 1 << 20, &error) ||
        !tbx_config_set_native_stack(config, 1 << 20, &error) ||
        !tbx_config_add_function(config, "host_first", do_nothing, NULL, &error) ||
        !tbx_config_add_function(config, "host_second", do_nothing, NULL, &error))
        fail(error.message);
    tbx_template *made_here = tbx_template_new(image, config, &error);
    tbx_config_free(config);
    tbx_image_release(image);
    if (made_here == NULL)
        fail(error.message);
    return made_here;
}

/* A sandbox and what its sum should be, which is also in its line of the pool, if it has one. */
struct held {
    tbx_sandbox *sandbox;
    uint64_t sum, line;
    tbx_outcome last; /* of the last call */
};

static bool is_out_of_time(const struct held *held) {
    return held->last.kind == TBX_TIMED_OUT;
}

/* Counts what is wrong, and says it of the first few. On a busy machine the kernel's work for a
 * call, which counts as the call's, can take all of its time: that is late, not wrong. */
static void note(struct held *held, const char *name, uint64_t result) {
    enum { SAID = 20 };
    char text[256];
    if (is_out_of_time(held)) {
        atomic_fetch_add(&late, 1);
        return;
    }
    if (atomic_fetch_add(&wrong, 1) >= SAID)
        return;
    tbx_outcome_describe(held->sandbox, &held->last, text, sizeof text);
    fprintf(stderr, "soak: %s: result %llu, sum %llu: %s\n", name, (unsigned long long)result,
            (unsigned long long)held->sum, text);
}

static tbx_outcome_kind call(struct held *held, const char *name, uint64_t a, uint64_t b,
                             uint64_t *result) {
    const tbx_arguments arguments = {.integers = {a, b}};
    tbx_result returned = {0};
    tbx_sandbox_call(held->sandbox, tbx_template_function(library, name), &arguments, &returned,
                     &held->last);
    atomic_fetch_add(&calls, 1);
    *result = returned.integer;
    return held->last.kind;
}

static void make(struct held *held) {
    tbx_error error;
    *held = (struct held){.sandbox = tbx_template_copy(library, &error), .sum = 1};
    if (held->sandbox == NULL)
        fail(error.message);
    atomic_fetch_add(&made, 1);
}

static void give_line_back(struct held *held) {
    tbx_error error;
    if (held->line != 0 && !tbx_pool_release(pool, held->line, &error))
        fail(error.message);
    held->line = 0;
}

static void reset(struct held *held) {
    tbx_error error;
    give_line_back(held);
    if (!tbx_sandbox_reset(held->sandbox, &error))
        fail(error.message);
    held->sum = 1;
    held->last = (tbx_outcome){0};
}

static void expect(struct held *held, const char *name, uint64_t argument, tbx_outcome_kind wanted,
                   atomic_ulong *count) {
    uint64_t result;
    if (call(held, name, argument, 1, &result) != wanted)
        note(held, name, result);
    atomic_fetch_add(count, 1);
    reset(held);
}

static void add(struct held *held, uint64_t value) {
    uint64_t result;
    held->sum += value;
    if (call(held, "add", value, 0, &result) != TBX_RETURNED || result != held->sum)
        note(held, "add", result);
}

/* Looks for the sum in the line, among lines of all threads, and brings it up to date. */
static void use_line(struct held *held, uint64_t before) {
    uint64_t result;
    tbx_error error;
    if (held->line == 0) {
        held->line = tbx_pool_allocate(pool, held->sandbox, 8, &error);
        if (held->line == 0)
            fail(error.message);
    } else if (call(held, "peek", held->line, 0, &result) != TBX_RETURNED || result != before) {
        note(held, "peek", result);
    }
    call(held, "poke", held->line, held->sum, &result);
}

/* Relocates the line to the other sandbox, which has done the same as this one from then on. */
static void grant_line(struct held *held, struct held *other) {
    tbx_error error;
    uint64_t result;
    if (held->line == 0 || held == other || is_out_of_time(held) || is_out_of_time(other))
        return;
    give_line_back(other);
    if (!tbx_pool_grant(pool, held->line, held->sandbox, other->sandbox, &error))
        fail(error.message);
    other->line = held->line;
    held->line = 0;
    if (call(other, "peek", other->line, 0, &result) != TBX_RETURNED || result != held->sum)
        note(other, "peek", result);
    call(other, "poke", other->line, other->sum, &result);
}

static void step(struct held *held, unsigned choice) {
    uint64_t start;
    if (is_out_of_time(held)) {
        reset(held);
    } else if (choice < 80) {
        uint64_t before = held->sum;
        add(held, choice);
        if (pool != NULL && !is_out_of_time(held))
            use_line(held, before);
    } else if (choice < 88) {
        give_line_back(held);
        tbx_sandbox_free(held->sandbox);
        make(held);
    } else if (choice < 93) {
        if (call(held, "map", 0x40000, 0, &start) == TBX_RETURNED && start < 0x80000000)
            call(held, "poke", start + 0x3F000, 1, &start);
    } else if (choice < 96) {
        expect(held, "poke", 0, TBX_FAULTED, &faults);
    } else if (choice < 97) {
        expect(held, "recurse", 0, TBX_FAULTED, &faults);
    } else if (choice < 98) {
        expect(held, "loop", 0, TBX_TIMED_OUT, &timeouts);
    } else if (choice < 99) {
        expect(held, "leave", 3, TBX_EXITED, &faults);
    } else {
        reset(held);
    }
}

static void *work(void *argument) {
    struct held held[HELD];
    unsigned seed = *(const unsigned *)argument;
    for (int i = 0; i < HELD; i++)
        make(&held[i]);
    while (!is_over) {
        seed = seed * 1103515245 + 12345;
        step(&held[(seed >> 8) % HELD], (seed >> 16) % 100);
        if (seed % 16 == 0)
            grant_line(&held[(seed >> 8) % HELD], &held[(seed >> 16) % HELD]);
    }
    for (int i = 0; i < HELD; i++) {
        give_line_back(&held[i]);
        tbx_sandbox_free(held[i].sandbox);
    }
    return NULL;
}

static void run_for(unsigned seconds) {
    pthread_t threads[THREADS];
    unsigned seeds[THREADS];
    is_over = false;
    for (unsigned i = 0; i < THREADS; i++) {
        seeds[i] = 7919 * (i + 1);
        if (pthread_create(&threads[i], NULL, work, &seeds[i]) != 0)
            fail("no thread");
    }
    nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
    is_over = true;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

struct usage {
    long descriptors, mappings, bytes;
};

static struct usage measure(void) {
    struct usage usage = {.descriptors = open_descriptors()};
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
        usage.mappings++;
    if (maps != NULL)
        fclose(maps);
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "RssAnon:", 8) == 0)
            usage.bytes = strtol(line + 8, NULL, 10) * 1024;
    if (status != NULL)
        fclose(status);
    return usage;
}

static void start_emulated(void) {
    enum { POOL = 64 << 10 };
    tbx_error error;
    if (!tbx_backend_start(TBX_BACKEND_EMULATED, NULL, &error) ||
        (pool = tbx_pool_new(POOL, &error)) == NULL)
        fail(error.message);
}

int main(int argc, char **argv) {
    if (argc != 3 && (argc != 4 || strcmp(argv[3], "emulated") != 0))
        fail("usage: soak IMAGE SECONDS [emulated]");
    if (argc == 4)
        start_emulated();
    library = load(argv[1]);
    run_for(WARM_UP_SECONDS);
    struct usage before = measure();
    run_for((unsigned)strtoul(argv[2], NULL, 10));
    struct usage after = measure();
    printf("%lu calls, %lu sandboxes, %lu faults, %lu time-outs, %lu late, %lu wrong\n", calls,
           made, faults, timeouts, late, wrong);
    printf("descriptors %+ld, mappings %+ld, bytes %+ld\n", after.descriptors - before.descriptors,
           after.mappings - before.mappings, after.bytes - before.bytes);
    tbx_template_release(library);
    tbx_pool_free(pool);
    bool leaks = after.descriptors > before.descriptors ||
                 after.mappings > before.mappings + SLACK_MAPPINGS ||
                 after.bytes > before.bytes + SLACK_BYTES;
    return wrong != 0 || late > calls / MOST_LATE || leaks || faults == 0 || timeouts == 0 ? 1 : 0;
}
