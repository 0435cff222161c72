/* The end of a program, what it is told about itself, and signals, which never arrive but must be
 * accepted. */
#include "fault.h"
#include "host_call.h"
#include "startup.h"

#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

enum { GUEST_PROCESS = 2, GUEST_PARENT = 1 };

long tbx_call_exit(struct tbx_run *run, const uint64_t *arguments) {
    *run->outcome = (tbx_outcome){.kind = TBX_EXITED, .status = (int)(arguments[0] & 0xFF)};
    tbx_abandon();
}

long tbx_call_getpid(struct tbx_run *run, const uint64_t *arguments) {
    (void)run, (void)arguments;
    return GUEST_PROCESS;
}

long tbx_call_getppid(struct tbx_run *run, const uint64_t *arguments) {
    (void)run, (void)arguments;
    return GUEST_PARENT;
}

long tbx_call_getuid(struct tbx_run *run, const uint64_t *arguments) {
    (void)run, (void)arguments;
    return TBX_GUEST_USER;
}

long tbx_call_set_tid_address(struct tbx_run *run, const uint64_t *arguments) {
    (void)run, (void)arguments;
    return GUEST_PROCESS;
}

/* raise and abort. A signal that would kill the program by default ends it, whatever handler it
 * set: none can run. */
static long raise_signal(struct tbx_run *run, uint64_t target, uint64_t signal_bits) {
    int signal = (int32_t)signal_bits;
    if ((int32_t)target != GUEST_PROCESS)
        return -EPERM;
    if (signal < 0 || signal >= _NSIG)
        return -EINVAL;
    if (signal == 0 || signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH ||
        signal == SIGCONT)
        return 0;
    tbx_fault_raised(run, signal);
}

long tbx_call_tkill(struct tbx_run *run, const uint64_t *arguments) {
    return raise_signal(run, arguments[0], arguments[1]);
}

long tbx_call_tgkill(struct tbx_run *run, const uint64_t *arguments) {
    return raise_signal(run, arguments[1], arguments[2]);
}

/* The kernel's form of struct sigaction: handler, flags, restorer, mask. */
enum { SIGACTION_SIZE = 32, SIGNAL_SET_SIZE = 8 };

/* No signal reaches a sandbox: handlers are accepted, and none was ever set before. Only whether
 * SIGPIPE is left to its default is remembered. */
long tbx_call_rt_sigaction(struct tbx_run *run, const uint64_t *arguments) {
    const unsigned char none[SIGACTION_SIZE] = {0};
    uint64_t handler;
    uint32_t signal = (uint32_t)arguments[0];
    if (signal == 0 || signal >= _NSIG || arguments[3] != SIGNAL_SET_SIZE)
        return -EINVAL;
    if ((uint32_t)arguments[1] != 0 &&
        tbx_copy_in(&run->sandbox->memory, &handler, arguments[1], sizeof handler) != 0)
        return -EFAULT;
    if ((uint32_t)arguments[1] != 0 && signal == SIGPIPE)
        run->sandbox->survives_broken_pipe = handler != 0;
    if ((uint32_t)arguments[2] == 0)
        return 0;
    return tbx_copy_out(&run->sandbox->memory, arguments[2], none, sizeof none);
}

long tbx_call_rt_sigprocmask(struct tbx_run *run, const uint64_t *arguments) {
    const unsigned char none[SIGNAL_SET_SIZE] = {0};
    if (arguments[3] != SIGNAL_SET_SIZE)
        return -EINVAL;
    if ((uint32_t)arguments[2] == 0)
        return 0;
    return tbx_copy_out(&run->sandbox->memory, arguments[2], none, sizeof none);
}

/* With one thread there is no one to wake, and no one who could wake a waiter: waiting would never
 * end. */
long tbx_call_futex(struct tbx_run *run, const uint64_t *arguments) {
    enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, COMMAND_MASK = 0x7F };
    uint32_t value;
    switch (arguments[1] & COMMAND_MASK) {
    case FUTEX_WAKE:
        return 0;
    case FUTEX_WAIT:
        if (tbx_copy_in(&run->sandbox->memory, &value, arguments[0], sizeof value) != 0)
            return -EFAULT;
        return value != (uint32_t)arguments[2] ? -EAGAIN : -EDEADLK;
    default:
        return -ENOSYS;
    }
}

/* The same everywhere: nothing about the host. */
long tbx_call_uname(struct tbx_run *run, const uint64_t *arguments) {
    const struct utsname name = {.sysname = "Linux",
                                 .nodename = "tme-box",
                                 .release = "6.1.0",
                                 .version = "tme-box",
                                 .machine = "x86_64"};
    return tbx_copy_out(&run->sandbox->memory, arguments[0], &name, sizeof name);
}

/* The memory of the sandbox, as if it were the machine's. */
long tbx_call_sysinfo(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_memory *memory = &run->sandbox->memory;
    struct sysinfo told;
    memset(&told, 0,
           sizeof told); /* it has padding, and none of the host's stack may go out in it */
    told.totalram = memory->heap_limit;
    told.freeram = memory->heap_limit - memory->heap_used;
    told.procs = 1;
    told.mem_unit = 1;
    return tbx_copy_out(memory, arguments[0], &told, sizeof told);
}

static struct rlimit limit_of(const struct tbx_sandbox *sandbox, uint32_t resource) {
    rlim_t limit = RLIM_INFINITY;
    if (resource == RLIMIT_STACK)
        limit = sandbox->memory.startup_start - sandbox->memory.stack_start;
    else if (resource == RLIMIT_NOFILE)
        limit = TBX_MAX_FILES;
    else if (resource == RLIMIT_DATA || resource == RLIMIT_AS)
        limit = sandbox->memory.heap_limit;
    else if (resource == RLIMIT_CORE || resource == RLIMIT_NPROC)
        limit = 0;
    return (struct rlimit){.rlim_cur = limit, .rlim_max = limit};
}

static long put_limit(struct tbx_run *run, uint64_t resource, uint64_t pointer) {
    if ((uint32_t)resource >= RLIM_NLIMITS)
        return -EINVAL;
    struct rlimit limit = limit_of(run->sandbox, (uint32_t)resource);
    return tbx_copy_out(&run->sandbox->memory, pointer, &limit, sizeof limit);
}

long tbx_call_getrlimit(struct tbx_run *run, const uint64_t *arguments) {
    return put_limit(run, arguments[0], arguments[1]);
}

long tbx_call_prlimit64(struct tbx_run *run, const uint64_t *arguments) {
    bool self = (uint32_t)arguments[0] == 0 || (uint32_t)arguments[0] == GUEST_PROCESS;
    if (!self || (uint32_t)arguments[2] != 0)
        return -EPERM;
    return (uint32_t)arguments[3] == 0 ? 0 : put_limit(run, arguments[1], arguments[3]);
}

long tbx_call_getrandom(struct tbx_run *run, const uint64_t *arguments) {
    enum { MOST_BYTES = 1 << 20 };
    size_t length = arguments[1] < MOST_BYTES ? (size_t)arguments[1] : MOST_BYTES;
    void *buffer = tbx_writable(&run->sandbox->memory, arguments[0], length);
    if ((arguments[2] & ~(uint64_t)(GRND_NONBLOCK | GRND_RANDOM)) != 0)
        return -EINVAL;
    return buffer == NULL ? -EFAULT : tbx_system_result(getrandom(buffer, length, GRND_NONBLOCK));
}

/* One processor. */
long tbx_call_sched_getaffinity(struct tbx_run *run, const uint64_t *arguments) {
    const uint64_t processors = 1;
    if (arguments[1] < sizeof processors)
        return -EINVAL;
    long result = tbx_copy_out(&run->sandbox->memory, arguments[2], &processors, sizeof processors);
    return result != 0 ? result : (long)sizeof processors;
}

long tbx_call_nothing(struct tbx_run *run, const uint64_t *arguments) {
    (void)run, (void)arguments;
    return 0;
}

long tbx_call_refused(struct tbx_run *run, const uint64_t *arguments) {
    (void)run, (void)arguments;
    return -EPERM;
}
