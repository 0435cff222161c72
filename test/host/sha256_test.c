/* SHA-256 against the examples of FIPS 180-4 and against itself: the processor's instructions and
 * the portable code, bytes taken at once and in pieces. */
#include "check.h"
#include "sha256.h"

#include <stdio.h>
#include <string.h>

static const char *digest_of(const unsigned char *bytes, size_t size, size_t piece,
                             bool use_processor) {
    static char text[2][2 * TBX_SHA256_SIZE + 1];
    char *at = text[use_processor];
    unsigned char digest[TBX_SHA256_SIZE];
    struct tbx_sha256 hash;
    tbx_sha256_start(&hash, use_processor);
    for (size_t done = 0; done < size; done += piece)
        tbx_sha256_add(&hash, bytes + done, size - done < piece ? size - done : piece);
    tbx_sha256_finish(&hash, digest);
    for (unsigned i = 0; i < TBX_SHA256_SIZE; i++)
        sprintf(at + (size_t)2 * i, "%02x", digest[i]);
    return at;
}

static void check_digest(const unsigned char *bytes, size_t size, const char *expected) {
    CHECK_CONTAINS(digest_of(bytes, size, 1 << 20, false), expected);
    CHECK_CONTAINS(digest_of(bytes, size, 1 << 20, true), expected);
}

static void check_text(const char *text, const char *expected) {
    check_digest((const unsigned char *)text, strlen(text), expected);
}

static void fips_180_4_examples(void) {
    check_text("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_text("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_text("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
               "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
               "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

static void a_million_times_a(void) {
    static unsigned char bytes[1000000];
    memset(bytes, 'a', sizeof bytes);
    check_digest(bytes, sizeof bytes,
                 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Every length around the borders of a block, in pieces of every kind: the same digest. */
static void pieces_and_lengths_make_no_difference(void) {
    unsigned char bytes[200];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 167 + 13);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        char whole[2 * TBX_SHA256_SIZE + 1];
        strcpy(whole, digest_of(bytes, size, sizeof bytes, false));
        for (size_t piece = 1; piece < 130; piece += 7) {
            CHECK_CONTAINS(digest_of(bytes, size, piece, false), whole);
            CHECK_CONTAINS(digest_of(bytes, size, piece, true), whole);
        }
    }
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"fips_180_4_examples", fips_180_4_examples},
        {"a_million_times_a", a_million_times_a},
        {"pieces_and_lengths_make_no_difference", pieces_and_lengths_make_no_difference},
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
