/*
 * Each call for memory, mappings, descriptors and timers that the library makes is refused, one
 * after the other, alone and with all that come after it (refusals.h). Whatever the library was
 * doing ends as it says or with an error; nothing is left behind then, and nothing of one sandbox
 * is where another one, or the same after a reset, finds it.
 */
#include "check.h"
#include "descriptors.h"
#include "kernel_mappings.h"
#include "refusals.h"
#include "small_sandbox.h"

#include "tmebox.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HEAP = 1 << 20, STACK = 64 << 10, SECRET = 0x5EC3E7, WINDOWS = 6 };

#define U(value) ((uint64_t)(value))

/* --- What is left behind --- */

struct usage {
    long blocks, descriptors, mappings;
    uint32_t keys[WINDOWS]; /* those that the next windows would get */
};

static struct usage measure(void) {
    struct tbx_window windows[WINDOWS];
    struct usage usage = {.blocks = live_blocks, .descriptors = open_descriptors()};
    tbx_error error;
    usage.mappings = IS_SANITIZED ? 0 : kernel_mappings();
    for (int i = 0; i < WINDOWS; i++) {
        CHECK(tbx_window_reserve(&windows[i], &tbx_plain, &error));
        usage.keys[i] = windows[i].key;
    }
    for (int i = 0; i < WINDOWS; i++)
        tbx_window_release(&windows[i]);
    return usage;
}

static void compare(const struct usage *before, unsigned refused, const char *how) {
    struct usage after = measure();
    char text[200];
    bool same = after.blocks == before->blocks && after.descriptors == before->descriptors &&
                after.mappings == before->mappings &&
                memcmp(after.keys, before->keys, sizeof after.keys) == 0;
    snprintf(text, sizeof text,
             "call %u%s: blocks %+ld, descriptors %+ld, mappings %+ld, next key %u", refused, how,
             after.blocks - before->blocks, after.descriptors - before->descriptors,
             after.mappings - before->mappings, after.keys[0]);
    check_true(same, text, __FILE__, __LINE__);
}

/* --- Refusing everything --- */

struct trial {
    void (*scenario)(void);
    unsigned first, last; /* of the calls that are refused */
    unsigned calls;
};

static void *run_in_thread(void *argument) {
    struct trial *trial = argument;
    refuse(trial->first, trial->last);
    trial->scenario();
    trial->calls = stop_refusing();
    return NULL;
}

/* How many calls were counted. In a thread, which gives back what it keeps when it ends. */
static unsigned run(void (*scenario)(void), unsigned first, unsigned last) {
    struct trial trial = {.scenario = scenario, .first = first, .last = last};
    pthread_t thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, run_in_thread, &trial), 0);
    pthread_join(thread, NULL);
    return trial.calls;
}

static bool is_refusing;

/* Within a scenario: from here on all goes well. */
static void end_refusals(void) {
    is_refusing = false;
    stop_refusing();
}

static void refuse_each(void (*scenario)(void)) {
    enum { LEAST_CALLS = 10 };
    is_refusing = false;
    run(scenario, UINT_MAX, UINT_MAX); /* what the process keeps for good is made */
    struct usage before = measure();
    unsigned first = 0, calls = 0;
    do {
        is_refusing = true;
        first++;
        calls = run(scenario, first, first);
        compare(&before, first, "");
        is_refusing = true;
        run(scenario, first, UINT_MAX);
        compare(&before, first, " and all behind");
    } while (calls >= first);
    CHECK(first > LEAST_CALLS);
}

/* Whether something was done; if not, there is a reason for it. */
static bool is_done(bool done, const tbx_error *error) {
    CHECK(done || (is_refusing && error->message[0] != '\0'));
    return done;
}

/* --- Copies of a template --- */

static tbx_template *template;

static uint64_t add_one(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    return arguments[0] + 1;
}

/* Null when memory is out. */
static tbx_config *make_config(tbx_error *error) {
    tbx_config *config = tbx_config_new();
    if (config == NULL) {
        CHECK(is_refusing);
        return NULL;
    }
    bool made = tbx_config_set_heap(config, HEAP, error) &&
                tbx_config_set_stack(config, STACK, error) &&
                tbx_config_set_native_stack(config, STACK, error) &&
                tbx_config_add_directory(config, "/usr", "/usr", false, error) &&
                tbx_config_add_environment(config, "NAME=value", error) &&
                tbx_config_set_working_directory(config, "/usr", error) &&
                tbx_config_add_function(config, "host_first", add_one, NULL, error) &&
                tbx_config_add_function(config, "host_second", add_one, NULL, error);
    tbx_config_grant(config, TBX_GRANT_STDIO);
    tbx_config_set_cpu_time(config, 10000000000);
    if (is_done(made, error))
        return config;
    tbx_config_free(config);
    return NULL;
}

static tbx_image *open_image(const char *variable) {
    static const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    tbx_error error = {""};
    const char *path = getenv(variable);
    tbx_image *image = tbx_image_open_with(path == NULL ? "" : path, &policy, &error);
    is_done(image != NULL, &error);
    return image;
}

static tbx_template *make_template(void) {
    tbx_error error = {""};
    tbx_image *image = open_image("LIBRARY_IMAGE");
    tbx_config *config = make_config(&error);
    tbx_template *made = NULL;
    if (image != NULL && config != NULL) {
        made = tbx_template_new(image, config, &error);
        is_done(made != NULL, &error);
    }
    tbx_config_free(config);
    tbx_image_release(image);
    return made;
}

/* True when the call returned. */
static bool call(tbx_sandbox *sandbox, const char *name, uint64_t a, uint64_t b, uint64_t *result) {
    const tbx_arguments arguments = {.integers = {a, b}};
    tbx_result returned;
    tbx_outcome outcome = {.kind = TBX_BUSY};
    bool done = tbx_sandbox_call(sandbox, tbx_template_function(template, name), &arguments,
                                 &returned, &outcome);
    CHECK_EQUAL(done, outcome.kind == TBX_RETURNED);
    if (done)
        *result = returned.integer;
    else if (outcome.kind == TBX_NOT_STARTED)
        is_done(false, &outcome.error);
    else
        CHECK(is_refusing && outcome.kind == TBX_FAULTED &&
              outcome.fault.kind == TBX_FAULT_JUMP_BUFFER);
    return done;
}

/* What a sandbox leaves: in its memory, on its native stack, and with the host. */
static void leave_secrets(tbx_sandbox *sandbox) {
    uint64_t result;
    call(sandbox, "add", SECRET, 0, &result);
    call(sandbox, "write_below", SECRET, 0, &result);
    if (call(sandbox, "map", 0x10000, 0, &result) && (int64_t)result > 0) {
        uint64_t place = result;
        call(sandbox, "poke", place, SECRET, &result);
        call(sandbox, "unmap", place, 0x8000, &result);
    }
    call(sandbox, "keep_place", 0, 0, &result);
}

/* Whether it finds something that it did not leave itself. */
static void find_nothing(tbx_sandbox *sandbox) {
    uint64_t result;
    if (call(sandbox, "read_below", 0, 0, &result))
        CHECK_EQUAL(result, 0);
    if (call(sandbox, "add", 0, 0, &result))
        CHECK_EQUAL(result, 1);
    if (call(sandbox, "map", 0x10000, 0, &result) && (int64_t)result > 0) {
        uint64_t place = result;
        if (call(sandbox, "peek", place, 0, &result))
            CHECK_EQUAL(result, 0);
    }
}

static void share_region(tbx_sandbox *sandbox) {
    tbx_error error = {""};
    uint64_t result;
    tbx_region *region = tbx_region_new(4096, &error);
    if (!is_done(region != NULL, &error))
        return;
    uint64_t place = tbx_sandbox_map_region(sandbox, region, true, &error);
    if (is_done(place != 0, &error)) {
        call(sandbox, "poke", place, SECRET, &result);
        is_done(tbx_sandbox_unmap_region(sandbox, place, &error), &error);
    }
    tbx_sandbox_map_region(sandbox, region, false, &error);
    tbx_region_release(region);
}

/* Has an object of the one relocated to the other, who reads it. */
static void share_object(tbx_sandbox *one, tbx_sandbox *other) {
    tbx_error error = {""};
    uint64_t result;
    if (tbx_backend_started() == TBX_BACKEND_PLAIN)
        return;
    tbx_pool *pool = tbx_pool_new(8192, &error);
    if (!is_done(pool != NULL, &error))
        return;
    uint64_t object = tbx_pool_allocate(pool, one, 64, &error);
    if (is_done(object != 0, &error) && call(one, "poke", object, SECRET, &result) &&
        is_done(tbx_pool_grant(pool, object, one, other, &error), &error) &&
        call(other, "peek", object, 0, &result))
        CHECK_EQUAL(result, SECRET);
    if (object != 0)
        CHECK(tbx_pool_release(pool, object, &error));
    tbx_pool_free(pool);
}

/* A reset that fails leaves nothing to call. */
static void reset(tbx_sandbox *sandbox) {
    tbx_error error = {""};
    uint64_t result;
    if (!is_done(tbx_sandbox_reset(sandbox, &error), &error)) {
        find_nothing(sandbox);
        end_refusals();
        CHECK(tbx_sandbox_reset(sandbox, &error));
    }
    find_nothing(sandbox);
    if (call(sandbox, "import", 0, 41, &result))
        CHECK_EQUAL(result, 42);
}

static tbx_sandbox *new_copy(void) {
    tbx_error error = {""};
    tbx_sandbox *sandbox = tbx_template_copy(template, &error);
    is_done(sandbox != NULL, &error);
    return sandbox;
}

static void use_copies(void) {
    tbx_sandbox *one = new_copy(), *other = new_copy();
    if (one != NULL) {
        leave_secrets(one);
        share_region(one);
    }
    if (other != NULL)
        find_nothing(other);
    if (one != NULL && other != NULL)
        share_object(one, other);
    if (one != NULL)
        reset(one);
    tbx_sandbox_free(one);
    one = new_copy(); /* in the window of the other */
    if (one != NULL)
        find_nothing(one);
    tbx_sandbox_free(one);
    tbx_sandbox_free(other);
}

static void make_and_use_a_library(void) {
    template = make_template();
    if (template != NULL)
        use_copies();
    tbx_template_release(template);
}

static void libraries_leave_nothing_behind(void) {
    refuse_each(make_and_use_a_library);
}

/* --- Programs --- */

static void run_program(const char *what) {
    tbx_error error = {""};
    tbx_outcome outcome = {.kind = TBX_BUSY};
    const char *const words[] = {"machine", what};
    tbx_image *image = open_image("MACHINE_IMAGE");
    tbx_config *config = image == NULL ? NULL : make_config(&error);
    tbx_sandbox *sandbox = config == NULL ? NULL : tbx_sandbox_new(image, config, &error);
    if (config != NULL && is_done(sandbox != NULL, &error)) {
        tbx_sandbox_run(sandbox, 2, words, &outcome);
        if (outcome.kind == TBX_EXITED)
            CHECK_EQUAL(outcome.status, 0);
        else if (outcome.kind == TBX_NOT_STARTED)
            is_done(false, &outcome.error);
        else
            CHECK(is_refusing && outcome.kind == TBX_FAULTED &&
                  outcome.fault.kind == TBX_FAULT_JUMP_BUFFER);
    }
    tbx_sandbox_free(sandbox);
    tbx_config_free(config);
    tbx_image_release(image);
}

static void run_one_that_jumps(void) {
    run_program("j");
}

static void programs_leave_nothing_behind(void) {
    refuse_each(run_one_that_jumps);
}

/* --- Host calls --- */

static struct tbx_run run_of_calls;

/* The result of a host call: no failure, or one that a system may have. */
static long make_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    enum { MOST_ERRNO = 4095 };
    const struct tbx_host_request request = {.number = number, .arguments = {a, b, c, d, e}};
    long result = tbx_dispatch(&run_of_calls, &request);
    CHECK(result >= 0 || (is_refusing && result >= -MOST_ERRNO));
    return result;
}

static uint64_t put_text(uint64_t offset, const char *text) {
    memcpy(run_of_calls.sandbox->memory.window.base + offset, text, strlen(text) + 1);
    return offset;
}

static void call_about_files(void) {
    long folder = make_call(SYS_open, put_text(GUEST, "/usr"), O_RDONLY | O_DIRECTORY, 0, 0, 0);
    make_call(SYS_open, put_text(GUEST, "/dev/zero"), O_RDONLY, 0, 0, 0);
    make_call(SYS_stat, put_text(GUEST, "/usr/bin"), GUEST + 1024, 0, 0, 0);
    make_call(SYS_access, put_text(GUEST, "/usr/bin"), R_OK, 0, 0, 0);
    make_call(SYS_chdir, put_text(GUEST, "/usr/bin"), 0, 0, 0, 0);
    make_call(SYS_pipe2, GUEST + 1024, O_CLOEXEC, 0, 0, 0);
    if (folder < 0)
        return;
    make_call(SYS_dup, U(folder), 0, 0, 0, 0);
    make_call(SYS_dup2, U(folder), 100, 0, 0, 0);
    make_call(SYS_fcntl, U(folder), F_DUPFD, 40, 0, 0);
    make_call(SYS_fchdir, U(folder), 0, 0, 0, 0);
    make_call(SYS_close, U(folder), 0, 0, 0, 0);
}

static long map(uint64_t size) {
    return make_call(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, U(-1));
}

/* The second stands in the way of the first. */
static void call_about_memory(void) {
    long heap = make_call(SYS_brk, 0, 0, 0, 0, 0);
    make_call(SYS_brk, U(heap) + 0x5000, 0, 0, 0, 0);
    make_call(SYS_brk, U(heap) + 0x1000, 0, 0, 0, 0);
    long first = map(0x4000), second = map(0x4000);
    if (first < 0 || second < 0)
        return;
    memset(run_of_calls.sandbox->memory.window.base + first, 1, 0x4000);
    long moved = make_call(SYS_mremap, U(first), 0x4000, 0x8000, MREMAP_MAYMOVE, 0);
    make_call(SYS_madvise, U(second), 0x2000, MADV_DONTNEED, 0, 0);
    if (moved >= 0 && make_call(SYS_munmap, U(moved) + 0x1000, 0x2000, 0, 0, 0) == 0)
        CHECK(tbx_readable(&run_of_calls.sandbox->memory, U(moved) + 0x1000, 1) == NULL);
    make_call(SYS_munmap, U(second), 0x4000, 0, 0, 0);
    long again = map(0x10000);
    const unsigned char *pages = run_of_calls.sandbox->memory.window.base + again;
    for (int i = 0; again >= 0 && i < 0x10000; i += 64)
        CHECK_EQUAL(pages[i], 0);
}

static void make_host_calls(void) {
    static const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    static struct small_image bytes;
    tbx_error error = {""};
    tbx_outcome outcome;
    small_image_make(&bytes);
    tbx_image *image = tbx_image_load_with(bytes.bytes, sizeof bytes.bytes, &policy, &error);
    tbx_config *config = image == NULL ? NULL : make_config(&error);
    tbx_sandbox *sandbox = config == NULL ? NULL : tbx_sandbox_new(image, config, &error);
    if (sandbox != NULL) {
        run_of_calls = (struct tbx_run){.sandbox = sandbox, .outcome = &outcome};
        call_about_files();
        call_about_memory();
        if (run_of_calls.holds_signals)
            pthread_sigmask(SIG_SETMASK, &run_of_calls.held.mask, NULL);
    } else {
        CHECK(is_refusing);
    }
    tbx_sandbox_free(sandbox);
    tbx_config_free(config);
    tbx_image_release(image);
}

static void host_calls_leave_nothing_behind(void) {
    refuse_each(make_host_calls);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(libraries_leave_nothing_behind),
        TEST(programs_leave_nothing_behind),
        TEST(host_calls_leave_nothing_behind),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
