/*
 * Host calls: one handler a number. Arguments are hostile; a handler checks each pointer with
 * tbx_readable or tbx_writable for the whole length, copies in what it decides on, and returns a
 * result or a negative errno. It may block, but comes back on EINTR, and holds nothing that would
 * be lost when the run ends after it.
 */
#ifndef TBX_HOST_CALL_H
#define TBX_HOST_CALL_H

#include "files.h"
#include "sandbox.h"

#include <errno.h>

/* The number of the system call of that name, of `length` bytes; -1 when there is no handler for
 * one. */
int tbx_host_call_number(const char *name, size_t length);

typedef long tbx_host_call(struct tbx_run *run, const uint64_t *arguments);

/* Whether the sandbox may know what time it is. */
static inline bool tbx_has_clock(const struct tbx_run *run) {
    return (run->sandbox->config->grants & TBX_GRANT_CLOCK) != 0;
}

/* Bytes between two looks at the time limit, while a call moves many. */
enum { TBX_MOST_AT_ONCE = 16 << 20 };

/* What a system call wrapper returned, as the sandbox gets it. */
static inline long tbx_system_result(long result) {
    return result < 0 ? -errno : result;
}

/* call_io.c: bytes to and from descriptors */
tbx_host_call tbx_call_read, tbx_call_write, tbx_call_pread64, tbx_call_pwrite64, tbx_call_readv,
    tbx_call_writev, tbx_call_preadv, tbx_call_pwritev, tbx_call_lseek;

/* call_descriptor.c: descriptors themselves */
tbx_host_call tbx_call_close, tbx_call_dup, tbx_call_dup2, tbx_call_dup3, tbx_call_fcntl,
    tbx_call_ioctl, tbx_call_fsync, tbx_call_fdatasync, tbx_call_ftruncate, tbx_call_fallocate,
    tbx_call_flock, tbx_call_fadvise64, tbx_call_pipe, tbx_call_pipe2;

/* call_poll.c */
tbx_host_call tbx_call_poll, tbx_call_ppoll;

/* call_select.c */
tbx_host_call tbx_call_select, tbx_call_pselect6;

/* call_open.c: files by name */
tbx_host_call tbx_call_open, tbx_call_openat, tbx_call_creat, tbx_call_stat, tbx_call_lstat,
    tbx_call_fstat, tbx_call_newfstatat, tbx_call_access, tbx_call_faccessat, tbx_call_faccessat2,
    tbx_call_readlink, tbx_call_readlinkat;

/* call_change.c: changes of directories and attributes */
tbx_host_call tbx_call_unlink, tbx_call_unlinkat, tbx_call_rmdir, tbx_call_mkdir, tbx_call_mkdirat,
    tbx_call_rename, tbx_call_renameat, tbx_call_renameat2, tbx_call_truncate, tbx_call_chmod,
    tbx_call_fchmod, tbx_call_fchmodat, tbx_call_utimensat, tbx_call_umask;

/* call_directory.c: reading directories, the working directory */
tbx_host_call tbx_call_getdents64, tbx_call_chdir, tbx_call_fchdir, tbx_call_getcwd;

/* call_memory.c */
tbx_host_call tbx_call_mmap, tbx_call_munmap, tbx_call_mremap, tbx_call_mprotect, tbx_call_madvise,
    tbx_call_brk;

/* call_time.c */
tbx_host_call tbx_call_clock_gettime, tbx_call_clock_getres, tbx_call_gettimeofday, tbx_call_time,
    tbx_call_times, tbx_call_getrusage, tbx_call_nanosleep, tbx_call_clock_nanosleep;

/* call_process.c: the end, identity, limits, signals */
tbx_host_call tbx_call_exit, tbx_call_getpid, tbx_call_getppid, tbx_call_getuid,
    tbx_call_set_tid_address, tbx_call_tkill, tbx_call_tgkill, tbx_call_rt_sigaction,
    tbx_call_rt_sigprocmask, tbx_call_futex, tbx_call_uname, tbx_call_sysinfo, tbx_call_getrlimit,
    tbx_call_prlimit64, tbx_call_getrandom, tbx_call_sched_getaffinity, tbx_call_nothing,
    tbx_call_refused;

#endif
