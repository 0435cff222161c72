/* What a sandbox learns of the host, and reaches of it, beside what it was granted: nothing. */
#include "check.h"
#include "files.h"
#include "small_library.h"
#include "small_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define U(value) ((uint64_t)(value))

enum { STATUS = GUEST + 1024, PIPE = GUEST + 2048, TIME = GUEST + 3072, OTHER = GUEST + 512 };

static const struct stat *status(void) {
    return (const struct stat *)guest(STATUS);
}

static void check_hidden(void) {
    CHECK_EQUAL(status()->st_uid, 1000);
    CHECK_EQUAL(status()->st_gid, 1000);
    CHECK_EQUAL(status()->st_atim.tv_sec | status()->st_atim.tv_nsec, 0);
    CHECK_EQUAL(status()->st_mtim.tv_sec | status()->st_mtim.tv_nsec, 0);
    CHECK_EQUAL(status()->st_ctim.tv_sec | status()->st_ctim.tv_nsec, 0);
}

/* A pipe is as old as the moment, and belongs to the user of the host. */
static void files_that_were_not_granted_tell_no_time(void) {
    tbx_config *config = tbx_config_new();
    tbx_config_grant(config, TBX_GRANT_STDIO);
    sandbox_open(config);
    CHECK_EQUAL(CALL(SYS_pipe2, U(PIPE), 0ull), 0);
    CHECK_EQUAL(CALL(SYS_fstat, U(*(int *)guest(PIPE)), U(STATUS)), 0);
    CHECK(S_ISFIFO(status()->st_mode));
    check_hidden();
    CHECK_EQUAL(CALL(SYS_fstat, 1ull, U(STATUS)), 0);
    check_hidden();
    CHECK_EQUAL(CALL(SYS_stat, put(GUEST, "/dev/null"), U(STATUS)), 0);
    CHECK(S_ISCHR(status()->st_mode));
    check_hidden();
    long device = CALL(SYS_open, put(GUEST, "/dev/zero"), 0ull);
    CHECK_EQUAL(CALL(SYS_newfstatat, U(device), put(GUEST, ""), U(STATUS), U(AT_EMPTY_PATH)), 0);
    check_hidden();
    sandbox_close();
}

static void a_clock_tells_the_time_of_files(void) {
    tbx_config *config = tbx_config_new();
    tbx_config_grant(config, TBX_GRANT_CLOCK);
    sandbox_open(config);
    CHECK_EQUAL(CALL(SYS_pipe2, U(PIPE), 0ull), 0);
    CHECK_EQUAL(CALL(SYS_fstat, U(*(int *)guest(PIPE)), U(STATUS)), 0);
    CHECK(status()->st_mtim.tv_sec > 1700000000);
    CHECK_EQUAL(status()->st_uid, 1000);
    sandbox_close();
}

/* One that sleeps until some time learns by how long it slept which time it is. */
static void sleeping_until_a_time_needs_a_clock(void) {
    const struct timespec past = {.tv_nsec = 1};
    for (unsigned grants = 0; grants <= TBX_GRANT_CLOCK; grants += TBX_GRANT_CLOCK) {
        tbx_config *config = tbx_config_new();
        tbx_config_grant(config, grants);
        sandbox_open(config);
        memcpy(guest(TIME), &past, sizeof past);
        for (uint64_t clock = CLOCK_REALTIME; clock <= CLOCK_MONOTONIC; clock++) {
            CHECK_EQUAL(CALL(SYS_clock_nanosleep, clock, U(TIMER_ABSTIME), U(TIME), 0ull),
                        grants == 0 ? -EPERM : 0);
            CHECK_EQUAL(CALL(SYS_clock_nanosleep, clock, 0ull, U(TIME), 0ull), 0);
        }
        sandbox_close();
    }
}

static char scratch[] = "/tmp/tbx-grants-XXXXXX";

static void add(tbx_config *config, const char *name, const char *guest_path, bool writable) {
    char path[128];
    tbx_error error;
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    CHECK(tbx_config_add_directory(config, path, guest_path, writable, &error));
}

static int folder; /* the scratch directory */

static void make_file(const char *name) {
    int file = openat(folder, name, O_CREAT | O_WRONLY, 0644);
    CHECK(file >= 0);
    close(file);
}

static void make_scratch(void) {
    static const char *const folders[] = {"work", "work/sub", "work/sub/kept", "outside"};
    strcpy(scratch + strlen(scratch) - 6, "XXXXXX");
    CHECK(mkdtemp(scratch) != NULL);
    folder = open(scratch, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        CHECK_EQUAL(mkdirat(folder, folders[i], 0755), 0);
    make_file("work/sub/kept/file");
    make_file("outside/secret");
    CHECK_EQUAL(symlinkat("../outside", folder, "work/link"), 0);
}

static int remove_one(const char *path, const struct stat *seen, int type, struct FTW *at) {
    (void)seen, (void)type, (void)at;
    return remove(path);
}

static void remove_scratch(void) {
    close(folder);
    CHECK_EQUAL(nftw(scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static long rename_to(const char *from, const char *to) {
    put(OTHER, to);
    return CALL(SYS_rename, put(GUEST, from), U(OTHER));
}

/* Under another name it would be what the directory above it is granted as. */
static void what_lies_below_a_name_is_not_renamed(void) {
    make_scratch();
    tbx_config *config = tbx_config_new();
    add(config, "work", "/work", true);
    add(config, "work/sub/kept", "/work/sub/kept", false);
    sandbox_open(config);
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/work/sub/kept/file"), U(O_RDWR)), -EROFS);
    CHECK_EQUAL(rename_to("/work/sub/kept", "/work/moved"), -EBUSY);
    CHECK_EQUAL(rename_to("/work/sub", "/work/moved"), -EBUSY);
    CHECK_EQUAL(rename_to("/work/sub/", "/work/moved"), -EBUSY);
    CHECK_EQUAL(rename_to("/work/link", "/work/sub"), -EBUSY);
    CHECK_EQUAL(rename_to("/work/link", "/work/moved"), 0);
    CHECK_EQUAL(rename_to("/work/moved", "/work/link"), 0);
    sandbox_close();
    remove_scratch();
}

/* In the place of the sandbox, with the table of descriptors that its copy has at the moment. */
static long open_in(tbx_sandbox *sandbox, const char *path) {
    struct tbx_place place = {.below = ""};
    const struct tbx_mounts *mounts = sandbox->files->mounts;
    place.mount = &mounts->list[mounts->count - 1];
    place.below = path;
    long file = tbx_open_place(&place, O_RDONLY, 0);
    if (file >= 0)
        close((int)file);
    return file < 0 ? file : 0;
}

/* A copy that renames a link to the name of a directory that it was granted gets no other one by
 * that, nor does the next copy. */
static void a_reset_grants_the_directories_of_the_template(void) {
    make_scratch();
    tbx_config *config = small_config();
    add(config, "work", "/work", true);
    add(config, "work/sub", "/input", false);
    open_template(config);
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(open_in(sandbox, "kept/file"), 0);
    CHECK_EQUAL(renameat(folder, "work/sub", folder, "work/old"), 0); /* as the sandbox can */
    CHECK_EQUAL(renameat(folder, "work/link", folder, "work/sub"), 0);
    reset(sandbox);
    CHECK_EQUAL(open_in(sandbox, "secret"), -ENOENT);
    CHECK_EQUAL(open_in(sandbox, "kept/file"), 0);
    tbx_sandbox *other = new_copy();
    CHECK_EQUAL(open_in(other, "secret"), -ENOENT);
    tbx_sandbox_free(other);
    close_all(sandbox);
    remove_scratch();
}

/* What happens behind the next look at a name; the linker leads `syscall` here. */
static void (*behind_look)(void);

long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f) {
    long result = __real_syscall(number, a, b, c, d, e, f);
    void (*then)(void) = number == SYS_openat2 ? behind_look : NULL;
    if (then != NULL) {
        behind_look = NULL;
        then();
    }
    return result;
}

static void put_another_in_its_place(void) {
    CHECK_EQUAL(renameat(folder, "work/other", folder, "work/file"), 0);
}

static void put_one_there(void) {
    CHECK_EQUAL(renameat(folder, "work/other", folder, "work/none"), 0);
}

static uint64_t number_of(const char *name) {
    struct stat seen;
    CHECK_EQUAL(fstatat(folder, name, &seen, 0), 0);
    return seen.st_ino;
}

static uint64_t number_of_opened(long file) {
    CHECK(file >= 0);
    CHECK_EQUAL(CALL(SYS_fstat, U(file), U(STATUS)), 0);
    return status()->st_ino;
}

/* Another sandbox may rename, at any moment, a device to the name of a file: it is not opened. */
static void what_is_opened_is_what_was_looked_at(void) {
    make_scratch();
    tbx_config *config = tbx_config_new();
    add(config, "work", "/work", true);
    sandbox_open(config);
    for (int flags = O_RDONLY; flags <= O_CREAT; flags += O_CREAT) {
        make_file("work/file");
        make_file("work/other");
        uint64_t looked_at = number_of("work/file");
        behind_look = put_another_in_its_place;
        long file = CALL(SYS_open, put(GUEST, "/work/file"), U(flags));
        CHECK_EQUAL(number_of_opened(file), looked_at);
        CHECK(number_of("work/file") != looked_at);
    }
    sandbox_close();
    remove_scratch();
}

static bool has_proc = true;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...) {
    if (has_proc || strncmp(path, "/proc/", 6) != 0)
        return __real_open(path, flags);
    errno = ENOENT;
    return -1;
}

/* As in many containers: the name is looked up again then. */
static void without_proc_files_are_opened_all_the_same(void) {
    make_scratch();
    tbx_config *config = tbx_config_new();
    tbx_error error;
    add(config, "work", "/work", true);
    CHECK(tbx_config_add_directory(config, "/dev", "/devices", false, &error));
    sandbox_open(config);
    has_proc = false;
    long file = CALL(SYS_open, put(GUEST, "/work/sub/kept/file"), U(O_RDWR));
    CHECK_EQUAL(number_of_opened(file), number_of("work/sub/kept/file"));
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/devices/tty"), U(O_RDONLY)), -EACCES);
    CHECK(CALL(SYS_open, put(GUEST, "/devices/zero"), U(O_RDONLY)) >= 0);
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/work/none"), U(O_RDONLY)), -ENOENT);
    has_proc = true;
    sandbox_close();
    remove_scratch();
}

/* What appears there is looked at, too. */
static void nothing_is_created_but_files(void) {
    make_scratch();
    tbx_config *config = tbx_config_new();
    add(config, "work", "/work", true);
    sandbox_open(config);
    make_file("work/other");
    uint64_t other = number_of("work/other");
    behind_look = put_one_there;
    long file = CALL(SYS_open, put(GUEST, "/work/none"), U(O_CREAT | O_RDWR), 0600ull);
    CHECK_EQUAL(number_of_opened(file), other);
    file = CALL(SYS_open, put(GUEST, "/work/new"), U(O_CREAT | O_RDWR | O_EXCL), 0600ull);
    CHECK_EQUAL(number_of_opened(file), number_of("work/new"));
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/work/new"), U(O_CREAT | O_EXCL)), -EEXIST);
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/work/sub"), U(O_CREAT)), -EISDIR);
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/work/link"), U(O_NOFOLLOW)), -ELOOP);
    CHECK_EQUAL(symlinkat("nowhere", folder, "work/dangling"), 0);
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/work/dangling"), U(O_CREAT)), -EACCES);
    sandbox_close();
    remove_scratch();
}

static bool is_open(int descriptor) {
    return fcntl(descriptor, F_GETFD) >= 0;
}

/* In a process without standard streams: what is opened then is none of them. */
static void a_closed_stream_is_not_replaced(void) {
    int kept[3];
    tbx_error error;
    make_scratch();
    for (int i = 0; i < 3; i++) {
        kept[i] = fcntl(i, F_DUPFD, 100);
        close(i);
    }
    tbx_config *config = small_config();
    add(config, "work", "/work", true);
    open_template(config);
    tbx_sandbox *copy = new_copy();
    tbx_region *region = tbx_region_new(4096, &error);
    config = tbx_config_new();
    add(config, "work", "/work", true);
    sandbox_open(config);
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/work/sub/kept/file"), U(O_RDWR)), 0);
    CHECK_EQUAL(CALL(SYS_open, put(GUEST, "/dev/zero"), 0ull), 1);
    CHECK_EQUAL(CALL(SYS_pipe2, U(PIPE), 0ull), 0);
    CHECK(!is_open(0) && !is_open(1) && !is_open(2));
    for (int i = 0; i < 3; i++) {
        dup2(kept[i], i);
        close(kept[i]);
    }
    tbx_region_release(region);
    close_all(copy);
    sandbox_close();
    remove_scratch();
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(files_that_were_not_granted_tell_no_time),
        TEST(a_clock_tells_the_time_of_files),
        TEST(sleeping_until_a_time_needs_a_clock),
        TEST(what_lies_below_a_name_is_not_renamed),
        TEST(a_reset_grants_the_directories_of_the_template),
        TEST(what_is_opened_is_what_was_looked_at),
        TEST(without_proc_files_are_opened_all_the_same),
        TEST(nothing_is_created_but_files),
        TEST(a_closed_stream_is_not_replaced),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
