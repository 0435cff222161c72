/* Libraries (guests/library.s): templates, copies, calls, what may go wrong in one. */
#include "check.h"
#include "kernel_mappings.h"
#include "small_library.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void functions_get_arguments_and_return_results(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    const tbx_arguments arguments = {.integers = {1, 10, 100, 1000, 10000, 100000},
                                     .real_count = 8,
                                     .reals = {3, 4, 0, 0, 0, 0, 0, 0.5}};
    tbx_result result;
    CHECK(tbx_sandbox_call(sandbox, tbx_template_function(template, "weigh"), &arguments, &result,
                           &outcome));
    CHECK_EQUAL(result.integer, 654321);
    CHECK(tbx_sandbox_call(sandbox, tbx_template_function(template, "combine"), &arguments, &result,
                           &outcome));
    CHECK(result.real == 1.25);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    close_all(sandbox);
}

static void unknown_functions_are_not_called(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(tbx_template_function(template, "nowhere"), 0);
    CALL0(sandbox, "nowhere");
    CHECK_EQUAL(outcome.kind, TBX_NOT_STARTED);
    CHECK_CONTAINS(description(sandbox), "no such function");
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    close_all(sandbox);
}

/* Code is verified from the beginnings of functions only. */
static void nothing_but_functions_is_called(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_function add = tbx_template_function(template, "add");
    const tbx_function others[] = {
        add + 1, 1, 0x10000000, 0x20000000, 0x7fffffff, 0x80000000, 0xffffffff,
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        CHECK(!tbx_sandbox_call(sandbox, others[i], &(tbx_arguments){0}, NULL, &outcome));
        CHECK_EQUAL(outcome.kind, TBX_NOT_STARTED);
        CHECK_CONTAINS(description(sandbox), "no such function");
    }
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    close_all(sandbox);
}

/* Started once for all of them, and two kernel mappings for each. */
static void copies_keep_their_data_apart(void) {
    enum { COPIES = 300 };
    static tbx_sandbox *copies[COPIES];
    open_template(small_config());
    tbx_sandbox *other = new_copy();
    CALL0(other, "count_starts");
    int before = kernel_mappings();
    for (unsigned i = 0; i < COPIES; i++)
        copies[i] = new_copy();
    CHECK(HAS_OTHER_MAPPINGS || kernel_mappings() - before <= 2 * COPIES);
    for (unsigned i = 0; i < COPIES; i++)
        CHECK_EQUAL(CALL1(copies[i], "add", i), 1 + i);
    for (unsigned i = COPIES; i-- > 0;) {
        CHECK_EQUAL(CALL1(copies[i], "add", i), 1 + 2 * i);
        CHECK_EQUAL(CALL0(copies[i], "count_starts"), 1);
    }
    CHECK_EQUAL(CALL1(other, "add", 0), 1);
    for (unsigned i = 0; i < COPIES; i++)
        tbx_sandbox_free(copies[i]);
    close_all(other);
}

static void faults_end_one_sandbox_and_nothing_else(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy(), *other = new_copy();
    CALL1(sandbox, "add", 10);
    CALL2(sandbox, "poke", 8, 1);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_NULL);
    CHECK_CONTAINS(description(sandbox), "write to unmapped offset 0x8 at offset 0x1000");
    CHECK_CONTAINS(description(sandbox), "(poke+0x");
    CALL1(sandbox, "add", 1);
    CHECK_EQUAL(outcome.kind, TBX_NOT_STARTED);
    CHECK_CONTAINS(description(sandbox), "reset");
    CHECK_EQUAL(CALL1(other, "add", 1), 2);
    reset(sandbox);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    CHECK_EQUAL(CALL0(sandbox, "count_starts"), 1);
    tbx_sandbox_free(other);
    close_all(sandbox);
}

static void every_edge_of_the_memory_faults(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    uint64_t mapped = CALL1(sandbox, "map", 4096), end = mapped;
    while (CALL1(sandbox, "peek", end) == 0 && outcome.kind == TBX_RETURNED)
        end += 4096;
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_UNMAPPED);
    CHECK(end - mapped <= HEAP);
    const uint64_t outside[] = {end,        0,          0xFFF8,     0x10000,
                                0x0FE00000, 0x80000000, 0xFFFFF000, 0xFFFFFFF8};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        reset(sandbox);
        CALL1(sandbox, "peek", outside[i]);
        CHECK_EQUAL(outcome.kind, TBX_FAULTED);
        CHECK_EQUAL(outcome.fault.offset, outside[i]);
    }
    close_all(sandbox);
}

static void memory_given_out_again_is_zero(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    for (int round = 0; round < 3; round++) {
        uint64_t start = CALL1(sandbox, "map", 0x20000);
        CHECK_EQUAL(CALL1(sandbox, "peek", start + 0x1F000), 0);
        CALL2(sandbox, "poke", start + 0x1F000, 77);
        CHECK_EQUAL(CALL1(sandbox, "peek", start + 0x1F000), 77);
        if (round == 1)
            reset(sandbox);
        else
            CHECK_EQUAL(CALL2(sandbox, "unmap", start, 0x20000), 0);
    }
    close_all(sandbox);
}

/* brk has a part of the heap, in whole pages, and mmap what is behind it. */
static void heaps_of_all_sizes_are_cut_at_pages(void) {
    enum { PAGE = 4096 };
    for (uint64_t pages = 60; pages < 80; pages++) {
        tbx_error error;
        tbx_config *config = small_config();
        CHECK(tbx_config_set_heap(config, pages * PAGE, &error));
        open_template(config);
        tbx_sandbox *sandbox = new_copy();
        uint64_t place = CALL1(sandbox, "map", PAGE);
        CHECK_EQUAL(place % PAGE, 0);
        CHECK_EQUAL(CALL2(sandbox, "unmap", place, PAGE), 0);
        close_all(sandbox);
    }
}

/* Behind the last page that was ever mapped: the set of a copy's pages has no bits there. */
static void unmapping_what_was_never_mapped_changes_nothing(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_statistics before, after;
    uint64_t start = CALL1(sandbox, "map", 0x1000);
    tbx_sandbox_statistics(sandbox, &before);
    CHECK_EQUAL(CALL2(sandbox, "unmap", start + HEAP / 2, 0x10000), 0);
    tbx_sandbox_statistics(sandbox, &after);
    CHECK_EQUAL(after.heap_bytes, before.heap_bytes);
    close_all(sandbox);
}

static void endless_recursion_is_a_fault(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CALL0(sandbox, "recurse");
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_NATIVE_STACK);
    close_all(sandbox);
}

static uint64_t subtract(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    return arguments[0] - arguments[1];
}

static void imports_are_called(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    first_import = subtract;
    CHECK_EQUAL(call3(sandbox, "import", 0, 50, 8), 42);
    CHECK_EQUAL((int64_t)call3(sandbox, "import", 2, 50, 8), -ENOSYS);
    CHECK_EQUAL((int64_t)call3(sandbox, "import", 0xFFFFFFFF, 50, 8), -ENOSYS);
    first_import = NULL;
    close_all(sandbox);
}

static void missing_imports_are_refused(void) {
    tbx_error error = {""};
    tbx_config *config = tbx_config_new();
    tbx_image *image = open_image(path_in("LIBRARY_IMAGE", "library.tbx"), &error);
    CHECK(tbx_config_add_function(config, "host_second", run_second, NULL, &error));
    CHECK(tbx_template_new(image, config, &error) == NULL);
    CHECK_CONTAINS(error.message, "\"host_first\"");
    tbx_config_free(config);
    tbx_image_release(image);
}

static void programs_are_no_libraries(void) {
    tbx_error error = {""};
    tbx_image *image = open_image(path_in("MACHINE_IMAGE", "machine.tbx"), &error);
    CHECK(tbx_template_new(image, NULL, &error) == NULL);
    CHECK(error.message[0] != '\0');
    tbx_sandbox *sandbox = tbx_sandbox_new(image, NULL, &error);
    CHECK(!tbx_sandbox_reset(sandbox, &error));
    CHECK_CONTAINS(error.message, "copy of a template");
    CHECK(!tbx_sandbox_call(sandbox, 1, &(tbx_arguments){0}, NULL, &outcome));
    CHECK_CONTAINS(outcome.error.message, "make it from a template");
    tbx_sandbox_free(sandbox);
    tbx_image_release(image);
}

static tbx_sandbox *inner;

/* From inside of one sandbox into `inner`, by way of its own import. */
static uint64_t call_inner(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    uint64_t result = call3(inner, "import", 1, arguments[0] + 1, arguments[1]);
    return outcome.kind == TBX_RETURNED ? result + 100 : 0;
}

static void calls_nest(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    inner = new_copy();
    first_import = call_inner;
    second_import = subtract;
    CHECK_EQUAL(call3(sandbox, "import", 0, 50, 8), 143);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    tbx_sandbox_free(inner);
    inner = sandbox; /* into the same one again */
    CHECK_EQUAL(call3(sandbox, "import", 0, 50, 8), 143);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 3);
    first_import = second_import = NULL;
    close_all(sandbox);
}

static uint64_t fault_in_inner(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    CALL2(inner, "poke", 0, 0);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    tbx_error error;
    CHECK(inner != sandbox || !tbx_sandbox_reset(inner, &error));
    return arguments[0];
}

/* A fault in a nested call ends the sandbox that it is in: the outer call only if that is its own.
 */
static void faults_in_nested_calls_end_their_sandbox(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    inner = new_copy();
    CHECK_EQUAL(call_import(sandbox, fault_in_inner, 50, 0), 50);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    tbx_sandbox_free(inner);
    inner = sandbox;
    call_import(sandbox, fault_in_inner, 50, 0);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    reset(sandbox);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    close_all(sandbox);
}

static void *call_from_another_thread(void *sandbox) {
    tbx_error error = {""};
    tbx_outcome other;
    tbx_sandbox_call(sandbox, tbx_template_function(template, "add"), &(tbx_arguments){0}, NULL,
                     &other);
    CHECK_EQUAL(other.kind, TBX_BUSY);
    CHECK(!tbx_sandbox_reset(sandbox, &error));
    CHECK_CONTAINS(error.message, "another thread");
    return NULL;
}

static uint64_t try_another_thread(tbx_sandbox *sandbox, const uint64_t arguments[6],
                                   void *context) {
    pthread_t thread;
    (void)context;
    CHECK(pthread_create(&thread, NULL, call_from_another_thread, sandbox) == 0);
    pthread_join(thread, NULL);
    return arguments[0];
}

static void a_second_thread_gets_an_error(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(call_import(sandbox, try_another_thread, 9, 0), 9);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    close_all(sandbox);
}

/* Nothing that one sandbox left on a native stack is there for another one, however many are
 * entered in turn. */
static void native_stacks_carry_nothing_over(void) {
    enum { COPIES = 20 };
    tbx_sandbox *copies[COPIES];
    open_template(small_config());
    for (unsigned i = 0; i < COPIES; i++)
        copies[i] = new_copy();
    CALL1(copies[0], "write_below", 1000);
    CHECK_EQUAL(CALL0(copies[0], "read_below"), 1000);
    reset(copies[0]);
    CHECK_EQUAL(CALL0(copies[0], "read_below"), 0);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < COPIES; i++) {
            uint64_t seen = CALL0(copies[i], "read_below");
            CHECK(seen == 0 || seen == 1000 + i);
            CALL1(copies[i], "write_below", 1000 + i);
        }
    }
    for (unsigned i = 1; i < COPIES; i++)
        tbx_sandbox_free(copies[i]);
    close_all(copies[0]);
}

static void jump_buffers_end_with_their_call(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(CALL0(sandbox, "keep_place"), 0);
    CALL0(sandbox, "jump_back");
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_JUMP_BUFFER);
    close_all(sandbox);
}

static void the_host_reaches_checked_memory(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    uint64_t start = CALL1(sandbox, "map", 8192);
    const uint64_t number = 20407;
    uint64_t back = 0;
    char text[8];
    CHECK(tbx_sandbox_copy_in(sandbox, start, &number, sizeof number));
    CHECK_EQUAL(CALL1(sandbox, "peek", start), 20407);
    CHECK(tbx_sandbox_copy_out(sandbox, &back, 0xFFFF00000000 | start, sizeof back));
    CHECK_EQUAL(back, 20407);
    CHECK(tbx_sandbox_pointer(sandbox, start, 8192) != NULL);
    CHECK(tbx_sandbox_pointer(sandbox, start, 8193) == NULL);
    CHECK(tbx_sandbox_pointer(sandbox, start + 1, (size_t)-1) == NULL);
    CHECK(tbx_sandbox_pointer(sandbox, 0, 1) == NULL);
    CHECK(!tbx_sandbox_copy_in(sandbox, start + 8190, &number, sizeof number));
    CHECK(tbx_sandbox_copy_in(sandbox, start + 8188, "end", 4));
    CHECK(tbx_sandbox_copy_string_out(sandbox, text, sizeof text, start + 8188));
    CHECK_CONTAINS(text, "end");
    CHECK(tbx_sandbox_copy_in(sandbox, start + 8188, "ends", 4));
    CHECK(!tbx_sandbox_copy_string_out(sandbox, text, sizeof text, start + 8188));
    CHECK_EQUAL(tbx_sandbox_allocate(sandbox, 10, &outcome), 0); /* it exports no malloc */
    CHECK_EQUAL(outcome.kind, TBX_NOT_STARTED);
    close_all(sandbox);
}

static void *work(void *argument) {
    tbx_sandbox *mine = new_copy();
    const tbx_arguments one = {.integers = {1}}, zero = {0};
    tbx_function add = tbx_template_function(template, "add"),
                 poke = tbx_template_function(template, "poke");
    tbx_outcome ended;
    tbx_result result = {0};
    tbx_error error;
    for (unsigned i = 1; i <= 300; i++) {
        CHECK(tbx_sandbox_call(mine, add, &one, &result, &ended));
        CHECK_EQUAL(result.integer, 1 + (i - 1) % 100 + 1);
        if (i % 100 != 0)
            continue;
        CHECK(!tbx_sandbox_call(mine, poke, &zero, NULL, &ended));
        CHECK(tbx_sandbox_reset(mine, &error));
    }
    tbx_sandbox_free(mine);
    return argument;
}

static void threads_are_in_different_sandboxes(void) {
    pthread_t threads[4];
    open_template(small_config());
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, work, NULL) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    tbx_template_release(template);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(functions_get_arguments_and_return_results),
        TEST(unknown_functions_are_not_called),
        TEST(nothing_but_functions_is_called),
        TEST(copies_keep_their_data_apart),
        TEST(faults_end_one_sandbox_and_nothing_else),
        TEST(every_edge_of_the_memory_faults),
        TEST(memory_given_out_again_is_zero),
        TEST(heaps_of_all_sizes_are_cut_at_pages),
        TEST(unmapping_what_was_never_mapped_changes_nothing),
        TEST(endless_recursion_is_a_fault),
        TEST(imports_are_called),
        TEST(missing_imports_are_refused),
        TEST(programs_are_no_libraries),
        TEST(calls_nest),
        TEST(faults_in_nested_calls_end_their_sandbox),
        TEST(a_second_thread_gets_an_error),
        TEST(native_stacks_carry_nothing_over),
        TEST(jump_buffers_end_with_their_call),
        TEST(the_host_reaches_checked_memory),
        TEST(threads_are_in_different_sandboxes),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
