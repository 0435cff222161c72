/*
 * Hostile verdicts and the policies of hosts. The image is a good one; the input is its 128 bytes
 * of verdict and what the host asks for. Beside the runtime's judgement stands a second one,
 * written from docs/abi.md, and the two must agree.
 */
#include "verdict.h"
#include "input.h"
#include "promises.h"
#include "small_image.h"
#include "stamp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The value of the first `key=` among the words of `text`; null when there is none. `text` is
 * spoilt. */
static const char *value_of(char *text, const char *key) {
    char *rest;
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        size_t length = strlen(key);
        if (strncmp(word, key, length) == 0 && word[length] == '=')
            return word + length + 1;
    }
    return NULL;
}

static bool says(const char *text, const char *key, const char *value) {
    char copy[TBX_VERDICT_SIZE + 1];
    const char *found = value_of(strcpy(copy, text), key);
    return found != NULL && strcmp(found, value) == 0;
}

static bool version_suffices(const char *text) {
    char copy[TBX_VERDICT_SIZE + 1];
    const char *found = value_of(strcpy(copy, text), "verifier");
    size_t length = found == NULL ? 0 : strspn(found, "0123456789");
    return length >= 1 && length <= 6 && found[length] == '\0' &&
           strtoul(found, NULL, 10) >= TBX_LEAST_VERIFIER;
}

/* What docs/abi.md says of a verdict that fits. */
static bool fits(const uint8_t verdict[TBX_VERDICT_SIZE], tbx_isolation isolation,
                 const tbx_digest *digest) {
    char text[TBX_VERDICT_SIZE + 1] = "", digits[65];
    memcpy(text, verdict, TBX_VERDICT_SIZE);
    for (size_t i = strlen(text); i < TBX_VERDICT_SIZE; i++)
        if (text[i] != '\0')
            return false;
    tbx_digest_format(digest, digits);
    bool level = says(text, "verified", "data") ||
                 (isolation == TBX_ISOLATE_CODE_DATA && says(text, "verified", "code+data"));
    return level && version_suffices(text) && says(text, "sha256", digits);
}

/* The host's policy: a byte of choices, and digests of which some may be the image's. */
static bool expected(const tbx_image_policy *policy, bool verified, tbx_isolation isolation,
                     const tbx_digest *digest) {
    bool listed = false;
    for (size_t i = 0; i < policy->digest_count; i++)
        listed |= memcmp(&policy->digests[i], digest, sizeof *digest) == 0;
    if (isolation == TBX_ISOLATE_DATA && policy->least == TBX_ISOLATE_CODE_DATA)
        return false;
    return policy->trust == TBX_TRUST_VERDICT   ? verified
           : policy->trust == TBX_TRUST_DIGESTS ? listed
                                                : policy->trust == TBX_TRUST_UNVERIFIED;
}

static tbx_digest take_digest(struct input *input, const tbx_digest *own) {
    tbx_digest digest = *own;
    if (take(input, 1) % 2 == 0)
        digest.bytes[take(input, 1) % sizeof digest.bytes] ^= (unsigned char)take(input, 1);
    return digest;
}

static tbx_digest digest_of(const struct small_image *image) {
    tbx_image *loaded = load_unverified(image);
    tbx_digest digest = tbx_image_digest(loaded), again;
    char digits[65];
    tbx_digest_format(&digest, digits);
    require(tbx_digest_parse(digits, &again) && memcmp(&again, &digest, sizeof digest) == 0,
            "a digest that is not read as it was written");
    tbx_image_release(loaded);
    return digest;
}

static void try_image(struct input *input, tbx_isolation isolation) {
    enum { MOST_DIGESTS = 4 };
    static struct small_image image;
    tbx_digest digests[MOST_DIGESTS];
    uint8_t verdict[TBX_VERDICT_SIZE] = {0};
    tbx_error error = {""};
    small_image_make(&image);
    small_image_set_note(&image, isolation == TBX_ISOLATE_DATA
                                     ? "abi=1 lowering=addr32 isolate=data keybits=15"
                                     : "abi=1 lowering=addr32 isolate=code+data keybits=15");
    uint8_t *room = small_image_add_verdict_room(&image);
    tbx_digest own = digest_of(&image);
    tbx_image_policy policy = {.trust = (tbx_trust)(take(input, 1) % 4),
                               .least = (tbx_isolation)(take(input, 1) % 2),
                               .digests = digests,
                               .digest_count = take(input, 1) % (MOST_DIGESTS + 1)};
    for (size_t i = 0; i < policy.digest_count; i++)
        digests[i] = take_digest(input, &own);
    memcpy(verdict, input->data, input->left < sizeof verdict ? input->left : sizeof verdict);
    memcpy(room, verdict, sizeof verdict);
    bool verified = fits(verdict, isolation, &own);
    tbx_image *loaded = tbx_image_load_with(image.bytes, sizeof image.bytes, &policy, &error);
    require((loaded != NULL) == expected(&policy, verified, isolation, &own),
            "an image is taken, or not, against the policy");
    if (loaded == NULL)
        return;
    tbx_digest digest = tbx_image_digest(loaded);
    require(tbx_image_is_verified(loaded) == verified, "a verdict that was misread");
    require(memcmp(&digest, &own, sizeof own) == 0, "a digest that depends on the verdict");
    tbx_image_release(loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = {.data = data, .left = size};
    try_image(&input, take(&input, 1) % 2 == 0 ? TBX_ISOLATE_CODE_DATA : TBX_ISOLATE_DATA);
    return 0;
}
