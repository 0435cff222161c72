/* The memory of a sandbox: what it is given is zero and its own, what it gives back is gone, and
 * the host's kernel mappings stay few whatever it does. */
#include "check.h"
#include "kernel_mappings.h"
#include "small_sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>

#define U(value) ((uint64_t)(value))
enum { PAGE = 4096, READ_WRITE = PROT_READ | PROT_WRITE, PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS };

static void open_with_heap(uint64_t heap) {
    tbx_config *config = tbx_config_new();
    tbx_error error;
    CHECK(tbx_config_set_heap(config, heap, &error));
    sandbox_open(config);
}

static long map(uint64_t hint, uint64_t length, int flags) {
    return CALL(SYS_mmap, hint, length, U(READ_WRITE), U(flags), ~0ull, 0ull);
}

static bool is_zero(long offset, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (guest(U(offset))[i] != 0)
            return false;
    return true;
}

static void strange_lengths_are_refused(void) {
    open_with_heap(1 << 30);
    CHECK_EQUAL(map(0, 0, PRIVATE), -EINVAL);
    CHECK_EQUAL(map(0, ~0ull, PRIVATE), -ENOMEM);
    CHECK_EQUAL(map(0, 0x100000001ull, PRIVATE), -ENOMEM);
    CHECK_EQUAL(map(0, 0xF0000000ull, PRIVATE), -ENOMEM);
    CHECK_EQUAL(CALL(SYS_munmap, 0x50000000ull, ~0ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_munmap, 0x50000001ull, 4096ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_mremap, 0x50000000ull, 4096ull, 8192ull, 1ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_mremap, 0x50000000ull, ~0ull, 8192ull, 1ull), -EINVAL);
    sandbox_close();
}

static void only_the_mmap_area_is_given_out(void) {
    open_with_heap(1 << 30);
    CHECK_EQUAL(map(SMALL_CODE, PAGE, PRIVATE | MAP_FIXED), -EINVAL);
    CHECK_EQUAL(map(SMALL_READ_ONLY, PAGE, PRIVATE | MAP_FIXED), -EINVAL);
    CHECK_EQUAL(map(0, PAGE, PRIVATE | MAP_FIXED), -EINVAL);
    CHECK_EQUAL(map(0xFFFFF000, PAGE, PRIVATE | MAP_FIXED), -EINVAL);
    CHECK_EQUAL(map(0xDFFFF000, 2 * PAGE, PRIVATE | MAP_FIXED), -EINVAL);
    CHECK_EQUAL(map(0x7FFF00000000, PAGE, PRIVATE | MAP_FIXED), -EINVAL);
    CHECK_EQUAL(CALL(SYS_munmap, U(SMALL_DATA), 4096ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_munmap, U(SMALL_READ_ONLY), 4096ull), -EINVAL);
    CHECK_EQUAL(map(0xDFFFF000, PAGE, PRIVATE | MAP_FIXED), 0xDFFFF000);
    sandbox_close();
}

static void nothing_becomes_executable_or_shared(void) {
    open_with_heap(1 << 30);
    CHECK_EQUAL(CALL(SYS_mmap, 0ull, 4096ull, U(PROT_READ | PROT_EXEC), U(PRIVATE), ~0ull, 0ull),
                -EACCES);
    CHECK_EQUAL(CALL(SYS_mprotect, U(GUEST), 4096ull, U(PROT_READ | PROT_EXEC)), -EACCES);
    CHECK_EQUAL(CALL(SYS_mprotect, U(SMALL_READ_ONLY), 4096ull, U(READ_WRITE)), -EACCES);
    CHECK_EQUAL(CALL(SYS_mprotect, 0x50000000ull, 4096ull, U(READ_WRITE)), -ENOMEM);
    CHECK_EQUAL(CALL(SYS_mprotect, U(GUEST), 4096ull, U(PROT_READ)), 0);
    CHECK_EQUAL(CALL(SYS_mmap, 0ull, 4096ull, U(PROT_READ), U(MAP_SHARED), 0ull, 0ull), -ENODEV);
    sandbox_close();
}

static void memory_is_zero_when_it_comes_back(void) {
    open_with_heap(1 << 30);
    long first = map(0, 3 * PAGE, PRIVATE);
    memset(guest(U(first)), 0xAA, 3 * PAGE);
    CHECK_EQUAL(CALL(SYS_munmap, U(first + PAGE), U(PAGE)), 0);
    CHECK_EQUAL(CALL(SYS_write, 1ull, U(first + PAGE), 1ull), -EBADF);
    CHECK_EQUAL(CALL(SYS_uname, U(first + PAGE)), -EFAULT);
    CHECK_EQUAL(map(0, PAGE, PRIVATE), first + PAGE);
    CHECK(is_zero(first + PAGE, PAGE));
    CHECK(!is_zero(first, PAGE));
    CHECK_EQUAL(map(U(first), PAGE, PRIVATE | MAP_FIXED), first);
    CHECK(is_zero(first, PAGE));
    CHECK_EQUAL(CALL(SYS_madvise, U(first + 2 * PAGE), U(PAGE), U(MADV_DONTNEED)), 0);
    CHECK(is_zero(first + 2 * PAGE, PAGE));
    sandbox_close();
}

static void the_break_moves_within_its_area(void) {
    open_with_heap(1 << 20);
    long start = CALL(SYS_brk, 0ull);
    CHECK_EQUAL(start, GUEST_END);
    CHECK_EQUAL(CALL(SYS_brk, U(start + 100)), start + 100);
    memset(guest(U(start)), 0xAA, 100);
    CHECK_EQUAL(CALL(SYS_brk, U(start + (2 << 20))), start + 100);
    CHECK_EQUAL(CALL(SYS_brk, ~0ull), start + 100);
    CHECK_EQUAL(CALL(SYS_brk, U(start - PAGE)), start + 100);
    CHECK_EQUAL(CALL(SYS_brk, U(start)), start);
    CHECK_EQUAL(CALL(SYS_uname, U(start)), -EFAULT);
    CHECK_EQUAL(CALL(SYS_brk, U(start + PAGE)), start + PAGE);
    CHECK(is_zero(start, PAGE));
    sandbox_close();
}

/* musl's allocator lays an inaccessible page over the start of its heap, and sets errno when it
 * cannot. */
static void guards_in_the_heap_are_accepted(void) {
    open_with_heap(1 << 20);
    uint64_t flags = U(PRIVATE | MAP_FIXED);
    long start = CALL(SYS_brk, 0ull);
    CHECK_EQUAL(CALL(SYS_brk, U(start + 2 * PAGE)), start + 2 * PAGE);
    CHECK_EQUAL(CALL(SYS_mmap, U(start), U(PAGE), U(PROT_NONE), flags, ~0ull, 0ull), start);
    CHECK_EQUAL(CALL(SYS_mmap, U(start), U(3 * PAGE), U(PROT_NONE), flags, ~0ull, 0ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_mmap, U(SMALL_DATA), U(PAGE), U(PROT_NONE), flags, ~0ull, 0ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_mmap, U(start), U(PAGE), U(READ_WRITE), flags, ~0ull, 0ull), -EINVAL);
    sandbox_close();
}

static void the_quota_counts_break_and_mappings(void) {
    open_with_heap(16 * PAGE);
    long start = CALL(SYS_brk, 0ull);
    long mapped = map(0, 10 * PAGE, PRIVATE);
    CHECK(mapped > 0);
    CHECK_EQUAL(map(0, 7 * PAGE, PRIVATE), -ENOMEM);
    CHECK_EQUAL(CALL(SYS_brk, U(start + 7 * PAGE)), start);
    CHECK_EQUAL(CALL(SYS_brk, U(start + 6 * PAGE)), start + 6 * PAGE);
    CHECK_EQUAL(map(0, PAGE, PRIVATE), -ENOMEM);
    CHECK_EQUAL(CALL(SYS_munmap, U(mapped), U(20 * PAGE)), 0);
    CHECK_EQUAL(map(0, 10 * PAGE, PRIVATE), mapped);
    CHECK_EQUAL(CALL(SYS_mremap, U(mapped), U(10 * PAGE), U(11 * PAGE), 1ull), -ENOMEM);
    sandbox_close();
}

static void mappings_grow_shrink_and_move(void) {
    open_with_heap(1 << 30);
    long first = map(0, 2 * PAGE, PRIVATE);
    memset(guest(U(first)), 0x11, 2 * PAGE);
    CHECK_EQUAL(CALL(SYS_mremap, U(first), U(2 * PAGE), U(4 * PAGE), 0ull), first);
    CHECK(is_zero(first + 2 * PAGE, 2 * PAGE));
    long barrier = map(0, PAGE, PRIVATE);
    CHECK_EQUAL(barrier, first + 4 * PAGE);
    CHECK_EQUAL(CALL(SYS_mremap, U(first), U(4 * PAGE), U(8 * PAGE), 0ull), -ENOMEM);
    long moved = CALL(SYS_mremap, U(first), U(4 * PAGE), U(8 * PAGE), 1ull);
    CHECK(moved > barrier);
    CHECK_EQUAL(guest(U(moved))[2 * PAGE - 1], 0x11);
    CHECK(is_zero(moved + 2 * PAGE, 6 * PAGE));
    CHECK_EQUAL(CALL(SYS_uname, U(first)), -EFAULT);
    CHECK_EQUAL(CALL(SYS_mremap, U(moved), U(8 * PAGE), U(PAGE), 0ull), moved);
    CHECK_EQUAL(CALL(SYS_uname, U(moved + PAGE)), -EFAULT);
    CHECK_EQUAL(CALL(SYS_mremap, U(moved), U(PAGE), U(PAGE), 0xFFull), -EINVAL);
    sandbox_close();
}

/* Large ones: contents, zeros behind them, and no access to the old place. */
static void large_mappings_move_too(void) {
    enum { MEGABYTE = 1 << 20 };
    open_with_heap(1 << 30);
    long first = map(0, 2 * MEGABYTE, PRIVATE);
    memset(guest(U(first)), 0x22, 2 * MEGABYTE);
    long barrier = map(0, PAGE, PRIVATE);
    long moved = CALL(SYS_mremap, U(first), U(2 * MEGABYTE), U(3 * MEGABYTE), 1ull);
    CHECK(moved > barrier);
    CHECK_EQUAL(guest(U(moved))[0], 0x22);
    CHECK_EQUAL(guest(U(moved))[2 * MEGABYTE - 1], 0x22);
    CHECK(is_zero(moved + 2 * MEGABYTE, MEGABYTE));
    CHECK_EQUAL(CALL(SYS_uname, U(first)), -EFAULT);
    CHECK_EQUAL(map(0, 2 * MEGABYTE, PRIVATE), first);
    CHECK(is_zero(first, 2 * MEGABYTE));
    sandbox_close();
}

/* Unmapping every other page would cost a kernel mapping each. */
static void fragments_do_not_use_up_kernel_mappings(void) {
    enum { PAGES = 20000 };
    open_with_heap(1 << 30);
    int before = kernel_mappings();
    long start = map(0, (uint64_t)PAGES * PAGE, PRIVATE);
    memset(guest(U(start)), 0xAA, (size_t)PAGES * PAGE);
    for (int i = 0; i < PAGES; i += 2)
        CHECK_EQUAL(CALL(SYS_munmap, U(start + (long)i * PAGE), U(PAGE)), 0);
    CHECK(kernel_mappings() - before < 3000);
    CHECK_EQUAL(CALL(SYS_uname, U(start + (PAGES - 2l) * PAGE)), -EFAULT);
    CHECK(is_zero(start + (PAGES - 2l) * PAGE, PAGE));
    for (int i = 0; i < PAGES / 2; i++)
        CHECK(map(0, PAGE, PRIVATE) >= start);
    CHECK(is_zero(start, PAGE));
    CHECK(is_zero(start + (PAGES - 2l) * PAGE, PAGE));
    CHECK_EQUAL(CALL(SYS_munmap, U(start), U((uint64_t)PAGES * PAGE)), 0);
    CHECK_EQUAL(map(0, (uint64_t)PAGES * PAGE, PRIVATE), start);
    CHECK(is_zero(start, (size_t)PAGES * PAGE));
    sandbox_close();
}

/* Nor does mapping every fourth page, which asks for no hole to be kept. */
static void scattered_mappings_do_not_use_up_kernel_mappings(void) {
    enum { PAGES = 20000 };
    open_with_heap(1 << 30);
    int before = kernel_mappings();
    long start = 0x50000000, refused = 0;
    for (long i = 0; i < PAGES; i++) {
        long at = map(U(start + i * 4 * PAGE), PAGE, PRIVATE | MAP_FIXED);
        CHECK(at == start + i * 4 * PAGE || at == -ENOMEM);
        refused += at < 0;
    }
    CHECK(refused > 0);
    CHECK(kernel_mappings() - before < 3000);
    CHECK_EQUAL(map(U(start + PAGE), PAGE, PRIVATE | MAP_FIXED), start + PAGE);
    CHECK_EQUAL(CALL(SYS_munmap, U(start), U((uint64_t)PAGES * 4 * PAGE)), 0);
    CHECK_EQUAL(map(U(start + 8 * PAGE), PAGE, PRIVATE | MAP_FIXED), start + 8 * PAGE);
    sandbox_close();
}

/* What a window may have beside the stretches that are counted: on the device, mappings are joined
 * when there are some hundreds too many. */
enum { UNCOUNTED = 600 };

/* Nor does replacing every other page of a mapping that was moved: pages that the kernel had moved
 * would never join new ones beside them. */
static void moved_mappings_do_not_use_up_kernel_mappings(void) {
    enum { PAGES = 4096 };
    open_with_heap(1 << 30);
    int before = kernel_mappings();
    long first = map(0, PAGES * PAGE, PRIVATE);
    memset(guest(U(first)), 0x33, PAGES * PAGE);
    map(0, PAGE, PRIVATE); /* no room behind it */
    long moved = CALL(SYS_mremap, U(first), U(PAGES * PAGE), U((PAGES + 1) * PAGE), 1ull);
    CHECK(moved > first);
    for (long i = 0; i < PAGES; i += 2)
        CHECK_EQUAL(map(U(moved + i * PAGE), PAGE, PRIVATE | MAP_FIXED), moved + i * PAGE);
    CHECK(kernel_mappings() - before < UNCOUNTED);
    CHECK(is_zero(moved, PAGE));
    CHECK_EQUAL(guest(U(moved))[PAGE], 0x33);
    sandbox_close();
}

/* Nor do pages that were written to one by one, before they became a stretch: the kernel joins such
 * pages only when they have something in common. */
static void pages_that_become_a_stretch_are_joined(void) {
    enum { PAGES = 1000, ROUNDS = 4 };
    open_with_heap(1 << 30);
    int before = kernel_mappings();
    for (long round = 0; round < ROUNDS; round++) {
        long start = 0x50000000 + round * 0x1000000;
        for (long parity = 0; parity < 2; parity++)
            for (long i = parity; i < PAGES; i += 2) {
                CHECK_EQUAL(map(U(start + i * PAGE), PAGE, PRIVATE | MAP_FIXED), start + i * PAGE);
                *guest(U(start + i * PAGE)) = 1;
            }
        CHECK_EQUAL(CALL(SYS_munmap, U(start + PAGES / 2 * PAGE), U(PAGE)), 0);
    }
    CHECK(kernel_mappings() - before < UNCOUNTED);
    sandbox_close();
}

/* Bytes of the mmap area that the kernel lets the sandbox write to. */
static uint64_t writable_bytes(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    uint64_t start = (uint64_t)(uintptr_t)guest(0x40000000),
             end = (uint64_t)(uintptr_t)guest(0xE0000000);
    uint64_t from, to, sum = 0;
    char line[512], access[5];
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %4s", &from, &to, access) != 3 || access[1] != 'w')
            continue;
        from = from < start ? start : from;
        to = to > end ? end : to;
        sum += from < to ? to - from : 0;
    }
    fclose(maps);
    return sum;
}

/* Pages that are given back stay accessible where closing them would cost a mapping too many: they
 * count as long as they do. Otherwise a sandbox could have as much of them as its window has room
 * for. */
static void what_stays_accessible_stays_in_the_quota(void) {
    enum { STRETCHES = 1023, HEAP = 2048 * PAGE, LARGE = 512 * PAGE };
    open_with_heap(HEAP);
    long place = 0x50000000;
    for (long i = 0; i < STRETCHES; i++)
        CHECK_EQUAL(map(U(place + 2 * i * PAGE), PAGE, PRIVATE | MAP_FIXED), place + 2 * i * PAGE);
    place += 4 * STRETCHES * PAGE;
    for (int i = 0; i < 64; i++, place += LARGE) {
        if (map(U(place), LARGE, PRIVATE | MAP_FIXED) < 0)
            continue;
        CALL(SYS_munmap, U(place + PAGE), U(LARGE - 2 * PAGE));
    }
    CHECK(writable_bytes() <= HEAP);
    CHECK_EQUAL(CALL(SYS_munmap, 0x50000000ull, U(0x80000000 - 0x50000000)), 0);
    CHECK_EQUAL(writable_bytes(), 0);
    CHECK(map(0, HEAP, PRIVATE) > 0); /* nothing of it is lost */
    sandbox_close();
}

/* What the books say, which is what the sandbox is told. */
static uint64_t bytes_in_the_books(void) {
    const struct sysinfo *told = (const struct sysinfo *)guest(GUEST);
    CHECK_EQUAL(CALL(SYS_sysinfo, U(GUEST)), 0);
    return told->totalram - told->freeram;
}

/* With about as many stretches as there may be. */
static void the_books_are_right_at_the_limit(void) {
    enum { STRETCHES = 1000, AREA = 512, STEPS = 3000, LOOK = 100 };
    open_with_heap(1 << 30);
    for (long i = 0; i < STRETCHES; i++)
        map(U(0x50000000 + 2 * i * PAGE), PAGE, PRIVATE | MAP_FIXED);
    unsigned seed = 7;
    for (int step = 0; step < STEPS; step++) {
        seed = seed * 1103515245 + 12345;
        uint64_t place = 0x60000000 + U((seed >> 16) % AREA * PAGE);
        uint64_t size = U((1 + (seed >> 4) % 13) * PAGE);
        if ((seed >> 12 & 1) != 0)
            CHECK_EQUAL(CALL(SYS_munmap, place, size), 0);
        else
            map(place, size, PRIVATE | MAP_FIXED);
        if (step % LOOK == 0)
            CHECK_EQUAL(bytes_in_the_books(), writable_bytes());
    }
    CHECK_EQUAL(CALL(SYS_munmap, 0x50000000ull, 0x20000000ull), 0);
    CHECK_EQUAL(bytes_in_the_books(), 0);
    CHECK_EQUAL(writable_bytes(), 0);
    sandbox_close();
}

/* Where there are as many stretches as there may be, those that end free a mapping each. */
static void stretches_come_back(void) {
    enum { STRETCHES = 1024 };
    open_with_heap(1 << 30);
    for (int round = 0; round < 3; round++) {
        long start = 0x50000000 + round * 0x10000000l;
        for (long i = 0; i < STRETCHES; i++)
            CHECK_EQUAL(map(U(start + 2 * i * PAGE), PAGE, PRIVATE | MAP_FIXED),
                        start + 2 * i * PAGE);
        CHECK_EQUAL(map(U(start + 0x8000000), PAGE, PRIVATE | MAP_FIXED), -ENOMEM);
        CHECK_EQUAL(CALL(SYS_munmap, U(start), U(2 * STRETCHES * PAGE)), 0);
    }
    CHECK_EQUAL(writable_bytes(), 0);
    sandbox_close();
}

/* All of the window belongs to the sandbox at all times: no mapping of the host can come to lie in
 * it. */
static void the_window_has_no_hole(void) {
    open_with_heap(1 << 30);
    long start = map(0, 64 * PAGE, PRIVATE);
    CALL(SYS_munmap, U(start + PAGE), U(7 * PAGE));
    CALL(SYS_brk, U(GUEST_END + 9 * PAGE));
    CALL(SYS_brk, U(GUEST_END));
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    uint64_t end = (uint64_t)(uintptr_t)guest(0), window_end = end + (1ull << 32);
    while (maps != NULL && end < window_end && fgets(line, sizeof line, maps) != NULL) {
        uint64_t from = strtoull(line, NULL, 16), to = strtoull(strchr(line, '-') + 1, NULL, 16);
        if (from <= end && to > end)
            end = to;
    }
    fclose(maps);
    CHECK(end >= window_end);
    sandbox_close();
}

/* The lowest place that fits, whatever was asked for and given back before. */
static void places_are_found_as_by_a_plain_search(void) {
    enum { AREA = 512, STEPS = 4000 };
    static bool used[AREA + 64];
    open_with_heap(1 << 30);
    long start = map(0, PAGE, PRIVATE);
    memset(used, 0, sizeof used);
    used[0] = true;
    unsigned seed = 99;
    for (int step = 0; step < STEPS; step++) {
        seed = seed * 1103515245 + 12345;
        uint32_t first = (seed >> 16) % AREA, count = 1 + (seed >> 4) % 23;
        if ((seed >> 12 & 1) != 0) {
            CHECK_EQUAL(CALL(SYS_munmap, U(start + (long)first * PAGE), U(count * PAGE)), 0);
            memset(used + first, false, count);
            continue;
        }
        uint32_t place = 0, room = 0;
        while (room < count && place < AREA + 32)
            room = used[place + room] ? (place += room + 1, 0) : room + 1;
        if (place + count > AREA)
            continue;
        CHECK_EQUAL(map(0, count * PAGE, PRIVATE), start + (long)place * PAGE);
        memset(used + place, true, count);
    }
    sandbox_close();
}

static void compare_page_set(struct tbx_page_set bounds) {
    enum { PAGES = 300, STEPS = 3000 };
    uint64_t words[5] = {0};
    bool model[PAGES + 1] = {false};
    struct tbx_page_set set = {.words = words, .first = bounds.first, .end = bounds.end};
    unsigned seed = 12345;
    for (int step = 0; step < STEPS; step++) {
        seed = seed * 1103515245 + 12345;
        uint32_t first = seed >> 16 & 255, end = first + (seed >> 8 & 31);
        bool add = (seed >> 5 & 1) != 0;
        (add ? tbx_pages_add : tbx_pages_remove)(&set, first, end);
        for (uint32_t i = first; i < end; i++)
            model[i] = add && i >= bounds.first && i < bounds.end;
        uint32_t count = 0, runs = 0, next = PAGES, gap = PAGES;
        bool all = true;
        for (uint32_t i = 0; i < PAGES; i++) {
            count += model[i];
            runs += model[i] && (i == 0 || !model[i - 1]);
            if (i >= first && model[i] && next == PAGES)
                next = i;
            if (i >= first && !model[i] && gap == PAGES)
                gap = i;
            all &= i < 5 || i >= 200 || model[i];
        }
        CHECK_EQUAL(tbx_pages_count(&set, 0, PAGES), count);
        CHECK_EQUAL(tbx_pages_runs(&set, 0, PAGES), runs);
        CHECK_EQUAL(tbx_pages_next(&set, first, PAGES, true), next);
        CHECK_EQUAL(tbx_pages_next(&set, first, PAGES, false), gap);
        CHECK_EQUAL(tbx_pages_next(&set, first, end, false), gap < end ? gap : end);
        CHECK_EQUAL(tbx_pages_next(&set, end, end, false), end);
        CHECK_EQUAL(tbx_pages_contain(&set, 5, 200), all);
    }
}

static void page_sets_agree_with_a_simple_model(void) {
    compare_page_set((struct tbx_page_set){.first = 0, .end = 320});
    compare_page_set((struct tbx_page_set){.first = 0, .end = 192});
    compare_page_set((struct tbx_page_set){.first = 64, .end = 256});
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(strange_lengths_are_refused),
        TEST(only_the_mmap_area_is_given_out),
        TEST(nothing_becomes_executable_or_shared),
        TEST(memory_is_zero_when_it_comes_back),
        TEST(the_break_moves_within_its_area),
        TEST(guards_in_the_heap_are_accepted),
        TEST(the_quota_counts_break_and_mappings),
        TEST(mappings_grow_shrink_and_move),
        TEST(large_mappings_move_too),
        TEST(fragments_do_not_use_up_kernel_mappings),
        TEST(scattered_mappings_do_not_use_up_kernel_mappings),
        TEST(moved_mappings_do_not_use_up_kernel_mappings),
        TEST(pages_that_become_a_stretch_are_joined),
        TEST(what_stays_accessible_stays_in_the_quota),
        TEST(the_books_are_right_at_the_limit),
        TEST(stretches_come_back),
        TEST(the_window_has_no_hole),
        TEST(places_are_found_as_by_a_plain_search),
        TEST(page_sets_agree_with_a_simple_model),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
