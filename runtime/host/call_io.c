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

long tbx_call_read(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    size_t length = at_most(arguments[2]);
    if (file == NULL)
        return -EBADF;
    void *buffer = tbx_writable(&run->sandbox->memory, arguments[1], length);
    return buffer == NULL ? -EFAULT : tbx_system_result(read(file->host, buffer, length));
}

long tbx_call_write(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    size_t length = at_most(arguments[2]);
    if (file == NULL)
        return -EBADF;
    const void *buffer = tbx_readable(&run->sandbox->memory, arguments[1], length);
    return buffer == NULL ? -EFAULT : write_result(run, write(file->host, buffer, length));
}

long tbx_call_pread64(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    size_t length = at_most(arguments[2]);
    if (file == NULL)
        return -EBADF;
    void *buffer = tbx_writable(&run->sandbox->memory, arguments[1], length);
    return buffer == NULL
               ? -EFAULT
               : tbx_system_result(pread(file->host, buffer, length, (off_t)arguments[3]));
}

long tbx_call_pwrite64(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    size_t length = at_most(arguments[2]);
    if (file == NULL)
        return -EBADF;
    const void *buffer = tbx_readable(&run->sandbox->memory, arguments[1], length);
    return buffer == NULL
               ? -EFAULT
               : tbx_system_result(pwrite(file->host, buffer, length, (off_t)arguments[3]));
}

/* Vectors longer than this are cut, as a short transfer: callers go on with the rest. */
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
    uint64_t room = MOST_BYTES;
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
