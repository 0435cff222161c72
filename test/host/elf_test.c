/* The image parser against files that are not images, or not quite. Each damage must be refused for
 * its own reason. */
#include "check.h"
#include "elf_image.h"
#include "small_image.h"

#include <stdlib.h>
#include <string.h>

static struct small_image image;

/* What the parser says of the first `size` bytes of the image, copied so that a sanitizer sees
 * reads beyond; "" when it accepts them. */
static const char *parse_part(size_t size) {
    static tbx_error error;
    struct tbx_elf_image parsed;
    unsigned char *copy = malloc(size + 1);
    memcpy(copy, image.bytes, size);
    error.message[0] = '\0';
    bool accepted = tbx_elf_parse(copy, size, &parsed, &error);
    CHECK(accepted == (error.message[0] == '\0'));
    free(copy);
    return error.message;
}

static const char *parse(void) {
    return parse_part(sizeof image.bytes);
}

static Elf64_Phdr *load(unsigned index) {
    return small_image_program_header(&image, index);
}

static void accepts_a_good_image(void) {
    struct tbx_elf_image parsed;
    tbx_error error;
    small_image_make(&image);
    CHECK(tbx_elf_parse(image.bytes, sizeof image.bytes, &parsed, &error));
    CHECK_EQUAL(parsed.entry, SMALL_CODE);
    CHECK_EQUAL(parsed.code.offset, SMALL_CODE);
    CHECK_EQUAL(parsed.read_only.offset, SMALL_READ_ONLY);
    CHECK_EQUAL(parsed.data.memory_size, SMALL_DATA_SIZE);
    CHECK_EQUAL(parsed.isolation, TBX_ISOLATE_CODE_DATA);
    CHECK(parsed.addr32);
}

static void refuses_what_is_no_elf_file(void) {
    small_image_make(&image);
    CHECK_CONTAINS(parse_part(0), "not an ELF file");
    CHECK_CONTAINS(parse_part(63), "not an ELF file");
    image.bytes[0] = 'M';
    CHECK_CONTAINS(parse(), "not an ELF file");
}

/* Cut anywhere, the image is refused or, behind the last byte that counts, accepted; never read
 * beyond its end. */
static void survives_every_cut(void) {
    small_image_make(&image);
    for (size_t size = 0; size < sizeof image.bytes; size += size < 0x200 ? 1 : 61)
        CHECK(parse_part(size)[0] != '\0' || size >= SMALL_SYMBOLS_AT);
}

static void refuses_other_machines_and_types(void) {
    small_image_make(&image);
    image.header.e_ident[EI_CLASS] = ELFCLASS32;
    CHECK_CONTAINS(parse(), "not a 64-bit x86-64 image");
    small_image_make(&image);
    image.header.e_machine = EM_AARCH64;
    CHECK_CONTAINS(parse(), "not a 64-bit x86-64 image");
    small_image_make(&image);
    image.header.e_type = ET_DYN;
    CHECK_CONTAINS(parse(), "static ET_EXEC");
    small_image_make(&image);
    image.header.e_ident[EI_OSABI] = ELFOSABI_GNU;
    CHECK(parse()[0] == '\0');
    image.header.e_ident[EI_ABIVERSION] = 1;
    CHECK_CONTAINS(parse(), "OS ABI");
    small_image_make(&image);
    image.header.e_ident[EI_OSABI] = ELFOSABI_FREEBSD;
    CHECK_CONTAINS(parse(), "OS ABI");
    small_image_make(&image);
    image.header.e_version = 2;
    CHECK_CONTAINS(parse(), "version");
}

static void refuses_bad_header_tables(void) {
    small_image_make(&image);
    image.header.e_phentsize = 8;
    CHECK_CONTAINS(parse(), "sizes");
    small_image_make(&image);
    image.header.e_phnum = 0;
    CHECK_CONTAINS(parse(), "program headers");
    small_image_make(&image);
    image.header.e_phnum = 0xFFFF;
    CHECK_CONTAINS(parse(), "program headers");
    small_image_make(&image);
    image.header.e_phoff = sizeof image.bytes - 8;
    CHECK_CONTAINS(parse(), "program headers are not in the file");
    small_image_make(&image);
    image.header.e_phoff = ~0ull - 8;
    CHECK_CONTAINS(parse(), "program headers are not in the file");
}

static void refuses_wrong_segment_counts(void) {
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_type = PT_GNU_STACK;
    CHECK_CONTAINS(parse(), "2 PT_LOAD segments");
    small_image_make(&image);
    *load(SMALL_HEADER_NOTE) = *load(SMALL_HEADER_DATA);
    CHECK_CONTAINS(parse(), "more than three");
}

static void refuses_wrong_protections(void) {
    small_image_make(&image);
    load(SMALL_HEADER_CODE)->p_flags = PF_R | PF_W | PF_X;
    CHECK_CONTAINS(parse(), "code segment is rwx");
    small_image_make(&image);
    load(SMALL_HEADER_READ_ONLY)->p_flags = PF_R | PF_X;
    CHECK_CONTAINS(parse(), "read-only segment is r-x");
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_flags = PF_R | PF_W | PF_X;
    CHECK_CONTAINS(parse(), "data segment is rwx");
    small_image_make(&image);
    load(SMALL_HEADER_CODE)->p_flags |= 0x80000000;
    CHECK_CONTAINS(parse(), "code segment is");
}

static void refuses_segments_out_of_place(void) {
    small_image_make(&image);
    load(SMALL_HEADER_CODE)->p_vaddr = 0x400000;
    CHECK_CONTAINS(parse(), "starts at 0x400000");
    small_image_make(&image);
    load(SMALL_HEADER_READ_ONLY)->p_vaddr = SMALL_CODE;
    CHECK_CONTAINS(parse(), "read-only segment starts at");
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_vaddr = SMALL_READ_ONLY;
    CHECK_CONTAINS(parse(), "data segment starts at");
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_vaddr += 8;
    CHECK_CONTAINS(parse(), "not at a page");
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_vaddr = SMALL_DATA + 0x100000000ull;
    CHECK_CONTAINS(parse(), "data segment starts at");
}

static void refuses_sizes_that_wrap(void) {
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_memsz = ~0ull;
    CHECK_CONTAINS(parse(), "ends above 2 GiB");
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_memsz = 0x80000000ull - SMALL_DATA + 1;
    CHECK_CONTAINS(parse(), "ends above 2 GiB");
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_filesz = SMALL_DATA_SIZE + 1;
    CHECK_CONTAINS(parse(), "larger in the file");
    small_image_make(&image);
    load(SMALL_HEADER_DATA)->p_offset = ~0ull - 0x10;
    CHECK_CONTAINS(parse(), "data segment is not in the file");
    small_image_make(&image);
    load(SMALL_HEADER_CODE)->p_offset = SMALL_SIZE - 1;
    CHECK_CONTAINS(parse(), "code segment is not in the file");
}

static void refuses_code_that_the_file_does_not_hold(void) {
    small_image_make(&image);
    load(SMALL_HEADER_CODE)->p_filesz = 0x800;
    CHECK_CONTAINS(parse(), "code segment is larger in memory");
    small_image_make(&image);
    load(SMALL_HEADER_READ_ONLY)->p_filesz = 0x800;
    CHECK_CONTAINS(parse(), "read-only segment is larger in memory");
    small_image_make(&image);
    load(SMALL_HEADER_READ_ONLY)->p_filesz = load(SMALL_HEADER_READ_ONLY)->p_memsz = 8;
    CHECK_CONTAINS(parse(), "at least");
}

static void refuses_an_entry_outside_the_code(void) {
    small_image_make(&image);
    image.header.e_entry = SMALL_CODE - 1;
    CHECK_CONTAINS(parse(), "entry");
    image.header.e_entry = SMALL_CODE + 0x1000;
    CHECK_CONTAINS(parse(), "entry");
    image.header.e_entry = SMALL_CODE + 0x100000000ull;
    CHECK_CONTAINS(parse(), "entry");
}

static void refuses_dynamic_headers(void) {
    static const struct {
        uint32_t type;
        const char *name;
    } forbidden[] = {{PT_INTERP, "PT_INTERP"},
                     {PT_DYNAMIC, "PT_DYNAMIC"},
                     {PT_TLS, "PT_TLS"},
                     {PT_GNU_RELRO, "PT_GNU_RELRO"},
                     {0x12345678, "0x12345678"}};
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        small_image_make(&image);
        load(SMALL_HEADER_NOTE)->p_type = forbidden[i].type;
        CHECK_CONTAINS(parse(), forbidden[i].name);
    }
    small_image_make(&image);
    load(SMALL_HEADER_NOTE)->p_type = PT_GNU_STACK;
    load(SMALL_HEADER_NOTE)->p_flags = PF_R | PF_W | PF_X;
    CHECK_CONTAINS(parse(), "executable stack");
}

static void refuses_missing_and_damaged_notes(void) {
    small_image_make(&image);
    load(SMALL_HEADER_NOTE)->p_filesz = 0;
    CHECK_CONTAINS(parse(), "no TME-Box note");
    small_image_make(&image);
    load(SMALL_HEADER_NOTE)->p_filesz -= 4;
    CHECK_CONTAINS(parse(), "cut off");
    small_image_make(&image);
    load(SMALL_HEADER_NOTE)->p_offset = ~0ull;
    CHECK_CONTAINS(parse(), "notes are not in the file");
    small_image_make(&image);
    Elf64_Nhdr *note = (Elf64_Nhdr *)(image.bytes + load(SMALL_HEADER_NOTE)->p_offset);
    note->n_descsz = 0xFFFFFFFF;
    CHECK_CONTAINS(parse(), "cut off");
    small_image_make(&image);
    note->n_type = 2;
    CHECK_CONTAINS(parse(), "no TME-Box note");
}

static void reads_what_notes_say(void) {
    small_image_make(&image);
    small_image_set_note(&image, "abi=2 lowering=any isolate=any keybits=15");
    CHECK_CONTAINS(parse(), "another version");
    small_image_set_note(&image, "abi=1 lowering=any isolate=none keybits=15");
    CHECK_CONTAINS(parse(), "unknown isolation");
    small_image_set_note(&image, "abi=1 lowering=magic isolate=data keybits=15");
    CHECK_CONTAINS(parse(), "unknown lowering");
    small_image_set_note(&image, "abi=11 lowering=any isolate=any");
    CHECK_CONTAINS(parse(), "another version");
    small_image_set_note(&image, "abi=1\n");
    CHECK_CONTAINS(parse(), "plain text");

    struct tbx_elf_image parsed;
    tbx_error error;
    small_image_set_note(&image, "abi=1 lowering=ir isolate=data keybits=15");
    CHECK(tbx_elf_parse(image.bytes, sizeof image.bytes, &parsed, &error));
    CHECK_EQUAL(parsed.isolation, TBX_ISOLATE_DATA);
    CHECK(!parsed.addr32);
}

static void finds_symbols(void) {
    struct tbx_elf_image parsed;
    tbx_error error;
    char name[8];
    uint64_t distance;
    small_image_make(&image);
    CHECK(tbx_elf_parse(image.bytes, sizeof image.bytes, &parsed, &error));
    CHECK(tbx_elf_symbol_at(&parsed, SMALL_CODE + 3, name, sizeof name, &distance));
    CHECK_CONTAINS(name, "start");
    CHECK_EQUAL(distance, 3);
    CHECK(!tbx_elf_symbol_at(&parsed, SMALL_CODE + 16, name, sizeof name, &distance));
    CHECK(tbx_elf_symbol_at(&parsed, SMALL_CODE, name, 3, &distance));
    CHECK_EQUAL(strlen(name), 2);
}

/* Section headers and symbols decide nothing: damaged, the image is accepted without names. */
static void lives_with_damaged_symbols(void) {
    for (size_t at = SMALL_SYMBOLS_AT; at < SMALL_SIZE; at += 4) {
        struct tbx_elf_image parsed;
        tbx_error error;
        char name[64];
        uint64_t distance;
        small_image_make(&image);
        memset(image.bytes + at, 0xFF, 4);
        CHECK(tbx_elf_parse(image.bytes, sizeof image.bytes, &parsed, &error));
        tbx_elf_symbol_at(&parsed, SMALL_CODE, name, sizeof name, &distance);
    }
    small_image_make(&image);
    image.header.e_shoff = ~0ull - 64;
    CHECK_EQUAL(parse()[0], '\0');
}

/* Any single byte may be anything: refused or accepted, but always within the rules that follow. */
static void keeps_its_promises_for_any_byte(void) {
    static const unsigned char values[] = {0, 1, 0x7F, 0x80, 0xFF};
    for (size_t at = 0; at < 0x200; at++) {
        for (size_t v = 0; v < sizeof values; v++) {
            struct tbx_elf_image parsed;
            tbx_error error;
            small_image_make(&image);
            image.bytes[at] = values[v];
            if (!tbx_elf_parse(image.bytes, sizeof image.bytes, &parsed, &error))
                continue;
            CHECK_EQUAL(parsed.code.offset, SMALL_CODE);
            CHECK(parsed.read_only.offset >= parsed.code.offset + parsed.code.memory_size);
            CHECK(parsed.data.offset >= parsed.read_only.offset + parsed.read_only.memory_size);
            CHECK((uint64_t)parsed.data.offset + parsed.data.memory_size <= 0x80000000);
            CHECK(parsed.data.file_offset + parsed.data.file_size <= sizeof image.bytes);
        }
    }
}

static void finds_sections_by_name(void) {
    const unsigned char *start;
    size_t length;
    small_image_make(&image);
    CHECK(!tbx_elf_find_section(image.bytes, sizeof image.bytes, ".tbx.image", &start, &length));
    CHECK(!tbx_elf_find_section(image.bytes, 10, ".tbx.image", &start, &length));
    image.header.e_shstrndx = 2;
    Elf64_Shdr *sections = (Elf64_Shdr *)(image.bytes + image.header.e_shoff);
    sections[1].sh_name = 1;
    CHECK(tbx_elf_find_section(image.bytes, sizeof image.bytes, "start", &start, &length));
    CHECK(start == image.bytes + SMALL_SYMBOLS_AT);
    sections[1].sh_size = ~0ull;
    CHECK(!tbx_elf_find_section(image.bytes, sizeof image.bytes, "start", &start, &length));
    sections[1].sh_name = 0xFFFFFFFF;
    CHECK(!tbx_elf_find_section(image.bytes, sizeof image.bytes, "start", &start, &length));
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(accepts_a_good_image),
        TEST(refuses_what_is_no_elf_file),
        TEST(survives_every_cut),
        TEST(refuses_other_machines_and_types),
        TEST(refuses_bad_header_tables),
        TEST(refuses_wrong_segment_counts),
        TEST(refuses_wrong_protections),
        TEST(refuses_segments_out_of_place),
        TEST(refuses_sizes_that_wrap),
        TEST(refuses_code_that_the_file_does_not_hold),
        TEST(refuses_an_entry_outside_the_code),
        TEST(refuses_dynamic_headers),
        TEST(refuses_missing_and_damaged_notes),
        TEST(reads_what_notes_say),
        TEST(finds_symbols),
        TEST(lives_with_damaged_symbols),
        TEST(keeps_its_promises_for_any_byte),
        TEST(finds_sections_by_name),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
