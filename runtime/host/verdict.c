#include "verdict.h"

#include "error.h"
#include "sha256.h"

#include <stdio.h>
#include <string.h>

static int hexadecimal(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Exactly 64 digits at `text`. */
static bool read_digest(const char *text, size_t length, tbx_digest *digest) {
    if (length != 2 * sizeof digest->bytes)
        return false;
    for (size_t i = 0; i < sizeof digest->bytes; i++) {
        int high = hexadecimal(text[2 * i]), low = hexadecimal(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest->bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

bool tbx_digest_parse(const char *text, tbx_digest *digest) {
    return read_digest(text, strlen(text), digest);
}

void tbx_digest_format(const tbx_digest *digest, char text[65]) {
    for (size_t i = 0; i < sizeof digest->bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", digest->bytes[i]);
}

/* A decimal number without sign, below a million; 0 for anything else. */
static unsigned read_version(const char *text, size_t length) {
    unsigned version = 0;
    if (length == 0 || length > 6)
        return 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        version = version * 10 + (unsigned)(text[i] - '0');
    }
    return version;
}

static bool read_text(const char *text, struct tbx_verdict *verdict) {
    size_t length;
    const char *value;
    if (tbx_note_field_is(text, "verified", "code+data"))
        verdict->level = TBX_ISOLATE_CODE_DATA;
    else if (tbx_note_field_is(text, "verified", "data"))
        verdict->level = TBX_ISOLATE_DATA;
    else
        return false;
    value = tbx_note_field(text, "verifier", &length);
    if (value == NULL || read_version(value, length) < TBX_LEAST_VERIFIER)
        return false;
    value = tbx_note_field(text, "sha256", &length);
    return value != NULL && read_digest(value, length, &verdict->digest);
}

struct tbx_verdict tbx_verdict_read(const unsigned char *descriptor) {
    static const unsigned char nothing[TBX_VERDICT_SIZE];
    struct tbx_verdict verdict = {.kind = TBX_VERDICT_NONE};
    char text[TBX_VERDICT_SIZE + 1] = "";
    if (descriptor == NULL || memcmp(descriptor, nothing, sizeof nothing) == 0)
        return verdict;
    memcpy(text, descriptor, TBX_VERDICT_SIZE);
    size_t length = strlen(text);
    bool is_padded = memcmp(descriptor + length, nothing, TBX_VERDICT_SIZE - length) == 0;
    verdict.kind = is_padded && read_text(text, &verdict) ? TBX_VERDICT_GIVEN : TBX_VERDICT_WRONG;
    return verdict;
}

static void add_word(struct tbx_sha256 *hash, uint64_t word) {
    unsigned char bytes[8];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(word >> 8 * i);
    tbx_sha256_add(hash, bytes, sizeof bytes);
}

/* The form is part of the contract with src/verify/stamp.ts (docs/abi.md, "Verdict"). */
tbx_digest tbx_digest_of(const struct tbx_elf_image *image) {
    static const char name[16] = "TME-Box image 1";
    const struct tbx_segment *segments[] = {&image->code, &image->read_only, &image->data};
    struct tbx_sha256 hash;
    tbx_digest digest;
    tbx_sha256_start(&hash, true);
    tbx_sha256_add(&hash, name, sizeof name);
    add_word(&hash, image->isolation == TBX_ISOLATE_CODE_DATA);
    add_word(&hash, image->entry);
    for (unsigned i = 0; i < 3; i++) {
        add_word(&hash, segments[i]->offset);
        add_word(&hash, segments[i]->memory_size);
        add_word(&hash, segments[i]->file_size);
    }
    for (unsigned i = 0; i < 3; i++)
        tbx_sha256_add(&hash, image->bytes + segments[i]->file_offset, segments[i]->file_size);
    tbx_sha256_finish(&hash, digest.bytes);
    return digest;
}

static bool same_digest(const tbx_digest *a, const tbx_digest *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool tbx_verdict_fits(const struct tbx_verdict *verdict, const struct tbx_elf_image *image,
                      const tbx_digest *digest) {
    return verdict->kind == TBX_VERDICT_GIVEN && verdict->level <= image->isolation &&
           same_digest(&verdict->digest, digest);
}

static bool check_verdict(const struct tbx_verdict *verdict, const struct tbx_elf_image *image,
                          const tbx_digest *digest, tbx_error *error) {
    static const char advice[] = "run 'tme-box verify --stamp' on it, or, if you trust it as it "
                                 "is, 'tme-box run --accept-unverified' (TBX_ACCEPT_UNVERIFIED=1)";
    if (verdict->kind == TBX_VERDICT_NONE)
        return tbx_fail(error, "the image was not verified: %s", advice);
    if (verdict->kind == TBX_VERDICT_WRONG)
        return tbx_fail(error, "the image's verdict is damaged or of an old verifier: %s", advice);
    return tbx_verdict_fits(verdict, image, digest) ||
           tbx_fail(error, "the image was changed after it was verified: %s", advice);
}

static bool check_listed(const tbx_image_policy *policy, const tbx_digest *digest,
                         tbx_error *error) {
    char text[65];
    for (size_t i = 0; i < policy->digest_count; i++)
        if (same_digest(&policy->digests[i], digest))
            return true;
    tbx_digest_format(digest, text);
    return tbx_fail(error, "the image's digest %s is none of the %zu that this host accepts", text,
                    policy->digest_count);
}

bool tbx_policy_accepts(const tbx_image_policy *policy, const struct tbx_verdict *verdict,
                        const struct tbx_elf_image *image, const tbx_digest *digest,
                        tbx_error *error) {
    static const tbx_image_policy standard = {.trust = TBX_TRUST_VERDICT};
    if (policy == NULL)
        policy = &standard;
    if (image->isolation < policy->least)
        return tbx_fail(error, "the image confines data only, and this host asks for code+data");
    switch (policy->trust) {
    case TBX_TRUST_VERDICT:
        return check_verdict(verdict, image, digest, error);
    case TBX_TRUST_DIGESTS:
        return check_listed(policy, digest, error);
    case TBX_TRUST_UNVERIFIED:
        return true;
    }
    return tbx_fail(error, "unknown trust %d", (int)policy->trust);
}
