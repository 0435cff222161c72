/* Files by name: opening, looking at, reading links. Nothing here changes a directory except open
 * with O_CREAT. */
#include "host_call.h"
#include "own_descriptor.h"
#include "startup.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    OPEN_FLAGS = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_NONBLOCK | O_DIRECTORY |
                 O_NOFOLLOW | O_CLOEXEC | O_SYNC | O_DSYNC | O_NOCTTY,
    /* Accepted and dropped: always so here, or only advice. */
    IGNORED_FLAGS = 0x8000 /* O_LARGEFILE */ | O_NOATIME,
    PERMISSION_BITS = 0777, /* never set-user-id and the like */
};

/* Devices that every program may open, wherever its directories are. */
static const char *harmless_device(const char *path) {
    static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"};
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (strcmp(path, devices[i]) == 0)
            return devices[i];
    return NULL;
}

static long check_open_flags(uint32_t flags) {
    if ((flags & O_PATH) != 0 || (flags & __O_TMPFILE) == __O_TMPFILE)
        return -EOPNOTSUPP;
    return (flags & ~(uint32_t)(OPEN_FLAGS | IGNORED_FLAGS)) != 0 ||
                   (flags & O_ACCMODE) == O_ACCMODE
               ? -EINVAL
               : 0;
}

/* On a mount without write access, files open only for reading; creating is tried as opening what
 * exists. */
static long open_host(const struct tbx_place *place, uint32_t flags, uint32_t mode) {
    bool writing = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
    bool creating = (flags & O_CREAT) != 0;
    if (!place->mount->writable && writing)
        return -EROFS;
    if (!place->mount->writable && creating) {
        long result = tbx_open_place(place, flags & ~(uint32_t)(O_CREAT | O_EXCL), 0);
        return result == -ENOENT ? -EROFS : result;
    }
    return tbx_open_place(place, flags, creating ? mode : 0);
}

/* Takes over the host descriptor. */
static long add_opened(struct tbx_files *files, int host, const struct tbx_place *place,
                       uint32_t flags) {
    struct tbx_file file = {.host = host,
                            .close_on_exec = (flags & O_CLOEXEC) != 0,
                            .granted = true,
                            .writable_directory = place->mount->writable};
    struct stat status;
    if (fstat(host, &status) != 0) {
        close(host);
        return -EACCES;
    }
    if (S_ISDIR(status.st_mode)) {
        file.directory = strdup(place->path);
        if (file.directory == NULL) {
            close(host);
            return -ENOMEM;
        }
    }
    return tbx_file_add(files, file, 0);
}

static long open_device(struct tbx_files *files, const char *device, uint32_t flags) {
    int way = (int)(flags & (O_ACCMODE | O_NONBLOCK)) | O_CLOEXEC | O_NOCTTY;
    int host = tbx_own_descriptor(open(device, way));
    if (host < 0)
        return -errno;
    return tbx_file_add(
        files, (struct tbx_file){.host = host, .close_on_exec = (flags & O_CLOEXEC) != 0}, 0);
}

static long open_at(struct tbx_run *run, uint64_t directory, uint64_t pointer, uint64_t flag_bits,
                    uint64_t mode) {
    struct tbx_files *files = run->sandbox->files;
    struct tbx_place place;
    uint32_t flags = (uint32_t)flag_bits;
    long result = check_open_flags(flags);
    if (result != 0)
        return result;
    result = tbx_locate(files, &run->sandbox->memory, directory, pointer, &place);
    if (result == -EACCES && harmless_device(place.path) != NULL)
        return open_device(files, harmless_device(place.path), flags);
    if (result != 0)
        return result;
    if (place.mount == NULL)
        return -EACCES;
    flags &= OPEN_FLAGS;
    long host =
        open_host(&place, flags | O_NOCTTY, (uint32_t)mode & PERMISSION_BITS & ~files->umask);
    return host < 0 ? host : add_opened(files, (int)host, &place, flags);
}

long tbx_call_open(struct tbx_run *run, const uint64_t *arguments) {
    return open_at(run, (uint64_t)AT_FDCWD, arguments[0], arguments[1], arguments[2]);
}

long tbx_call_openat(struct tbx_run *run, const uint64_t *arguments) {
    return open_at(run, arguments[0], arguments[1], arguments[2], arguments[3]);
}

long tbx_call_creat(struct tbx_run *run, const uint64_t *arguments) {
    return open_at(run, (uint64_t)AT_FDCWD, arguments[0], O_CREAT | O_WRONLY | O_TRUNC,
                   arguments[1]);
}

/* A directory that is only a name on the way to a granted one. */
static struct stat directory_above(void) {
    return (struct stat){
        .st_mode = S_IFDIR | 0555, .st_nlink = 2, .st_ino = 1, .st_blksize = TBX_PAGE_SIZE};
}

/* What is in no granted directory tells nothing of the host: whose it is, and, without a clock, no
 * time. That of a new pipe would be the time of the day. */
static void hide_host(const struct tbx_run *run, struct stat *status) {
    status->st_uid = status->st_gid = TBX_GUEST_USER;
    if (!tbx_has_clock(run))
        status->st_atim = status->st_mtim = status->st_ctim = (struct timespec){0};
}

static long status_of_descriptor(struct tbx_run *run, uint64_t descriptor, struct stat *status) {
    const struct tbx_file *file = tbx_file_at(run->sandbox->files, descriptor);
    if (file == NULL)
        return -EBADF;
    if (fstat(file->host, status) != 0)
        return -errno;
    if (!file->granted)
        hide_host(run, status);
    return 0;
}

static long status_of_device(const struct tbx_run *run, const char *device, struct stat *status) {
    if (stat(device, status) != 0)
        return -errno;
    hide_host(run, status);
    return 0;
}

static long status_of_path(struct tbx_run *run, uint64_t directory, uint64_t pointer, bool follow,
                           struct stat *status) {
    struct tbx_place place;
    long result =
        tbx_locate(run->sandbox->files, &run->sandbox->memory, directory, pointer, &place);
    if (result == -EACCES && harmless_device(place.path) != NULL)
        return status_of_device(run, harmless_device(place.path), status);
    if (result != 0)
        return result;
    if (place.mount == NULL) {
        *status = directory_above();
        return 0;
    }
    long host = tbx_open_place(&place, O_PATH | (follow ? 0 : O_NOFOLLOW), 0);
    if (host < 0)
        return host;
    result = tbx_system_result(fstat((int)host, status));
    close((int)host);
    return result;
}

/* struct stat is the kernel's on x86-64, and so is the guest's. */
static long put_status(struct tbx_run *run, long result, uint64_t pointer,
                       const struct stat *status) {
    return result != 0 ? result
                       : tbx_copy_out(&run->sandbox->memory, pointer, status, sizeof *status);
}

long tbx_call_stat(struct tbx_run *run, const uint64_t *arguments) {
    struct stat status;
    return put_status(run, status_of_path(run, (uint64_t)AT_FDCWD, arguments[0], true, &status),
                      arguments[1], &status);
}

long tbx_call_lstat(struct tbx_run *run, const uint64_t *arguments) {
    struct stat status;
    return put_status(run, status_of_path(run, (uint64_t)AT_FDCWD, arguments[0], false, &status),
                      arguments[1], &status);
}

long tbx_call_fstat(struct tbx_run *run, const uint64_t *arguments) {
    struct stat status;
    return put_status(run, status_of_descriptor(run, arguments[0], &status), arguments[1], &status);
}

static bool is_empty_string(struct tbx_run *run, uint64_t pointer) {
    char first;
    return tbx_copy_in(&run->sandbox->memory, &first, pointer, 1) == 0 && first == '\0';
}

long tbx_call_newfstatat(struct tbx_run *run, const uint64_t *arguments) {
    uint32_t flags = (uint32_t)arguments[3];
    struct stat status;
    if ((flags & ~(uint32_t)(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT)) != 0)
        return -EINVAL;
    bool descriptor = (flags & AT_EMPTY_PATH) != 0 && is_empty_string(run, arguments[1]);
    long result = descriptor ? status_of_descriptor(run, arguments[0], &status)
                             : status_of_path(run, arguments[0], arguments[1],
                                              (flags & AT_SYMLINK_NOFOLLOW) == 0, &status);
    return put_status(run, result, arguments[2], &status);
}

static long access_at(struct tbx_run *run, uint64_t directory, uint64_t pointer, uint64_t mode) {
    struct tbx_place place;
    long result =
        tbx_locate(run->sandbox->files, &run->sandbox->memory, directory, pointer, &place);
    if (result == -EACCES && harmless_device(place.path) != NULL)
        return tbx_system_result(access(harmless_device(place.path), (int)mode));
    if (result != 0)
        return result;
    if (place.mount == NULL)
        return (mode & W_OK) != 0 ? -EACCES : 0;
    long host = tbx_open_place(&place, O_PATH, 0);
    if (host < 0)
        return host;
    result = tbx_system_result(syscall(SYS_faccessat2, (int)host, "", (int)mode, AT_EMPTY_PATH));
    close((int)host);
    return result == 0 && (mode & W_OK) != 0 && !place.mount->writable ? -EROFS : result;
}

long tbx_call_access(struct tbx_run *run, const uint64_t *arguments) {
    return access_at(run, (uint64_t)AT_FDCWD, arguments[0], arguments[1]);
}

long tbx_call_faccessat(struct tbx_run *run, const uint64_t *arguments) {
    return access_at(run, arguments[0], arguments[1], arguments[2]);
}

/* The flags choose between real and effective ids, which are the same here, and
 * AT_SYMLINK_NOFOLLOW. */
long tbx_call_faccessat2(struct tbx_run *run, const uint64_t *arguments) {
    return (arguments[3] & ~(uint64_t)AT_EACCESS) != 0 ? -EINVAL
                                                       : tbx_call_faccessat(run, arguments);
}

static long read_link_at(struct tbx_run *run, uint64_t directory, uint64_t pointer, uint64_t buffer,
                         uint64_t size) {
    struct tbx_place place;
    char target[TBX_PATH_MAX];
    long result =
        tbx_locate(run->sandbox->files, &run->sandbox->memory, directory, pointer, &place);
    if (result != 0 || place.mount == NULL)
        return result != 0 ? result : -EINVAL;
    long host = tbx_open_place(&place, O_PATH | O_NOFOLLOW, 0);
    if (host < 0)
        return host;
    ssize_t length = readlinkat((int)host, "", target, sizeof target);
    result = tbx_system_result(length);
    close((int)host);
    if (result == -ENOENT) /* what the kernel says of an open file that is no link */
        return -EINVAL;
    if (result < 0 || (int32_t)size <= 0)
        return result < 0 ? result : -EINVAL;
    size_t copied = (size_t)result < (uint32_t)size ? (size_t)result : (uint32_t)size;
    result = tbx_copy_out(&run->sandbox->memory, buffer, target, copied);
    return result != 0 ? result : (long)copied;
}

long tbx_call_readlink(struct tbx_run *run, const uint64_t *arguments) {
    return read_link_at(run, (uint64_t)AT_FDCWD, arguments[0], arguments[1], arguments[2]);
}

long tbx_call_readlinkat(struct tbx_run *run, const uint64_t *arguments) {
    return read_link_at(run, arguments[0], arguments[1], arguments[2], arguments[3]);
}
