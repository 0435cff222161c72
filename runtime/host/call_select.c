/* select, by way of poll. */
#include "host_call.h"

#include <poll.h>
#include <sys/time.h>

/* One of select's three sets: 1024 descriptors, of which those beyond the sandbox's table are never
 * open. */
struct descriptor_set {
    uint64_t words[1024 / 64];
};

static const short set_events[3] = {POLLIN, POLLOUT, POLLPRI};

static bool in_set(const struct descriptor_set *set, unsigned descriptor) {
    return (set->words[descriptor / 64] >> (descriptor % 64) & 1) != 0;
}

/* Copies in the sets that are not null. */
static long read_sets(struct tbx_run *run, const uint64_t *pointers, unsigned count,
                      struct descriptor_set sets[3]) {
    size_t used = (count + 63) / 64 * sizeof(uint64_t);
    for (int i = 0; i < 3; i++) {
        sets[i] = (struct descriptor_set){0};
        if ((uint32_t)pointers[i] != 0 &&
            tbx_copy_in(&run->sandbox->memory, &sets[i], pointers[i], used) != 0)
            return -EFAULT;
    }
    return 0;
}

/* The poll list of the sets, with one entry a descriptor: its number in the list is its own. -EBADF
 * for one in a set that is not open. */
static long list_of_sets(struct tbx_run *run, const struct descriptor_set sets[3], unsigned count,
                         struct pollfd *list) {
    for (unsigned d = 0; d < count; d++) {
        short events = 0;
        for (int i = 0; i < 3; i++)
            events |= in_set(&sets[i], d) ? set_events[i] : 0;
        const struct tbx_file *file = tbx_file_at(run->sandbox->files, d);
        if (events != 0 && file == NULL)
            return -EBADF;
        list[d] = (struct pollfd){.fd = events == 0 ? -1 : file->host, .events = events};
    }
    return 0;
}

/* Leaves in the sets what is ready; how many that is. An error or hang-up makes readable and
 * writable. */
static long ready_sets(const struct pollfd *list, unsigned count, struct descriptor_set sets[3]) {
    long ready = 0;
    for (unsigned d = 0; d < count; d++) {
        for (int i = 0; i < 3; i++) {
            short wanted = i < 2 ? set_events[i] | POLLERR | POLLHUP : set_events[i];
            if (!in_set(&sets[i], d))
                continue;
            if ((list[d].revents & wanted) != 0)
                ready++;
            else
                sets[i].words[d / 64] &= ~(1ull << (d % 64));
        }
    }
    return ready;
}

static long write_sets(struct tbx_run *run, const uint64_t *pointers, unsigned count,
                       const struct descriptor_set sets[3]) {
    size_t used = (count + 63) / 64 * sizeof(uint64_t);
    for (int i = 0; i < 3; i++)
        if ((uint32_t)pointers[i] != 0 &&
            tbx_copy_out(&run->sandbox->memory, pointers[i], &sets[i], used) != 0)
            return -EFAULT;
    return 0;
}

static long select_sets(struct tbx_run *run, const uint64_t *arguments,
                        const struct timespec *timeout) {
    struct descriptor_set sets[3];
    struct pollfd list[TBX_MAX_FILES];
    int32_t wanted = (int32_t)arguments[0];
    if (wanted < 0)
        return -EINVAL;
    unsigned count = wanted < TBX_MAX_FILES ? (unsigned)wanted : TBX_MAX_FILES;
    long result = read_sets(run, arguments + 1, count, sets);
    if (result == 0)
        result = list_of_sets(run, sets, count, list);
    if (result == 0)
        result = tbx_system_result(ppoll(list, count, timeout, NULL));
    if (result < 0)
        return result;
    long ready = ready_sets(list, count, sets);
    result = write_sets(run, arguments + 1, count, sets);
    return result != 0 ? result : ready;
}

long tbx_call_select(struct tbx_run *run, const uint64_t *arguments) {
    enum { MICROSECONDS = 1000000 };
    struct timeval time;
    if ((uint32_t)arguments[4] == 0)
        return select_sets(run, arguments, NULL);
    if (tbx_copy_in(&run->sandbox->memory, &time, arguments[4], sizeof time) != 0)
        return -EFAULT;
    struct timespec timeout = {.tv_nsec = time.tv_usec % MICROSECONDS * 1000};
    if (time.tv_sec < 0 || time.tv_usec < 0 ||
        __builtin_add_overflow(time.tv_sec, time.tv_usec / MICROSECONDS, &timeout.tv_sec))
        return -EINVAL;
    return select_sets(run, arguments, &timeout);
}

/* The signal mask, the sixth argument, has no meaning where no signal arrives. */
long tbx_call_pselect6(struct tbx_run *run, const uint64_t *arguments) {
    struct timespec timeout;
    if ((uint32_t)arguments[4] == 0)
        return select_sets(run, arguments, NULL);
    if (tbx_copy_in(&run->sandbox->memory, &timeout, arguments[4], sizeof timeout) != 0)
        return -EFAULT;
    return select_sets(run, arguments, &timeout);
}
