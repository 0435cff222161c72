#include "elf_note.h"

#include "error.h"

#include <elf.h>
#include <string.h>

enum { NOTE_CODE = 1, NOTE_VERDICT = 3, MAX_DESCRIPTOR = 256 };

static const char owner[8] = "TME-Box";

const char *tbx_note_field(const char *text, const char *key, size_t *length) {
    size_t key_length = strlen(key);
    for (const char *word = text; *word != '\0';) {
        size_t word_length = strcspn(word, " ");
        if (word_length > key_length && word[key_length] == '=' &&
            memcmp(word, key, key_length) == 0) {
            *length = word_length - key_length - 1;
            return word + key_length + 1;
        }
        word += word_length;
        word += strspn(word, " ");
    }
    return NULL;
}

bool tbx_note_field_is(const char *text, const char *key, const char *value) {
    size_t length;
    const char *found = tbx_note_field(text, key, &length);
    return found != NULL && length == strlen(value) && memcmp(found, value, length) == 0;
}

/* The isolation of one note: `any` claims the strongest and leaves the choice to the others. */
static bool read_isolation(const char *text, tbx_isolation *isolation) {
    if (tbx_note_field_is(text, "isolate", "data"))
        *isolation = TBX_ISOLATE_DATA;
    else if (tbx_note_field_is(text, "isolate", "code+data") ||
             tbx_note_field_is(text, "isolate", "any"))
        *isolation = TBX_ISOLATE_CODE_DATA;
    else
        return false;
    return true;
}

static bool read_code_note(const char *text, struct tbx_note_facts *facts, tbx_error *error) {
    tbx_isolation isolation;
    if (!tbx_note_field_is(text, "abi", "1"))
        return tbx_fail(error, "made for another version of the ABI: \"%s\", this host has abi=%d",
                        text, TBX_ABI_VERSION);
    if (!read_isolation(text, &isolation))
        return tbx_fail(error, "unknown isolation in the note \"%s\"", text);
    bool addr32 = tbx_note_field_is(text, "lowering", "addr32");
    if (!addr32 && !tbx_note_field_is(text, "lowering", "ir") &&
        !tbx_note_field_is(text, "lowering", "any"))
        return tbx_fail(error, "unknown lowering in the note \"%s\"", text);
    if (facts->count == 0 || isolation == TBX_ISOLATE_DATA)
        facts->weakest = isolation;
    facts->addr32 |= addr32;
    facts->count++;
    return true;
}

static bool read_descriptor(const unsigned char *descriptor, size_t size,
                            struct tbx_note_facts *facts, tbx_error *error) {
    char text[MAX_DESCRIPTOR + 1] = "";
    if (size > MAX_DESCRIPTOR)
        return tbx_fail(error, "a TME-Box note of %zu bytes", size);
    memcpy(text, descriptor, size);
    for (const char *c = text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            return tbx_fail(error, "a TME-Box note that is not plain text");
    return read_code_note(text, facts, error);
}

/* Room for a verdict (verdict.h); what stands in it is read when all else is known. */
static bool take_verdict(const unsigned char *descriptor, size_t size, struct tbx_note_facts *facts,
                         tbx_error *error) {
    if (size != TBX_VERDICT_SIZE)
        return tbx_fail(error, "room for a verdict of %zu bytes, not of %d", size,
                        TBX_VERDICT_SIZE);
    if (facts->verdicts++ > 0)
        return tbx_fail(error, "two notes for a verdict");
    facts->verdict = descriptor;
    return true;
}

/* A note of ours; other types are for other readers. */
static bool read_own(uint32_t type, const unsigned char *descriptor, size_t size,
                     struct tbx_note_facts *facts, tbx_error *error) {
    switch (type) {
    case NOTE_CODE:
        return read_descriptor(descriptor, size, facts, error);
    case NOTE_VERDICT:
        return take_verdict(descriptor, size, facts, error);
    default:
        return true;
    }
}

static size_t align4(size_t size) {
    return (size + 3) & ~(size_t)3;
}

bool tbx_note_read(const unsigned char *bytes, size_t size, struct tbx_note_facts *facts,
                   tbx_error *error) {
    while (size > 0) {
        Elf64_Nhdr note;
        if (size < sizeof note)
            return tbx_fail(error, "a note is cut off");
        memcpy(&note, bytes, sizeof note);
        size_t left = size - sizeof note;
        size_t name_size = align4(note.n_namesz), descriptor_size = align4(note.n_descsz);
        if (name_size > left || descriptor_size > left - name_size)
            return tbx_fail(error, "a note is cut off");
        const unsigned char *name = bytes + sizeof note;
        if (note.n_namesz == sizeof owner && memcmp(name, owner, sizeof owner) == 0 &&
            !read_own(note.n_type, name + name_size, note.n_descsz, facts, error))
            return false;
        bytes = name + name_size + descriptor_size;
        size = left - name_size - descriptor_size;
    }
    return true;
}
