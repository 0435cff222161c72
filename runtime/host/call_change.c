/* Changes of directories and of attributes: only beneath directories granted with write access. */
#include "host_call.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PERMISSION_BITS = 0777 };

static long locate(struct tbx_run *run, uint64_t directory, uint64_t pointer,
                   struct tbx_place *place) {
    long result = tbx_locate(run->sandbox->files, &run->sandbox->memory, directory, pointer, place);
    return result == 0 && place->mount == NULL ? -EACCES : result;
}

static long unlink_at(struct tbx_run *run, uint64_t directory, uint64_t pointer, int flags) {
    struct tbx_place place;
    char buffer[TBX_PATH_MAX];
    const char *name;
    long result = locate(run, directory, pointer, &place);
    if (result != 0)
        return result;
    long parent = tbx_open_parent(&place, buffer, &name);
    if (parent < 0)
        return parent;
    result = tbx_system_result(unlinkat((int)parent, name, flags));
    close((int)parent);
    return result;
}

long tbx_call_unlink(struct tbx_run *run, const uint64_t *arguments) {
    return unlink_at(run, (uint64_t)AT_FDCWD, arguments[0], 0);
}

long tbx_call_rmdir(struct tbx_run *run, const uint64_t *arguments) {
    return unlink_at(run, (uint64_t)AT_FDCWD, arguments[0], AT_REMOVEDIR);
}

long tbx_call_unlinkat(struct tbx_run *run, const uint64_t *arguments) {
    if ((arguments[2] & ~(uint64_t)AT_REMOVEDIR) != 0)
        return -EINVAL;
    return unlink_at(run, arguments[0], arguments[1], (int)arguments[2]);
}

static long make_directory_at(struct tbx_run *run, uint64_t directory, uint64_t pointer,
                              uint64_t mode) {
    struct tbx_place place;
    char buffer[TBX_PATH_MAX];
    const char *name;
    long result = locate(run, directory, pointer, &place);
    if (result != 0)
        return result;
    long parent = tbx_open_parent(&place, buffer, &name);
    if (parent < 0)
        return parent == -EBUSY ? -EEXIST : parent;
    mode_t allowed = (mode_t)(mode & PERMISSION_BITS & ~run->sandbox->files->umask);
    result = tbx_system_result(mkdirat((int)parent, name, allowed));
    close((int)parent);
    return result;
}

long tbx_call_mkdir(struct tbx_run *run, const uint64_t *arguments) {
    return make_directory_at(run, (uint64_t)AT_FDCWD, arguments[0], arguments[1]);
}

long tbx_call_mkdirat(struct tbx_run *run, const uint64_t *arguments) {
    return make_directory_at(run, arguments[0], arguments[1], arguments[2]);
}

static long rename_places(const struct tbx_place *from, const struct tbx_place *to,
                          unsigned flags) {
    char from_buffer[TBX_PATH_MAX], to_buffer[TBX_PATH_MAX];
    const char *from_name, *to_name;
    long from_parent = tbx_open_parent(from, from_buffer, &from_name);
    if (from_parent < 0)
        return from_parent;
    long to_parent = tbx_open_parent(to, to_buffer, &to_name);
    long result = to_parent;
    if (to_parent >= 0) {
        result = tbx_system_result(
            renameat2((int)from_parent, from_name, (int)to_parent, to_name, flags));
        close((int)to_parent);
    }
    close((int)from_parent);
    return result;
}

static long rename_at(struct tbx_run *run, const uint64_t *from, const uint64_t *to,
                      uint64_t flags) {
    struct tbx_place from_place, to_place;
    if ((flags & ~(uint64_t)RENAME_NOREPLACE) != 0)
        return -EINVAL;
    long result = locate(run, from[0], from[1], &from_place);
    if (result == 0)
        result = locate(run, to[0], to[1], &to_place);
    /* What is granted below it keeps its name, and hides what is there under the other mount. */
    if (result == 0 && (from_place.above || to_place.above))
        return -EBUSY;
    return result != 0 ? result : rename_places(&from_place, &to_place, (unsigned)flags);
}

long tbx_call_rename(struct tbx_run *run, const uint64_t *arguments) {
    const uint64_t from[] = {(uint64_t)AT_FDCWD, arguments[0]},
                   to[] = {(uint64_t)AT_FDCWD, arguments[1]};
    return rename_at(run, from, to, 0);
}

long tbx_call_renameat(struct tbx_run *run, const uint64_t *arguments) {
    return rename_at(run, arguments, arguments + 2, 0);
}

long tbx_call_renameat2(struct tbx_run *run, const uint64_t *arguments) {
    return rename_at(run, arguments, arguments + 2, arguments[4]);
}

/* The place opened for a change of the file itself; -EROFS where the mount is read-only. */
static long open_for_change(struct tbx_run *run, uint64_t directory, uint64_t pointer,
                            uint64_t flags) {
    struct tbx_place place;
    long result = locate(run, directory, pointer, &place);
    if (result != 0)
        return result;
    return place.mount->writable ? tbx_open_place(&place, flags, 0) : -EROFS;
}

long tbx_call_truncate(struct tbx_run *run, const uint64_t *arguments) {
    long host =
        open_for_change(run, (uint64_t)AT_FDCWD, arguments[0], O_WRONLY | O_NOCTTY | O_NONBLOCK);
    if (host < 0)
        return host;
    long result = tbx_system_result(ftruncate((int)host, (off_t)arguments[1]));
    close((int)host);
    return result;
}

/* Needs a file that can be opened for reading: Linux before 6.6 has no chmod by O_PATH descriptor.
 */
static long change_mode(struct tbx_run *run, uint64_t directory, uint64_t pointer, uint64_t mode) {
    long host = open_for_change(run, directory, pointer, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    if (host < 0)
        return host;
    long result = tbx_system_result(fchmod((int)host, (mode_t)(mode & PERMISSION_BITS)));
    close((int)host);
    return result;
}

long tbx_call_chmod(struct tbx_run *run, const uint64_t *arguments) {
    return change_mode(run, (uint64_t)AT_FDCWD, arguments[0], arguments[1]);
}

long tbx_call_fchmodat(struct tbx_run *run, const uint64_t *arguments) {
    return change_mode(run, arguments[0], arguments[1], arguments[2]);
}

long tbx_call_fchmod(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = tbx_file_at(run->sandbox->files, arguments[0]);
    if (file == NULL)
        return -EBADF;
    if (!file->writable_directory)
        return -EPERM;
    return tbx_system_result(fchmod(file->host, (mode_t)(arguments[1] & PERMISSION_BITS)));
}

/* With a null path the descriptor itself, as futimens asks for it. */
long tbx_call_utimensat(struct tbx_run *run, const uint64_t *arguments) {
    struct timespec times[2];
    bool now = (uint32_t)arguments[2] == 0;
    uint32_t flags = (uint32_t)arguments[3];
    if ((flags & ~(uint32_t)AT_SYMLINK_NOFOLLOW) != 0)
        return -EINVAL;
    if (!now && tbx_copy_in(&run->sandbox->memory, times, arguments[2], sizeof times) != 0)
        return -EFAULT;
    if ((uint32_t)arguments[1] == 0) {
        const struct tbx_file *file = tbx_file_at(run->sandbox->files, arguments[0]);
        if (file == NULL || !file->writable_directory)
            return file == NULL ? -EBADF : -EPERM;
        return tbx_system_result(futimens(file->host, now ? NULL : times));
    }
    long host = open_for_change(run, arguments[0], arguments[1],
                                O_PATH | ((flags & AT_SYMLINK_NOFOLLOW) != 0 ? O_NOFOLLOW : 0));
    if (host < 0)
        return host;
    long result =
        tbx_system_result(syscall(SYS_utimensat, (int)host, "", now ? NULL : times, AT_EMPTY_PATH));
    close((int)host);
    return result;
}

/* The umask of the sandbox alone; that of the host process applies as well. */
long tbx_call_umask(struct tbx_run *run, const uint64_t *arguments) {
    long before = (long)run->sandbox->files->umask;
    run->sandbox->files->umask = (unsigned)(arguments[0] & PERMISSION_BITS);
    return before;
}
