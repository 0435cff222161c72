/* The verdict in an image, and what hosts with each policy make of it. */
#include "check.h"
#include "small_image.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

static struct small_image image;
static unsigned char *room;

/* What the default policy, or the one given, says of the image; "" when it is loaded. */
static const char *load_with(const tbx_image_policy *policy) {
    static tbx_error error;
    error.message[0] = '\0';
    tbx_image *loaded = tbx_image_load_with(image.bytes, sizeof image.bytes, policy, &error);
    CHECK((loaded == NULL) == (error.message[0] != '\0'));
    tbx_image_release(loaded);
    return error.message;
}

static const char *load(void) {
    return load_with(NULL);
}

/* The digest that a host sees. */
static tbx_digest digest(void) {
    static const tbx_image_policy any = {.trust = TBX_TRUST_UNVERIFIED};
    tbx_error error;
    tbx_digest zero = {{0}};
    tbx_image *loaded = tbx_image_load_with(image.bytes, sizeof image.bytes, &any, &error);
    CHECK(loaded != NULL);
    if (loaded != NULL)
        zero = tbx_image_digest(loaded);
    tbx_image_release(loaded);
    return zero;
}

static void stamp_as(const char *format) {
    char text[65];
    tbx_digest now = digest();
    tbx_digest_format(&now, text);
    memset(room, 0, TBX_VERDICT_SIZE);
    snprintf((char *)room, TBX_VERDICT_SIZE, format, text);
}

static void make_verified(void) {
    small_image_make(&image);
    room = small_image_add_verdict_room(&image);
    stamp_as("verified=code+data verifier=3 sha256=%s");
}

static bool is_loaded(void) {
    return load()[0] == '\0';
}

static void takes_what_is_verified(void) {
    make_verified();
    CHECK(is_loaded());
    tbx_error error;
    tbx_image *loaded = tbx_image_load(image.bytes, sizeof image.bytes, &error);
    CHECK(loaded != NULL && tbx_image_is_verified(loaded));
    tbx_image_release(loaded);
}

static void refuses_what_is_not(void) {
    small_image_make(&image);
    CHECK_CONTAINS(load(), "was not verified");
    room = small_image_add_verdict_room(&image);
    CHECK_CONTAINS(load(), "tme-box verify --stamp");
}

/* Any bit of what is mapped, and of what decides how, except the verdict's own bytes. */
static void notices_every_changed_byte(void) {
    make_verified();
    for (size_t at = 0; at < SMALL_SYMBOLS_AT; at++) {
        bool in_code = at >= SMALL_CODE_AT;
        bool in_verdict = image.bytes + at >= room && image.bytes + at < room + TBX_VERDICT_SIZE;
        if (!in_code || in_verdict)
            continue;
        image.bytes[at] ^= 0x40;
        CHECK(!is_loaded());
        image.bytes[at] ^= 0x40;
    }
    CHECK(is_loaded());
}

static void notices_changed_headers(void) {
    make_verified();
    image.header.e_entry += 1;
    CHECK_CONTAINS(load(), "changed after it was verified");
    make_verified();
    small_image_program_header(&image, SMALL_HEADER_DATA)->p_memsz += 1;
    CHECK_CONTAINS(load(), "changed after it was verified");
    make_verified();
    small_image_program_header(&image, SMALL_HEADER_DATA)->p_filesz -= 1;
    CHECK_CONTAINS(load(), "changed after it was verified");
    make_verified();
    small_image_program_header(&image, SMALL_HEADER_DATA)->p_vaddr += 0x1000;
    CHECK_CONTAINS(load(), "changed after it was verified");
    make_verified();
    small_image_program_header(&image, SMALL_HEADER_CODE)->p_offset += 0x1000;
    CHECK_CONTAINS(load(), "changed after it was verified");
}

/* Symbols are hints: `strip` may take them. */
static void lives_without_symbols(void) {
    make_verified();
    memset(image.bytes + SMALL_SYMBOLS_AT, 0, SMALL_SIZE - SMALL_SYMBOLS_AT);
    image.header.e_shnum = 0;
    CHECK(is_loaded());
}

static void refuses_damaged_verdicts(void) {
    static const char *const wrong[] = {
        "verified=code verifier=3 sha256=%s",
        "verified=code+data verifier=0 sha256=%s",
        "verified=code+data verifier=2 sha256=%s",
        "verified=code+data verifier=-1 sha256=%s",
        "verified=code+data verifier=9999999 sha256=%s",
        "verified=code+data sha256=%s",
        "verified=code+data verifier=3 sha256=0%s",
        "verified=code+data verifier=3 sha256=%.63s",
        "verified=code+data verifier=3 sha256=%.63sG",
        "%s",
        "verified=code+data verifier=3",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        make_verified();
        stamp_as(wrong[i]);
        CHECK_CONTAINS(load(), "verdict is damaged");
    }
    make_verified();
    room[TBX_VERDICT_SIZE - 1] = 'x';
    CHECK_CONTAINS(load(), "verdict is damaged");
    make_verified();
    memset(room, 'x', TBX_VERDICT_SIZE);
    CHECK_CONTAINS(load(), "verdict is damaged");
    make_verified();
    room[sizeof "verified=code+data verifier=3 sha256=" - 1] ^= 1;
    CHECK(!is_loaded());
}

/* A verdict claims no more than the notes, and a host may ask for more than an image has. */
static void levels(void) {
    static const tbx_image_policy strong = {.least = TBX_ISOLATE_CODE_DATA};
    small_image_make(&image);
    small_image_set_note(&image, "abi=1 lowering=addr32 isolate=data keybits=15");
    room = small_image_add_verdict_room(&image);
    stamp_as("verified=code+data verifier=3 sha256=%s");
    CHECK(!is_loaded());
    stamp_as("verified=data verifier=3 sha256=%s");
    CHECK(is_loaded());
    CHECK_CONTAINS(load_with(&strong), "asks for code+data");
    make_verified();
    CHECK_CONTAINS(load_with(&strong), "");
    CHECK(load_with(&strong)[0] == '\0');
}

static void lists_of_digests(void) {
    make_verified();
    tbx_digest known[2] = {{{1}}, digest()};
    tbx_image_policy policy = {.trust = TBX_TRUST_DIGESTS, .digests = known, .digest_count = 2};
    CHECK(load_with(&policy)[0] == '\0');
    memset(room, 0, TBX_VERDICT_SIZE);
    CHECK(load_with(&policy)[0] == '\0');
    image.bytes[SMALL_CODE_AT + 8] ^= 1;
    stamp_as("verified=code+data verifier=3 sha256=%s");
    CHECK(is_loaded());
    CHECK_CONTAINS(load_with(&policy), "none of the 2 that this host accepts");
    policy.digest_count = 0;
    CHECK_CONTAINS(load_with(&policy), "none of the 0");
}

/* The verdict's own bytes are not hashed, so nothing else may lie there. */
static void refuses_verdicts_in_other_places(void) {
    make_verified();
    Elf64_Phdr *note = small_image_program_header(&image, SMALL_HEADER_NOTE);
    size_t size = (size_t)note->p_filesz;
    memcpy(image.bytes + SMALL_CODE_AT + 0x100, image.bytes + note->p_offset, size);
    note->p_offset = SMALL_CODE_AT + 0x100;
    CHECK_CONTAINS(load(), "not in the read-only segment");
    make_verified();
    memcpy(image.bytes + SMALL_READ_ONLY_AT + 0x100, image.bytes + note->p_offset, size);
    note->p_offset = SMALL_READ_ONLY_AT + 0x100;
    CHECK_CONTAINS(load(), "not in the read-only segment");
    make_verified();
    small_image_add_verdict_room(&image);
    CHECK_CONTAINS(load(), "two notes for a verdict");
    make_verified();
    ((Elf64_Nhdr *)(void *)(room - 8 - sizeof(Elf64_Nhdr)))->n_descsz = 124;
    CHECK_CONTAINS(load(), "room for a verdict of 124 bytes");
}

/* The loader zeroes them in the file's bytes, which segments may share. */
static void refuses_verdicts_in_other_segments(void) {
    static const unsigned others[] = {SMALL_HEADER_CODE, SMALL_HEADER_DATA};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        make_verified();
        small_image_program_header(&image, others[i])->p_offset = SMALL_LIBRARY_AT;
        CHECK_CONTAINS(load(), "is in another segment, too");
    }
    make_verified();
    Elf64_Phdr *data = small_image_program_header(&image, SMALL_HEADER_DATA);
    data->p_offset = SMALL_LIBRARY_AT;
    data->p_filesz = (size_t)(room - image.bytes) - SMALL_LIBRARY_AT;
    CHECK_CONTAINS(load(), "changed after it was verified");
}

static void digests_as_text(void) {
    tbx_digest parsed;
    char text[65];
    const char *good = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    CHECK(tbx_digest_parse(good, &parsed));
    tbx_digest_format(&parsed, text);
    CHECK_CONTAINS(text, good);
    CHECK(!tbx_digest_parse(good + 1, &parsed));
    CHECK(!tbx_digest_parse("", &parsed));
    CHECK(!tbx_digest_parse("E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                            &parsed));
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(takes_what_is_verified),
        TEST(refuses_what_is_not),
        TEST(notices_every_changed_byte),
        TEST(notices_changed_headers),
        TEST(lives_without_symbols),
        TEST(refuses_damaged_verdicts),
        TEST(levels),
        TEST(lists_of_digests),
        TEST(digests_as_text),
        TEST(refuses_verdicts_in_other_places),
        TEST(refuses_verdicts_in_other_segments),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
