/*
 * Paths as the sandbox writes them. They are brought into normal form as text: absolute, no empty,
 * `.` or `..` parts.
 * `..` therefore goes to the parent by name, also behind a symbolic link, and nothing is above "/".
 */
#ifndef TBX_GUEST_PATH_H
#define TBX_GUEST_PATH_H

#include <stdbool.h>
#include <stddef.h>

enum { TBX_PATH_MAX = 4096 }; /* with the NUL, as PATH_MAX */

/*
 * Writes the normal form of `path` (hostile) to `normal`; a relative path starts at `base`, which
 * is in normal form. A slash at the end of `path` is kept, as it asks for a directory. False when
 * it is too long.
 */
bool tbx_guest_path_join(char normal[TBX_PATH_MAX], const char *base, const char *path);

/*
 * What follows the directory `prefix` in `path`, both in normal form: "" for the directory itself,
 * else without the leading slash. Null when `path` is not in it.
 */
const char *tbx_guest_path_below(const char *path, const char *prefix);

#endif
