#include "stamp.h"

#include "elf_image.h"
#include "promises.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

bool stamp(unsigned char *bytes, size_t size, tbx_isolation level) {
    struct tbx_elf_image elf;
    tbx_error error;
    char digits[65], text[TBX_VERDICT_SIZE] = "";
    if (!tbx_elf_parse(bytes, size, &elf, &error) || elf.verdict == NULL)
        return false;
    unsigned char *room = bytes + (elf.verdict - bytes);
    memset(room, 0, TBX_VERDICT_SIZE);
    tbx_digest digest = tbx_digest_of(&elf);
    tbx_digest_format(&digest, digits);
    snprintf(text, sizeof text, "verified=%s verifier=%d sha256=%s",
             level == TBX_ISOLATE_DATA ? "data" : "code+data", TBX_LEAST_VERIFIER, digits);
    memcpy(room, text, sizeof text);
    return true;
}

tbx_image *load_unverified(const struct small_image *image) {
    const tbx_image_policy anything = {.trust = TBX_TRUST_UNVERIFIED};
    tbx_error error = {""};
    tbx_image *loaded = tbx_image_load_with(image->bytes, sizeof image->bytes, &anything, &error);
    require(loaded != NULL, error.message);
    return loaded;
}
