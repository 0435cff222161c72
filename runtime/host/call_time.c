/* Time, if the clock was granted. To sleep for a while needs no grant; to sleep until some time
 * tells which it is, as one that is over ends at once. */
#include "host_call.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

/* CLOCK_REALTIME to CLOCK_BOOTTIME: no clock of another process or device. */
static bool is_known_clock(uint64_t clock) {
    return (uint32_t)clock <= CLOCK_BOOTTIME;
}

long tbx_call_clock_gettime(struct tbx_run *run, const uint64_t *arguments) {
    struct timespec now;
    if (!tbx_has_clock(run))
        return -EPERM;
    if (!is_known_clock(arguments[0]) || clock_gettime((clockid_t)arguments[0], &now) != 0)
        return -EINVAL;
    return tbx_copy_out(&run->sandbox->memory, arguments[1], &now, sizeof now);
}

long tbx_call_clock_getres(struct tbx_run *run, const uint64_t *arguments) {
    struct timespec resolution;
    if (!tbx_has_clock(run))
        return -EPERM;
    if (!is_known_clock(arguments[0]) || clock_getres((clockid_t)arguments[0], &resolution) != 0)
        return -EINVAL;
    if ((uint32_t)arguments[1] == 0)
        return 0;
    return tbx_copy_out(&run->sandbox->memory, arguments[1], &resolution, sizeof resolution);
}

long tbx_call_gettimeofday(struct tbx_run *run, const uint64_t *arguments) {
    struct timeval now;
    if (!tbx_has_clock(run))
        return -EPERM;
    gettimeofday(&now, NULL);
    if ((uint32_t)arguments[0] == 0)
        return 0;
    return tbx_copy_out(&run->sandbox->memory, arguments[0], &now, sizeof now);
}

long tbx_call_time(struct tbx_run *run, const uint64_t *arguments) {
    if (!tbx_has_clock(run))
        return -EPERM;
    time_t now = time(NULL);
    if ((uint32_t)arguments[0] != 0 &&
        tbx_copy_out(&run->sandbox->memory, arguments[0], &now, sizeof now) != 0)
        return -EFAULT;
    return (long)now;
}

long tbx_call_times(struct tbx_run *run, const uint64_t *arguments) {
    struct tms used;
    if (!tbx_has_clock(run))
        return -EPERM;
    clock_t now = times(&used);
    if ((uint32_t)arguments[0] != 0 &&
        tbx_copy_out(&run->sandbox->memory, arguments[0], &used, sizeof used) != 0)
        return -EFAULT;
    return (long)now;
}

/* Time used only: the other counts tell about the host. */
long tbx_call_getrusage(struct tbx_run *run, const uint64_t *arguments) {
    struct rusage all, told = {0};
    if (!tbx_has_clock(run))
        return -EPERM;
    if ((int32_t)arguments[0] == RUSAGE_SELF || (int32_t)arguments[0] == RUSAGE_THREAD) {
        if (getrusage((int32_t)arguments[0], &all) != 0)
            return -errno;
        told.ru_utime = all.ru_utime;
        told.ru_stime = all.ru_stime;
    } else if ((int32_t)arguments[0] != RUSAGE_CHILDREN) {
        return -EINVAL;
    }
    return tbx_copy_out(&run->sandbox->memory, arguments[1], &told, sizeof told);
}

static long sleep_on(struct tbx_run *run, clockid_t clock, int flags, uint64_t wanted,
                     uint64_t left) {
    struct timespec time, rest = {0};
    if (tbx_copy_in(&run->sandbox->memory, &time, wanted, sizeof time) != 0)
        return -EFAULT;
    int reason = clock_nanosleep(clock, flags, &time, &rest);
    if (reason == EINTR && flags == 0 && (uint32_t)left != 0 &&
        tbx_copy_out(&run->sandbox->memory, left, &rest, sizeof rest) != 0)
        return -EFAULT;
    return -reason;
}

long tbx_call_nanosleep(struct tbx_run *run, const uint64_t *arguments) {
    return sleep_on(run, CLOCK_MONOTONIC, 0, arguments[0], arguments[1]);
}

long tbx_call_clock_nanosleep(struct tbx_run *run, const uint64_t *arguments) {
    uint32_t flags = (uint32_t)arguments[1];
    if (!is_known_clock(arguments[0]) || (flags & ~(uint32_t)TIMER_ABSTIME) != 0)
        return -EINVAL;
    if (flags != 0 && !tbx_has_clock(run))
        return -EPERM;
    return sleep_on(run, (clockid_t)arguments[0], (int)flags, arguments[2], arguments[3]);
}
