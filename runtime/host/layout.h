/* The places in a window, as docs/abi.md lays them out. All are offsets from the window's base. */
#ifndef TBX_LAYOUT_H
#define TBX_LAYOUT_H

#define TBX_PAGE_SIZE 0x1000u
#define TBX_WINDOW_SIZE 0x100000000ull

#define TBX_NULL_GUARD_END 0x10000u   /* below: never mapped */
#define TBX_STARTUP_START 0x0FF00000u /* the data stack ends here, the start-up block begins */
#define TBX_IMAGE_BASE 0x10000000u
#define TBX_IMAGE_LIMIT                                                                            \
    0x80000000u /* an image ends below: its addresses are signed 32-bit immediates */
#define TBX_MMAP_LIMIT 0xE0000000u

/* Where regions of the host are mapped, and nothing else. */
#define TBX_REGIONS_START TBX_MMAP_LIMIT
#define TBX_REGIONS_END 0xF0000000u

/* Of memory that sandboxes share by the cache line. */
#define TBX_POOLS_START TBX_REGIONS_END
#define TBX_POOLS_END 0xFFF00000u

/* KeyIDs: 0 is the host; the stack and the libraries of the process lie above the last one. */
#ifndef TBX_FIRST_KEY /* fuzzers skip the keys whose addresses sanitizers keep for themselves */
#define TBX_FIRST_KEY 1u
#endif
#define TBX_LAST_KEY 0x7FFFu

/* The host call of the first function that a library imports; the others follow. */
#define TBX_FIRST_IMPORT 0x20000u

static inline unsigned long long tbx_page_up(unsigned long long bytes) {
    return (bytes + TBX_PAGE_SIZE - 1) & ~(unsigned long long)(TBX_PAGE_SIZE - 1);
}

#endif
