/* The table of host calls, by the numbers of docs/abi.md. */
#include "host_call.h"
#include "jump_table.h"
#include "library.h"
#include "signals.h"

#include <sys/syscall.h>

/* A power of two, so that a masked number is an index in it even where a CPU guesses past the
 * check. */
enum { SYSTEM_CALLS = 512, CALL_SETJMP = 0x10001, CALL_LONGJMP = 0x10002 };

static tbx_host_call *const system_calls[SYSTEM_CALLS] = {
    [SYS_read] = tbx_call_read,
    [SYS_write] = tbx_call_write,
    [SYS_open] = tbx_call_open,
    [SYS_close] = tbx_call_close,
    [SYS_stat] = tbx_call_stat,
    [SYS_fstat] = tbx_call_fstat,
    [SYS_lstat] = tbx_call_lstat,
    [SYS_poll] = tbx_call_poll,
    [SYS_lseek] = tbx_call_lseek,
    [SYS_mmap] = tbx_call_mmap,
    [SYS_mprotect] = tbx_call_mprotect,
    [SYS_munmap] = tbx_call_munmap,
    [SYS_brk] = tbx_call_brk,
    [SYS_rt_sigaction] = tbx_call_rt_sigaction,
    [SYS_rt_sigprocmask] = tbx_call_rt_sigprocmask,
    [SYS_ioctl] = tbx_call_ioctl,
    [SYS_pread64] = tbx_call_pread64,
    [SYS_pwrite64] = tbx_call_pwrite64,
    [SYS_readv] = tbx_call_readv,
    [SYS_writev] = tbx_call_writev,
    [SYS_access] = tbx_call_access,
    [SYS_pipe] = tbx_call_pipe,
    [SYS_select] = tbx_call_select,
    [SYS_sched_yield] = tbx_call_nothing,
    [SYS_mremap] = tbx_call_mremap,
    [SYS_madvise] = tbx_call_madvise,
    [SYS_dup] = tbx_call_dup,
    [SYS_dup2] = tbx_call_dup2,
    [SYS_nanosleep] = tbx_call_nanosleep,
    [SYS_getpid] = tbx_call_getpid,
    [SYS_exit] = tbx_call_exit,
    [SYS_uname] = tbx_call_uname,
    [SYS_fcntl] = tbx_call_fcntl,
    [SYS_flock] = tbx_call_flock,
    [SYS_fsync] = tbx_call_fsync,
    [SYS_fdatasync] = tbx_call_fdatasync,
    [SYS_truncate] = tbx_call_truncate,
    [SYS_ftruncate] = tbx_call_ftruncate,
    [SYS_getcwd] = tbx_call_getcwd,
    [SYS_chdir] = tbx_call_chdir,
    [SYS_fchdir] = tbx_call_fchdir,
    [SYS_rename] = tbx_call_rename,
    [SYS_mkdir] = tbx_call_mkdir,
    [SYS_rmdir] = tbx_call_rmdir,
    [SYS_creat] = tbx_call_creat,
    [SYS_unlink] = tbx_call_unlink,
    [SYS_readlink] = tbx_call_readlink,
    [SYS_chmod] = tbx_call_chmod,
    [SYS_fchmod] = tbx_call_fchmod,
    [SYS_umask] = tbx_call_umask,
    [SYS_gettimeofday] = tbx_call_gettimeofday,
    [SYS_getrlimit] = tbx_call_getrlimit,
    [SYS_sysinfo] = tbx_call_sysinfo,
    [SYS_getrusage] = tbx_call_getrusage,
    [SYS_times] = tbx_call_times,
    [SYS_getuid] = tbx_call_getuid,
    [SYS_getgid] = tbx_call_getuid,
    [SYS_geteuid] = tbx_call_getuid,
    [SYS_getegid] = tbx_call_getuid,
    [SYS_getppid] = tbx_call_getppid,
    [SYS_gettid] = tbx_call_getpid,
    [SYS_time] = tbx_call_time,
    [SYS_futex] = tbx_call_futex,
    [SYS_sched_getaffinity] = tbx_call_sched_getaffinity,
    [SYS_getdents64] = tbx_call_getdents64,
    [SYS_set_tid_address] = tbx_call_set_tid_address,
    [SYS_fadvise64] = tbx_call_fadvise64,
    [SYS_clock_gettime] = tbx_call_clock_gettime,
    [SYS_clock_getres] = tbx_call_clock_getres,
    [SYS_clock_nanosleep] = tbx_call_clock_nanosleep,
    [SYS_exit_group] = tbx_call_exit,
    [SYS_tkill] = tbx_call_tkill,
    [SYS_tgkill] = tbx_call_tgkill,
    [SYS_openat] = tbx_call_openat,
    [SYS_mkdirat] = tbx_call_mkdirat,
    [SYS_newfstatat] = tbx_call_newfstatat,
    [SYS_unlinkat] = tbx_call_unlinkat,
    [SYS_renameat] = tbx_call_renameat,
    [SYS_readlinkat] = tbx_call_readlinkat,
    [SYS_fchmodat] = tbx_call_fchmodat,
    [SYS_faccessat] = tbx_call_faccessat,
    [SYS_pselect6] = tbx_call_pselect6,
    [SYS_ppoll] = tbx_call_ppoll,
    [SYS_set_robust_list] = tbx_call_nothing,
    [SYS_utimensat] = tbx_call_utimensat,
    [SYS_fallocate] = tbx_call_fallocate,
    [SYS_dup3] = tbx_call_dup3,
    [SYS_pipe2] = tbx_call_pipe2,
    [SYS_preadv] = tbx_call_preadv,
    [SYS_pwritev] = tbx_call_pwritev,
    [SYS_prlimit64] = tbx_call_prlimit64,
    [SYS_renameat2] = tbx_call_renameat2,
    [SYS_getrandom] = tbx_call_getrandom,
    [SYS_faccessat2] = tbx_call_faccessat2,

    /* Never granted: other processes, the network, links that could lead a host program astray, and
       owners. */
    [SYS_clone] = tbx_call_refused,
    [SYS_fork] = tbx_call_refused,
    [SYS_vfork] = tbx_call_refused,
    [SYS_execve] = tbx_call_refused,
    [SYS_execveat] = tbx_call_refused,
    [SYS_kill] = tbx_call_refused,
    [SYS_ptrace] = tbx_call_refused,
    [SYS_socket] = tbx_call_refused,
    [SYS_socketpair] = tbx_call_refused,
    [SYS_link] = tbx_call_refused,
    [SYS_linkat] = tbx_call_refused,
    [SYS_symlink] = tbx_call_refused,
    [SYS_symlinkat] = tbx_call_refused,
    [SYS_mknod] = tbx_call_refused,
    [SYS_mknodat] = tbx_call_refused,
    [SYS_chown] = tbx_call_refused,
    [SYS_fchown] = tbx_call_refused,
    [SYS_lchown] = tbx_call_refused,
    [SYS_fchownat] = tbx_call_refused,
    [SYS_prctl] = tbx_call_refused,
    [SYS_arch_prctl] = tbx_call_refused,
    [SYS_setitimer] = tbx_call_refused,
};

static tbx_host_call *find_handler(uint64_t number) {
    if (number < SYSTEM_CALLS)
        return system_calls[number % SYSTEM_CALLS];
    if (number == CALL_SETJMP)
        return tbx_call_setjmp;
    return number == CALL_LONGJMP ? tbx_call_longjmp : NULL;
}

static void check_time(struct tbx_run *run) {
    if (run->time_is_up || run->sandbox_ended)
        tbx_abandon();
}

/* A call into a library leaves the signal mask alone, until it first asks the system for something
 * that could raise a signal. */
static void hold_signals(struct tbx_run *run) {
    if (!run->holds_signals)
        run->held = tbx_signals_hold();
    run->holds_signals = true;
}

static long call_system(struct tbx_run *run, const struct tbx_host_request *request) {
    tbx_host_call *handler = find_handler(request->number);
    if (request->number < SYSTEM_CALLS)
        hold_signals(run);
    return handler == NULL ? -ENOSYS : handler(run, request->arguments);
}

/* A function of the host that the library imports. It may call into sandboxes, this one too. */
static long call_import(struct tbx_run *run, const struct tbx_host_request *request) {
    struct tbx_sandbox *sandbox = run->sandbox;
    uint64_t index = request->number - TBX_FIRST_IMPORT;
    if (index >= sandbox->import_count)
        return -ENOSYS;
    const struct tbx_import *import = &sandbox->imports[index];
    uint64_t result = import->function(sandbox, request->arguments, import->context);
    tbx_run_resume(run);
    return (long)result;
}

long tbx_dispatch(struct tbx_run *run, const struct tbx_host_request *request) {
    check_time(run);
    run->sandbox->host_calls++;
    long result =
        request->number >= TBX_FIRST_IMPORT ? call_import(run, request) : call_system(run, request);
    check_time(run);
    return result;
}
