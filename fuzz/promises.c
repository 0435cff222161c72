#include "promises.h"

#include "layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { PAGES = TBX_WINDOW_SIZE / TBX_PAGE_SIZE };

UNTRACED void require(bool condition, const char *what) {
    if (condition)
        return;
    fprintf(stderr, "a promise was broken: %s\n", what);
    abort();
}

char secret[SECRET_SIZE + 1];

void make_secret(void) {
    require(getrandom(secret, SECRET_SIZE, 0) == SECRET_SIZE, "no random bytes");
    for (int i = 0; i < SECRET_SIZE; i++)
        secret[i] = (char)('a' + (unsigned char)secret[i] % 26);
}

UNTRACED static bool is_secret(const volatile uint8_t *bytes) {
    for (int i = 0; i < SECRET_SIZE; i++)
        if (bytes[i] != (uint8_t)secret[i])
            return false;
    return true;
}

UNTRACED bool holds_secret(const void *bytes, size_t size) {
    for (size_t i = 0; i + SECRET_SIZE <= size; i++)
        if (is_secret((const uint8_t *)bytes + i))
            return true;
    return false;
}

UNTRACED static void check_opened(const struct tbx_memory *memory) {
    for (uint32_t i = 0; !memory->compact && i < PAGES / 64; i++)
        require((memory->owned.words[i] & ~memory->opened.words[i]) == 0, "owned, but closed");
}

UNTRACED void check_books(const struct tbx_memory *memory) {
    uint32_t brk_first = (uint32_t)tbx_page_up(memory->break_start) / TBX_PAGE_SIZE;
    uint32_t mmap_first = memory->mmap_start / TBX_PAGE_SIZE;
    const struct tbx_page_set *accessible = memory->compact ? &memory->owned : &memory->opened;
    uint32_t brk_pages = tbx_pages_count(accessible, brk_first, mmap_first);
    uint32_t mmap_pages = tbx_pages_count(accessible, mmap_first, PAGES);
    uint64_t bytes = ((uint64_t)brk_pages + mmap_pages) * TBX_PAGE_SIZE;
    require(bytes == memory->heap_used, "memory that is not in the books");
    require(memory->heap_used <= memory->heap_limit, "more memory than granted");
    require(tbx_pages_count(&memory->owned, 0, TBX_NULL_GUARD_END / TBX_PAGE_SIZE) == 0,
            "memory in the null guard");
    require(tbx_pages_count(&memory->owned, memory->mmap_end / TBX_PAGE_SIZE, PAGES) == 0,
            "memory at the end of the window");
    check_opened(memory);
}

/* Where accessible mappings of the window must end. Memory of one piece is a mapping up to the
 * window's end, whose file, and so what can be reached, ends at mmap_end. */
static uint64_t mappings_end(const struct tbx_memory *memory) {
    return memory->compact ? TBX_WINDOW_SIZE : TBX_MMAP_LIMIT;
}

void check_mappings(const struct tbx_memory *memory) {
    uint64_t start, end, at = (uint64_t)(uintptr_t)memory->window.base;
    const uint64_t stop = at + TBX_WINDOW_SIZE, base = at;
    char line[512], access[5];
    FILE *maps = fopen("/proc/self/maps", "r");
    require(maps != NULL, "no list of mappings");
    while (at < stop && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %4s", &start, &end, access) != 3 || end <= at)
            continue;
        require(start <= at, "a hole in the window");
        bool open = strncmp(access, "---", 3) != 0;
        require(access[2] != 'x', "executable memory in a data window");
        require(!open || (start >= base + TBX_NULL_GUARD_END && end <= base + mappings_end(memory)),
                "a guard that is open");
        at = end;
    }
    require(at >= stop, "a hole at the end of the window");
    fclose(maps);
}
