#include "guest_path.h"

#include <string.h>

/* Removes the last part of the normal path of `length` bytes, where the root is written as nothing.
 */
static size_t remove_last(const char *normal, size_t length) {
    while (length > 0 && normal[length - 1] != '/')
        length--;
    return length > 0 ? length - 1 : 0;
}

/* Appends the parts of `path` to the `length` bytes of `normal`; the new length, or TBX_PATH_MAX
 * when too long. */
static size_t append_parts(char *normal, size_t length, const char *path) {
    while (*path != '\0') {
        size_t part = strcspn(path, "/");
        bool parent = part == 2 && path[0] == '.' && path[1] == '.';
        if (parent) {
            length = remove_last(normal, length);
        } else if (part > 0 && !(part == 1 && path[0] == '.')) {
            if (length + 1 + part + 2 > TBX_PATH_MAX)
                return TBX_PATH_MAX;
            normal[length] = '/';
            memcpy(normal + length + 1, path, part);
            length += 1 + part;
        }
        path += part;
        path += strspn(path, "/");
    }
    return length;
}

/* Whether the path asks for a directory: it ends with `/`, `/.` or `/..`, or is `.` or `..`. */
static bool wants_directory(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *last = slash == NULL ? path : slash + 1;
    return *last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
}

bool tbx_guest_path_join(char normal[TBX_PATH_MAX], const char *base, const char *path) {
    size_t length = path[0] == '/' ? 0 : append_parts(normal, 0, base);
    if (length < TBX_PATH_MAX)
        length = append_parts(normal, length, path);
    if (length >= TBX_PATH_MAX)
        return false;
    if (length == 0 || (path[0] != '\0' && wants_directory(path)))
        normal[length++] = '/';
    normal[length] = '\0';
    return true;
}

const char *tbx_guest_path_below(const char *path, const char *prefix) {
    size_t length = strlen(prefix);
    while (length > 0 && prefix[length - 1] == '/')
        length--;
    if (strncmp(path, prefix, length) != 0)
        return NULL;
    if (path[length] == '\0')
        return path + length;
    return path[length] == '/' ? path + length + 1 : NULL;
}
