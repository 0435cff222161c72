#include "files.h"

#include "error.h"
#include "own_descriptor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_FILES = 4 };

static void clear_file(struct tbx_file *file) {
    *file = (struct tbx_file){.host = -1};
}

/* The sandbox gets a duplicate: closing it leaves the host's stream open. A closed stream of the
 * host stays closed. */
static void add_standard_stream(struct tbx_files *files, int descriptor) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, TBX_STANDARD_STREAMS);
    if (copy >= 0)
        files->table[descriptor] = (struct tbx_file){.host = copy, .inherited = true};
}

/* Makes room for `count` descriptors. */
static bool reserve_files(struct tbx_files *files, unsigned count) {
    unsigned capacity = files->capacity == 0 ? LEAST_FILES : files->capacity;
    while (capacity < count)
        capacity *= 2;
    if (capacity == files->capacity)
        return true;
    struct tbx_file *grown = realloc(files->table, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    for (unsigned i = files->capacity; i < capacity; i++)
        clear_file(&grown[i]);
    files->table = grown;
    files->capacity = capacity;
    return true;
}

static bool fill(struct tbx_files *files, const struct tbx_config *config, tbx_error *error) {
    if (!reserve_files(files, LEAST_FILES))
        return tbx_fail(error, "out of memory");
    for (int i = 0; i < TBX_STANDARD_STREAMS && (config->grants & TBX_GRANT_STDIO) != 0; i++)
        add_standard_stream(files, i);
    const char *start = config->working_directory == NULL ? "/" : config->working_directory;
    return tbx_files_enter(files, start) == 0 || tbx_fail(error, "out of memory");
}

struct tbx_files *tbx_files_new(const struct tbx_config *config, struct tbx_mounts *mounts,
                                tbx_error *error) {
    if (mounts == NULL)
        return NULL;
    struct tbx_files *files = calloc(1, sizeof *files);
    if (files == NULL) {
        tbx_mounts_release(mounts);
        tbx_fail(error, "out of memory");
        return NULL;
    }
    files->mounts = mounts;
    files->umask = 022;
    if (fill(files, config, error))
        return files;
    tbx_files_free(files);
    return NULL;
}

void tbx_files_free(struct tbx_files *files) {
    if (files == NULL)
        return;
    for (unsigned i = 0; i < files->capacity; i++)
        if (files->table[i].host >= 0)
            tbx_file_close(&files->table[i]);
    tbx_mounts_release(files->mounts);
    free(files->table);
    free(files->working_directory);
    free(files);
}

/* A descriptor is an int: the upper half of the register is not looked at. The index is masked as
 * well as checked, for CPUs that guess past the check. */
struct tbx_file *tbx_file_at(struct tbx_files *files, uint64_t descriptor) {
    struct tbx_file *file = &files->table[descriptor & (files->capacity - 1)];
    return (uint32_t)descriptor < files->capacity && file->host >= 0 ? file : NULL;
}

long tbx_file_add(struct tbx_files *files, struct tbx_file file, uint64_t least) {
    uint64_t at = least;
    while (at < files->capacity && files->table[at].host >= 0)
        at++;
    if (at < TBX_MAX_FILES && reserve_files(files, (unsigned)at + 1)) {
        files->table[at] = file;
        return (long)at;
    }
    tbx_file_close(&file);
    return least < TBX_MAX_FILES ? -EMFILE : -EINVAL;
}

long tbx_file_put(struct tbx_files *files, struct tbx_file file, uint64_t descriptor) {
    if (descriptor >= TBX_MAX_FILES || !reserve_files(files, (unsigned)descriptor + 1)) {
        tbx_file_close(&file);
        return -EBADF;
    }
    struct tbx_file *target = &files->table[descriptor];
    if (target->host >= 0)
        tbx_file_close(target);
    *target = file;
    return (long)descriptor;
}

long tbx_files_enter(struct tbx_files *files, const char *path) {
    char *copy = strdup(path);
    if (copy == NULL)
        return -ENOMEM;
    size_t length = strlen(copy);
    if (length > 1 && copy[length - 1] == '/')
        copy[length - 1] = '\0';
    free(files->working_directory);
    files->working_directory = copy;
    return 0;
}

long tbx_file_close(struct tbx_file *file) {
    int result = close(file->host);
    int reason = errno;
    free(file->directory);
    clear_file(file);
    /* The descriptor is gone in any case; EINTR would make a program close it twice. */
    return result != 0 && reason != EINTR ? -reason : 0;
}
