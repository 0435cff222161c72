/* What stands around windows. An instruction with a mask does not touch the bytes that it leaves
 * out: one at the end of a window goes on behind it without having touched its last page. */
#include "check.h"
#include "small_library.h"

#include <errno.h>
#include <sys/mman.h>

enum { PAGE = 4096, LAST = 0xFFFFFFFD };
static const uint64_t WINDOW = 1ull << 32;

static void *map_at(uint64_t address) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    return mmap((void *)address, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
}

static uint64_t behind(const tbx_sandbox *sandbox) {
    return tbx_sandbox_window_base(sandbox) + WINDOW;
}

/* Some processors cut the address of each element: those behind the end are at null then. */
static void check_ends(tbx_sandbox *sandbox, const char *function) {
    CALL1(sandbox, function, LAST);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    if (outcome.fault.kind == TBX_FAULT_NULL)
        CHECK_EQUAL(outcome.fault.offset, (uint32_t)(LAST + 4ull));
    else
        CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_UNMAPPED);
    reset(sandbox);
}

static void masked_accesses_end_with_the_window(void) {
    open_template(small_config());
    tbx_sandbox *below = new_copy(), *above = new_copy();
    CHECK_EQUAL(behind(below), tbx_sandbox_window_base(above));
    CHECK(map_at(behind(above)) == MAP_FAILED);
    CHECK_EQUAL(errno, EEXIST);
    tbx_sandbox *const both[] = {below, above};
    for (int i = 0; i < 2; i++) {
        if (__builtin_cpu_supports("avx2")) {
            check_ends(both[i], "store_masked");
            check_ends(both[i], "load_masked");
        }
        if (__builtin_cpu_supports("avx512f")) {
            check_ends(both[i], "store_masked_512");
            check_ends(both[i], "load_masked_512");
        }
    }
    tbx_sandbox_free(below);
    close_all(above);
}

/* The guard of the window below is the first page of the one above, and stays when that goes. */
static void guards_come_and_go_with_their_windows(void) {
    open_template(small_config());
    tbx_sandbox *below = new_copy(), *above = new_copy();
    uint64_t first = behind(below), second = behind(above);
    tbx_sandbox_free(above);
    CHECK(map_at(first) == MAP_FAILED);
    void *rest = map_at(first + PAGE), *next = map_at(second);
    CHECK(rest != MAP_FAILED && next != MAP_FAILED);
    munmap(rest, PAGE);
    munmap(next, PAGE);
    above = new_copy();
    CHECK_EQUAL(behind(above), second);
    tbx_sandbox_free(below);
    CHECK(map_at(second) == MAP_FAILED);
    below = new_copy();
    CHECK_EQUAL(behind(below), first);
    tbx_sandbox_free(below);
    close_all(above);
    next = map_at(second);
    CHECK(next != MAP_FAILED);
    munmap(next, PAGE);
}

/* What the host has mapped behind a window keeps the window from being one. */
static void no_window_ends_where_the_host_begins(void) {
    open_template(small_config());
    tbx_sandbox *first = new_copy();
    uint64_t taken = behind(first) + WINDOW;
    char *page = map_at(taken);
    CHECK(page != MAP_FAILED);
    tbx_sandbox *second = new_copy();
    CHECK(behind(second) != taken);
    CHECK_EQUAL(CALL1(second, "add", 1), 2);
    munmap(page, PAGE);
    tbx_sandbox_free(second);
    close_all(first);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(masked_accesses_end_with_the_window),
        TEST(guards_come_and_go_with_their_windows),
        TEST(no_window_ends_where_the_host_begins),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
