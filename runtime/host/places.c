/* Paths: from the sandbox's text to a file beneath a granted directory. */
#include "files.h"
#include "own_descriptor.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void find_mount(const struct tbx_files *files, struct tbx_place *place) {
    place->mount = NULL;
    place->above = false;
    for (unsigned i = files->mounts->count; i > 0; i--) {
        const struct tbx_mount *mount = &files->mounts->list[i - 1];
        place->below = tbx_guest_path_below(place->path, mount->guest_path);
        if (place->below != NULL) {
            place->mount = mount;
            return;
        }
        place->above |= tbx_guest_path_below(mount->guest_path, place->path) != NULL;
    }
}

/* Where relative paths start. */
static long base_of(struct tbx_files *files, uint64_t directory, const char **base) {
    *base = files->working_directory;
    if ((int32_t)directory == AT_FDCWD)
        return 0;
    const struct tbx_file *file = tbx_file_at(files, directory);
    if (file == NULL)
        return -EBADF;
    *base = file->directory;
    return file->directory == NULL ? -ENOTDIR : 0;
}

long tbx_locate(struct tbx_files *files, const struct tbx_memory *memory, uint64_t directory,
                uint64_t pointer, struct tbx_place *place) {
    char path[TBX_PATH_MAX];
    long length = tbx_copy_string_in(memory, path, sizeof path, pointer);
    if (length <= 0)
        return length == 0 ? -ENOENT : length;
    const char *base = "/";
    long result = path[0] == '/' ? 0 : base_of(files, directory, &base);
    if (result != 0)
        return result;
    if (!tbx_guest_path_join(place->path, base, path))
        return -ENAMETOOLONG;
    find_mount(files, place);
    return place->mount != NULL || place->above ? 0 : -EACCES;
}

/* The files of /proc reach into this process: its memory and descriptors. They are never a
 * sandbox's, whatever directory was granted. Closes a descriptor that is refused. */
static long refuse_proc(long host) {
    struct statfs status;
    if (fstatfs((int)host, &status) == 0 && status.f_type != PROC_SUPER_MAGIC)
        return host;
    close((int)host);
    return -EACCES;
}

/* A granted directory gives files, directories and pipes, but no hardware: of devices only null,
 * zero, full and the random ones. */
static bool is_harmless(const struct stat *status) {
    enum {
        MEMORY_DEVICES = 1,
        DEV_NULL = 3,
        DEV_ZERO = 5,
        DEV_FULL = 7,
        DEV_RANDOM = 8,
        DEV_URANDOM = 9
    };
    if (!S_ISCHR(status->st_mode))
        return !S_ISBLK(status->st_mode);
    if (major(status->st_rdev) != MEMORY_DEVICES)
        return false;
    unsigned number = minor(status->st_rdev);
    return number == DEV_NULL || number == DEV_ZERO || number == DEV_FULL || number == DEV_RANDOM ||
           number == DEV_URANDOM;
}

/* Closes a descriptor that is refused, as one of hardware. */
static long refuse_hardware(long host) {
    struct stat status;
    if (host < 0 || (fstat((int)host, &status) == 0 && is_harmless(&status)))
        return host;
    close((int)host);
    return -EACCES;
}

/* A host descriptor or a negative errno. */
static long open_beneath(const struct tbx_place *place, uint64_t flags, uint64_t mode) {
    enum { TRIES = 8 }; /* EAGAIN: something was renamed while the kernel walked the path */
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    const char *below = place->below[0] == '\0' ? "." : place->below;
    for (int i = 0; i < TRIES; i++) {
        long opened = syscall(SYS_openat2, place->mount->host, below, &how, sizeof how);
        int result = tbx_own_descriptor((int)opened);
        if (result >= 0)
            return refuse_proc(result);
        if (errno != EAGAIN || (flags & O_NONBLOCK) != 0)
            break;
    }
    return errno == EXDEV ? -EACCES : -errno;
}

/* Opens the very file that was looked at, whatever has its name now; takes over the descriptor.
 * Without /proc, what has the name now, and looks at that again. */
static long open_seen(int seen, const struct tbx_place *place, uint64_t flags) {
    char path[64];
    int how = (int)(flags & ~(uint64_t)O_NOFOLLOW) | O_CLOEXEC;
    /* Not `self`: a thread may have descriptors of its own. */
    snprintf(path, sizeof path, "/proc/thread-self/fd/%d", seen);
    int opened = tbx_own_descriptor(open(path, how, 0));
    long result = opened < 0 ? -errno : opened;
    close(seen);
    return result == -ENOENT ? refuse_hardware(open_beneath(place, flags, 0)) : result;
}

/*
 * Some devices do things when they are merely opened, and another sandbox may rename one to any
 * name at any moment. So what stands there is looked at, and then just that is opened, or a file is
 * created where nothing is; but not through a link that leads nowhere.
 */
long tbx_open_place(const struct tbx_place *place, uint64_t flags, uint64_t mode) {
    enum { TRIES = 8 }; /* files may come and go between the two */
    uint64_t way = flags & (O_NOFOLLOW | O_DIRECTORY);
    if (place->mount == NULL)
        return -EACCES;
    if ((flags & O_PATH) != 0)
        return open_beneath(place, flags, mode);
    for (int i = 0; i < TRIES; i++) {
        long seen = refuse_hardware(open_beneath(place, O_PATH | way, 0));
        if (seen >= 0)
            return open_seen((int)seen, place, flags);
        if (seen != -ENOENT || (flags & O_CREAT) == 0)
            return seen;
        long created = open_beneath(place, flags | O_EXCL, mode);
        if (created != -EEXIST || (flags & O_EXCL) != 0)
            return created;
    }
    return -EACCES;
}

long tbx_open_parent(const struct tbx_place *place, char *buffer, const char **name) {
    if (place->mount == NULL || place->below[0] == '\0')
        return -EBUSY;
    if (!place->mount->writable)
        return -EROFS;
    size_t length = strlen(place->below);
    memcpy(buffer, place->below, length + 1);
    if (buffer[length - 1] == '/')
        buffer[length - 1] = '\0';
    char *slash = strrchr(buffer, '/');
    struct tbx_place parent = {.mount = place->mount, .below = ""};
    *name = buffer;
    if (slash != NULL) {
        *slash = '\0';
        *name = slash + 1;
        parent.below = buffer;
    }
    return tbx_open_place(&parent, O_PATH | O_DIRECTORY, 0);
}
