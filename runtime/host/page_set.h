/* A set of pages of one window: one bit a page. */
#ifndef TBX_PAGE_SET_H
#define TBX_PAGE_SET_H

#include "layout.h"

#include <stdbool.h>
#include <stdint.h>

enum { TBX_WINDOW_PAGES = 1 << 20 };

/* Pages outside [first, end) are not in the set. Both are multiples of 64. */
struct tbx_page_set {
    uint64_t *words; /* those of the pages from `first` on */
    uint32_t first, end;
};

/* All ranges are page numbers, [first, end), at most TBX_WINDOW_PAGES. What is added must lie
 * within the set's bounds. */
void tbx_pages_add(struct tbx_page_set *set, uint32_t first, uint32_t end);
void tbx_pages_remove(struct tbx_page_set *set, uint32_t first, uint32_t end);
bool tbx_pages_contain(const struct tbx_page_set *set, uint32_t first, uint32_t end);
uint32_t tbx_pages_count(const struct tbx_page_set *set, uint32_t first, uint32_t end);

/* How many stretches of pages in the set start in the range. */
uint32_t tbx_pages_runs(const struct tbx_page_set *set, uint32_t first, uint32_t end);

/* The first page from `first` on that is in the set (`wanted`) or not in it; `end` when there is
 * none before. */
uint32_t tbx_pages_next(const struct tbx_page_set *set, uint32_t first, uint32_t end, bool wanted);

/* The start of the lowest run of `count` pages in [first, end) that are not in the set; `end` when
 * there is none. */
uint32_t tbx_pages_find_free(const struct tbx_page_set *set, uint32_t first, uint32_t end,
                             uint32_t count);

static inline bool tbx_pages_has(const struct tbx_page_set *set, uint32_t page) {
    return tbx_pages_contain(set, page, page + 1);
}

#endif
