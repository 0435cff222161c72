#include "library.h"

#include "error.h"

#include <stdlib.h>
#include <string.h>

struct export_entry {
    uint64_t function, name;
};

/* The bytes of the constants at `offset`; null when `size` bytes are not there. */
static const unsigned char *constants_at(const struct tbx_elf_image *image, uint64_t offset,
                                         uint64_t size) {
    const struct tbx_segment *constants = &image->read_only;
    if (offset < constants->offset || offset - constants->offset > constants->file_size ||
        size > constants->file_size - (offset - constants->offset))
        return NULL;
    return image->bytes + constants->file_offset + (offset - constants->offset);
}

/* The string of the constants at `offset`; null when it does not end there. */
static const char *name_at(const struct tbx_elf_image *image, uint64_t offset) {
    const unsigned char *start = constants_at(image, offset, 1);
    if (start == NULL)
        return NULL;
    size_t left = image->read_only.file_size - (offset - image->read_only.offset);
    return memchr(start, '\0', left) == NULL ? NULL : (const char *)start;
}

static bool is_code(const struct tbx_elf_image *image, uint64_t offset) {
    return offset >= image->code.offset && offset - image->code.offset < image->code.memory_size;
}

/* The bytes of the table of exports, and how many there are. */
static const unsigned char *exports_of(const struct tbx_elf_image *image, size_t *count) {
    const struct tbx_table *table = &image->exports;
    const unsigned char *at = constants_at(image, table->start, table->end - table->start);
    *count = at == NULL ? 0 : (table->end - table->start) / sizeof(struct export_entry);
    return at;
}

static struct export_entry export_at(const unsigned char *exports, size_t index) {
    struct export_entry entry;
    memcpy(&entry, exports + index * sizeof entry, sizeof entry);
    return entry;
}

tbx_function tbx_library_find(const struct tbx_elf_image *image, const char *name) {
    size_t count;
    const unsigned char *exports = exports_of(image, &count);
    for (size_t i = 0; i < count; i++) {
        struct export_entry entry = export_at(exports, i);
        const char *found = name_at(image, entry.name);
        if (found != NULL && strcmp(found, name) == 0)
            return is_code(image, entry.function) ? (tbx_function)entry.function : 0;
    }
    return 0;
}

bool tbx_library_functions(const struct tbx_elf_image *image, struct tbx_functions *functions,
                           tbx_error *error) {
    size_t count;
    const unsigned char *exports = exports_of(image, &count);
    functions->start = (uint32_t)image->code.offset;
    functions->size = (uint32_t)image->code.memory_size;
    functions->bits = calloc(functions->size / 64 + 1, sizeof *functions->bits);
    if (functions->bits == NULL)
        return tbx_fail(error, "out of memory");
    for (size_t i = 0; i < count; i++) {
        uint64_t function = export_at(exports, i).function;
        uint64_t place = function - functions->start;
        if (is_code(image, function))
            functions->bits[place / 64] |= 1ull << place % 64;
    }
    return true;
}

uint32_t tbx_library_import_count(const struct tbx_elf_image *image) {
    const struct tbx_table *table = &image->imports;
    uint32_t size = table->end - table->start;
    return constants_at(image, table->start, size) == NULL ? 0 : size / 8;
}

static const char *import_name(const struct tbx_elf_image *image, uint32_t index) {
    uint64_t name;
    memcpy(&name, constants_at(image, image->imports.start + 8ull * index, 8), sizeof name);
    return name_at(image, name);
}

static bool bind_one(const struct tbx_config *config, const char *name, struct tbx_import *import,
                     tbx_error *error) {
    for (unsigned i = 0; name != NULL && i < config->function_count; i++) {
        const struct tbx_named_function *function = &config->functions[i];
        if (strcmp(function->name, name) != 0)
            continue;
        *import = (struct tbx_import){.function = function->function, .context = function->context};
        return true;
    }
    return tbx_fail(error, "the image imports \"%.64s\", which the host does not offer",
                    name == NULL ? "?" : name);
}

bool tbx_library_bind(const struct tbx_image *image, const struct tbx_config *config,
                      struct tbx_import **imports, tbx_error *error) {
    uint32_t count = tbx_library_import_count(&image->elf);
    *imports = NULL;
    if (count == 0)
        return true;
    struct tbx_import *bound = calloc(count, sizeof *bound);
    if (bound == NULL)
        return tbx_fail(error, "out of memory");
    for (uint32_t i = 0; i < count; i++) {
        if (bind_one(config, import_name(&image->elf, i), &bound[i], error))
            continue;
        free(bound);
        return false;
    }
    *imports = bound;
    return true;
}
