/*
 * What the emulated backend shows of TME-MK. Each test is a process of its own, as the backend is
 * chosen once. What a sandbox sees is asked of its own code (guests/library.s).
 */
#include "check.h"
#include "emulated.h"
#include "sandbox.h"
#include "small_library.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE = TBX_LINE_SIZE, BLOCK = 16 };

static tbx_pool *pool;

/* The backend, the library and a pool of `bytes`. */
static void start(tbx_backend_options options, uint64_t bytes) {
    tbx_error error = {""};
    CHECK(tbx_backend_start(TBX_BACKEND_EMULATED, &options, &error));
    open_template(small_config());
    pool = tbx_pool_new(bytes, &error);
    CHECK(pool != NULL);
}

static void finish(void) {
    tbx_pool_free(pool);
    tbx_template_release(template);
}

static uint64_t new_object(tbx_sandbox *owner, size_t size) {
    tbx_error error = {""};
    uint64_t object = tbx_pool_allocate(pool, owner, size, &error);
    CHECK_CONTAINS(error.message, "");
    CHECK(object != 0);
    return object;
}

/* A line of bytes that are all different. */
static void make_line(unsigned char line[LINE]) {
    for (int i = 0; i < LINE; i++)
        line[i] = (unsigned char)(i * 7 + 1);
}

static void write_line(tbx_sandbox *sandbox, uint64_t object, const unsigned char line[LINE]) {
    for (unsigned i = 0; i < LINE; i += 8) {
        uint64_t word;
        memcpy(&word, line + i, sizeof word);
        CALL2(sandbox, "poke", object + i, word);
    }
}

static void read_line(tbx_sandbox *sandbox, uint64_t object, unsigned char line[LINE]) {
    for (unsigned i = 0; i < LINE; i += 8) {
        uint64_t word = CALL1(sandbox, "peek", object + i);
        memcpy(line + i, &word, sizeof word);
    }
}

static const struct tbx_line_key *key_of(const tbx_sandbox *sandbox) {
    return &tbx_emulation.keys[tbx_sandbox_key(sandbox)];
}

/* What `reader` makes of the line at `object` when `writer` has written `line`; the cipher takes
 * four lines at least. */
static void expected_noise(const tbx_sandbox *writer, const tbx_sandbox *reader, uint64_t object,
                           unsigned char line[LINE]) {
    unsigned char lines[4 * LINE] = {0};
    memcpy(lines, line, LINE);
    tbx_lines_encrypt(key_of(writer), lines, object / LINE, 4);
    tbx_lines_decrypt(key_of(reader), lines, object / LINE, 4);
    memcpy(line, lines, LINE);
}

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

static void plain_memory_has_no_pools(void) {
    tbx_error error = {""};
    CHECK(tbx_pool_new(4096, &error) == NULL);
    CHECK_CONTAINS(error.message, "the plain backend has no keys");
    CHECK(!tbx_backend_start(TBX_BACKEND_EMULATED, NULL, &error));
    CHECK_CONTAINS(error.message, "plain already");
}

static void a_wrong_key_reads_noise(void) {
    start((tbx_backend_options){0}, 4096);
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE);
    unsigned char line[LINE], seen[LINE];
    new_object(other, LINE);
    make_line(line);
    write_line(one, object, line);
    read_line(other, object, seen);
    expected_noise(one, other, object, line);
    CHECK(memcmp(line, seen, LINE) == 0);
    make_line(line);
    CHECK(memcmp(line, seen, LINE) != 0);
    read_line(one, object, seen); /* to read it has changed nothing */
    CHECK(memcmp(line, seen, LINE) == 0);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    finish();
}

/* Which of the line's blocks are not as make_line makes them: a bit each. */
static unsigned damaged_blocks(tbx_sandbox *sandbox, uint64_t object) {
    unsigned char line[LINE], seen[LINE];
    unsigned damaged = 0;
    make_line(line);
    read_line(sandbox, object, seen);
    for (unsigned i = 0; i < LINE / BLOCK; i++)
        if (memcmp(line + i * BLOCK, seen + i * BLOCK, BLOCK) != 0)
            damaged |= 1u << i;
    return damaged;
}

/* XTS makes noise of the block of 16 bytes that is written to; the rest of the line, and its
 * neighbours, are encrypted to what they were. */
static void a_foreign_write_is_noise_to_the_owner(void) {
    start((tbx_backend_options){0}, 4096);
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, 3 * LINE), foreign = new_object(other, LINE);
    unsigned char line[LINE];
    make_line(line);
    for (unsigned i = 0; i < 3; i++)
        write_line(one, object + i * LINE, line);
    write_line(other, foreign, line);
    CALL2(other, "poke_byte", object + LINE + BLOCK + 3, 0xA5);
    CHECK_EQUAL(damaged_blocks(one, object), 0);
    CHECK_EQUAL(damaged_blocks(one, object + LINE), 1 << 1);
    CHECK_EQUAL(damaged_blocks(one, object + 2 * LINE), 0);
    CHECK_EQUAL(damaged_blocks(other, foreign), 0);
    write_line(other, object + LINE, line); /* all of it */
    CHECK_EQUAL(damaged_blocks(one, object + LINE), 0xF);
    CHECK_EQUAL(damaged_blocks(other, object + LINE), 0);
    write_line(one, object + LINE, line); /* the owner can begin again */
    CHECK_EQUAL(damaged_blocks(one, object + LINE), 0);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    finish();
}

static void neighbouring_lines_are_apart(void) {
    enum { OWNERS = 64 };
    tbx_sandbox *owners[OWNERS];
    uint64_t objects[OWNERS];
    start((tbx_backend_options){0}, 4096);
    for (unsigned i = 0; i < OWNERS; i++) {
        owners[i] = new_copy();
        objects[i] = new_object(owners[i], 1);
        CHECK_EQUAL(objects[i], objects[0] + i * LINE); /* all on one page */
        CHECK_EQUAL(CALL1(owners[i], "peek", objects[i]), 0);
        CALL2(owners[i], "poke", objects[i], 1000 + i);
    }
    uint64_t before = tbx_emulation.flips;
    for (unsigned i = OWNERS; i-- > 0;)
        CHECK_EQUAL(CALL1(owners[i], "peek", objects[i]), 1000 + i);
    CHECK_EQUAL(tbx_emulation.flips - before, OWNERS - 1);
    for (unsigned i = 0; i < OWNERS; i++)
        tbx_sandbox_free(owners[i]);
    finish();
}

static void a_grant_changes_the_reader(void) {
    start((tbx_backend_options){0}, 1 << 16);
    tbx_error error = {""};
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t first = new_object(one, LINE), object = new_object(one, 5000);
    CALL2(one, "poke", object + 4992, 77); /* on another page than it begins */
    CALL2(one, "poke", first, 88);
    CHECK(!tbx_pool_grant(pool, object, other, one, &error));
    CHECK_CONTAINS(error.message, "the sandbox has no object at");
    CHECK(!tbx_pool_grant(pool, object + LINE, one, other, &error));
    CHECK(tbx_pool_grant(pool, object, one, other, &error));
    CHECK_EQUAL(CALL1(other, "peek", object + 4992), 77);
    CHECK_EQUAL(CALL1(other, "peek", object), 0);
    CHECK(CALL1(one, "peek", object + 4992) != 77);
    CHECK_EQUAL(CALL1(one, "peek", first), 88);
    CHECK(!tbx_pool_grant(pool, object, one, other, &error)); /* not its own any more */
    CHECK(tbx_pool_grant(pool, object, other, one, &error));
    CHECK_EQUAL(CALL1(one, "peek", object + 4992), 77);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    finish();
}

static void pools_give_out_lines(void) {
    start((tbx_backend_options){0}, 4096);
    tbx_error error = {""};
    tbx_sandbox *one = new_copy();
    uint64_t first = new_object(one, 2 * LINE), second = new_object(one, LINE);
    CHECK_EQUAL(second, first + 2 * LINE);
    CHECK_EQUAL(tbx_pool_allocate(pool, one, 4096, &error), 0);
    CHECK_CONTAINS(error.message, "no 64 free lines in a row");
    CHECK_EQUAL(tbx_pool_allocate(pool, one, 5000, &error), 0);
    CHECK_EQUAL(tbx_pool_allocate(pool, one, 0, &error), 0);
    CHECK(!tbx_pool_release(pool, first + LINE, &error));
    CHECK(!tbx_pool_release(pool, 16, &error));
    CALL2(one, "poke", first, 5);
    CHECK(tbx_pool_release(pool, first, &error));
    CHECK(!tbx_pool_release(pool, first, &error));
    CHECK_EQUAL(new_object(one, LINE), first);
    CHECK_EQUAL(CALL1(one, "peek", first), 0); /* given out again, it is zero */
    CHECK_EQUAL(new_object(one, 1), first + LINE);
    CHECK(tbx_sandbox_pointer(one, second, LINE) != NULL);
    CHECK(tbx_sandbox_pointer(one, second, 4096) == NULL); /* beyond the pool */
    tbx_sandbox_free(one);
    finish();
}

static void a_sandbox_leaves_its_pools(void) {
    start((tbx_backend_options){0}, 4096);
    tbx_error error = {""};
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE);
    CALL2(one, "poke", object, 1);
    reset(one);
    CALL1(one, "peek", object);
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_UNMAPPED);
    CHECK(tbx_sandbox_pointer(one, object, 1) == NULL);
    reset(one);
    CHECK_EQUAL(CALL1(one, "add", 1), 2);
    CHECK(!tbx_pool_grant(pool, object, one, other, &error)); /* it was of the life before */
    new_object(one, LINE);
    CHECK_EQUAL(CALL1(one, "peek", object), 0); /* and is gone, though the key is the same */
    CHECK(tbx_pool_release(pool, object, &error));
    CHECK_EQUAL(new_object(one, LINE), object);
    tbx_pool *pools[TBX_MOST_POOLS];
    for (int i = 1; i < TBX_MOST_POOLS; i++) {
        pools[i] = tbx_pool_new(4096, &error);
        CHECK(tbx_pool_allocate(pools[i], one, 8, &error) != 0);
    }
    pools[0] = tbx_pool_new(4096, &error);
    CHECK_EQUAL(tbx_pool_allocate(pools[0], one, 8, &error), 0);
    CHECK_CONTAINS(error.message, "at most 4 pools");
    for (int i = 0; i < TBX_MOST_POOLS; i++)
        tbx_pool_free(pools[i]);
    tbx_sandbox_free(one);
    tbx_sandbox_free(other);
    finish();
}

/* Each with a key of its own, and a line beside those of 63 others. */
static void thousands_of_keys_at_once(void) {
    enum { KEYS = 4000 };
    static tbx_sandbox *sandboxes[KEYS];
    static uint64_t objects[KEYS];
    start((tbx_backend_options){0}, KEYS * LINE);
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
    finish();
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
    start((tbx_backend_options){.key_ids = KEY_IDS}, 4096);
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
    finish();
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

static void count_together(tbx_backend_options options) {
    struct worker workers[WORKERS];
    pthread_t threads[WORKERS];
    start(options, 4096);
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
    finish();
}

static void threads_share_a_page(void) {
    count_together((tbx_backend_options){0});
}

static void threads_take_turns_with_keys(void) {
    count_together((tbx_backend_options){.key_ids = 2});
}

static void threads_share_a_page_with_integrity(void) {
    count_together((tbx_backend_options){.integrity = true});
}

static void check_foreign(tbx_sandbox *sandbox, const char *what) {
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_FOREIGN_LINE);
    CHECK_CONTAINS(description(sandbox), what);
    reset(sandbox);
}

static void integrity_traps_foreign_access(void) {
    start((tbx_backend_options){.integrity = true}, 8192);
    tbx_error error = {""};
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE), own = new_object(other, LINE);
    CALL2(one, "poke", object, 11);
    CALL2(other, "poke", own, 22);
    CHECK_EQUAL(CALL1(one, "peek", object), 11);
    CHECK_EQUAL(CALL1(other, "peek", own), 22);
    CALL1(other, "peek", object);
    check_foreign(other, "read from a cache line of another key at offset 0xf0000000");
    own = new_object(other, LINE);
    CALL2(other, "poke_byte", object, 1);
    check_foreign(other, "write to a cache line of another key at offset 0xf0000000");
    CHECK_EQUAL(CALL1(one, "peek", object), 11); /* it has not happened */
    own = new_object(other, LINE);
    CALL1(other, "peek", own + LINE); /* no one's */
    check_foreign(other, "read from a cache line of another key");
    CHECK(tbx_pool_release(pool, object + LINE, &error)); /* of the first of these lives */
    own = new_object(other, LINE);
    CHECK_EQUAL(own, object + LINE);
    CALL2(other, "poke", own, 0x123456789ABCDEF0);
    CALL2(one, "poke", object + LINE - 4, ~0ull); /* begins in its own line */
    check_foreign(one, "write to a cache line of another key at offset 0xf0000040");
    CHECK_EQUAL(CALL1(other, "peek", own), 0x123456789ABCDEF0); /* nor has this */
    CHECK_EQUAL(CALL1(one, "add", 1), 2);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    finish();
}

static void integrity_follows_a_grant(void) {
    start((tbx_backend_options){.integrity = true}, 8192);
    tbx_error error = {""};
    unsigned char byte;
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE), page = new_object(one, 4096);
    CALL2(one, "poke", object, 11);
    CALL2(one, "poke", page + 4088, 12);
    CHECK(tbx_pool_grant(pool, object, one, other, &error));
    CHECK(tbx_pool_grant(pool, page, one, other, &error));
    CHECK_EQUAL(CALL1(other, "peek", object), 11);
    CHECK_EQUAL(CALL1(other, "peek", page + 4088), 12);
    CHECK(tbx_sandbox_copy_out(other, &byte, object, 1));
    CHECK(!tbx_sandbox_copy_out(one, &byte, object, 1));
    CHECK(tbx_sandbox_pointer(one, page + 4095, 1) == NULL);
    CALL1(one, "peek", page + 4088);
    check_foreign(one, "read from");
    tbx_sandbox_free(other);
    CHECK_EQUAL(tbx_emulation.owners[0], 0); /* its lines are no one's: its key comes again */
    tbx_sandbox_free(one);
    finish();
}

/* A page that is in no page table: to a system call it is not there until it is shown. */
static void system_calls_reach_hidden_pages(void) {
    start((tbx_backend_options){0}, 4096);
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
    finish();
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
    start((tbx_backend_options){0}, 4096);
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
    finish();
}

static sigjmp_buf after_fault;

static void leave_fault(int signal) {
    siglongjmp(after_fault, signal);
}

/* Neither alias can be let through while the other is needed: found, and not tried for ever. */
static void one_instruction_with_two_keys_is_found(void) {
    struct sigaction action = {.sa_handler = leave_fault};
    sigaction(SIGBUS, &action, NULL);
    start((tbx_backend_options){0}, 4096);
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
    finish();
}

static long memory_in_use(void) {
    struct stat status;
    CHECK(fstat(tbx_emulation.memory, &status) == 0);
    return status.st_blocks;
}

static void nothing_is_left_behind(void) {
    start((tbx_backend_options){0}, 1 << 20);
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
    finish();
    CHECK_EQUAL(memory_in_use(), 0);
    for (unsigned page = 0; page < TBX_POOL_PAGES; page++)
        CHECK_EQUAL(tbx_emulation.visible[page], 0);
}

#define TEST(name) {#name, name}

static const struct check_test tests[] = {
    TEST(the_backend_is_chosen_once),
    TEST(plain_memory_has_no_pools),
    TEST(a_wrong_key_reads_noise),
    TEST(a_foreign_write_is_noise_to_the_owner),
    TEST(neighbouring_lines_are_apart),
    TEST(a_grant_changes_the_reader),
    TEST(pools_give_out_lines),
    TEST(a_sandbox_leaves_its_pools),
    TEST(thousands_of_keys_at_once),
    TEST(keys_take_turns),
    TEST(threads_share_a_page),
    TEST(threads_take_turns_with_keys),
    TEST(threads_share_a_page_with_integrity),
    TEST(integrity_traps_foreign_access),
    TEST(integrity_follows_a_grant),
    TEST(system_calls_reach_hidden_pages),
    TEST(system_calls_bear_flips),
    TEST(one_instruction_with_two_keys_is_found),
    TEST(nothing_is_left_behind),
};

int main(int argc, char **argv) {
    return check_main_emulated(tests, sizeof tests / sizeof *tests, argc, argv);
}
