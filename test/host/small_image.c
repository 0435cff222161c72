#include "small_image.h"

#include <stdint.h>
#include <string.h>

enum { PAGE = 0x1000, NOTE_ROOM = 0x200 };

static void set_load(Elf64_Phdr *header, uint32_t flags, uint64_t address, uint64_t offset,
                     uint64_t file_size, uint64_t memory_size) {
    *header = (Elf64_Phdr){.p_type = PT_LOAD,
                           .p_flags = flags,
                           .p_offset = offset,
                           .p_vaddr = address,
                           .p_paddr = address,
                           .p_filesz = file_size,
                           .p_memsz = memory_size,
                           .p_align = PAGE};
}

static void set_symbols(struct small_image *image) {
    static const char names[] = "\0start";
    Elf64_Sym *symbols = (Elf64_Sym *)(image->bytes + SMALL_SYMBOLS_AT);
    Elf64_Shdr *sections = (Elf64_Shdr *)(image->bytes + SMALL_SECTION_HEADERS_AT);
    symbols[1] = (Elf64_Sym){.st_name = 1,
                             .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                             .st_value = SMALL_CODE,
                             .st_size = 16};
    memcpy(image->bytes + SMALL_SYMBOLS_AT + 0x400, names, sizeof names);
    sections[1] = (Elf64_Shdr){.sh_type = SHT_SYMTAB,
                               .sh_offset = SMALL_SYMBOLS_AT,
                               .sh_size = 2 * sizeof *symbols,
                               .sh_entsize = sizeof *symbols,
                               .sh_link = 2};
    sections[2] = (Elf64_Shdr){
        .sh_type = SHT_STRTAB, .sh_offset = SMALL_SYMBOLS_AT + 0x400, .sh_size = sizeof names};
    image->header.e_shoff = SMALL_SECTION_HEADERS_AT;
    image->header.e_shnum = 3;
    image->header.e_shentsize = sizeof *sections;
}

void small_image_make(struct small_image *image) {
    static const unsigned char ud2[] = {0x0F, 0x0B};
    memset(image, 0, sizeof *image);
    Elf64_Ehdr *header = &image->header;
    memcpy(header->e_ident, ELFMAG, SELFMAG);
    header->e_ident[EI_CLASS] = ELFCLASS64;
    header->e_ident[EI_DATA] = ELFDATA2LSB;
    header->e_ident[EI_VERSION] = EV_CURRENT;
    header->e_type = ET_EXEC;
    header->e_machine = EM_X86_64;
    header->e_version = EV_CURRENT;
    header->e_entry = SMALL_CODE;
    header->e_phoff = sizeof *header;
    header->e_ehsize = sizeof *header;
    header->e_phentsize = sizeof(Elf64_Phdr);
    header->e_phnum = SMALL_HEADERS;
    Elf64_Phdr *headers = small_image_program_header(image, 0);
    set_load(&headers[SMALL_HEADER_CODE], PF_R | PF_X, SMALL_CODE, SMALL_CODE_AT, PAGE, PAGE);
    set_load(&headers[SMALL_HEADER_READ_ONLY], PF_R, SMALL_READ_ONLY, SMALL_READ_ONLY_AT, 2 * PAGE,
             2 * PAGE);
    set_load(&headers[SMALL_HEADER_DATA], PF_R | PF_W, SMALL_DATA, SMALL_DATA_AT, PAGE,
             SMALL_DATA_SIZE);
    headers[SMALL_HEADER_NOTE] = (Elf64_Phdr){
        .p_type = PT_NOTE, .p_flags = PF_R, .p_offset = SMALL_NOTE_AT, .p_filesz = NOTE_ROOM};
    memcpy(image->bytes + SMALL_CODE_AT, ud2, sizeof ud2);
    small_image_set_note(image, "abi=1 lowering=addr32 isolate=code+data keybits=15");
    set_symbols(image);
}

Elf64_Phdr *small_image_program_header(struct small_image *image, unsigned index) {
    return (Elf64_Phdr *)(image->bytes + sizeof(Elf64_Ehdr)) + index;
}

void small_image_set_note(struct small_image *image, const char *text) {
    static const char owner[8] = "TME-Box";
    unsigned char *at = image->bytes + SMALL_NOTE_AT;
    size_t size = strlen(text) + 1, padded = (size + 3) & ~(size_t)3;
    memset(at, 0, NOTE_ROOM);
    Elf64_Nhdr note = {.n_namesz = sizeof owner, .n_descsz = (Elf64_Word)size, .n_type = 1};
    memcpy(at, &note, sizeof note);
    memcpy(at + sizeof note, owner, sizeof owner);
    memcpy(at + sizeof note + sizeof owner, text, size);
    small_image_program_header(image, SMALL_HEADER_NOTE)->p_filesz =
        sizeof note + sizeof owner + padded;
}

unsigned char *small_image_add_verdict_room(struct small_image *image) {
    enum { VERDICT_SIZE = 128 };
    Elf64_Phdr *header = small_image_program_header(image, SMALL_HEADER_NOTE);
    unsigned char *at = image->bytes + SMALL_NOTE_AT + header->p_filesz;
    Elf64_Nhdr note = {.n_namesz = 8, .n_descsz = VERDICT_SIZE, .n_type = 3};
    memcpy(at, &note, sizeof note);
    memcpy(at + sizeof note, "TME-Box", 8);
    memset(at + sizeof note + 8, 0, VERDICT_SIZE);
    header->p_filesz += sizeof note + 8 + VERDICT_SIZE;
    return at + sizeof note + 8;
}

/* The address of a string that is written at `at` in the file's constants. */
static uint64_t write_name(struct small_image *image, size_t at, const char *name) {
    memcpy(image->bytes + at, name, strlen(name) + 1);
    return SMALL_READ_ONLY + (at - SMALL_READ_ONLY_AT);
}

void small_image_make_library(struct small_image *image, const char *exported,
                              const char *imported) {
    enum { EXPORTS_AT = SMALL_LIBRARY_AT + 0x40, IMPORTS_AT = SMALL_LIBRARY_AT + 0x80 };
    enum { NAMES_AT = SMALL_LIBRARY_AT + 0x100, TO_ADDRESS = SMALL_READ_ONLY - SMALL_READ_ONLY_AT };
    const uint32_t imports_size = imported == NULL ? 0 : 8;
    const uint32_t tables[] = {EXPORTS_AT + TO_ADDRESS, EXPORTS_AT + TO_ADDRESS + 16,
                               IMPORTS_AT + TO_ADDRESS, IMPORTS_AT + TO_ADDRESS + imports_size};
    const uint64_t function[] = {SMALL_CODE, write_name(image, NAMES_AT, exported)};
    memcpy(image->bytes + SMALL_LIBRARY_AT, "TBXLIB1", 8);
    memcpy(image->bytes + SMALL_LIBRARY_AT + 8, tables, sizeof tables);
    memcpy(image->bytes + EXPORTS_AT, function, sizeof function);
    if (imported == NULL)
        return;
    const uint64_t name = write_name(image, NAMES_AT + 0x40, imported);
    memcpy(image->bytes + IMPORTS_AT, &name, sizeof name);
}
