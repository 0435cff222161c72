/*
 * The image file: a strict parser that trusts no byte of it.
 *
 * Only program headers and the notes they name decide anything. The symbol table is a hint for
 * messages: where it is damaged, there is none.
 */
#ifndef TBX_ELF_IMAGE_H
#define TBX_ELF_IMAGE_H

#include "tmebox.h"

/* A loadable segment, checked: its bytes are in the file, its addresses in the image's range. */
struct tbx_segment {
    uint32_t offset;      /* in the window, page-aligned */
    uint32_t memory_size; /* in bytes, not rounded; 0 only for the data segment */
    size_t file_offset;
    uint32_t file_size; /* at most memory_size; the rest is zero */
};

/* A table in the constants: its bounds are not checked. Empty when there is none. */
struct tbx_table {
    uint32_t start, end;
};

struct tbx_elf_image {
    const unsigned char *bytes; /* borrowed from the caller */
    size_t size;
    struct tbx_segment code, read_only, data;
    uint32_t entry; /* inside code */
    tbx_isolation isolation;
    bool addr32; /* some object was lowered to addr32 */
    /* TBX_VERDICT_SIZE bytes of the read-only segment, behind its first page; null: no room. */
    const unsigned char *verdict;
    struct tbx_table exports, imports; /* see tbx_elf_find_tables */

    /* Symbol hints; count 0 when there are none. Ranges are checked, contents are not. */
    const unsigned char *symbols;
    size_t symbol_count;
    const char *strings; /* NUL-terminated at strings_size - 1 */
    size_t strings_size;
};

/* Parses `size` hostile bytes into `image`, which borrows them. False and a message for whatever is
 * not right. */
bool tbx_elf_parse(const unsigned char *bytes, size_t size, struct tbx_elf_image *image,
                   tbx_error *error);

/*
 * Fills in exports and imports. They stand where the constants say, behind the gate's page, and not
 * where a header or a note says, as the digest covers the constants only; so the verdict, which it
 * does not cover, must have been taken out of them before.
 */
void tbx_elf_find_tables(struct tbx_elf_image *image);

/*
 * The function that holds `offset`, copied printable into `name` (at least 1 byte), and the
 * distance from its start. False when no symbol says so.
 */
bool tbx_elf_symbol_at(const struct tbx_elf_image *image, uint32_t offset, char *name,
                       size_t name_size, uint64_t *distance);

/* The value of the symbol `name` as a hint; false when there is none. */
bool tbx_elf_symbol_value(const struct tbx_elf_image *image, const char *name, uint64_t *value);

/* The bytes of the section `name` of any ELF file (a linked program); false when there is none or
 * it is damaged. */
bool tbx_elf_find_section(const unsigned char *bytes, size_t size, const char *name,
                          const unsigned char **start, size_t *length);

#endif
