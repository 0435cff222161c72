/* What a mapping reaches, and what a process can and cannot do to it. */
#include "../host/check.h"
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static bool all_zero(const unsigned char *page) {
    static const unsigned char zeros[PAGE];
    return memcmp(page, zeros, PAGE) == 0;
}

static void a_page_is_reached_by_its_keyid(void) {
    int device = open_device();
    uint32_t key = take_key(device);
    unsigned char *page = map_memory(device, key, 0, PAGE);
    CHECK(page != MAP_FAILED);
    CHECK(!frame_of(page).present);
    CHECK(all_zero(page));
    memset(page, 0x5A, PAGE);
    CHECK_EQUAL(frame_of(page).key, key);
    CHECK(frame_of(page).memory != 0);
    CHECK(frame_of(page).cached);
    munmap(page, PAGE);
    close(device);
}

enum { MANY = 4096 };

/* Leaves memory that is not zero to whoever gets it next. */
static int dirty_memory(void *context) {
    size_t size = 4 * MANY * (size_t)PAGE;
    unsigned char *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)context;
    if (memory == MAP_FAILED)
        return 1;
    memset(memory, 0xA5, size);
    return memory[size - 1] == 0xA5 ? 0 : 1;
}

static void pages_are_zero_though_memory_is_not(void) {
    int device = open_device();
    CHECK_EQUAL(in_child(dirty_memory, NULL), 0);
    unsigned char *pages = map_memory(device, take_key(device), 0, MANY * (size_t)PAGE);
    int dirty = 0;
    for (int i = 0; i < MANY; i++)
        dirty += !all_zero(pages + i * (size_t)PAGE);
    CHECK_EQUAL(dirty, 0);
    munmap(pages, MANY * (size_t)PAGE);
    close(device);
}

/* The fake bits select copies of the same memory: so both views show what was written by either. */
static void two_keyids_reach_the_same_memory(void) {
    int device = open_device();
    uint32_t key = take_key(device);
    unsigned char *page = map_memory(device, key, 7 * PAGE, PAGE);
    unsigned char *host = map_memory(device, 0, 7 * PAGE, PAGE);
    strcpy((char *)page, "written under a KeyID");
    CHECK(strcmp((char *)host, "written under a KeyID") == 0);
    strcpy((char *)host, "written under KeyID 0");
    CHECK(strcmp((char *)page, "written under KeyID 0") == 0);
    CHECK_EQUAL(frame_of(host).key, 0);
    CHECK_EQUAL(frame_of(page).key, key);
    CHECK_EQUAL(frame_of(page).memory, frame_of(host).memory);
    CHECK_EQUAL(pages_of(device), 1);
    munmap(page, PAGE);
    munmap(host, PAGE);
    close(device);
}

static void hostile_mappings_are_refused(void) {
    enum { BOTH = PROT_READ | PROT_WRITE };
    int device = open_device();
    uint32_t key = take_key(device), other = key == 1 ? 2 : 1;
    uint64_t last = TMEBOX_MEMORY_SIZE - PAGE;
    CHECK_EQUAL(map_error(device, key, 0, PAGE, BOTH, MAP_SHARED), 0);
    CHECK_EQUAL(map_error(device, key, last, PAGE, BOTH, MAP_SHARED), 0);
    CHECK_EQUAL(map_error(device, other, 0, PAGE, BOTH, MAP_SHARED), EACCES);
    CHECK_EQUAL(map_error(device, 4, 0, PAGE, BOTH, MAP_SHARED), EACCES);
    CHECK_EQUAL(map_error(device, 0x7FFF, 0, PAGE, BOTH, MAP_SHARED), EACCES);
    CHECK(map_error(device, 0xFFFF, 0, PAGE, BOTH, MAP_SHARED) != 0);
    CHECK_EQUAL(map_error(device, key, last, 2 * PAGE, BOTH, MAP_SHARED), EINVAL);
    CHECK_EQUAL(map_error(device, 0, last, 2 * PAGE, BOTH, MAP_SHARED), EINVAL);
    CHECK_EQUAL(map_error(device, key, 0, PAGE, BOTH, MAP_PRIVATE), EINVAL);
    CHECK_EQUAL(map_error(device, key, 0, PAGE, BOTH | PROT_EXEC, MAP_SHARED), EACCES);
    CHECK_EQUAL(map_error(device, key, 0, PAGE, PROT_EXEC, MAP_SHARED), EACCES);
    close(device);
}

static void mprotect_keeps_the_keyid(void) {
    int device = open_device();
    uint32_t key = take_key(device);
    unsigned char *page = map_memory(device, key, 0, PAGE);
    page[0] = 42;
    struct frame before = frame_of(page);
    CHECK(mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) != 0 && errno == EACCES);
    CHECK(mprotect(page, PAGE, PROT_NONE) == 0);
    CHECK(!readable(page));
    CHECK(mprotect(page, PAGE, PROT_READ) == 0);
    CHECK_EQUAL(page[0], 42);
    CHECK(mprotect(page, PAGE, PROT_READ | PROT_WRITE) == 0);
    page[0] = 43;
    CHECK_EQUAL(frame_of(page).key, key);
    CHECK_EQUAL(frame_of(page).memory, before.memory);
    munmap(page, PAGE);
    close(device);
}

static void mremap_moves_but_does_not_grow_or_copy(void) {
    int device = open_device();
    uint32_t key = take_key(device);
    unsigned char *page = map_memory(device, key, 0, PAGE);
    page[0] = 42;
    uint64_t memory = frame_of(page).memory;
    CHECK(mremap(page, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
    CHECK(mremap(page, 0, PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
    void *place = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char *moved = mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    CHECK(moved == place);
    CHECK_EQUAL(moved[0], 42);
    CHECK_EQUAL(frame_of(moved).key, key);
    CHECK_EQUAL(frame_of(moved).memory, memory);
    CHECK(!readable(page));
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), EBUSY);
    munmap(moved, PAGE);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), 0);
    close(device);
}

/* The parts of a mapping that was cut in the middle count one by one. */
static void parts_of_a_mapping_hold_its_keyid(void) {
    int device = open_device();
    uint32_t key = take_key(device);
    unsigned char *pages = map_memory(device, key, 0, 3 * PAGE);
    memset(pages, 1, 3 * PAGE);
    munmap(pages + PAGE, PAGE);
    CHECK_EQUAL(pages[0] + pages[2 * PAGE], 2);
    CHECK_EQUAL(frame_of(pages + 2 * PAGE).key, key);
    munmap(pages, PAGE);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), EBUSY);
    munmap(pages + 2 * PAGE, PAGE);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), 0);
    close(device);
}

static void no_one_can_pin_a_page(void) {
    int device = open_device();
    unsigned char *page = map_memory(device, take_key(device), 0, PAGE), copy[8];
    int ends[2];
    struct iovec local = {.iov_base = copy, .iov_len = sizeof copy};
    struct iovec remote = {.iov_base = page, .iov_len = sizeof copy};
    memset(page, 42, PAGE);
    CHECK(process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == -1);
    CHECK(pipe(ends) == 0);
    CHECK(vmsplice(ends[1], &remote, 1, 0) == -1);
    CHECK_EQUAL(write(ends[1], page, sizeof copy), sizeof copy);
    CHECK_EQUAL(read(ends[0], page + 64, sizeof copy), sizeof copy);
    CHECK_EQUAL(page[64], 42);
    CHECK(madvise(page, PAGE, MADV_DONTNEED) != 0);
    CHECK(madvise(page, PAGE, MADV_DODUMP) != 0);
    CHECK_EQUAL(page[64], 42);
    munmap(page, PAGE);
    close(device);
}

static void discarded_pages_leave_all_mappings(void) {
    int device = open_device();
    uint32_t key = take_key(device);
    unsigned char *pages = map_memory(device, key, 0, 4 * PAGE);
    unsigned char *host = map_memory(device, 0, 0, 4 * PAGE);
    memset(pages, 42, 4 * PAGE);
    CHECK_EQUAL(host[2 * PAGE], 42);
    CHECK_EQUAL(discard(device, PAGE, 2 * PAGE), 0);
    CHECK(!frame_of(pages + PAGE).present && !frame_of(host + 2 * PAGE).present);
    CHECK_EQUAL(pages_of(device), 2);
    CHECK(all_zero(host + 2 * PAGE) && all_zero(pages + PAGE));
    CHECK_EQUAL(pages[0] + pages[3 * PAGE], 84);
    munmap(pages, 4 * PAGE);
    munmap(host, 4 * PAGE);
    CHECK_EQUAL(discard(device, 0, TMEBOX_MEMORY_SIZE), 0);
    CHECK_EQUAL(pages_of(device), 0);
    close(device);
}

static void hostile_ranges_are_refused(void) {
    static const struct tmebox_range ranges[] = {
        {0, 0},
        {1, PAGE},
        {0, PAGE + 1},
        {0, TMEBOX_MEMORY_SIZE + PAGE},
        {TMEBOX_MEMORY_SIZE, PAGE},
        {TMEBOX_MEMORY_SIZE - PAGE, 2 * PAGE},
        {-(uint64_t)PAGE, 2 * PAGE},
        {PAGE, -(uint64_t)PAGE},
        {1ull << 63, 1ull << 63},
        {1ull << TMEBOX_KEY_SHIFT | PAGE, PAGE},
    };
    int device = open_device();
    unsigned char *page = map_memory(device, take_key(device), 0, 2 * PAGE);
    memset(page, 42, 2 * PAGE);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        CHECK_EQUAL(discard(device, ranges[i].offset, ranges[i].length), EINVAL);
    CHECK_EQUAL(pages_of(device), 2);
    CHECK_EQUAL(page[PAGE], 42);
    munmap(page, 2 * PAGE);
    close(device);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"a page is reached by its KeyID", a_page_is_reached_by_its_keyid},
        {"pages are zero, though memory is not", pages_are_zero_though_memory_is_not},
        {"two KeyIDs reach the same memory", two_keyids_reach_the_same_memory},
        {"hostile mappings are refused", hostile_mappings_are_refused},
        {"mprotect keeps the KeyID", mprotect_keeps_the_keyid},
        {"mremap moves, but does not grow or copy", mremap_moves_but_does_not_grow_or_copy},
        {"parts of a mapping hold its KeyID", parts_of_a_mapping_hold_its_keyid},
        {"no one can pin a page", no_one_can_pin_a_page},
        {"discarded pages leave all mappings", discarded_pages_leave_all_mappings},
        {"hostile ranges are refused", hostile_ranges_are_refused},
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
