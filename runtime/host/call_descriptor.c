/* Descriptors themselves: closing, duplicating, flags, locks, sizes. */
#include "host_call.h"
#include "own_descriptor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct tbx_file *file_of(struct tbx_run *run, uint64_t descriptor) {
    return tbx_file_at(run->sandbox->files, descriptor);
}

long tbx_call_close(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_file *file = file_of(run, arguments[0]);
    return file == NULL ? -EBADF : tbx_file_close(file);
}

/* A second descriptor of the same open file, not yet in the table. */
static long copy_file(const struct tbx_file *file, bool close_on_exec, struct tbx_file *copy) {
    *copy = *file;
    copy->close_on_exec = close_on_exec;
    copy->directory = file->directory == NULL ? NULL : strdup(file->directory);
    if (file->directory != NULL && copy->directory == NULL)
        return -ENOMEM;
    copy->host = fcntl(file->host, F_DUPFD_CLOEXEC, TBX_STANDARD_STREAMS);
    if (copy->host >= 0)
        return 0;
    int reason = errno;
    free(copy->directory);
    return -reason;
}

static long duplicate(struct tbx_run *run, const struct tbx_file *file, uint64_t least,
                      bool close_on_exec) {
    struct tbx_file copy;
    long result = copy_file(file, close_on_exec, &copy);
    return result < 0 ? result : tbx_file_add(run->sandbox->files, copy, least);
}

long tbx_call_dup(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    return file == NULL ? -EBADF : duplicate(run, file, 0, false);
}

static long duplicate_to(struct tbx_run *run, const uint64_t *arguments, bool close_on_exec) {
    struct tbx_file copy;
    uint32_t to = (uint32_t)arguments[1];
    const struct tbx_file *file = file_of(run, arguments[0]);
    if (file == NULL || to >= TBX_MAX_FILES)
        return -EBADF;
    long result = copy_file(file, close_on_exec, &copy);
    if (result < 0)
        return result;
    return tbx_file_put(run->sandbox->files, copy, to);
}

long tbx_call_dup2(struct tbx_run *run, const uint64_t *arguments) {
    if ((uint32_t)arguments[0] == (uint32_t)arguments[1])
        return file_of(run, arguments[0]) == NULL ? -EBADF : (long)(uint32_t)arguments[0];
    return duplicate_to(run, arguments, false);
}

long tbx_call_dup3(struct tbx_run *run, const uint64_t *arguments) {
    uint32_t flags = (uint32_t)arguments[2];
    if ((uint32_t)arguments[0] == (uint32_t)arguments[1] || (flags & ~(uint32_t)O_CLOEXEC) != 0)
        return -EINVAL;
    return duplicate_to(run, arguments, flags != 0);
}

static long set_status_flags(const struct tbx_file *file, uint64_t flags) {
    enum { CHANGEABLE = O_APPEND | O_NONBLOCK };
    if (file->inherited) /* the open file is shared with the host and its parents */
        return (flags & O_NONBLOCK) != 0 ? -EPERM : 0;
    int current = fcntl(file->host, F_GETFL);
    if (current < 0)
        return -errno;
    return tbx_system_result(
        fcntl(file->host, F_SETFL, (current & ~CHANGEABLE) | (int)(flags & CHANGEABLE)));
}

/* POSIX record locks; struct flock is the same on both sides. The process id in an answer is
 * hidden. */
static long lock_record(struct tbx_run *run, const struct tbx_file *file, int command,
                        uint64_t pointer) {
    struct flock lock;
    if (tbx_copy_in(&run->sandbox->memory, &lock, pointer, sizeof lock) != 0)
        return -EFAULT;
    if (fcntl(file->host, command, &lock) != 0)
        return -errno;
    if (command != F_GETLK)
        return 0;
    lock.l_pid = lock.l_type == F_UNLCK ? 0 : 1;
    return tbx_copy_out(&run->sandbox->memory, pointer, &lock, sizeof lock);
}

long tbx_call_fcntl(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_file *file = file_of(run, arguments[0]);
    int command = (int)arguments[1];
    if (file == NULL)
        return -EBADF;
    switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return duplicate(run, file, (uint32_t)arguments[2], command == F_DUPFD_CLOEXEC);
    case F_GETFD:
        return file->close_on_exec ? FD_CLOEXEC : 0;
    case F_SETFD:
        file->close_on_exec = (arguments[2] & FD_CLOEXEC) != 0;
        return 0;
    case F_GETFL:
        return tbx_system_result(fcntl(file->host, F_GETFL));
    case F_SETFL:
        return set_status_flags(file, arguments[2]);
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
        return lock_record(run, file, command, arguments[2]);
    default:
        return -EINVAL;
    }
}

/* Terminal size and settings may be read; nothing may be set. */
long tbx_call_ioctl(struct tbx_run *run, const uint64_t *arguments) {
    enum { KERNEL_TERMIOS_SIZE = 36 };
    const struct tbx_file *file = file_of(run, arguments[0]);
    unsigned char answer[64] = {0}; /* a driver may write less */
    size_t size = 0;
    if (file == NULL)
        return -EBADF;
    if ((uint32_t)arguments[1] == TIOCGWINSZ)
        size = sizeof(struct winsize);
    else if ((uint32_t)arguments[1] == TCGETS)
        size = KERNEL_TERMIOS_SIZE;
    else
        return -ENOTTY;
    if (ioctl(file->host, (uint32_t)arguments[1], answer) != 0)
        return -errno;
    return tbx_copy_out(&run->sandbox->memory, arguments[2], answer, size);
}

long tbx_call_fsync(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    return file == NULL ? -EBADF : tbx_system_result(fsync(file->host));
}

long tbx_call_fdatasync(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    return file == NULL ? -EBADF : tbx_system_result(fdatasync(file->host));
}

/* The size of the host's own standard streams is the host's. */
long tbx_call_ftruncate(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    if (file == NULL)
        return -EBADF;
    return file->inherited ? -EPERM : tbx_system_result(ftruncate(file->host, (off_t)arguments[1]));
}

long tbx_call_fallocate(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    if (file == NULL)
        return -EBADF;
    if (file->inherited || (uint32_t)arguments[1] != 0)
        return file->inherited ? -EPERM : -EOPNOTSUPP;
    return tbx_system_result(fallocate(file->host, 0, (off_t)arguments[2], (off_t)arguments[3]));
}

long tbx_call_flock(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = file_of(run, arguments[0]);
    return file == NULL ? -EBADF : tbx_system_result(flock(file->host, (int)arguments[1]));
}

/* Advice changes nothing that a program can see. */
long tbx_call_fadvise64(struct tbx_run *run, const uint64_t *arguments) {
    return file_of(run, arguments[0]) == NULL ? -EBADF : 0;
}

/* Of a pipe for whose other end there is no descriptor. */
static long close_ends(int reader, int writer) {
    if (reader >= 0)
        close(reader);
    if (writer >= 0)
        close(writer);
    return -EMFILE;
}

/* A pipe from the sandbox to itself. */
static long make_pipe(struct tbx_run *run, uint64_t pointer, uint32_t flags) {
    int ends[2];
    if ((flags & ~(uint32_t)(O_CLOEXEC | O_NONBLOCK)) != 0)
        return -EINVAL;
    if (tbx_writable(&run->sandbox->memory, pointer, sizeof(int32_t[2])) == NULL)
        return -EFAULT;
    if (pipe2(ends, (int)(flags & O_NONBLOCK) | O_CLOEXEC) != 0)
        return -errno;
    bool close_on_exec = (flags & O_CLOEXEC) != 0;
    struct tbx_file reader = {.host = tbx_own_descriptor(ends[0]), .close_on_exec = close_on_exec};
    struct tbx_file writer = {.host = tbx_own_descriptor(ends[1]), .close_on_exec = close_on_exec};
    if (reader.host < 0 || writer.host < 0)
        return close_ends(reader.host, writer.host);
    long first = tbx_file_add(run->sandbox->files, reader, 0);
    long second = tbx_file_add(run->sandbox->files, writer, 0);
    if (first >= 0 && second >= 0) {
        const int32_t descriptors[2] = {(int32_t)first, (int32_t)second};
        return tbx_copy_out(&run->sandbox->memory, pointer, descriptors, sizeof descriptors);
    }
    if (first >= 0)
        tbx_file_close(&run->sandbox->files->table[first]);
    return -EMFILE;
}

long tbx_call_pipe(struct tbx_run *run, const uint64_t *arguments) {
    return make_pipe(run, arguments[0], 0);
}

long tbx_call_pipe2(struct tbx_run *run, const uint64_t *arguments) {
    return make_pipe(run, arguments[0], (uint32_t)arguments[1]);
}
