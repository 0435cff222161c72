/*
 * What a sandbox sees of the file system: a table of descriptors of its own, and the directories it
 * was granted. The sandbox never names a host descriptor, and every path is resolved by the kernel
 * beneath a granted directory.
 */
#ifndef TBX_FILES_H
#define TBX_FILES_H

#include "config.h"
#include "guest_path.h"
#include "memory.h"

#include <fcntl.h>

enum { TBX_MAX_FILES = 256 }; /* a power of two */

struct tbx_file {
    int host;       /* -1: the entry is free */
    bool inherited; /* a standard stream of the host: its status flags are not the sandbox's to
                       change */
    bool granted;   /* in a granted directory: all that is known of it is told */
    bool writable_directory; /* in one granted with write access: attributes may change */
    bool close_on_exec;      /* only remembered: nothing is ever executed */
    char *directory;         /* owned; the guest path in normal form, if it is a directory */
};

struct tbx_mount {
    int host; /* an O_PATH descriptor of the directory */
    char *guest_path;
    bool writable;
};

/* The later ones hide the earlier ones. */
struct tbx_mounts {
    atomic_uint references;
    unsigned count;
    struct tbx_mount list[];
};

/* Small as long as little is open: a process may have thousands of these. */
struct tbx_files {
    struct tbx_file *table;    /* owned */
    unsigned capacity;         /* of the table: a power of two, at most TBX_MAX_FILES */
    struct tbx_mounts *mounts; /* a reference of its own */
    unsigned umask;
    char *working_directory; /* owned */
};

/* Opens the directories that the config grants; null and a message when one cannot be opened. */
struct tbx_mounts *tbx_mounts_open(const struct tbx_config *config, tbx_error *error);
struct tbx_mounts *tbx_mounts_retain(struct tbx_mounts *mounts);

/* Gives up a reference; null is left alone. */
void tbx_mounts_release(struct tbx_mounts *mounts);

/* The files of a sandbox that has just been made, with the directories of `mounts`, of which it
 * takes over a reference; null, with a message from there, is passed on. */
struct tbx_files *tbx_files_new(const struct tbx_config *config, struct tbx_mounts *mounts,
                                tbx_error *error);
void tbx_files_free(struct tbx_files *files);

/* The open file of the sandbox's descriptor; null for one that is not open. */
struct tbx_file *tbx_file_at(struct tbx_files *files, uint64_t descriptor);

/* Puts `file` under the lowest free descriptor from `least` on and takes it over; closes it and
 * returns -EMFILE or -EINVAL when there is none. */
long tbx_file_add(struct tbx_files *files, struct tbx_file file, uint64_t least);

/* Puts `file` under `descriptor` and takes it over; what was open there is closed. -EBADF for a
 * number that no descriptor can have. */
long tbx_file_put(struct tbx_files *files, struct tbx_file file, uint64_t descriptor);

/* Makes `path` the working directory: 0 or -ENOMEM. */
long tbx_files_enter(struct tbx_files *files, const char *path);

/* Closes and frees the entry. 0 or a negative errno. */
long tbx_file_close(struct tbx_file *file);

/* A path of the sandbox, found in its place. */
struct tbx_place {
    char path[TBX_PATH_MAX];       /* normal form */
    const struct tbx_mount *mount; /* null: only a name on the way to a mount, see `above` */
    const char *below;             /* the part of `path` in the mount; "" for the mount itself */
    bool above;                    /* a mount lies below it, which no other hides */
};

/*
 * Copies the path at `pointer` in and finds its place; relative paths start at `directory`,
 * AT_FDCWD or a descriptor. 0, or a negative errno: -EACCES for a place outside every granted
 * directory.
 */
long tbx_locate(struct tbx_files *files, const struct tbx_memory *memory, uint64_t directory,
                uint64_t pointer, struct tbx_place *place);

/* openat2 beneath the place's mount. A host descriptor or a negative errno; -EACCES for a file of
 * /proc and, without O_PATH, for one of hardware, which is not opened, whoever renames what. */
long tbx_open_place(const struct tbx_place *place, uint64_t flags, uint64_t mode);

/*
 * The directory that holds the place, opened O_PATH, for a change there; `name` (in `buffer`, of
 * TBX_PATH_MAX bytes) is the last part. -EROFS when the mount is not writable, -EBUSY for the mount
 * itself.
 */
long tbx_open_parent(const struct tbx_place *place, char *buffer, const char **name);

#endif
