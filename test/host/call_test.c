/* Host calls with hostile arguments: each is refused as the system call would be, and the host
 * lives. */
#include "check.h"
#include "small_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define U(value) ((uint64_t)(value))

static char scratch[] = "/tmp/tbx-host-test-XXXXXX";

static tbx_config *config_with_directories(void) {
    tbx_config *config = tbx_config_new();
    tbx_error error;
    char path[64];
    snprintf(path, sizeof path, "%s/shown", scratch);
    CHECK(tbx_config_add_directory(config, path, "/shown", false, &error));
    snprintf(path, sizeof path, "%s/given", scratch);
    CHECK(tbx_config_add_directory(config, path, "/deep/given", true, &error));
    CHECK(tbx_config_set_working_directory(config, "/deep/given", &error));
    tbx_config_grant(config, TBX_GRANT_STDIO);
    return config;
}

static void open_with_directories(void) {
    sandbox_open(config_with_directories());
}

static long open_path(const char *path, int flags) {
    return CALL(SYS_open, put(GUEST, path), U(flags), 0644ull);
}

static void buffers_outside_memory_are_refused(void) {
    open_with_directories();
    long file = open_path("new", O_RDWR | O_CREAT);
    CHECK(file >= 3);
    CHECK_EQUAL(CALL(SYS_write, U(file), U(GUEST_END - 4), 8ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_write, U(file), 0ull, 1ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_write, U(file), U(GUEST), ~0ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_write, U(file), 0xFFFFFFFFull, 2ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_write, U(file), U(SMALL_CODE), 1ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_write, U(file), U(GUEST_END - 4), 4ull), 4);
    CHECK_EQUAL(CALL(SYS_write, U(file), U(SMALL_READ_ONLY), 4ull), 4);
    CHECK_EQUAL(CALL(SYS_pread64, U(file), U(SMALL_READ_ONLY), 4ull, 0ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_pread64, U(file), U(GUEST - 2), 4ull, 0ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_pread64, U(file), U(GUEST), 4ull, ~0ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_fstat, U(file), U(GUEST_END - 100)), -EFAULT);
    sandbox_close();
}

/* Only the low half of a pointer counts, whatever the other half says. */
static void pointers_cannot_leave_the_window(void) {
    open_with_directories();
    long file = open_path("new", O_RDWR | O_CREAT | O_TRUNC);
    memcpy(guest(GUEST), "inside", 6);
    CHECK_EQUAL(CALL(SYS_write, U(file), GUEST | 0x7FFF00000000ull, 6ull), 6);
    CHECK_EQUAL(CALL(SYS_pread64, U(file), (GUEST + 64) | 0xFFFFFFFF00000000ull, 6ull, 0ull), 6);
    CHECK_EQUAL(memcmp(guest(GUEST + 64), "inside", 6), 0);
    sandbox_close();
}

static void vectors_are_checked_part_by_part(void) {
    open_with_directories();
    long file = open_path("new", O_RDWR | O_CREAT | O_TRUNC);
    struct iovec *parts = (struct iovec *)guest(GUEST);
    parts[0] = (struct iovec){.iov_base = (void *)U(GUEST + 256), .iov_len = 4};
    parts[1] = (struct iovec){.iov_base = (void *)U(GUEST_END - 4), .iov_len = 4};
    CHECK_EQUAL(CALL(SYS_writev, U(file), U(GUEST), 2ull), 8);
    parts[1].iov_len = 5;
    CHECK_EQUAL(CALL(SYS_writev, U(file), U(GUEST), 2ull), -EFAULT);
    parts[1].iov_len = ~(size_t)0;
    CHECK_EQUAL(CALL(SYS_writev, U(file), U(GUEST), 2ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_writev, U(file), U(GUEST), 1025ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_writev, U(file), U(GUEST), ~0ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_writev, U(file), U(GUEST_END - 16), 2ull), -EFAULT);
    parts[1] = (struct iovec){.iov_base = (void *)U(SMALL_READ_ONLY), .iov_len = 1};
    CHECK_EQUAL(CALL(SYS_readv, U(file), U(GUEST), 2ull), -EFAULT);
    sandbox_close();
}

static void descriptors_are_the_sandboxs_own(void) {
    open_with_directories();
    CHECK_EQUAL(CALL(SYS_read, 77ull, U(GUEST), 1ull), -EBADF);
    CHECK_EQUAL(CALL(SYS_read, ~0ull, U(GUEST), 1ull), -EBADF);
    CHECK_EQUAL(CALL(SYS_read, 0x80000000ull, U(GUEST), 1ull), -EBADF);
    long first = open_path("new", O_RDWR | O_CREAT);
    CHECK_EQUAL(first, 3);
    CHECK_EQUAL(CALL(SYS_dup2, U(first), 5000ull), -EBADF);
    CHECK_EQUAL(CALL(SYS_dup2, U(first), 9ull), 9);
    CHECK_EQUAL(CALL(SYS_dup2, 9ull, 9ull), 9);
    CHECK_EQUAL(CALL(SYS_fcntl, U(first), U(F_DUPFD), 9ull), 10);
    CHECK_EQUAL(CALL(SYS_fcntl, U(first), U(F_DUPFD), 0xFFFFFFFFull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_close, U(first)), 0);
    CHECK_EQUAL(CALL(SYS_close, U(first)), -EBADF);
    long last = 0;
    for (int i = 0; i < 300 && last >= 0; i++)
        last = CALL(SYS_dup, 9ull);
    CHECK_EQUAL(last, -EMFILE);
    sandbox_close();
}

static void paths_do_not_lead_out(void) {
    open_with_directories();
    CHECK_EQUAL(open_path("/etc/passwd", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path("../../etc/passwd", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path("/shown/../../etc/passwd", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path("/shown/link-to-etc/passwd", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path("/shown/link-up/secret", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path("/proc/self/mem", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path("/shown", O_RDONLY | O_DIRECTORY), 3);
    CHECK_EQUAL(CALL(SYS_openat, 3ull, put(GUEST, "../etc/passwd"), 0ull), -EACCES);
    CHECK_EQUAL(CALL(SYS_openat, 3ull, put(GUEST, "file"), 0ull), 4);
    CHECK_EQUAL(CALL(SYS_openat, 4ull, put(GUEST, "file"), 0ull), -ENOTDIR);
    CHECK_EQUAL(CALL(SYS_openat, 99ull, put(GUEST, "file"), 0ull), -EBADF);
    CHECK_EQUAL(open_path("/shown/link-inside", O_RDONLY), 5);
    sandbox_close();
}

static void path_strings_are_checked(void) {
    open_with_directories();
    memset(guest(GUEST), 'a', SMALL_DATA_SIZE);
    CHECK_EQUAL(CALL(SYS_open, U(GUEST), 0ull), -ENAMETOOLONG);
    CHECK_EQUAL(CALL(SYS_open, U(GUEST_END - 8), 0ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_open, 0ull, 0ull), -EFAULT);
    CHECK_EQUAL(open_path("", O_RDONLY), -ENOENT);
    CHECK_EQUAL(open_path("missing", O_RDONLY), -ENOENT);
    CHECK_EQUAL(open_path("missing", 3), -EINVAL);
    CHECK_EQUAL(open_path("missing", O_RDONLY | O_PATH), -EOPNOTSUPP);
    CHECK_EQUAL(open_path(".", O_RDWR | O_TMPFILE), -EOPNOTSUPP);
    sandbox_close();
}

static void read_only_directories_stay_as_they_are(void) {
    open_with_directories();
    CHECK_EQUAL(open_path("/shown/file", O_RDWR), -EROFS);
    CHECK_EQUAL(open_path("/shown/file", O_RDONLY | O_TRUNC), -EROFS);
    CHECK_EQUAL(open_path("/shown/made", O_RDONLY | O_CREAT), -EROFS);
    CHECK_EQUAL(CALL(SYS_unlink, put(GUEST, "/shown/file")), -EROFS);
    CHECK_EQUAL(CALL(SYS_mkdir, put(GUEST, "/shown/made"), 0777ull), -EROFS);
    CHECK_EQUAL(CALL(SYS_truncate, put(GUEST, "/shown/file"), 0ull), -EROFS);
    CHECK_EQUAL(CALL(SYS_chmod, put(GUEST, "/shown/file"), 0ull), -EROFS);
    CHECK_EQUAL(CALL(SYS_access, put(GUEST, "/shown/file"), U(W_OK)), -EROFS);
    CHECK_EQUAL(CALL(SYS_access, put(GUEST, "/shown/file"), U(R_OK)), 0);
    put(GUEST + 512, "taken");
    CHECK_EQUAL(CALL(SYS_rename, put(GUEST, "/shown/file"), U(GUEST + 512)), -EROFS);
    long file = open_path("/shown/file", O_RDONLY);
    CHECK_EQUAL(CALL(SYS_fchmod, U(file), 0777ull), -EPERM);
    CHECK_EQUAL(CALL(SYS_ftruncate, U(file), 0ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_write, U(file), U(GUEST), 1ull), -EBADF);
    sandbox_close();
}

static void writable_directories_can_be_changed(void) {
    open_with_directories();
    const struct stat *status = (const struct stat *)guest(GUEST + 1024);
    CHECK_EQUAL(CALL(SYS_mkdir, put(GUEST, "folder/"), 0777ull), 0);
    CHECK_EQUAL(CALL(SYS_mkdir, put(GUEST, "folder"), 0777ull), -EEXIST);
    long file = open_path("folder/a", O_WRONLY | O_CREAT | O_EXCL);
    CHECK(file >= 3);
    CHECK_EQUAL(CALL(SYS_fchmod, U(file), 04755ull), 0);
    CHECK_EQUAL(CALL(SYS_fstat, U(file), U(GUEST + 1024)), 0);
    CHECK_EQUAL(status->st_mode & 07777, 0755);
    put(GUEST + 512, "folder/b");
    CHECK_EQUAL(CALL(SYS_rename, put(GUEST, "folder/a"), U(GUEST + 512)), 0);
    CHECK_EQUAL(CALL(SYS_rmdir, put(GUEST, "folder")), -ENOTEMPTY);
    CHECK_EQUAL(CALL(SYS_unlink, put(GUEST, "/deep/given/folder/../folder/b")), 0);
    CHECK_EQUAL(CALL(SYS_rmdir, put(GUEST, "folder")), 0);
    CHECK_EQUAL(CALL(SYS_rmdir, put(GUEST, "/deep/given")), -EBUSY);
    CHECK_EQUAL(CALL(SYS_symlink, put(GUEST, "/etc"), U(GUEST)), -EPERM);
    sandbox_close();
}

/* Even a sandbox that sees the whole file system does not get at this process or at hardware. */
static void processes_and_devices_are_not_files(void) {
    tbx_config *config = tbx_config_new();
    tbx_error error;
    CHECK(tbx_config_add_directory(config, "/", "/all", true, &error));
    CHECK(tbx_config_add_directory(config, "/proc/self", "/process", true, &error));
    sandbox_open(config);
    CHECK_EQUAL(open_path("/all/proc/self/mem", O_RDWR), -EACCES);
    CHECK_EQUAL(open_path("/all/proc/self/maps", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path("/process/mem", O_RDWR), -EACCES);
    CHECK_EQUAL(open_path("/all/proc/self/fd/0", O_RDONLY), -ELOOP);
    CHECK(open_path("/all/dev/tty", O_RDWR) < 0);
    CHECK(open_path("/all/dev/ptmx", O_RDWR) < 0);
    CHECK_EQUAL(open_path("/all/dev/full", O_RDWR), 0);
    sandbox_close();
}

/* A device of this machine that no sandbox may open. */
static const char *hardware(void) {
    static const char *const devices[] = {"/dev/ptmx", "/dev/tty", "/dev/console", "/dev/tmebox"};
    struct stat status;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (stat(devices[i], &status) == 0 && S_ISCHR(status.st_mode))
            return devices[i];
    CHECK(false);
    return "/dev/tty";
}

/* Some devices do things when they are opened, and attributes of all are the host's. */
static void hardware_is_not_even_opened(void) {
    const char *device = hardware();
    char path[64], events[1024];
    tbx_config *config = tbx_config_new();
    tbx_error error;
    CHECK(tbx_config_add_directory(config, "/dev", "/dev", true, &error));
    sandbox_open(config);
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    CHECK(inotify_add_watch(watch, device, IN_OPEN | IN_ATTRIB) >= 0);
    strcpy(path, device);
    CHECK_EQUAL(open_path(path, O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path(path, O_RDWR | O_CREAT), -EACCES);
    CHECK_EQUAL(CALL(SYS_truncate, put(GUEST, path), 0ull), -EACCES);
    CHECK_EQUAL(CALL(SYS_chmod, put(GUEST, path), 0666ull), -EACCES);
    CHECK_EQUAL(CALL(SYS_stat, put(GUEST, path), U(GUEST + 1024)), 0);
    CHECK_EQUAL(read(watch, events, sizeof events), -1);
    CHECK_EQUAL(open_path("/dev/zero", O_RDONLY), 0);
    close(watch);
    sandbox_close();
}

static void working_directory_is_the_sandboxs_own(void) {
    char before[4096], after[4096];
    CHECK(getcwd(before, sizeof before) != NULL);
    open_with_directories();
    CHECK_EQUAL(CALL(SYS_chdir, put(GUEST, "/etc")), -EACCES);
    CHECK_EQUAL(CALL(SYS_chdir, put(GUEST, "/shown/")), 0);
    CHECK_EQUAL(CALL(SYS_getcwd, U(GUEST), 3ull), -ERANGE);
    CHECK_EQUAL(CALL(SYS_getcwd, U(GUEST), 4096ull), 7);
    CHECK_CONTAINS((const char *)guest(GUEST), "/shown");
    CHECK_EQUAL(open_path("file", O_RDONLY), 3);
    CHECK_EQUAL(CALL(SYS_chdir, put(GUEST, "/deep")), 0);
    CHECK_EQUAL(open_path("given/..", O_RDONLY), -EACCES);
    CHECK_EQUAL(CALL(SYS_lstat, put(GUEST, "/deep"), U(GUEST + 512)), 0);
    CHECK_EQUAL(CALL(SYS_readlink, put(GUEST, "/deep"), U(GUEST + 512), 100ull), -EINVAL);
    CHECK(getcwd(after, sizeof after) != NULL);
    CHECK_EQUAL(strcmp(before, after), 0);
    sandbox_close();
}

static void directories_are_listed_into_checked_memory(void) {
    open_with_directories();
    long directory = open_path("/shown", O_RDONLY | O_DIRECTORY);
    CHECK_EQUAL(CALL(SYS_getdents64, U(directory), U(GUEST_END - 8), 4096ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_getdents64, U(directory), U(GUEST), 4ull), -EINVAL);
    CHECK(CALL(SYS_getdents64, U(directory), U(GUEST), 4096ull) > 0);
    CHECK_EQUAL(CALL(SYS_getdents64, U(directory), U(GUEST), 4096ull), 0);
    sandbox_close();
}

static void nothing_is_granted_by_default(void) {
    sandbox_open(tbx_config_new());
    CHECK_EQUAL(CALL(SYS_write, 1ull, U(GUEST), 1ull), -EBADF);
    CHECK_EQUAL(open_path("/etc/passwd", O_RDONLY), -EACCES);
    CHECK_EQUAL(open_path(".", O_RDONLY), -EACCES);
    CHECK_EQUAL(CALL(SYS_clock_gettime, 0ull, U(GUEST)), -EPERM);
    CHECK_EQUAL(CALL(SYS_time, 0ull), -EPERM);
    CHECK_EQUAL(CALL(SYS_gettimeofday, U(GUEST)), -EPERM);
    sandbox_close();
}

static void the_clock_is_bounded(void) {
    tbx_config *config = tbx_config_new();
    tbx_config_grant(config, TBX_GRANT_CLOCK);
    sandbox_open(config);
    CHECK_EQUAL(CALL(SYS_clock_gettime, 0ull, U(GUEST)), 0);
    CHECK_EQUAL(CALL(SYS_clock_gettime, 0ull, U(GUEST_END - 8)), -EFAULT);
    CHECK_EQUAL(CALL(SYS_clock_gettime, ~0ull, U(GUEST)), -EINVAL);
    CHECK_EQUAL(CALL(SYS_nanosleep, U(GUEST_END), 0ull), -EFAULT);
    sandbox_close();
}

static void other_processes_are_out_of_reach(void) {
    static const uint64_t refused[] = {SYS_fork, SYS_vfork,  SYS_clone,  SYS_execve,
                                       SYS_kill, SYS_ptrace, SYS_socket, SYS_arch_prctl,
                                       SYS_link, SYS_mknod};
    sandbox_open(tbx_config_new());
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        CHECK_EQUAL(CALL(refused[i], U(GUEST), U(GUEST), U(GUEST)), -EPERM);
    CHECK_EQUAL(CALL(SYS_tkill, U(getpid()), 9ull), -EPERM);
    CHECK_EQUAL(CALL(SYS_tkill, 2ull, 0ull), 0);
    CHECK_EQUAL(CALL(SYS_mount, U(GUEST)), -ENOSYS);
    CHECK_EQUAL(CALL(SYS_io_uring_setup, 1ull), -ENOSYS);
    CHECK_EQUAL(CALL(100000ull), -ENOSYS);
    CHECK_EQUAL(CALL(0x10000ull), -ENOSYS);
    CHECK_EQUAL(CALL(~0ull), -ENOSYS);
    CHECK_EQUAL(CALL(0x100000001ull, 1ull, U(GUEST), 1ull), -ENOSYS);
    sandbox_close();
}

static void poll_lists_are_bounded(void) {
    open_with_directories();
    struct pollfd *list = (struct pollfd *)guest(GUEST);
    list[0] = (struct pollfd){.fd = 200, .events = POLLIN};
    list[1] = (struct pollfd){.fd = -5, .events = POLLIN};
    CHECK_EQUAL(CALL(SYS_poll, U(GUEST), 2ull, ~0ull), 1);
    CHECK_EQUAL(list[0].revents, POLLNVAL);
    CHECK_EQUAL(list[1].revents, 0);
    CHECK_EQUAL(CALL(SYS_poll, U(GUEST), 0xFFFFFFFFull, 0ull), -EINVAL);
    CHECK_EQUAL(CALL(SYS_poll, U(GUEST_END - 8), 2ull, 0ull), -EFAULT);
    sandbox_close();
}

static void select_sets_are_bounded(void) {
    open_with_directories();
    uint64_t *sets = (uint64_t *)guest(GUEST);
    CHECK_EQUAL(CALL(SYS_pipe2, U(GUEST), U(O_CLOEXEC)), 0);
    CHECK_EQUAL(*(int *)guest(GUEST), 3);
    CHECK_EQUAL(*(int *)guest(GUEST + 4), 4);
    memset(sets, 0, 512);
    sets[0] = 1 << 3;
    sets[16] = 1 << 4;
    CHECK_EQUAL(CALL(SYS_select, 5ull, U(GUEST), U(GUEST + 128), 0ull, U(GUEST + 256)), 1);
    CHECK_EQUAL(sets[0], 0);
    CHECK_EQUAL(sets[16], 1 << 4);
    CHECK_EQUAL(CALL(SYS_write, 4ull, U(GUEST), 1ull), 1);
    sets[0] = 1 << 3;
    CHECK_EQUAL(CALL(SYS_select, 1024ull, U(GUEST), U(GUEST + 128), 0ull, 0ull), 2);
    sets[0] = 1 << 5;
    CHECK_EQUAL(CALL(SYS_select, 64ull, U(GUEST), 0ull, 0ull, 0ull), -EBADF);
    CHECK_EQUAL(CALL(SYS_select, 64ull, U(GUEST_END - 4), 0ull, 0ull, 0ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_select, ~0ull, U(GUEST), 0ull, 0ull, 0ull), -EINVAL);
    const int64_t huge[] = {INT64_MAX, 1000000};
    memcpy(guest(GUEST + 256), huge, sizeof huge);
    CHECK_EQUAL(CALL(SYS_select, 0ull, 0ull, 0ull, 0ull, U(GUEST + 256)), -EINVAL);
    CHECK_EQUAL(CALL(SYS_pipe2, U(GUEST_END - 4), 0ull), -EFAULT);
    CHECK_EQUAL(CALL(SYS_pipe2, U(GUEST), U(O_RDWR)), -EINVAL);
    sandbox_close();
}

static void locks_are_copied_in_and_out(void) {
    open_with_directories();
    long file = open_path("new", O_RDWR | O_CREAT);
    struct flock *lock = (struct flock *)guest(GUEST);
    *lock =
        (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000000, .l_len = 1};
    CHECK_EQUAL(CALL(SYS_fcntl, U(file), U(F_SETLK), U(GUEST)), 0);
    CHECK_EQUAL(CALL(SYS_fcntl, U(file), U(F_SETLK), U(GUEST_END - 4)), -EFAULT);
    CHECK_EQUAL(CALL(SYS_fcntl, U(file), U(F_GETLK), U(GUEST)), 0);
    CHECK_EQUAL(lock->l_type, F_UNLCK);
    CHECK_EQUAL(CALL(SYS_fcntl, U(file), U(F_SETOWN), 1ull), -EINVAL);
    sandbox_close();
}

/* Threads keep the tables of runs that have ended, and a sandbox can fill one with megabytes. */
static void large_jump_tables_are_not_kept(void) {
    enum { MANY = 1 << 16, LARGE = 64 << 20, FEW = 16 };
    struct tbx_jump_table large = {.entries = malloc(FEW * sizeof *large.entries),
                                   .entry_capacity = FEW,
                                   .copies = malloc(LARGE),
                                   .copies_capacity = LARGE};
    struct tbx_jump_table many = {.entries = malloc(MANY * sizeof *many.entries),
                                  .entry_capacity = MANY};
    struct tbx_jump_table few = {
        .entries = malloc(FEW * sizeof *few.entries), .entry_count = 1, .entry_capacity = FEW};
    tbx_jump_table_clear(&large);
    tbx_jump_table_clear(&many);
    tbx_jump_table_clear(&few);
    CHECK_EQUAL(large.copies_capacity, 0);
    CHECK_EQUAL(many.entry_capacity, 0);
    CHECK_EQUAL(few.entry_capacity, FEW);
    CHECK_EQUAL(few.entry_count, 0);
    tbx_jump_table_free(&few);
}

static void standard_streams_keep_their_flags(void) {
    open_with_directories();
    CHECK_EQUAL(CALL(SYS_fcntl, 1ull, U(F_SETFL), U(O_NONBLOCK)), -EPERM);
    CHECK_EQUAL(CALL(SYS_ftruncate, 1ull, 0ull), -EPERM);
    CHECK_EQUAL(CALL(SYS_fchmod, 1ull, 0777ull), -EPERM);
    CHECK_EQUAL(CALL(SYS_ioctl, 1ull, 0x5412ull /* TIOCSTI */, U(GUEST)), -ENOTTY);
    sandbox_close();
}

static void prepare_scratch(void) {
    char path[128];
    if (mkdtemp(scratch) == NULL || chdir(scratch) != 0 || mkdir("shown", 0755) != 0 ||
        mkdir("given", 0755) != 0)
        exit(1);
    int file = open("secret", O_CREAT | O_WRONLY, 0600);
    close(file);
    file = open("shown/file", O_CREAT | O_WRONLY, 0644);
    close(file);
    snprintf(path, sizeof path, "%s/shown", scratch);
    if (symlink("/etc", "shown/link-to-etc") != 0 || symlink("..", "shown/link-up") != 0 ||
        symlink("file", "shown/link-inside") != 0)
        exit(1);
}

static void remove_scratch(void) {
    static const char *const files[] = {"shown/link-to-etc", "shown/link-up", "shown/link-inside",
                                        "shown/file",        "given/new",     "secret"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i]);
    rmdir("shown");
    rmdir("given");
    rmdir(scratch);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(buffers_outside_memory_are_refused),
        TEST(pointers_cannot_leave_the_window),
        TEST(vectors_are_checked_part_by_part),
        TEST(descriptors_are_the_sandboxs_own),
        TEST(paths_do_not_lead_out),
        TEST(path_strings_are_checked),
        TEST(read_only_directories_stay_as_they_are),
        TEST(writable_directories_can_be_changed),
        TEST(processes_and_devices_are_not_files),
        TEST(hardware_is_not_even_opened),
        TEST(working_directory_is_the_sandboxs_own),
        TEST(directories_are_listed_into_checked_memory),
        TEST(nothing_is_granted_by_default),
        TEST(the_clock_is_bounded),
        TEST(other_processes_are_out_of_reach),
        TEST(poll_lists_are_bounded),
        TEST(select_sets_are_bounded),
        TEST(locks_are_copied_in_and_out),
        TEST(large_jump_tables_are_not_kept),
        TEST(standard_streams_keep_their_flags),
    };
    prepare_scratch();
    int result = check_main(tests, sizeof tests / sizeof *tests, argc, argv);
    remove_scratch();
    return result;
}
