/* What a library in a sandbox may use: memory, time, calls; and what is counted of it. */
#include "check.h"
#include "host_call.h"
#include "small_library.h"
#include "small_sandbox.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static uint64_t subtract(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    return arguments[0] - arguments[1];
}

static void memory_has_a_quota(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL((int64_t)CALL1(sandbox, "map", HEAP + 4096), -ENOMEM);
    int64_t first = (int64_t)CALL1(sandbox, "map", HEAP / 2);
    CHECK(first > 0);
    CHECK_EQUAL((int64_t)CALL1(sandbox, "map", HEAP / 2 + 4096), -ENOMEM);
    tbx_statistics statistics;
    tbx_sandbox_statistics(sandbox, &statistics);
    CHECK_EQUAL(statistics.heap_bytes, HEAP / 2);
    CHECK_EQUAL(statistics.heap_limit, HEAP);
    CHECK_EQUAL(statistics.calls, 3);
    CHECK_EQUAL(statistics.host_calls, 3);
    close_all(sandbox);
}

/* What is not on the list of a sandbox fails inside, but the end is always allowed. */
static void only_allowed_calls_are_answered(void) {
    tbx_error error = {""};
    tbx_config *config = small_config();
    CHECK(tbx_config_allow_calls(config, "read write", &error));
    CHECK(!tbx_config_allow_calls(config, "mmap munmap mmmap", &error));
    CHECK_CONTAINS(error.message, "no system call \"mmmap\"");
    open_template(config);
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL((int64_t)CALL1(sandbox, "map", 4096), -ENOSYS);
    tbx_statistics statistics;
    tbx_sandbox_statistics(sandbox, &statistics);
    CHECK_EQUAL(statistics.host_calls, 1);
    CHECK_EQUAL(statistics.refused_calls, 1);
    CHECK_EQUAL(call_import(sandbox, subtract, 50, 8), 42);
    CALL1(sandbox, "leave", 5);
    CHECK_EQUAL(outcome.kind, TBX_EXITED);
    close_all(sandbox);
    config = small_config();
    CHECK(tbx_config_allow_calls(config, " munmap\n mmap ", &error));
    open_template(config);
    sandbox = new_copy();
    CHECK((int64_t)CALL1(sandbox, "map", 4096) > 0);
    close_all(sandbox);
}

static void statistics_count_what_happened(void) {
    tbx_error error = {""};
    tbx_statistics statistics;
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *region = tbx_region_new(4096, &error);
    for (int i = 0; i < 3; i++) {
        CALL2(sandbox, "poke", 0, 0);
        reset(sandbox);
    }
    CALL1(sandbox, "leave", 1);
    CHECK(tbx_sandbox_map_region(sandbox, region, false, &error) != 0);
    tbx_sandbox_statistics(sandbox, &statistics);
    CHECK_EQUAL(statistics.calls, 4);
    CHECK_EQUAL(statistics.ends, 4);
    CHECK_EQUAL(statistics.resets, 3);
    CHECK_EQUAL(statistics.region_bytes, 4096);
    tbx_region_release(region);
    close_all(sandbox);
}

static void time_limits_end_calls(void) {
    tbx_config *config = small_config();
    tbx_config_set_cpu_time(config, 20000000);
    open_template(config);
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    CALL0(sandbox, "loop");
    CHECK_EQUAL(outcome.kind, TBX_TIMED_OUT);
    reset(sandbox);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    close_all(sandbox);
    config = small_config();
    tbx_config_set_timeout(config, 20000000);
    open_template(config);
    sandbox = new_copy();
    CALL0(sandbox, "loop");
    CHECK_EQUAL(outcome.kind, TBX_TIMED_OUT);
    close_all(sandbox);
}

/* No signal ends a system call that a disk takes its time for, so none is for many bytes. */
static void the_time_is_looked_at_while_many_bytes_are_moved(void) {
    enum { MANY = 40 << 20 };
    tbx_error error = {""};
    tbx_config *config = small_config();
    CHECK(tbx_config_set_heap(config, 2 * MANY, &error));
    open_template(config);
    tbx_sandbox *sandbox = new_copy();
    struct tbx_run run = {.sandbox = sandbox, .outcome = &outcome};
    struct tbx_file file = {.host = memfd_create("many", MFD_CLOEXEC)};
    uint64_t place = CALL1(sandbox, "map", MANY);
    const uint64_t arguments[6] = {(uint64_t)tbx_file_add(sandbox->files, file, 0), place, MANY};
    CHECK(tbx_sandbox_copy_in(sandbox, place + MANY - 1, "x", 1));
    CHECK_EQUAL(tbx_call_write(&run, arguments), MANY);
    CHECK(tbx_sandbox_copy_in(sandbox, place + MANY - 1, "y", 1));
    CHECK_EQUAL(tbx_call_pread64(&run, arguments), MANY);
    CHECK_EQUAL(*(char *)tbx_sandbox_pointer(sandbox, place + MANY - 1, 1), 'x');
    run.time_is_up = 1;
    CHECK_EQUAL(tbx_call_pread64(&run, arguments), TBX_MOST_AT_ONCE);
    CHECK_EQUAL(tbx_call_pwrite64(&run, arguments), TBX_MOST_AT_ONCE);
    close_all(sandbox);
}

/* The host calls that take most of the stack of the host's thread. */
static void *make_deep_calls(void *argument) {
    const uint64_t path = put(GUEST, "/work/none/one");
    CALL(SYS_rename, path, path);
    CALL(SYS_mkdir, path, 0ull);
    CALL(SYS_readlink, path, (uint64_t)GUEST + 512, 512ull);
    CALL(SYS_poll, (uint64_t)GUEST, 256ull, 0ull);
    CALL(SYS_writev, 0ull, (uint64_t)GUEST, 64ull);
    return argument;
}

/* A host with small stacks has to know, as a sandbox would end it. */
static void host_calls_need_no_more_stack_than_the_header_says(void) {
    enum { SIZE = 256 << 10, PROMISED = 32 << 10, PAINT = 0xA5 };
    tbx_error error = {""};
    tbx_config *config = tbx_config_new();
    CHECK(tbx_config_add_directory(config, "/tmp", "/work", true, &error));
    sandbox_open(config);
    unsigned char *stack =
        mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(stack, PAINT, SIZE);
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    CHECK_EQUAL(pthread_attr_setstack(&attributes, stack, SIZE), 0);
    CHECK_EQUAL(pthread_create(&thread, &attributes, make_deep_calls, NULL), 0);
    pthread_join(thread, NULL);
    size_t unused = 0;
    while (unused < SIZE && stack[unused] == PAINT)
        unused++;
    CHECK(unused >= SIZE - PROMISED || IS_SANITIZED);
    munmap(stack, SIZE);
    sandbox_close();
}

static void exits_end_the_sandbox(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CALL1(sandbox, "leave", 5);
    CHECK_EQUAL(outcome.kind, TBX_EXITED);
    CHECK_EQUAL(outcome.status, 5);
    CALL0(sandbox, "add");
    CHECK_EQUAL(outcome.kind, TBX_NOT_STARTED);
    close_all(sandbox);
}

/* Makes as many kernel mappings as the process may have: of new ones the kernel allows one more
 * than of pieces of old ones. Shared memory is never joined to its neighbours. */
static void use_up_mappings(unsigned char *pages, size_t size) {
    size_t at = 0;
    while (at < size && mprotect(pages + at, 4096, PROT_READ) == 0)
        at += 2 * 4096;
    CHECK(at < size);
    while (mmap(NULL, 4096, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        continue;
}

/* The kernel refuses then, and has not left a hole in the window: the process goes on. */
static void a_host_without_mappings_gets_an_error(void) {
    const size_t size = (size_t)8 << 30;
    tbx_error error = {""};
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *region = tbx_region_new(4096, &error);
    unsigned char *pages =
        mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(pages != MAP_FAILED);
    uint64_t place = tbx_sandbox_map_region(sandbox, region, true, &error);
    CHECK(tbx_sandbox_unmap_region(sandbox, place, &error));
    use_up_mappings(pages, size);
    CHECK_EQUAL(tbx_sandbox_map_region(sandbox, region, true, &error), 0);
    mprotect(pages, size, PROT_NONE); /* one mapping: a sanitizer's munmap makes some, too */
    munmap(pages, size);
    CHECK_CONTAINS(error.message, "cannot map a region");
    CHECK_EQUAL(tbx_sandbox_map_region(sandbox, region, true, &error), place);
    tbx_region_release(region);
    close_all(sandbox);
}

/* A process that exceeds its limit on sizes of files is ended by a signal, and what stands behind
 * templates and regions are files. */
static void a_limit_on_sizes_of_files_is_an_error(void) {
    tbx_error error = {""};
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    const struct rlimit small = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
    tbx_image *image = open_image(path_in("LIBRARY_IMAGE", "library.tbx"), &error);
    tbx_config *config = small_config();
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK(tbx_template_new(image, config, &error) == NULL);
    CHECK_CONTAINS(error.message, "cannot make the memory of a template: File too large");
    CHECK(tbx_region_new(2 * 4096, &error) == NULL);
    CHECK_CONTAINS(error.message, "cannot make a region of 8192 bytes: File too large");
    tbx_region *region = tbx_region_new(4096, &error);
    CHECK(region != NULL);
    setrlimit(RLIMIT_FSIZE, &before);
    tbx_region_release(region);
    tbx_config_free(config);
    tbx_image_release(image);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(memory_has_a_quota),
        TEST(only_allowed_calls_are_answered),
        TEST(statistics_count_what_happened),
        TEST(time_limits_end_calls),
        TEST(the_time_is_looked_at_while_many_bytes_are_moved),
        TEST(host_calls_need_no_more_stack_than_the_header_says),
        TEST(exits_end_the_sandbox),
        TEST(a_limit_on_sizes_of_files_is_an_error),
        TEST(a_host_without_mappings_gets_an_error),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
