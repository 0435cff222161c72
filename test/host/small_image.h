/* A smallest image that the loader accepts, made in memory, for tests that damage it or need a
 * sandbox without code. */
#ifndef SMALL_IMAGE_H
#define SMALL_IMAGE_H

#include <elf.h>
#include <stddef.h>

enum {
    SMALL_CODE_AT = 0x1000,
    SMALL_READ_ONLY_AT = 0x2000,
    SMALL_DATA_AT = 0x4000,
    SMALL_LIBRARY_AT = SMALL_READ_ONLY_AT + 0x1000, /* where a library's tables would be named */
    SMALL_NOTE_AT = SMALL_LIBRARY_AT + 0x800,
    SMALL_SYMBOLS_AT = 0x5000,
    SMALL_SECTION_HEADERS_AT = SMALL_SYMBOLS_AT + 0x800,
    SMALL_SIZE = 0x6000,
    SMALL_CODE = 0x10000000,
    SMALL_READ_ONLY = 0x10001000,
    SMALL_DATA = 0x10003000,
    SMALL_DATA_SIZE = 0x3000, /* in memory; one page is in the file */
};

/* In this order: code, read-only, data, note. */
enum {
    SMALL_HEADER_CODE,
    SMALL_HEADER_READ_ONLY,
    SMALL_HEADER_DATA,
    SMALL_HEADER_NOTE,
    SMALL_HEADERS
};

struct small_image {
    union {
        unsigned char bytes[SMALL_SIZE];
        Elf64_Ehdr header;
    };
};

/* The code is `ud2`; the note says isolate=code+data; there is one symbol, `start`, of the code. */
void small_image_make(struct small_image *image);

Elf64_Phdr *small_image_program_header(struct small_image *image, unsigned index);

/* Replaces the note's text, and takes away the room for a verdict. */
void small_image_set_note(struct small_image *image, const char *text);

/* Adds a note with room for a verdict, all zeros, and returns where its 128 bytes are. */
unsigned char *small_image_add_verdict_room(struct small_image *image);

/* Makes it a library that exports its code by the name `exported` and imports `imported`, null for
 * none. Names of up to 63 bytes. */
void small_image_make_library(struct small_image *image, const char *exported,
                              const char *imported);

#endif
