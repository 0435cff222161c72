/* Symbols as hints for messages. A wrong one misleads a reader, nothing else; every index is
 * checked all the same. */
#include "elf_image.h"

#include <elf.h>
#include <string.h>

static Elf64_Sym symbol_number(const struct tbx_elf_image *image, size_t index) {
    Elf64_Sym symbol;
    memcpy(&symbol, image->symbols + index * sizeof symbol, sizeof symbol);
    return symbol;
}

/* Safe to read as a string: the table ends with a NUL. */
static const char *symbol_name(const struct tbx_elf_image *image, const Elf64_Sym *symbol) {
    return symbol->st_name < image->strings_size ? image->strings + symbol->st_name : "";
}

static bool is_function_at(const Elf64_Sym *symbol, uint32_t offset) {
    return ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_value <= offset &&
           offset - symbol->st_value < (symbol->st_size != 0 ? symbol->st_size : 1);
}

/* A message goes to terminals and JSON: only plain characters leave here. */
static void copy_printable(char *to, size_t size, const char *from) {
    size_t i = 0;
    for (; i + 1 < size && from[i] != '\0'; i++)
        to[i] =
            from[i] > ' ' && from[i] <= '~' && from[i] != '"' && from[i] != '\\' ? from[i] : '?';
    to[i] = '\0';
}

bool tbx_elf_symbol_at(const struct tbx_elf_image *image, uint32_t offset, char *name,
                       size_t name_size, uint64_t *distance) {
    for (size_t i = 0; i < image->symbol_count; i++) {
        Elf64_Sym symbol = symbol_number(image, i);
        if (!is_function_at(&symbol, offset) || symbol_name(image, &symbol)[0] == '\0')
            continue;
        copy_printable(name, name_size, symbol_name(image, &symbol));
        *distance = offset - symbol.st_value;
        return true;
    }
    return false;
}

bool tbx_elf_symbol_value(const struct tbx_elf_image *image, const char *name, uint64_t *value) {
    for (size_t i = 0; i < image->symbol_count; i++) {
        Elf64_Sym symbol = symbol_number(image, i);
        if (strcmp(symbol_name(image, &symbol), name) != 0)
            continue;
        *value = symbol.st_value;
        return true;
    }
    return false;
}
