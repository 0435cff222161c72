/* The table of host calls, by the numbers of docs/abi.md. */
#include "host_call.h"
#include "jump_table.h"
#include "library.h"
#include "signals.h"

#include <string.h>
#include <sys/syscall.h>

/* A power of two, so that a masked number is an index in it even where a CPU guesses past the
 * check. */
enum { SYSTEM_CALLS = TBX_SYSTEM_CALLS, CALL_SETJMP = 0x10001, CALL_LONGJMP = 0x10002 };

/* What the number of a system call leads to. */
struct system_call {
    const char *name; /* for lists of what is allowed; null: not in the table */
    tbx_host_call *handler;
};

#define CALL(name, handler) [SYS_##name] = {#name, handler}

static const struct system_call system_calls[SYSTEM_CALLS] = {
    CALL(read, tbx_call_read),
    CALL(write, tbx_call_write),
    CALL(open, tbx_call_open),
    CALL(close, tbx_call_close),
    CALL(stat, tbx_call_stat),
    CALL(fstat, tbx_call_fstat),
    CALL(lstat, tbx_call_lstat),
    CALL(poll, tbx_call_poll),
    CALL(lseek, tbx_call_lseek),
    CALL(mmap, tbx_call_mmap),
    CALL(mprotect, tbx_call_mprotect),
    CALL(munmap, tbx_call_munmap),
    CALL(brk, tbx_call_brk),
    CALL(rt_sigaction, tbx_call_rt_sigaction),
    CALL(rt_sigprocmask, tbx_call_rt_sigprocmask),
    CALL(ioctl, tbx_call_ioctl),
    CALL(pread64, tbx_call_pread64),
    CALL(pwrite64, tbx_call_pwrite64),
    CALL(readv, tbx_call_readv),
    CALL(writev, tbx_call_writev),
    CALL(access, tbx_call_access),
    CALL(pipe, tbx_call_pipe),
    CALL(select, tbx_call_select),
    CALL(sched_yield, tbx_call_nothing),
    CALL(mremap, tbx_call_mremap),
    CALL(madvise, tbx_call_madvise),
    CALL(dup, tbx_call_dup),
    CALL(dup2, tbx_call_dup2),
    CALL(nanosleep, tbx_call_nanosleep),
    CALL(getpid, tbx_call_getpid),
    CALL(exit, tbx_call_exit),
    CALL(uname, tbx_call_uname),
    CALL(fcntl, tbx_call_fcntl),
    CALL(flock, tbx_call_flock),
    CALL(fsync, tbx_call_fsync),
    CALL(fdatasync, tbx_call_fdatasync),
    CALL(truncate, tbx_call_truncate),
    CALL(ftruncate, tbx_call_ftruncate),
    CALL(getcwd, tbx_call_getcwd),
    CALL(chdir, tbx_call_chdir),
    CALL(fchdir, tbx_call_fchdir),
    CALL(rename, tbx_call_rename),
    CALL(mkdir, tbx_call_mkdir),
    CALL(rmdir, tbx_call_rmdir),
    CALL(creat, tbx_call_creat),
    CALL(unlink, tbx_call_unlink),
    CALL(readlink, tbx_call_readlink),
    CALL(chmod, tbx_call_chmod),
    CALL(fchmod, tbx_call_fchmod),
    CALL(umask, tbx_call_umask),
    CALL(gettimeofday, tbx_call_gettimeofday),
    CALL(getrlimit, tbx_call_getrlimit),
    CALL(sysinfo, tbx_call_sysinfo),
    CALL(getrusage, tbx_call_getrusage),
    CALL(times, tbx_call_times),
    CALL(getuid, tbx_call_getuid),
    CALL(getgid, tbx_call_getuid),
    CALL(geteuid, tbx_call_getuid),
    CALL(getegid, tbx_call_getuid),
    CALL(getppid, tbx_call_getppid),
    CALL(gettid, tbx_call_getpid),
    CALL(time, tbx_call_time),
    CALL(futex, tbx_call_futex),
    CALL(sched_getaffinity, tbx_call_sched_getaffinity),
    CALL(getdents64, tbx_call_getdents64),
    CALL(set_tid_address, tbx_call_set_tid_address),
    CALL(fadvise64, tbx_call_fadvise64),
    CALL(clock_gettime, tbx_call_clock_gettime),
    CALL(clock_getres, tbx_call_clock_getres),
    CALL(clock_nanosleep, tbx_call_clock_nanosleep),
    CALL(exit_group, tbx_call_exit),
    CALL(tkill, tbx_call_tkill),
    CALL(tgkill, tbx_call_tgkill),
    CALL(openat, tbx_call_openat),
    CALL(mkdirat, tbx_call_mkdirat),
    CALL(newfstatat, tbx_call_newfstatat),
    CALL(unlinkat, tbx_call_unlinkat),
    CALL(renameat, tbx_call_renameat),
    CALL(readlinkat, tbx_call_readlinkat),
    CALL(fchmodat, tbx_call_fchmodat),
    CALL(faccessat, tbx_call_faccessat),
    CALL(pselect6, tbx_call_pselect6),
    CALL(ppoll, tbx_call_ppoll),
    CALL(set_robust_list, tbx_call_nothing),
    CALL(utimensat, tbx_call_utimensat),
    CALL(fallocate, tbx_call_fallocate),
    CALL(dup3, tbx_call_dup3),
    CALL(pipe2, tbx_call_pipe2),
    CALL(preadv, tbx_call_preadv),
    CALL(pwritev, tbx_call_pwritev),
    CALL(prlimit64, tbx_call_prlimit64),
    CALL(renameat2, tbx_call_renameat2),
    CALL(getrandom, tbx_call_getrandom),
    CALL(faccessat2, tbx_call_faccessat2),

    /* Never granted: other processes, the network, links that could lead a host program astray, and
       owners. */
    CALL(clone, tbx_call_refused),
    CALL(fork, tbx_call_refused),
    CALL(vfork, tbx_call_refused),
    CALL(execve, tbx_call_refused),
    CALL(execveat, tbx_call_refused),
    CALL(kill, tbx_call_refused),
    CALL(ptrace, tbx_call_refused),
    CALL(socket, tbx_call_refused),
    CALL(socketpair, tbx_call_refused),
    CALL(link, tbx_call_refused),
    CALL(linkat, tbx_call_refused),
    CALL(symlink, tbx_call_refused),
    CALL(symlinkat, tbx_call_refused),
    CALL(mknod, tbx_call_refused),
    CALL(mknodat, tbx_call_refused),
    CALL(chown, tbx_call_refused),
    CALL(fchown, tbx_call_refused),
    CALL(lchown, tbx_call_refused),
    CALL(fchownat, tbx_call_refused),
    CALL(prctl, tbx_call_refused),
    CALL(arch_prctl, tbx_call_refused),
    CALL(setitimer, tbx_call_refused),
};

int tbx_host_call_number(const char *name, size_t length) {
    for (int i = 0; i < SYSTEM_CALLS; i++) {
        const char *known = system_calls[i].name;
        if (known != NULL && strlen(known) == length && memcmp(known, name, length) == 0)
            return i;
    }
    return -1;
}

static bool is_allowed(const struct tbx_config *config, uint64_t number) {
    return !config->limits_calls || (config->allowed_calls[number / 64] >> (number % 64) & 1) != 0;
}

static tbx_host_call *find_handler(const struct tbx_config *config, uint64_t number) {
    if (number < SYSTEM_CALLS) {
        number %= SYSTEM_CALLS;
        return is_allowed(config, number) ? system_calls[number].handler : NULL;
    }
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

static long refuse(struct tbx_run *run) {
    run->sandbox->refused_calls++;
    return -ENOSYS;
}

/* Under a backend that shows pages, another thread may hide one between the check of a pointer and
 * the system call that uses it: then the call is made again, which has done nothing so far. */
static long call_again(struct tbx_run *run, const struct tbx_host_request *request,
                       tbx_host_call *handler, long result) {
    enum { TRIES = 100 };
    bool hides = run->sandbox->memory.window.backend->show != NULL;
    for (int i = 0; hides && i < TRIES && result == -EFAULT; i++)
        result = handler(run, request->arguments);
    return result;
}

static long call_system(struct tbx_run *run, const struct tbx_host_request *request) {
    tbx_host_call *handler = find_handler(run->sandbox->config, request->number);
    if (request->number < SYSTEM_CALLS)
        hold_signals(run);
    if (handler == NULL)
        return refuse(run);
    long result = handler(run, request->arguments);
    return __builtin_expect(result == -EFAULT, false) ? call_again(run, request, handler, result)
                                                      : result;
}

/* A function of the host that the library imports. It may call into sandboxes, this one too. */
static long call_import(struct tbx_run *run, const struct tbx_host_request *request) {
    struct tbx_sandbox *sandbox = run->sandbox;
    uint64_t index = request->number - TBX_FIRST_IMPORT;
    if (index >= sandbox->import_count)
        return refuse(run);
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
