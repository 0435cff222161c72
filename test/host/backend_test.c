/*
 * The emulated backend: how it is chosen, its keys and the few KeyIDs of hardware, what threads and
 * system calls meet when it takes pages away, and what it leaves behind. What its keys keep apart
 * is in pool_test.c. Each test is a process of its own, as the backend is chosen once. What a
 * sandbox sees is asked of its own code (guests/library.s).
 */
#include "check.h"
#include "emulated.h"
#include "small_pool.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE = TBX_LINE_SIZE };

static void the_backend_is_chosen_once(void) {
    tbx_error error = {""};
    CHECK_EQUAL(tbx_backend_started(), TBX_BACKEND_PLAIN);
    CHECK(!tbx_backend_start((tbx_backend)99, NULL, &error));
    CHECK_CONTAINS(error.message, "no backend 99");
    CHECK(tbx_backend_start(TBX_BACKEND_EMULATED, NULL, &error));
    CHECK_EQUAL(tbx_backend_started(), TBX_BACKEND_EMULATED);
    CHECK(!tbx_backend_start(TBX_BACKEND_EMULATED, NULL, &error));
    CHECK_CONTAINS(error.message, "emulated already");
}

/* Each with a key of its own, and a line beside those of 63 others. */
static void thousands_of_keys_at_once(void) {
    enum { KEYS = 4000 };
    static tbx_sandbox *sandboxes[KEYS];
    static uint64_t objects[KEYS];
    open_pool(NULL, KEYS * LINE);
    for (unsigned i = 0; i < KEYS; i++) {
        sandboxes[i] = new_copy();
        objects[i] = new_object(sandboxes[i], LINE);
        CALL2(sandboxes[i], "poke", objects[i], i);
        CALL1(sandboxes[i], "add", i);
    }
    for (unsigned i = 0; i < KEYS; i++) {
        CHECK_EQUAL(CALL1(sandboxes[i], "peek", objects[i]), i);
        CHECK_EQUAL(CALL1(sandboxes[i], "add", 0), 1 + i);
    }
    CHECK(CALL1(sandboxes[0], "peek", objects[1]) != 1);
    for (unsigned i = 0; i < KEYS; i++)
        tbx_sandbox_free(sandboxes[i]);
    close_pool();
}

/* How many windows have a KeyID of the hardware. */
static unsigned programmed_windows(void) {
    unsigned count = 0;
    for (unsigned key = 0; key < TBX_KEYS; key++)
        count += tbx_emulation.windows[key].key_id != 0;
    return count;
}

static void keys_take_turns(void) {
    enum { KEY_IDS = 3, SANDBOXES = 20 };
    tbx_sandbox *sandboxes[SANDBOXES];
    uint64_t objects[SANDBOXES], heaps[SANDBOXES];
    open_pool(&(tbx_backend_options){.key_ids = KEY_IDS}, 4096);
    for (unsigned i = 0; i < SANDBOXES; i++) {
        sandboxes[i] = new_copy();
        heaps[i] = CALL1(sandboxes[i], "map", 1 << 16);
        objects[i] = new_object(sandboxes[i], LINE);
    }
    for (unsigned round = 1; round <= 3; round++) {
        for (unsigned i = 0; i < SANDBOXES; i++) {
            uint64_t before = tbx_emulation.programmings;
            CHECK_EQUAL(CALL1(sandboxes[i], "add", i), 1 + round * i);
            CHECK_EQUAL(tbx_emulation.programmings - before, 1); /* at its own memory already */
            CHECK_EQUAL(CALL1(sandboxes[(i + KEY_IDS) % SANDBOXES], "peek",
                              heaps[(i + KEY_IDS) % SANDBOXES] + round * 4096),
                        0);
            CHECK_EQUAL(tbx_emulation.programmings - before, 2); /* at a page that is new, too */
            before++;
            CHECK_EQUAL(CALL1(sandboxes[i], "peek", objects[i]), (round - 1) * i);
            CALL2(sandboxes[i], "poke", objects[i], round * i);
            CHECK_EQUAL(tbx_emulation.programmings - before, 1);
            CHECK_EQUAL(programmed_windows(), KEY_IDS);
        }
    }
    for (unsigned i = 0; i < SANDBOXES; i++)
        tbx_sandbox_free(sandboxes[i]);
    CHECK_EQUAL(programmed_windows(), 0);
    close_pool();
}

struct worker {
    tbx_sandbox *sandbox;
    uint64_t object;
    unsigned wrong;
};

enum { WORKERS = 4, STEPS = 1000 };

/* Counts in its line, beside the lines of the others. */
static void *count(void *argument) {
    struct worker *worker = argument;
    for (uint64_t i = 0; i < STEPS; i++) {
        worker->wrong += CALL1(worker->sandbox, "peek", worker->object) != i;
        CALL2(worker->sandbox, "poke", worker->object, i + 1);
        worker->wrong += CALL1(worker->sandbox, "add", 1) != i + 2;
    }
    return NULL;
}

static void count_together(const tbx_backend_options *options) {
    struct worker workers[WORKERS];
    pthread_t threads[WORKERS];
    open_pool(options, 4096);
    for (int i = 0; i < WORKERS; i++) {
        tbx_sandbox *sandbox = new_copy();
        workers[i] = (struct worker){.sandbox = sandbox, .object = new_object(sandbox, LINE)};
    }
    for (int i = 0; i < WORKERS; i++)
        CHECK(pthread_create(&threads[i], NULL, count, &workers[i]) == 0);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < WORKERS; i++) {
        CHECK_EQUAL(workers[i].wrong, 0);
        CHECK_EQUAL(CALL1(workers[i].sandbox, "peek", workers[i].object), STEPS);
        tbx_sandbox_free(workers[i].sandbox);
    }
    close_pool();
}

static void threads_share_a_page(void) {
    count_together(NULL);
}

static void threads_take_turns_with_keys(void) {
    count_together(&(tbx_backend_options){.key_ids = 2});
}

static void threads_share_a_page_with_integrity(void) {
    count_together(&(tbx_backend_options){.integrity = true});
}

/* A page that is in no page table: to a system call it is not there until it is shown. */
static void system_calls_reach_hidden_pages(void) {
    open_pool(NULL, 4096);
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE), foreign = new_object(other, LINE);
    int ends[2];
    CHECK(pipe(ends) == 0);
    CALL2(one, "poke", object, 123);
    unsigned char *place = tbx_sandbox_pointer(one, object, LINE);
    CALL2(other, "poke", foreign, 1); /* flips the page */
    CHECK(write(ends[1], place, 8) < 0 && errno == EFAULT);
    CHECK(tbx_sandbox_pointer(one, object, LINE) == place);
    uint64_t word = 0;
    CHECK(write(ends[1], place, 8) == 8 && read(ends[0], &word, 8) == 8);
    CHECK_EQUAL(word, 123);
    close(ends[0]);
    close(ends[1]);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    close_pool();
}

/* Uses its line until it is told to stop. */
static atomic_bool is_done;

static void *use_line(void *argument) {
    const struct worker *worker = argument;
    while (!atomic_load(&is_done))
        CALL1(worker->sandbox, "peek", worker->object);
    return NULL;
}

/* The page is taken away between the check of the pointer and the system call, again and again. */
static void system_calls_bear_flips(void) {
    enum { TRIES = 3000 };
    open_pool(NULL, 4096);
    tbx_sandbox *one = new_copy();
    struct worker other = {.sandbox = new_copy()};
    uint64_t object = new_object(one, LINE);
    other.object = new_object(other.sandbox, LINE);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, use_line, &other) == 0);
    for (int i = 0; i < TRIES; i++)
        CHECK_EQUAL(CALL2(one, "randomize", object, LINE), LINE);
    atomic_store(&is_done, true);
    pthread_join(thread, NULL);
    CHECK_EQUAL((int64_t)CALL2(one, "randomize", 4096, LINE), -EFAULT); /* not its memory */
    tbx_sandbox_free(other.sandbox);
    tbx_sandbox_free(one);
    close_pool();
}

static sigjmp_buf after_fault;

static void leave_fault(int signal) {
    siglongjmp(after_fault, signal);
}

/* Neither alias can be let through while the other is needed: found, and not tried for ever. */
static void one_instruction_with_two_keys_is_found(void) {
    struct sigaction action = {.sa_handler = leave_fault};
    sigaction(SIGBUS, &action, NULL);
    open_pool(NULL, 4096);
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE), target = new_object(other, LINE);
    const void *from = (const void *)(tbx_sandbox_window_base(one) + object);
    void *to = (void *)(tbx_sandbox_window_base(other) + target);
    size_t size = 8;
    CHECK(freopen("/dev/full", "w", stderr) !=
          NULL); /* what it says is not for this test's reader */
    int signal = sigsetjmp(after_fault, 1);
    if (signal == 0)
        __asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(size) : : "memory");
    CHECK_EQUAL(signal, SIGBUS);
    CALL2(one, "poke", object, 9);
    CHECK_EQUAL(CALL1(one, "peek", object), 9);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    close_pool();
}

static long memory_in_use(void) {
    struct stat status;
    CHECK(fstat(tbx_emulation.memory, &status) == 0);
    return status.st_blocks;
}

static void nothing_is_left_behind(void) {
    open_pool(NULL, 1 << 20);
    CHECK_EQUAL(memory_in_use(), 0);
    for (int round = 0; round < 3; round++) {
        tbx_sandbox *one = new_copy();
        uint64_t heap = CALL1(one, "map", 1 << 16);
        CHECK_EQUAL(CALL1(one, "peek", heap), 0); /* not what the one before left there */
        CALL2(one, "poke", heap, 5);
        CALL2(one, "poke", new_object(one, LINE), 1);
        CHECK(memory_in_use() > 0);
        tbx_sandbox_free(one);
    }
    close_pool();
    CHECK_EQUAL(memory_in_use(), 0);
    for (unsigned page = 0; page < TBX_POOL_PAGES; page++)
        CHECK_EQUAL(tbx_emulation.visible[page], 0);
}

static const struct check_test tests[] = {
    TEST(the_backend_is_chosen_once),
    TEST(thousands_of_keys_at_once),
    TEST(keys_take_turns),
    TEST(threads_share_a_page),
    TEST(threads_take_turns_with_keys),
    TEST(threads_share_a_page_with_integrity),
    TEST(system_calls_reach_hidden_pages),
    TEST(system_calls_bear_flips),
    TEST(one_instruction_with_two_keys_is_found),
    TEST(nothing_is_left_behind),
};

int main(int argc, char **argv) {
    return check_main_emulated(tests, sizeof tests / sizeof *tests, argc, argv);
}
