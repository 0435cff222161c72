/*
 * Host calls at random: numbers, pointers at the edges of memory, lengths that wrap, descriptors
 * that may be open. With sanitizers a wrong access is seen; here it is seen that the host's own
 * state stays as it was.
 */
#include "check.h"
#include "descriptors.h"
#include "small_sandbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define U(value) ((uint64_t)(value))
enum { CALLS = 300000 };

static char scratch[] = "/tmp/tbx-host-random-XXXXXX";
static uint64_t state = 20407;

static uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* Those that end the run or may wait for ever when their arguments say so, and one that fills
 * disks. */
static bool is_left_out(uint64_t number) {
    static const uint64_t left_out[] = {
        SYS_exit, SYS_exit_group, SYS_tkill,           SYS_tgkill,   SYS_nanosleep,
        SYS_poll, SYS_ppoll,      SYS_flock,           SYS_select,   SYS_pselect6,
        SYS_pipe, SYS_pipe2,      SYS_clock_nanosleep, SYS_fallocate};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (left_out[i] == number)
            return true;
    return false;
}

/* A value that some check must get right. */
static uint64_t random_argument(void) {
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     3,
                                     4,
                                     5,
                                     GUEST,
                                     GUEST + 64,
                                     GUEST + 300,
                                     GUEST_END,
                                     GUEST_END - 1,
                                     GUEST_END - 8,
                                     SMALL_CODE,
                                     SMALL_READ_ONLY,
                                     0x40000000,
                                     0x40001000,
                                     0xEFFFF000,
                                     0xFFFFF000,
                                     0xFFFFFFFF,
                                     0x100000000,
                                     4096,
                                     8192,
                                     0x7FFFFFFF,
                                     0x80000000,
                                     ~0ull,
                                     ~0ull - 99,
                                     1ull << 63,
                                     22,
                                     34,
                                     50};
    uint64_t random = next_random();
    uint64_t edge = edges[random % (sizeof edges / sizeof *edges)];
    switch (random >> 32 & 7) {
    case 0:
        return next_random();
    case 1:
        return edge + (random >> 40 & 0xFF);
    case 2:
        return edge | next_random() << 32;
    default:
        return edge;
    }
}

/* One call in four is about memory, which has the most state to get wrong. */
static uint64_t random_number(void) {
    static const uint64_t memory[] = {SYS_mmap, SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise};
    uint64_t random = next_random(), number = random % 460;
    if ((random >> 32) % 4 == 0)
        return memory[(random >> 40) % (sizeof memory / sizeof *memory)];
    return is_left_out(number) ? SYS_getpid : number;
}

static void random_call(void) {
    uint64_t number = random_number(), flags = random_argument();
    if (number == SYS_mmap)
        flags = MAP_PRIVATE | MAP_ANONYMOUS | (flags % 2 == 0 ? MAP_FIXED : 0);
    host_call(number, random_argument(), random_argument(), random_argument(), flags,
              random_argument(), random_argument());
}

/* Paths that lead somewhere, and vectors with random parts. */
static void fill_memory(void) {
    put(GUEST, "file");
    put(GUEST + 64, "folder/../other");
    put(GUEST + 300, "/there/./folder");
    for (uint64_t at = GUEST + 512; at < GUEST + 1024; at += 8) {
        uint64_t value = random_argument();
        memcpy(guest(at), &value, sizeof value);
    }
}

static bool window_is_whole(void) {
    char line[512];
    uint64_t end = U(guest(0)), window_end = end + (1ull << 32);
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && end < window_end && fgets(line, sizeof line, maps) != NULL) {
        uint64_t from = strtoull(line, NULL, 16), to = strtoull(strchr(line, '-') + 1, NULL, 16);
        if (from <= end && to > end)
            end = to;
    }
    fclose(maps);
    return end >= window_end;
}

static void open_random_sandbox(void) {
    tbx_config *config = tbx_config_new();
    tbx_error error;
    CHECK(tbx_config_add_directory(config, scratch, "/there", true, &error));
    CHECK(tbx_config_set_working_directory(config, "/there", &error));
    CHECK(tbx_config_set_heap(config, 16 << 20, &error));
    tbx_config_grant(config, TBX_GRANT_CLOCK);
    sandbox_open(config);
}

static void random_calls_harm_nothing(void) {
    char before[4096], after[4096];
    mode_t mask = umask(022);
    int descriptors = open_descriptors();
    CHECK(getcwd(before, sizeof before) != NULL);
    open_random_sandbox();
    for (int i = 0; i < CALLS; i++) {
        if (i % 64 == 0)
            fill_memory();
        random_call();
    }
    CHECK(window_is_whole());
    sandbox_close();
    CHECK_EQUAL(open_descriptors(), descriptors);
    CHECK(getcwd(after, sizeof after) != NULL);
    CHECK_EQUAL(strcmp(before, after), 0);
    CHECK_EQUAL(umask(mask), 022);
}

/* What the calls left in the directory; they cannot make any deeper ones than these. */
static void remove_scratch(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", scratch);
    if (system(command) != 0)
        printf("%s is left\n", scratch);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"random_calls_harm_nothing", random_calls_harm_nothing}};
    if (mkdtemp(scratch) == NULL)
        return 1;
    int result = check_main(tests, sizeof tests / sizeof *tests, argc, argv);
    remove_scratch();
    return result;
}
