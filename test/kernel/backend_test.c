/* Sandboxes on the device (TBX_TEST_BACKEND=device): which KeyIDs their memory has, and what
 * becomes of them. */
#include "../host/check.h"
#include "device.h"
#include "kernel_mappings.h"
#include "sandbox.h"
#include "small_library.h"
#include "small_sandbox.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KEYS = 3, SANDBOXES = 8 };

/* The KeyID that the sandbox's first page of data has. */
static struct frame frame_in(const tbx_sandbox *sandbox) {
    return frame_of(sandbox->memory.window.base + sandbox->memory.read_only_start);
}

static void sandboxes_have_keyids_of_their_own(void) {
    uint32_t seen = 0;
    tbx_sandbox *sandboxes[KEYS];
    open_template(small_config());
    for (int i = 0; i < KEYS; i++) {
        sandboxes[i] = new_copy();
        CHECK_EQUAL(CALL1(sandboxes[i], "add", 10 * i), 10 * i + 1);
        CHECK(frame_in(sandboxes[i]).cached);
        seen |= 1u << frame_in(sandboxes[i]).key;
    }
    CHECK_EQUAL(seen, 0xE);
    for (int i = 0; i < KEYS; i++) {
        CHECK_EQUAL(CALL1(sandboxes[i], "add", 1), 10 * i + 2);
        tbx_sandbox_free(sandboxes[i]);
    }
    tbx_template_release(template);
}

static void keyids_are_shared_evenly_when_they_run_out(void) {
    int users[KEYS + 1] = {0};
    tbx_sandbox *sandboxes[SANDBOXES];
    open_template(small_config());
    for (int i = 0; i < SANDBOXES; i++) {
        sandboxes[i] = new_copy();
        CALL1(sandboxes[i], "add", i);
        users[frame_in(sandboxes[i]).key]++;
    }
    CHECK_EQUAL(users[0], 0);
    CHECK(users[1] >= 2 && users[2] >= 2 && users[3] >= 2);
    for (int i = 0; i < SANDBOXES; i++)
        CHECK_EQUAL(CALL1(sandboxes[i], "add", 0), i + 1);
    for (int i = 0; i < SANDBOXES; i++)
        tbx_sandbox_free(sandboxes[i]);
    tbx_template_release(template);
}

static void keyids_come_back_with_the_last_sandbox(void) {
    int device = open_device();
    open_template(small_config());
    uint32_t left = keys_left(device);
    for (int round = 0; round < 10; round++) {
        tbx_sandbox *one = new_copy(), *other = new_copy();
        CALL1(one, "add", 1);
        CHECK_EQUAL(keys_left(device), left - 2);
        tbx_sandbox_free(one);
        tbx_sandbox_free(other);
        CHECK_EQUAL(keys_left(device), left);
    }
    tbx_template_release(template);
    close(device);
}

static void memory_of_a_sandbox_keeps_its_keyid(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    uint32_t key = frame_in(sandbox).key;
    uint64_t mapped = CALL1(sandbox, "map", 1 << 16);
    CALL2(sandbox, "poke", mapped + 0x8000, 42);
    CHECK_EQUAL(frame_of(sandbox->memory.window.base + mapped + 0x8000).key, key);
    CHECK_EQUAL(CALL1(sandbox, "peek", mapped + 0x8000), 42);
    CALL2(sandbox, "unmap", mapped, 1 << 16);
    CHECK(!frame_of(sandbox->memory.window.base + mapped + 0x8000).present);
    CHECK_EQUAL(CALL1(sandbox, "map", 1 << 16), mapped);
    CHECK_EQUAL(CALL1(sandbox, "peek", mapped + 0x8000), 0);
    close_all(sandbox);
}

/* Lines of one page, a window each: they see one memory, each through its KeyID. (The fake bits
 * encrypt nothing, so what another KeyID reads is not noise here.) */
static void objects_of_a_pool_share_pages_not_keyids(void) {
    tbx_error error = {""};
    tbx_sandbox *sandboxes[KEYS];
    struct frame frames[KEYS];
    uint64_t objects[KEYS];
    open_template(small_config());
    tbx_pool *pool = tbx_pool_new(PAGE, &error);
    for (int i = 0; i < KEYS; i++) {
        sandboxes[i] = new_copy();
        objects[i] = tbx_pool_allocate(pool, sandboxes[i], 64, &error);
        CHECK(objects[i] != 0);
        CALL2(sandboxes[i], "poke", objects[i], 100 + i);
        frames[i] = frame_of(sandboxes[i]->memory.window.base + objects[i]);
        CHECK_EQUAL(frames[i].memory, frames[0].memory);
        CHECK_EQUAL(frames[i].key, frame_in(sandboxes[i]).key);
    }
    CHECK(frames[0].key != frames[1].key && frames[1].key != frames[2].key &&
          frames[2].key != frames[0].key);
    for (int i = 0; i < KEYS; i++)
        CHECK_EQUAL(CALL1(sandboxes[i], "peek", objects[i]), 100 + i);
    CHECK(tbx_pool_grant(pool, objects[0], sandboxes[0], sandboxes[1], &error));
    CHECK_EQUAL(CALL1(sandboxes[1], "peek", objects[0]), 100);
    for (int i = 0; i < KEYS; i++)
        tbx_sandbox_free(sandboxes[i]);
    tbx_pool_free(pool);
    tbx_template_release(template);
}

/* Nothing but its KeyID keeps a line from its neighbours. */
static void a_shared_keyid_is_kept_out_of_pools(void) {
    tbx_error error = {""};
    tbx_sandbox *sandboxes[KEYS + 2];
    open_template(small_config());
    tbx_pool *pool = tbx_pool_new(PAGE, &error);
    for (int i = 0; i < KEYS; i++)
        sandboxes[i] = new_copy();
    CHECK(tbx_pool_allocate(pool, sandboxes[0], 64, &error) != 0);
    sandboxes[KEYS] = new_copy();
    sandboxes[KEYS + 1] = new_copy();
    CHECK(frame_in(sandboxes[KEYS]).key != frame_in(sandboxes[0]).key);
    CHECK(frame_in(sandboxes[KEYS + 1]).key != frame_in(sandboxes[0]).key);
    CHECK(tbx_pool_allocate(pool, sandboxes[0], 64, &error) != 0);
    CHECK_EQUAL(tbx_pool_allocate(pool, sandboxes[KEYS], 64, &error), 0);
    CHECK_CONTAINS(error.message, "cannot map a pool into a window");
    for (int i = 0; i < KEYS + 2; i++)
        tbx_sandbox_free(sandboxes[i]);
    tbx_pool_free(pool);
    tbx_template_release(template);
}

/* brk, page by page, beside a mapping that is made and unmade each time: the kernel joins none. */
static void growth_page_by_page_does_not_use_up_kernel_mappings(void) {
    enum { STEPS = 4000, MOST = 700 };
    tbx_config *config = tbx_config_new();
    tbx_error error;
    tbx_config_set_heap(config, 64 << 20, &error);
    sandbox_open(config);
    uint64_t start = (uint64_t)CALL(SYS_brk, 0ull);
    int before = kernel_mappings();
    for (uint64_t i = 1; i <= STEPS; i++) {
        CHECK_EQUAL(CALL(SYS_brk, start + i * PAGE), start + i * PAGE);
        *guest(start + (i - 1) * PAGE) = (unsigned char)i;
        long mapped = CALL(SYS_mmap, 0ull, (uint64_t)PAGE, 3ull, 0x22ull, (uint64_t)-1, 0ull);
        CHECK(mapped > 0);
        CHECK_EQUAL(CALL(SYS_munmap, (uint64_t)mapped, (uint64_t)PAGE), 0);
    }
    CHECK(kernel_mappings() < before + MOST);
    for (uint64_t i = 1; i <= STEPS; i++)
        CHECK_EQUAL(*guest(start + (i - 1) * PAGE), (unsigned char)i);
    sandbox_close();
}

static void a_reset_sandbox_is_as_it_was(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(CALL1(sandbox, "add", 41), 42);
    reset(sandbox);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    CHECK(frame_in(sandbox).key != 0);
    close_all(sandbox);
}

/* What it wrote to the pool can be read by its old key alone, which is gone. */
static void a_reset_out_of_a_pool_changes_the_key(void) {
    int device = open_device();
    tbx_error error = {""};
    open_template(small_config());
    tbx_pool *pool = tbx_pool_new(PAGE, &error);
    tbx_sandbox *sandbox = new_copy();
    for (int round = 0; round < 10; round++) {
        uint64_t object = tbx_pool_allocate(pool, sandbox, 64, &error);
        CHECK(object != 0);
        CALL2(sandbox, "poke", object, 1);
        CHECK_EQUAL(CALL1(sandbox, "add", 41), 42);
        uint32_t left = keys_left(device), key = frame_in(sandbox).key;
        reset(sandbox);
        CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
        CHECK_EQUAL(keys_left(device), left);
        CHECK(frame_in(sandbox).key != 0 && frame_in(sandbox).key != key);
        CALL1(sandbox, "peek", object);
        CHECK_EQUAL(outcome.kind, TBX_FAULTED);
        reset(sandbox);
    }
    tbx_pool_free(pool);
    close_all(sandbox);
    close(device);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"sandboxes have KeyIDs of their own", sandboxes_have_keyids_of_their_own},
        {"KeyIDs are shared evenly when they run out", keyids_are_shared_evenly_when_they_run_out},
        {"KeyIDs come back with the last sandbox", keyids_come_back_with_the_last_sandbox},
        {"memory of a sandbox keeps its KeyID", memory_of_a_sandbox_keeps_its_keyid},
        {"objects of a pool share pages, not KeyIDs", objects_of_a_pool_share_pages_not_keyids},
        {"a shared KeyID is kept out of pools", a_shared_keyid_is_kept_out_of_pools},
        {"growth page by page does not use up kernel mappings",
         growth_page_by_page_does_not_use_up_kernel_mappings},
        {"a reset out of a pool changes the key", a_reset_out_of_a_pool_changes_the_key},
        {"a reset sandbox is as it was", a_reset_sandbox_is_as_it_was},
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
