/* Bytes to and from descriptors: straight between file and window, after one check of the whole
 * buffer. */
#include "host_call.h"

#include <sys/uio.h>
#include <unistd.h>

/* Linux moves at most this much at once, which keeps every length in range. */
#define MOST_BYTES 0x7FFFF000ull

static struct tbx_file *file_of(struct tbx_run *run, uint64_t descriptor) {
    return tbx_file_at(run->sandbox->files, descriptor);
}

static size_t at_most(uint64_t length) {
    return (size_t)(length < MOST_BYTES ? length : MOST_BYTES);
}

/* The result of writing. As no signal reaches a sandbox, SIGPIPE ends the program here, unless it
 * wants to know. */
static long write_result(struct tbx_run *run, long result) {
    enum { ENDED_BY_SIGNAL = 128 };
    if (result < 0 && errno == EPIPE && !run->sandbox->survives_broken_pipe) {
        *run->outcome = (tbx_outcome){.kind = TBX_EXITED, .status = ENDED_BY_SIGNAL + SIGPIPE};
        tbx_abandon();
    }
    return tbx_system_result(result);
}

/* A way to move bytes; those without a position do not look at it. */
typedef ssize_t move(int host, void *buffer, size_t length, off_t position);

static ssize_t move_in(int host, void *buffer, size_t length, off_t position) {
    (void)position;
    return read(host, buffer, length);
}

static ssize_t move_out(int host, void *buffer, size_t length, off_t position) {
    (void)position;
    return write(host, buffer, length);
}

static ssize_t move_in_at(int host, void *buffer, size_t length, off_t position) {
    return pread(host, buffer, length, position);
}

static ssize_t move_out_at(int host, void *buffer, size_t length, off_t position) {
    return pwrite(host, buffer, length, position);
}

/* In steps, since no signal ends one that a disk takes its time for. Only files have so much at
 * once, so that none waits where a single call would not have. */
static ssize_t move_in_steps(const struct tbx_run *run, move *way, int host, unsigned char *buffer,
                             size_t length, uint64_t position) {
    size_t done = 0, step;
    ssize_t moved;
    do {
        step = length - done < TBX_MOST_AT_ONCE ? length - done : TBX_MOST_AT_ONCE;
        moved = way(host, buffer + done, step, (off_t)(position + done));
        done += moved > 0 ? (size_t)moved : 0;
    } while (moved == (ssize_t)step && done < length && !run->time_is_up);
    return done > 0 ? (ssize_t)done : moved;
}

static long in(struct tbx_run *run, const uint64_t *arguments, move *way) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    size_t length = at_most(arguments[2]);
    if (file == NULL)
        return -EBADF;
    void *buffer = tbx_writable(&run->sandbox->memory, arguments[1], length);
    if (buffer == NULL)
        return -EFAULT;
    return tbx_system_result(move_in_steps(run, way, file->host, buffer, length, arguments[3]));
}

static long out(struct tbx_run *run, const uint64_t *arguments, move *way) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    size_t length = at_most(arguments[2]);
    if (file == NULL)
        return -EBADF;
    void *buffer = tbx_readable(&run->sandbox->memory, arguments[1], length);
    if (buffer == NULL)
        return -EFAULT;
    return write_result(run, move_in_steps(run, way, file->host, buffer, length, arguments[3]));
}

long tbx_call_read(struct tbx_run *run, const uint64_t *arguments) {
    return in(run, arguments, move_in);
}

long tbx_call_write(struct tbx_run *run, const uint64_t *arguments) {
    return out(run, arguments, move_out);
}

long tbx_call_pread64(struct tbx_run *run, const uint64_t *arguments) {
    return in(run, arguments, move_in_at);
}

long tbx_call_pwrite64(struct tbx_run *run, const uint64_t *arguments) {
    return out(run, arguments, move_out_at);
}

/* Vectors longer than this, or of more bytes than one step, are cut, as a short transfer: callers
 * go on with the rest. */
enum { MAX_PARTS = 64, VECTOR_LIMIT = 1024 };

struct guest_part {
    uint64_t pointer, length;
};

/* Copies the vector in and turns it into host addresses; the number of parts or a negative errno.
 */
static long read_vector(struct tbx_run *run, uint64_t pointer, uint64_t count, bool for_reading,
                        struct iovec parts[MAX_PARTS]) {
    const struct tbx_memory *memory = &run->sandbox->memory;
    struct guest_part guest[MAX_PARTS];
    uint64_t room = TBX_MOST_AT_ONCE;
    if ((uint32_t)count > VECTOR_LIMIT)
        return -EINVAL;
    long used = (uint32_t)count < MAX_PARTS ? (long)(uint32_t)count : MAX_PARTS;
    if (tbx_copy_in(memory, guest, pointer, (size_t)used * sizeof *guest) != 0)
        return -EFAULT;
    for (long i = 0; i < used; i++) {
        uint64_t length = guest[i].length < room ? guest[i].length : room;
        void *base = for_reading ? tbx_writable(memory, guest[i].pointer, length)
                                 : tbx_readable(memory, guest[i].pointer, length);
        if (base == NULL)
            return -EFAULT;
        parts[i] = (struct iovec){.iov_base = base, .iov_len = (size_t)length};
        room -= length;
    }
    return used;
}

static long transfer(struct tbx_run *run, const uint64_t *arguments, bool reading,
                     bool positioned) {
    struct iovec parts[MAX_PARTS];
    const struct tbx_file *file = file_of(run, arguments[0]);
    if (file == NULL)
        return -EBADF;
    long count = read_vector(run, arguments[1], arguments[2], reading, parts);
    if (count < 0)
        return count;
    off_t position = (off_t)arguments[3];
    if (positioned)
        return tbx_system_result(reading ? preadv(file->host, parts, (int)count, position)
                                         : pwritev(file->host, parts, (int)count, position));
    return reading ? tbx_system_result(readv(file->host, parts, (int)count))
                   : write_result(run, writev(file->host, parts, (int)count));
}

long tbx_call_readv(struct tbx_run *run, const uint64_t *arguments) {
    return transfer(run, arguments, true, false);
}

long tbx_call_writev(struct tbx_run *run, const uint64_t *arguments) {
    return transfer(run, arguments, false, false);
}

long tbx_call_preadv(struct tbx_run *run, const uint64_t *arguments) {
    return transfer(run, arguments, true, true);
}

long tbx_call_pwritev(struct tbx_run *run, const uint64_t *arguments) {
    return transfer(run, arguments, false, true);
}

long tbx_call_lseek(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    return file == NULL
               ? -EBADF
               : tbx_system_result(lseek(file->host, (off_t)arguments[1], (int)arguments[2]));
}
