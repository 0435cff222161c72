/* Reading directories, and the working directory, which only this library knows: the host's own
 * never changes. */
#include "host_call.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

long tbx_call_getdents64(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = tbx_file_at(run->sandbox->files, arguments[0]);
    uint32_t size = (uint32_t)arguments[2];
    if (file == NULL)
        return -EBADF;
    void *buffer = tbx_writable(&run->sandbox->memory, arguments[1], size);
    return buffer == NULL ? -EFAULT
                          : tbx_system_result(syscall(SYS_getdents64, file->host, buffer, size));
}

long tbx_call_chdir(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_files *files = run->sandbox->files;
    struct tbx_place place;
    long result =
        tbx_locate(files, &run->sandbox->memory, (uint64_t)AT_FDCWD, arguments[0], &place);
    if (result != 0)
        return result;
    if (place.mount == NULL)
        return tbx_files_enter(files, place.path);
    long host = tbx_open_place(&place, O_PATH | O_DIRECTORY, 0);
    if (host < 0)
        return host;
    close((int)host);
    return tbx_files_enter(files, place.path);
}

long tbx_call_fchdir(struct tbx_run *run, const uint64_t *arguments) {
    const struct tbx_file *file = tbx_file_at(run->sandbox->files, arguments[0]);
    if (file == NULL)
        return -EBADF;
    return file->directory == NULL ? -ENOTDIR
                                   : tbx_files_enter(run->sandbox->files, file->directory);
}

long tbx_call_getcwd(struct tbx_run *run, const uint64_t *arguments) {
    const char *path = run->sandbox->files->working_directory;
    size_t size = strlen(path) + 1;
    if (arguments[1] < size)
        return -ERANGE;
    long result = tbx_copy_out(&run->sandbox->memory, arguments[0], path, size);
    return result != 0 ? result : (long)size;
}
