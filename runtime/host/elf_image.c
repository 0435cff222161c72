#include "elf_image.h"

#include "elf_note.h"
#include "error.h"
#include "layout.h"

#include <elf.h>
#include <string.h>

/* Headers enough for three segments, notes and what a linker adds of its own; more is not an image
 * of ours. */
enum { MAX_PROGRAM_HEADERS = 8 };

static bool in_file(const struct tbx_elf_image *image, uint64_t offset, uint64_t length) {
    return offset <= image->size && length <= image->size - offset;
}

static bool check_identification(const Elf64_Ehdr *header, tbx_error *error) {
    const unsigned char *ident = header->e_ident;
    if (memcmp(ident, ELFMAG, SELFMAG) != 0)
        return tbx_fail(error, "not an ELF file");
    if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB ||
        header->e_machine != EM_X86_64)
        return tbx_fail(error, "not a 64-bit x86-64 image");
    if (ident[EI_VERSION] != EV_CURRENT || header->e_version != EV_CURRENT)
        return tbx_fail(error, "unknown ELF version");
    // GNU's is what a section that the linker must keep (`retain`) makes of a file.
    const bool is_known = ident[EI_OSABI] == ELFOSABI_SYSV || ident[EI_OSABI] == ELFOSABI_GNU;
    if (!is_known || ident[EI_ABIVERSION] != 0)
        return tbx_fail(error, "ELF OS ABI %u is neither System V's nor GNU's", ident[EI_OSABI]);
    if (header->e_type != ET_EXEC)
        return tbx_fail(error, "ELF type %u: an image is a static ET_EXEC without relocations",
                        header->e_type);
    if (header->e_flags != 0)
        return tbx_fail(error, "ELF flags 0x%x are not 0", header->e_flags);
    return true;
}

static bool check_header_sizes(const struct tbx_elf_image *image, const Elf64_Ehdr *header,
                               tbx_error *error) {
    if (header->e_ehsize != sizeof(Elf64_Ehdr) || header->e_phentsize != sizeof(Elf64_Phdr))
        return tbx_fail(error, "ELF headers have sizes %u and %u", header->e_ehsize,
                        header->e_phentsize);
    if (header->e_phnum == 0 || header->e_phnum > MAX_PROGRAM_HEADERS)
        return tbx_fail(error, "%u program headers: an image has three to %d", header->e_phnum,
                        MAX_PROGRAM_HEADERS);
    if (!in_file(image, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr)))
        return tbx_fail(error, "the program headers are not in the file");
    return true;
}

static const char *flags_name(uint32_t flags) {
    static const char *const names[] = {"---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"};
    return names[flags & 7];
}

/* The PT_LOAD `header` as the segment `name` with exactly `flags`, from the page `lowest` on. */
static bool check_segment(const struct tbx_elf_image *image, const Elf64_Phdr *header,
                          const char *name, uint32_t flags, uint64_t lowest,
                          struct tbx_segment *segment, tbx_error *error) {
    if (header->p_flags != flags)
        return tbx_fail(error, "the %s segment is %s (flags 0x%x), not %s", name,
                        flags_name(header->p_flags), header->p_flags, flags_name(flags));
    if (header->p_vaddr % TBX_PAGE_SIZE != 0)
        return tbx_fail(error, "the %s segment starts at 0x%llx, not at a page", name,
                        (unsigned long long)header->p_vaddr);
    if (header->p_vaddr < lowest || header->p_vaddr >= TBX_IMAGE_LIMIT)
        return tbx_fail(error, "the %s segment starts at 0x%llx, outside 0x%llx to 0x%x", name,
                        (unsigned long long)header->p_vaddr, (unsigned long long)lowest,
                        TBX_IMAGE_LIMIT);
    if (header->p_memsz > TBX_IMAGE_LIMIT - header->p_vaddr)
        return tbx_fail(error, "the %s segment ends above 2 GiB", name);
    if (header->p_filesz > header->p_memsz)
        return tbx_fail(error, "the %s segment is larger in the file than in memory", name);
    if (!in_file(image, header->p_offset, header->p_filesz))
        return tbx_fail(error, "the %s segment is not in the file", name);
    segment->offset = (uint32_t)header->p_vaddr;
    segment->memory_size = (uint32_t)header->p_memsz;
    segment->file_offset = (size_t)header->p_offset;
    segment->file_size = (uint32_t)header->p_filesz;
    return true;
}

/* Code and constants come whole from the file: zero-filled code would be executable bytes that
 * nobody wrote. */
static bool check_whole(const struct tbx_segment *segment, const char *name, uint32_t least,
                        tbx_error *error) {
    if (segment->memory_size < least)
        return tbx_fail(error, "the %s segment has %u bytes, at least %u are needed", name,
                        segment->memory_size, least);
    if (segment->file_size != segment->memory_size)
        return tbx_fail(error, "the %s segment is larger in memory than in the file", name);
    return true;
}

static uint64_t segment_end(const struct tbx_segment *segment) {
    return tbx_page_up((uint64_t)segment->offset + segment->memory_size);
}

static bool check_load(struct tbx_elf_image *image, const Elf64_Phdr *header, unsigned index,
                       tbx_error *error) {
    switch (index) {
    case 0:
        if (header->p_vaddr != TBX_IMAGE_BASE)
            return tbx_fail(error, "the code segment starts at 0x%llx, not at 0x%x",
                            (unsigned long long)header->p_vaddr, TBX_IMAGE_BASE);
        return check_segment(image, header, "code", PF_R | PF_X, TBX_IMAGE_BASE, &image->code,
                             error) &&
               check_whole(&image->code, "code", 1, error);
    case 1:
        return check_segment(image, header, "read-only", PF_R, segment_end(&image->code),
                             &image->read_only, error) &&
               check_whole(&image->read_only, "read-only", TBX_PAGE_SIZE, error);
    case 2:
        return check_segment(image, header, "data", PF_R | PF_W, segment_end(&image->read_only),
                             &image->data, error);
    default:
        return tbx_fail(error, "more than three PT_LOAD segments");
    }
}

static const char *forbidden_header(uint32_t type) {
    switch (type) {
    case PT_INTERP:
        return "PT_INTERP: it wants a dynamic loader";
    case PT_DYNAMIC:
        return "PT_DYNAMIC: it is not static";
    case PT_TLS:
        return "PT_TLS: thread-local sections would be reached through FS";
    case PT_GNU_RELRO:
        return "PT_GNU_RELRO: link with -z norelro";
    default:
        return "a program header that images do not have";
    }
}

static bool check_note(struct tbx_elf_image *image, const Elf64_Phdr *header,
                       struct tbx_note_facts *facts, tbx_error *error) {
    if (!in_file(image, header->p_offset, header->p_filesz))
        return tbx_fail(error, "the notes are not in the file");
    return tbx_note_read(image->bytes + header->p_offset, (size_t)header->p_filesz, facts, error);
}

static bool check_program_header(struct tbx_elf_image *image, const Elf64_Phdr *header,
                                 unsigned *loads, struct tbx_note_facts *facts, tbx_error *error) {
    switch (header->p_type) {
    case PT_LOAD:
        return check_load(image, header, (*loads)++, error);
    case PT_NOTE:
        return check_note(image, header, facts, error);
    case PT_GNU_STACK:
        return (header->p_flags & PF_X) == 0 ||
               tbx_fail(error, "PT_GNU_STACK asks for an executable stack");
    default:
        return tbx_fail(error, "the image has %s (type 0x%x)", forbidden_header(header->p_type),
                        header->p_type);
    }
}

/* Whether the segment has none of the verdict's bytes, which are at `verdict` in the file: segments
 * may share bytes of the file. */
static bool is_apart(const struct tbx_segment *segment, size_t verdict) {
    return segment->file_size == 0 || verdict >= segment->file_offset + segment->file_size ||
           verdict + TBX_VERDICT_SIZE <= segment->file_offset;
}

/* The loader takes the verdict out of what it maps, so it must lie where no other part of the image
 * is: in the read-only segment, behind the page of the gate slot. */
static bool check_verdict_place(const struct tbx_elf_image *image, const unsigned char *verdict,
                                tbx_error *error) {
    if (verdict == NULL)
        return true;
    size_t at = (size_t)(verdict - image->bytes);
    size_t start = image->read_only.file_offset + TBX_PAGE_SIZE;
    size_t end = image->read_only.file_offset + image->read_only.file_size;
    if (at < start || at > end || end - at < TBX_VERDICT_SIZE)
        return tbx_fail(error, "the room for the verdict is not in the read-only segment");
    return (is_apart(&image->code, at) && is_apart(&image->data, at)) ||
           tbx_fail(error, "the room for the verdict is in another segment, too");
}

void tbx_elf_find_tables(struct tbx_elf_image *image) {
    static const char mark[8] = "TBXLIB1";
    struct {
        char mark[8];
        struct tbx_table exports, imports;
    } found;
    if (image->read_only.file_size < TBX_PAGE_SIZE + sizeof found)
        return;
    memcpy(&found, image->bytes + image->read_only.file_offset + TBX_PAGE_SIZE, sizeof found);
    if (memcmp(found.mark, mark, sizeof mark) != 0)
        return;
    image->exports = found.exports;
    image->imports = found.imports;
}

static bool check_program_headers(struct tbx_elf_image *image, const Elf64_Ehdr *header,
                                  tbx_error *error) {
    struct tbx_note_facts facts = {0};
    unsigned loads = 0;
    for (unsigned i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr program_header;
        memcpy(&program_header, image->bytes + header->e_phoff + i * sizeof program_header,
               sizeof program_header);
        if (!check_program_header(image, &program_header, &loads, &facts, error))
            return false;
    }
    if (loads != 3)
        return tbx_fail(error, "%u PT_LOAD segments: an image has code, read-only and data", loads);
    if (facts.count == 0)
        return tbx_fail(error, "no TME-Box note: the image was not compiled for a sandbox");
    if (!check_verdict_place(image, facts.verdict, error))
        return false;
    image->verdict = facts.verdict;
    image->isolation = facts.weakest;
    image->addr32 = facts.addr32;
    return true;
}

/* A section header's bytes, if they are in the file. */
static bool section_bytes(const struct tbx_elf_image *image, const Elf64_Shdr *section) {
    return section->sh_type != SHT_NOBITS && in_file(image, section->sh_offset, section->sh_size);
}

static bool read_section(const struct tbx_elf_image *image, const Elf64_Ehdr *header,
                         uint32_t index, Elf64_Shdr *section) {
    if (header->e_shentsize != sizeof *section || index >= header->e_shnum ||
        !in_file(image, header->e_shoff, (uint64_t)header->e_shnum * sizeof *section))
        return false;
    memcpy(section, image->bytes + header->e_shoff + (size_t)index * sizeof *section,
           sizeof *section);
    return true;
}

static void find_symbols(struct tbx_elf_image *image, const Elf64_Ehdr *header) {
    Elf64_Shdr symbols, strings;
    for (uint32_t i = 0; read_section(image, header, i, &symbols); i++) {
        if (symbols.sh_type != SHT_SYMTAB || symbols.sh_entsize != sizeof(Elf64_Sym) ||
            !section_bytes(image, &symbols))
            continue;
        if (!read_section(image, header, symbols.sh_link, &strings) ||
            !section_bytes(image, &strings) || strings.sh_size == 0 ||
            image->bytes[strings.sh_offset + strings.sh_size - 1] != '\0')
            continue;
        image->symbols = image->bytes + symbols.sh_offset;
        image->symbol_count = (size_t)(symbols.sh_size / sizeof(Elf64_Sym));
        image->strings = (const char *)image->bytes + strings.sh_offset;
        image->strings_size = (size_t)strings.sh_size;
        return;
    }
}

bool tbx_elf_parse(const unsigned char *bytes, size_t size, struct tbx_elf_image *image,
                   tbx_error *error) {
    *image = (struct tbx_elf_image){.bytes = bytes, .size = size};
    Elf64_Ehdr header;
    if (size < sizeof header)
        return tbx_fail(error, "not an ELF file: %zu bytes", size);
    memcpy(&header, bytes, sizeof header);
    if (!check_identification(&header, error) || !check_header_sizes(image, &header, error) ||
        !check_program_headers(image, &header, error))
        return false;
    if (header.e_entry < image->code.offset ||
        header.e_entry - image->code.offset >= image->code.memory_size)
        return tbx_fail(error, "the entry 0x%llx is not in the code segment",
                        (unsigned long long)header.e_entry);
    image->entry = (uint32_t)header.e_entry;
    find_symbols(image, &header);
    return true;
}

bool tbx_elf_find_section(const unsigned char *bytes, size_t size, const char *name,
                          const unsigned char **start, size_t *length) {
    struct tbx_elf_image file = {.bytes = bytes, .size = size};
    Elf64_Ehdr header;
    Elf64_Shdr names, section;
    if (size < sizeof header)
        return false;
    memcpy(&header, bytes, sizeof header);
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        !read_section(&file, &header, header.e_shstrndx, &names) || !section_bytes(&file, &names))
        return false;
    size_t name_size = strlen(name) + 1;
    for (uint32_t i = 0; read_section(&file, &header, i, &section); i++) {
        if (section.sh_name > names.sh_size || names.sh_size - section.sh_name < name_size ||
            memcmp(bytes + names.sh_offset + section.sh_name, name, name_size) != 0 ||
            !section_bytes(&file, &section))
            continue;
        *start = bytes + section.sh_offset;
        *length = (size_t)section.sh_size;
        return true;
    }
    return false;
}
