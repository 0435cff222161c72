/* Waiting for descriptors of the sandbox's own. */
#include "host_call.h"

#include <poll.h>
#include <string.h>

/* The list with host descriptors; entries that name none are answered by the kernel as such (-1:
 * ignored). */
static void translate(struct tbx_run *run, const struct pollfd *guest, struct pollfd *host,
                      size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct tbx_file *file = tbx_file_at(run->sandbox->files, (uint32_t)guest[i].fd);
        host[i] = (struct pollfd){.fd = file == NULL ? -1 : file->host, .events = guest[i].events};
    }
}

/* Descriptors that are not open are ready at once, with POLLNVAL; negative ones are left out. */
static long mark_invalid(struct tbx_run *run, const struct pollfd *guest, struct pollfd *host,
                         size_t count) {
    long invalid = 0;
    for (size_t i = 0; i < count; i++) {
        bool bad =
            guest[i].fd >= 0 && tbx_file_at(run->sandbox->files, (uint32_t)guest[i].fd) == NULL;
        host[i].revents = bad ? POLLNVAL : 0;
        invalid += bad;
    }
    return invalid;
}

static long poll_list(struct tbx_run *run, uint64_t pointer, uint64_t count,
                      const struct timespec *timeout) {
    struct pollfd guest[TBX_MAX_FILES], host[TBX_MAX_FILES];
    if ((uint32_t)count > TBX_MAX_FILES)
        return -EINVAL;
    size_t used = (uint32_t)count;
    if (tbx_copy_in(&run->sandbox->memory, guest, pointer, used * sizeof *guest) != 0)
        return -EFAULT;
    translate(run, guest, host, used);
    long invalid = mark_invalid(run, guest, host, used);
    long ready = 0;
    if (invalid == 0)
        ready = tbx_system_result(ppoll(host, used, timeout, NULL));
    if (ready < 0)
        return ready;
    for (size_t i = 0; i < used; i++)
        guest[i].revents = host[i].revents;
    long result = tbx_copy_out(&run->sandbox->memory, pointer, guest, used * sizeof *guest);
    return result != 0 ? result : ready + invalid;
}

long tbx_call_poll(struct tbx_run *run, const uint64_t *arguments) {
    int32_t milliseconds = (int32_t)arguments[2];
    struct timespec timeout = {.tv_sec = milliseconds / 1000,
                               .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    return poll_list(run, arguments[0], arguments[1], milliseconds < 0 ? NULL : &timeout);
}

long tbx_call_ppoll(struct tbx_run *run, const uint64_t *arguments) {
    struct timespec timeout;
    bool forever = (uint32_t)arguments[2] == 0;
    if (!forever && tbx_copy_in(&run->sandbox->memory, &timeout, arguments[2], sizeof timeout) != 0)
        return -EFAULT;
    return poll_list(run, arguments[0], arguments[1], forever ? NULL : &timeout);
}
