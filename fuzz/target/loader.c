/*
 * Hostile bytes as an image. Whatever the loader accepts must be what docs/abi.md says of an image;
 * small ones are loaded into windows as well.
 */
#include "image.h"
#include "layout.h"
#include "library.h"
#include "promises.h"
#include "sandbox.h"
#include "small_image.h"
#include "stamp.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer's own mutation, and the two functions that it calls. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static void check_segment(const struct tbx_elf_image *elf, const struct tbx_segment *segment) {
    require(segment->offset % TBX_PAGE_SIZE == 0, "a segment starts inside a page");
    require(segment->offset >= TBX_IMAGE_BASE, "a segment starts too low");
    require((uint64_t)segment->offset + segment->memory_size <= TBX_IMAGE_LIMIT,
            "a segment ends too high");
    require(segment->file_size <= segment->memory_size, "more in the file than in memory");
    require(segment->file_offset <= elf->size &&
                segment->file_size <= elf->size - segment->file_offset,
            "a segment outside the file");
}

static uint64_t end_of(const struct tbx_segment *segment) {
    return tbx_page_up((uint64_t)segment->offset + segment->memory_size);
}

static void check_accepted(const struct tbx_elf_image *elf) {
    check_segment(elf, &elf->code);
    check_segment(elf, &elf->read_only);
    check_segment(elf, &elf->data);
    require(end_of(&elf->code) <= elf->read_only.offset, "code and constants overlap");
    require(end_of(&elf->read_only) <= elf->data.offset, "constants and data overlap");
    require(elf->code.file_size == elf->code.memory_size, "code that is not in the file");
    require(elf->read_only.file_size == elf->read_only.memory_size, "constants not in the file");
    require(elf->entry >= elf->code.offset && elf->entry - elf->code.offset < elf->code.memory_size,
            "an entry outside the code");
}

/* Without a policy, what carries no verdict that fits is not loaded. */
static void check_default_policy(const uint8_t *data, size_t size, bool verified) {
    tbx_error error;
    tbx_image *image = tbx_image_load(data, size, &error);
    require(image == NULL || verified, "no verdict, and loaded");
    tbx_image_release(image);
}

/* Symbols are hints, but reading them must be safe. */
static void look_at_symbols(const struct tbx_elf_image *elf) {
    char name[64];
    uint64_t value;
    if (tbx_elf_symbol_at(elf, elf->entry, name, sizeof name, &value))
        require(memchr(name, '\0', sizeof name) != NULL, "an endless name");
    tbx_elf_symbol_value(elf, "__tbx_data_sp", &value);
}

static uint64_t import(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)arguments, (void)context;
    return 0;
}

/* The tables of a library: what is found is code, and an import is bound or all of it is refused.
 */
static void look_at_library(const tbx_image *image) {
    tbx_error error = {""};
    struct tbx_import *imports;
    tbx_config *config = tbx_config_new();
    require(tbx_config_add_function(config, "imported", import, NULL, &error), error.message);
    tbx_function function = tbx_library_find(&image->elf, "exported");
    require(function == 0 || (function >= image->elf.code.offset &&
                              function - image->elf.code.offset < image->elf.code.memory_size),
            "an export outside the code");
    if (tbx_library_bind(image, config, &imports, &error))
        for (uint32_t i = 0; i < tbx_library_import_count(&image->elf); i++)
            require(imports[i].function == import, "an import of nothing");
    free(imports);
    tbx_config_free(config);
}

/* In windows: what was checked is what stands there. */
static void load(tbx_image *image) {
    enum { MOST = 1 << 20 };
    const struct tbx_elf_image *elf = &image->elf;
    tbx_error error;
    if (elf->code.memory_size > MOST || elf->read_only.memory_size > MOST ||
        elf->data.memory_size > MOST)
        return;
    tbx_sandbox *sandbox = tbx_sandbox_new(image, NULL, &error);
    if (sandbox == NULL)
        return;
    const unsigned char *code = image->code.base + elf->code.offset;
    require(memcmp(code, elf->bytes + elf->code.file_offset, elf->code.file_size) == 0,
            "other code than was checked");
    tbx_sandbox_free(sandbox);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tbx_error error;
    const unsigned char *section;
    size_t length;
    if (tbx_elf_find_section(data, size, ".tbx.image", &section, &length))
        require((size_t)(section - data) <= size && length <= size - (size_t)(section - data),
                "a section outside the file");
    const tbx_image_policy anything = {.trust = TBX_TRUST_UNVERIFIED};
    tbx_image *image = tbx_image_load_with(data, size, &anything, &error);
    if (image == NULL) {
        require(memchr(error.message, '\0', sizeof error.message) != NULL, "an endless message");
        return 0;
    }
    check_accepted(&image->elf);
    check_default_policy(data, size, tbx_image_is_verified(image));
    look_at_symbols(&image->elf);
    look_at_library(image);
    load(image);
    tbx_image_release(image);
    return 0;
}

/* Numbers that headers are compared with, and their neighbours. */
static uint64_t tempting(unsigned seed) {
    static const uint64_t numbers[] = {
        0,          1,
        2,          3,
        4,          5,
        7,          8,
        24,         40,
        56,         64,
        0x1000,     0xFFF,
        0x10000000, 0x10001000,
        0x7FFFFFFF, 0x80000000,
        0xFFFFFFFF, 0x100000000,
        UINT64_MAX, UINT64_MAX - 0xFFF,
        INT64_MAX,
    };
    uint64_t number = numbers[seed % (sizeof numbers / sizeof *numbers)];
    return number + (seed / 64 % 3) - 1;
}

/* Half of the mutations hit a field of a header, a note or a table, where libFuzzer's own seldom
 * come; some give what has changed a verdict that fits again. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
    static const uint16_t starts[] = {0,
                                      sizeof(Elf64_Ehdr),
                                      SMALL_LIBRARY_AT,
                                      SMALL_NOTE_AT,
                                      SMALL_SYMBOLS_AT,
                                      SMALL_SECTION_HEADERS_AT};
    static const uint8_t widths[] = {1, 2, 4, 8};
    enum { STARTS = sizeof starts / sizeof *starts, REACH = 512, SELDOM = 16 };
    if (seed % SELDOM == SELDOM - 1 &&
        stamp(data, size, seed / SELDOM % 2 == 0 ? TBX_ISOLATE_DATA : TBX_ISOLATE_CODE_DATA))
        return size;
    if (seed % 2 == 0)
        return LLVMFuzzerMutate(data, size, most);
    unsigned width = widths[seed / 2 % 4];
    size_t at = starts[seed / 8 % STARTS] + (seed >> 12) % (REACH / width) * width;
    uint64_t number =
        seed / 64 % 2 == 0 ? tempting(seed >> 7) : (uint64_t)seed * 0x9E3779B97F4A7C15;
    if (at + width <= size)
        memcpy(data + at, &number, width);
    return size;
}
