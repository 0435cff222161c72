#include "page_set.h"

/* The bits of [first, end) that lie in the word `index`. */
static uint64_t word_mask(uint32_t index, uint32_t first, uint32_t end) {
    uint64_t mask = ~0ull;
    if (index == first / 64)
        mask &= ~0ull << (first % 64);
    if (index == end / 64)
        mask &= ~(~0ull << (end % 64));
    return mask;
}

static uint32_t word_end(uint32_t end) {
    return (end + 63) / 64;
}

void tbx_pages_add(struct tbx_page_set *set, uint32_t first, uint32_t end) {
    for (uint32_t i = first / 64; first < end && i < word_end(end); i++)
        set->words[i] |= word_mask(i, first, end);
}

void tbx_pages_remove(struct tbx_page_set *set, uint32_t first, uint32_t end) {
    for (uint32_t i = first / 64; first < end && i < word_end(end); i++)
        set->words[i] &= ~word_mask(i, first, end);
}

bool tbx_pages_contain(const struct tbx_page_set *set, uint32_t first, uint32_t end) {
    for (uint32_t i = first / 64; first < end && i < word_end(end); i++)
        if ((~set->words[i] & word_mask(i, first, end)) != 0)
            return false;
    return true;
}

uint32_t tbx_pages_count(const struct tbx_page_set *set, uint32_t first, uint32_t end) {
    uint32_t count = 0;
    for (uint32_t i = first / 64; first < end && i < word_end(end); i++)
        count += (uint32_t)__builtin_popcountll(set->words[i] & word_mask(i, first, end));
    return count;
}

uint32_t tbx_pages_runs(const struct tbx_page_set *set, uint32_t first, uint32_t end) {
    uint32_t count = 0;
    for (uint32_t i = first / 64; first < end && i < word_end(end); i++) {
        uint64_t before = i == 0 ? 0 : set->words[i - 1] >> 63;
        uint64_t starts = set->words[i] & ~(set->words[i] << 1 | before);
        count += (uint32_t)__builtin_popcountll(starts & word_mask(i, first, end));
    }
    return count;
}

uint32_t tbx_pages_next(const struct tbx_page_set *set, uint32_t first, uint32_t end, bool wanted) {
    for (uint32_t i = first / 64; first < end && i < word_end(end); i++) {
        uint64_t hits = (wanted ? set->words[i] : ~set->words[i]) & word_mask(i, first, end);
        if (hits != 0)
            return i * 64 + (uint32_t)__builtin_ctzll(hits);
    }
    return end;
}

uint32_t tbx_pages_find_free(const struct tbx_page_set *set, uint32_t first, uint32_t end,
                             uint32_t count) {
    for (uint32_t start = first; start < end && count <= end - start;) {
        start = tbx_pages_next(set, start, end, false);
        if (count > end - start)
            break;
        uint32_t taken = tbx_pages_next(set, start, start + count, true);
        if (taken == start + count)
            return start;
        start = taken;
    }
    return end;
}
