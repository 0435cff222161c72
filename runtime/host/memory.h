/*
 * The memory of a sandbox: which pages of its window it has, and the checks that every pointer from
 * the sandbox goes through. Offsets and lengths that arrive here are hostile.
 */
#ifndef TBX_MEMORY_H
#define TBX_MEMORY_H

#include "elf_image.h"
#include "memory_file.h"
#include "page_set.h"
#include "window.h"

#include <stddef.h>

/* What a search found: no free stretch of `count` pages in the mmap area starts below the page
 * `below`. One is kept for each power of two of the count, up to a whole window. */
struct tbx_search {
    uint32_t count, below;
};
enum { TBX_SEARCHES = 21, TBX_MOST_POOLS = 4 };

struct tbx_pool;

struct tbx_mapped_region;

struct tbx_memory {
    struct tbx_window window;
    struct tbx_page_set
        owned; /* pages the sandbox has: it may read them, and write those outside read-only */
    struct tbx_page_set
        opened; /* pages that are accessible; more than owned only when runs had reached their limit
                 */
    uint32_t read_only_start, read_only_end;
    uint32_t stack_start;                /* lowest address of the data stack */
    uint32_t startup_start, startup_end; /* the start-up block; the data stack ends at its start */
    uint32_t break_start, break_end;     /* the heap of brk, in bytes */
    uint32_t mmap_start, mmap_end;       /* page-aligned; brk stays below */
    uint64_t heap_limit, heap_used;      /* bytes of brk and mmap together; but for memory of one
                                            piece, all that is accessible */
    /* Memory of one piece (memory_compact.c): all of it, from the data stack to mmap_end, is
     * accessible from the first moment on. */
    bool compact;
    uint32_t fixed_end; /* compact: up to here from stack_start on all pages are owned, none in the
                           sets */
    uint32_t template_end;         /* compact: pages from here on are zero when they are dropped */
    struct tbx_file_identity file; /* compact */
    uint32_t runs;                 /* stretches of opened pages in the mmap area: kernel mappings */
    struct tbx_search searches[TBX_SEARCHES];
    struct tbx_mapped_region *regions; /* owned, region_count of them in the order of their places
                                          (region.h); null: none were mapped */
    uint32_t region_count;
    struct tbx_pool
        *pools[TBX_MOST_POOLS]; /* that the window shares; a reference each, then nulls */
    bool has_used_pools;        /* something that its key can read may be left in one */
};

/* Reserves a window and gives it stack, start-up block and the image's segments. `stack_size` is in
 * whole pages. */
bool tbx_memory_init(struct tbx_memory *memory, const struct tbx_elf_image *image,
                     uint64_t stack_size, uint64_t heap_limit, tbx_error *error);

/*
 * The same in one piece, on the file `*file`, which is made here and becomes the caller's. What is
 * in the memory when tbx_memory_seal ends its use is what copies begin with.
 */
bool tbx_memory_init_template(struct tbx_memory *memory, const struct tbx_elf_image *image,
                              uint64_t stack_size, uint64_t heap_limit, int *file,
                              tbx_error *error);

/* Gives the window of a template's memory back, with what the host shared with it, and fixes its
 * file's size. Nothing writes to the file from then on. */
bool tbx_memory_seal(struct tbx_memory *memory, int file, tbx_error *error);

/* A window with a private copy of the sealed `origin`, whose pages are copied when they are written
 * to. */
bool tbx_memory_copy(struct tbx_memory *memory, const struct tbx_memory *origin, int file,
                     tbx_error *error);

/* Makes a copy what it was at first. */
bool tbx_memory_reset(struct tbx_memory *memory, const struct tbx_memory *origin, int file,
                      tbx_error *error);

/* Gives back what copies have made the file of `origin` grow by, if it is much; when one is gone.
 */
void tbx_memory_trim(const struct tbx_memory *origin, int file);

void tbx_memory_free(struct tbx_memory *memory);

/* The host address of `length` bytes at the offset in the low half of `pointer`, if the sandbox may
 * read (write) all of them; else null. The sandbox can change what stands there only while its own
 * code runs. */
void *tbx_readable(const struct tbx_memory *memory, uint64_t pointer, uint64_t length);
void *tbx_writable(const struct tbx_memory *memory, uint64_t pointer, uint64_t length);

/* Copies in or out; 0 or -EFAULT. */
long tbx_copy_in(const struct tbx_memory *memory, void *to, uint64_t pointer, size_t length);
long tbx_copy_out(const struct tbx_memory *memory, uint64_t pointer, const void *from,
                  size_t length);

/* Copies a string of less than `size` bytes with its NUL; its length, -EFAULT or -ENAMETOOLONG. */
long tbx_copy_string_in(const struct tbx_memory *memory, char *to, size_t size, uint64_t pointer);

/* brk: the new end of the heap, or the old one when it cannot move. */
uint32_t tbx_memory_break(struct tbx_memory *memory, uint64_t end);

/* Anonymous memory, zero-filled: its offset, or a negative errno. `hint` is taken when it is free;
 * with `fixed` what is there is replaced. Only the mmap area is given out. */
long tbx_memory_map(struct tbx_memory *memory, uint64_t hint, uint64_t length, bool fixed);
long tbx_memory_unmap(struct tbx_memory *memory, uint64_t start, uint64_t length);
long tbx_memory_remap(struct tbx_memory *memory, uint64_t start, uint64_t old_length,
                      uint64_t new_length, bool may_move);

/* Fills with zeros whole pages of memory in one piece, and gives back what they use where the
 * copy's origin has zeros too. */
bool tbx_memory_clear(const struct tbx_memory *memory, uint32_t start, uint32_t end);

/* Copies a segment's bytes from the image to its place in the window. */
void tbx_memory_copy_segment(const struct tbx_memory *memory, const struct tbx_elf_image *image,
                             const struct tbx_segment *segment);

/* Whether the sandbox has all pages of the range. */
bool tbx_memory_owns(const struct tbx_memory *memory, uint64_t start, uint64_t length);

/* Drops the contents of pages in the mmap area and the heap: they read as zero (MADV_DONTNEED). */
long tbx_memory_forget(struct tbx_memory *memory, uint64_t start, uint64_t length);

#endif
