/* The kernel's mappings of this process, of which it allows vm.max_map_count. */
#ifndef KERNEL_MAPPINGS_H
#define KERNEL_MAPPINGS_H

#include <stdio.h>

/* The thread sanitizer makes mappings of its own beside those of the program: how many a sandbox
 * costs is not seen then. */
#ifdef TBX_THREAD_SANITIZER
enum { HAS_OTHER_MAPPINGS = 1 };
#else
enum { HAS_OTHER_MAPPINGS = 0 };
#endif

/* How many there are; 0 where /proc cannot be read. */
static inline int kernel_mappings(void) {
    int count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    for (int c = 0; maps != NULL && (c = fgetc(maps)) != EOF;)
        count += c == '\n';
    if (maps != NULL)
        fclose(maps);
    return count;
}

#endif
