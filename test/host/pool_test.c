/*
 * What keys keep apart in a pool, to the cache line, as the emulated backend shows it: whose lines
 * are whose, what a wrong key makes of them, and what it may not touch at all. Each test is a
 * process of its own, as the backend is chosen once. What a sandbox sees is asked of its own code
 * (guests/library.s).
 */
#include "check.h"
#include "emulated.h"
#include "memory.h"
#include "small_pool.h"

#include <string.h>

enum { LINE = TBX_LINE_SIZE, BLOCK = 16 };

static void plain_memory_has_no_pools(void) {
    tbx_error error = {""};
    CHECK(tbx_pool_new(4096, &error) == NULL);
    CHECK_CONTAINS(error.message, "the plain backend has no keys");
    CHECK(!tbx_backend_start(TBX_BACKEND_EMULATED, NULL, &error));
    CHECK_CONTAINS(error.message, "plain already");
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

static void a_wrong_key_reads_noise(void) {
    open_pool(NULL, 4096);
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
    close_pool();
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
    open_pool(NULL, 4096);
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
    close_pool();
}

static void neighbouring_lines_are_apart(void) {
    enum { OWNERS = 64 };
    tbx_sandbox *owners[OWNERS];
    uint64_t objects[OWNERS];
    open_pool(NULL, 4096);
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
    close_pool();
}

static void a_grant_changes_the_reader(void) {
    open_pool(NULL, 1 << 16);
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
    close_pool();
}

static void pools_give_out_lines(void) {
    open_pool(NULL, 4096);
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
    close_pool();
}

static void a_sandbox_leaves_its_pools(void) {
    open_pool(NULL, 4096);
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
    CHECK(CALL1(one, "peek", object) != 1); /* and is gone */
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
    close_pool();
}

/* The next one in the window has another key: what was given back before is not there either. */
static void nothing_released_outlives_a_reset(const tbx_backend_options *options) {
    enum { LINES = 3 };
    tbx_error error = {""};
    open_pool(options, 4096);
    tbx_sandbox *one = new_copy();
    uint64_t object = new_object(one, LINES * LINE), granted = new_object(one, LINE);
    unsigned char line[LINE], seen[LINE];
    make_line(line);
    for (unsigned i = 0; i < LINES; i++)
        write_line(one, object + i * LINE, line);
    write_line(one, granted, line);
    CHECK(tbx_pool_release(pool, object, &error));
    reset(one);
    CHECK_EQUAL(new_object(one, LINE), object);
    for (unsigned i = 0; i <= LINES; i++) {
        if (options == NULL || i == 0) { /* with integrity no one may look at the others */
            read_line(one, object + i * LINE, seen);
            CHECK(memcmp(line, seen, LINE) != 0);
        }
    }
    CHECK_EQUAL(new_object(one, 2 * LINE), object + LINE);
    CHECK(tbx_pool_release(pool, granted, &error));
    CHECK(tbx_pool_release(pool, object, &error));
    tbx_sandbox_free(one);
    close_pool();
}

static void released_lines_are_gone(void) {
    nothing_released_outlives_a_reset(NULL);
}

static void released_lines_are_gone_with_integrity(void) {
    nothing_released_outlives_a_reset(&(tbx_backend_options){.integrity = true});
}

/* Nor what was written to lines that were never its own: another's, or no one's. */
static void nothing_written_outlives_a_reset(void) {
    open_pool(NULL, 4096);
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE), foreign = new_object(other, LINE);
    uint64_t free_line = foreign + 2 * LINE;
    unsigned char line[LINE], seen[LINE];
    make_line(line);
    write_line(one, object, line);
    write_line(one, foreign, line);
    write_line(one, free_line, line);
    reset(one);
    new_object(one, LINE); /* before what was free */
    read_line(one, object, seen);
    CHECK(memcmp(line, seen, LINE) != 0);
    read_line(one, foreign, seen);
    CHECK(memcmp(line, seen, LINE) != 0);
    read_line(one, free_line, seen);
    CHECK(memcmp(line, seen, LINE) != 0);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    close_pool();
}

/* A new key is one for all pools: what others have there is as it was. */
static void a_reset_leaves_neighbours_alone(void) {
    open_pool(NULL, 8192);
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t object = new_object(one, LINE), neighbour = new_object(other, LINE);
    unsigned char line[LINE];
    make_line(line);
    write_line(other, neighbour, line);
    write_line(one, object, line); /* the page is under its key now */
    reset(one);
    CHECK_EQUAL(damaged_blocks(other, neighbour), 0);
    CHECK_EQUAL(new_object(one, LINE), neighbour + LINE);
    CHECK_EQUAL(CALL1(one, "peek", neighbour + LINE), 0);
    CHECK_EQUAL(damaged_blocks(other, neighbour), 0);
    tbx_sandbox_free(other);
    tbx_sandbox_free(one);
    close_pool();
}

static tbx_pool *pool_of_start;
static uint64_t object_of_start;

static uint64_t allocate_at_start(tbx_sandbox *sandbox, const uint64_t arguments[6],
                                  void *context) {
    tbx_error error = {""};
    (void)arguments, (void)context;
    object_of_start = tbx_pool_allocate(pool_of_start, sandbox, LINE, &error);
    CHECK_CONTAINS(error.message, "no key");
    return 0;
}

/* What becomes a template has no key, and its copies are not in the pools that it was in. */
static void templates_have_no_objects(void) {
    tbx_error error = {""};
    CHECK(tbx_backend_start(TBX_BACKEND_EMULATED, NULL, &error));
    pool_of_start = tbx_pool_new(4096, &error);
    second_import = allocate_at_start;
    object_of_start = 1;
    open_template(small_config());
    CHECK_EQUAL(object_of_start, 0);
    tbx_sandbox *sandbox = new_copy(), *other = new_copy();
    CHECK(tbx_sandbox_pointer(sandbox, TBX_POOLS_START, 1) == NULL);
    reset(sandbox);
    tbx_sandbox_free(other);
    tbx_sandbox_free(sandbox);
    tbx_template_release(template);
    tbx_pool_free(pool_of_start);
}

static void check_foreign(tbx_sandbox *sandbox, const char *what) {
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_FOREIGN_LINE);
    CHECK_CONTAINS(description(sandbox), what);
    reset(sandbox);
}

static void integrity_traps_foreign_access(void) {
    open_pool(&(tbx_backend_options){.integrity = true}, 8192);
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
    close_pool();
}

static void integrity_follows_a_grant(void) {
    open_pool(&(tbx_backend_options){.integrity = true}, 8192);
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
    close_pool();
}

static const struct check_test tests[] = {
    TEST(plain_memory_has_no_pools),
    TEST(a_wrong_key_reads_noise),
    TEST(a_foreign_write_is_noise_to_the_owner),
    TEST(neighbouring_lines_are_apart),
    TEST(a_grant_changes_the_reader),
    TEST(pools_give_out_lines),
    TEST(a_sandbox_leaves_its_pools),
    TEST(released_lines_are_gone),
    TEST(released_lines_are_gone_with_integrity),
    TEST(nothing_written_outlives_a_reset),
    TEST(a_reset_leaves_neighbours_alone),
    TEST(templates_have_no_objects),
    TEST(integrity_traps_foreign_access),
    TEST(integrity_follows_a_grant),
};

int main(int argc, char **argv) {
    return check_main_emulated(tests, sizeof tests / sizeof *tests, argc, argv);
}
