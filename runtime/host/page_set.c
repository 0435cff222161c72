#include "page_set.h"

/* The part of [first, end) that lies within the set's bounds, counted from there. */
struct part {
    uint32_t first, end;
};

static struct part part_of(const struct tbx_page_set *set, uint32_t first, uint32_t end) {
    uint32_t from = first > set->first ? first : set->first;
    uint32_t to = end < set->end ? end : set->end;
    return from < to ? (struct part){from - set->first, to - set->first} : (struct part){0, 0};
}

/* The bits of the part that lie in the word `index`. */
static uint64_t word_mask(uint32_t index, struct part part) {
    uint64_t mask = ~0ull;
    if (index == part.first / 64)
        mask &= ~0ull << (part.first % 64);
    if (index == part.end / 64)
        mask &= ~(~0ull << (part.end % 64));
    return mask;
}

static uint32_t word_end(struct part part) {
    return (part.end + 63) / 64;
}

void tbx_pages_add(struct tbx_page_set *set, uint32_t first, uint32_t end) {
    struct part part = part_of(set, first, end);
    for (uint32_t i = part.first / 64; i < word_end(part); i++)
        set->words[i] |= word_mask(i, part);
}

void tbx_pages_remove(struct tbx_page_set *set, uint32_t first, uint32_t end) {
    struct part part = part_of(set, first, end);
    for (uint32_t i = part.first / 64; i < word_end(part); i++)
        set->words[i] &= ~word_mask(i, part);
}

bool tbx_pages_contain(const struct tbx_page_set *set, uint32_t first, uint32_t end) {
    struct part part = part_of(set, first, end);
    if (first < end && part.end - part.first != end - first)
        return false;
    for (uint32_t i = part.first / 64; i < word_end(part); i++)
        if ((~set->words[i] & word_mask(i, part)) != 0)
            return false;
    return true;
}

uint32_t tbx_pages_count(const struct tbx_page_set *set, uint32_t first, uint32_t end) {
    struct part part = part_of(set, first, end);
    uint32_t count = 0;
    for (uint32_t i = part.first / 64; i < word_end(part); i++)
        count += (uint32_t)__builtin_popcountll(set->words[i] & word_mask(i, part));
    return count;
}

uint32_t tbx_pages_runs(const struct tbx_page_set *set, uint32_t first, uint32_t end) {
    struct part part = part_of(set, first, end);
    uint32_t count = 0;
    for (uint32_t i = part.first / 64; i < word_end(part); i++) {
        uint64_t before = i == 0 ? 0 : set->words[i - 1] >> 63;
        uint64_t starts = set->words[i] & ~(set->words[i] << 1 | before);
        count += (uint32_t)__builtin_popcountll(starts & word_mask(i, part));
    }
    return count;
}

static uint32_t next_inside(const struct tbx_page_set *set, uint32_t first, uint32_t end,
                            bool wanted) {
    struct part part = part_of(set, first, end);
    for (uint32_t i = part.first / 64; i < word_end(part); i++) {
        uint64_t hits = (wanted ? set->words[i] : ~set->words[i]) & word_mask(i, part);
        if (hits != 0)
            return set->first + i * 64 + (uint32_t)__builtin_ctzll(hits);
    }
    return end;
}

uint32_t tbx_pages_next(const struct tbx_page_set *set, uint32_t first, uint32_t end, bool wanted) {
    if (first >= end)
        return end;
    if (!wanted && (first < set->first || first >= set->end))
        return first;
    uint32_t found = next_inside(set, first, end, wanted);
    return !wanted && found == end && set->end < end ? set->end : found;
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
